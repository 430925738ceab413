"""Read the thin horizontal rules of a PDF page: bars of fractions, and lines over what stands under a root."""

from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.calls import Box
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox

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


def horizontal_rules(paths: Sequence[Box], box: PageBox) -> list[Rule]:
    """Return the horizontal rules among the paths of a page, the shortest first; none if they are too many for formulas."""
    found = []
    for path in paths:
        left, bottom, right, top = path
        if top - bottom < _MAX_HEIGHT and _MIN_WIDTH < right - left < _MAX_WIDTH:
            found.append(Rule(left - box.left, right - box.left, box.top - (top + bottom) / 2))
    return sorted(found, key=lambda rule: rule.right - rule.left) if len(found) <= _MAX_RULES else []


class DrawnPaths:
    """The rectangles around the drawn paths of a page, in page coordinates; read when they are first asked for."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._boxes: list[Box] | None = None

    def boxes(self) -> list[Box]:
        """Return the rectangles, in the order of the page."""
        if self._boxes is None:
            page = calls.pointer_of(self._page)
            objects = calls.page_objects(page, range(min(calls.object_count(page), _MAX_OBJECTS)))
            self._boxes = [calls.bounds(obj) for obj in compress(objects, map(_PATH.__eq__, calls.kinds(objects)))]
        return self._boxes
