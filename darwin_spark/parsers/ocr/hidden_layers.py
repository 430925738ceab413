"""Tell the text layer that OCR has laid over a scan, which nobody sees, from text that is drawn on a picture.

Only the former can be replaced by a better reading: the visible text of a slide with a picture as its background is what its
author wrote.
"""

import ctypes
from contextlib import closing
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium.calls import CLIPPING, INVISIBLE

_KINDS = (pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_IMAGE)
_MAX_FORM_DEPTH = 4  # maximum nesting of form objects in which text and images are searched


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def holds_middle_of(self, other: "_Box") -> bool:
        x, y = (other.left + other.right) / 2, (other.bottom + other.top) / 2
        return self.left <= x <= self.right and self.bottom <= y <= self.top


def is_hidden_layer(document: Any, index: int) -> bool:
    """Return whether most text of the page, by width, is invisible or lies under a picture that is painted after it."""
    total = hidden = 0.0
    uncovered: list[_Box] = []
    with closing(document[index]) as page:
        for item in page.get_objects(filter=_KINDS, max_depth=_MAX_FORM_DEPTH):
            box = _Box(*item.get_bounds())
            if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                hidden += sum(_width(text) for text in uncovered if box.holds_middle_of(text))
                uncovered = [text for text in uncovered if not box.holds_middle_of(text)]
                continue
            total += _width(box)
            if _mode(item) in (INVISIBLE, CLIPPING):
                hidden += _width(box)
            else:
                uncovered.append(box)
    return 2 * hidden > total


def _mode(item: Any) -> int:
    return int(pdfium_c.FPDFTextObj_GetTextRenderMode(ctypes.cast(item.raw, pdfium_c.FPDF_PAGEOBJECT)))


def _width(box: _Box) -> float:
    return max(box.right - box.left, box.top - box.bottom, 0.0)
