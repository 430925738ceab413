"""Read the thin horizontal rules of a PDF page: bars of fractions, and lines over what stands under a root."""

from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox

Floats = npt.NDArray[np.float64]

_MAX_OBJECTS = 20_000  # of a page that are looked at: drawings have more
_MAX_RULES = 500  # a page with more has a drawing or tables, no formulas
_MAX_HEIGHT = 2.6  # points; the box that pdfium gives for a stroke is up to a point too high
_MIN_WIDTH, _MAX_WIDTH = 2.0, 400.0  # points

_PATH = pdfium_c.FPDF_PAGEOBJ_PATH


class Rule(NamedTuple):
    """A horizontal rule: its ends, and the y of its middle, in points from the upper left corner of the visible box."""

    left: float
    right: float
    y: float


def horizontal_rules(paths: Floats, box: PageBox) -> list[Rule]:
    """Return the horizontal rules among the paths of a page, the shortest first; none if they are too many for formulas."""
    left, bottom, right, top = paths.T
    widths = right - left
    found = ((top - bottom < _MAX_HEIGHT) & (widths > _MIN_WIDTH) & (widths < _MAX_WIDTH)).nonzero()[0]
    if len(found) > _MAX_RULES:
        return []
    rules = found[widths[found].argsort(kind="stable")]
    middles = box.top - (top[rules] + bottom[rules]) / 2
    return list(map(Rule, (left[rules] - box.left).tolist(), (right[rules] - box.left).tolist(), middles.tolist()))


class DrawnPaths:
    """The rectangles around the drawn paths of a page, which are read when they are first asked for."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._boxes: Floats | None = None

    def boxes(self) -> Floats:
        """Return left, bottom, right, top of each path in page coordinates, in the order of the page, shape (paths, 4)."""
        if self._boxes is None:
            page = calls.pointer_of(self._page)
            objects = calls.page_objects(page, range(min(calls.object_count(page), _MAX_OBJECTS)))
            self._boxes = calls.bounds(list(compress(objects, map(_PATH.__eq__, calls.kinds(objects)))))
        return self._boxes
