"""Read the thin horizontal rules of a PDF page: bars of fractions, and lines over what stands under a root."""

import ctypes
from itertools import repeat
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.calls import without_argument_conversion
from darwin_spark.parsers.pdf.page_box import PageBox

_MAX_OBJECTS = 20_000  # of a page that are looked at: drawings have more
_MAX_RULES = 500  # a page with more has a drawing or tables, no formulas
_MAX_HEIGHT = 2.6  # points; the box that pdfium gives for a stroke is up to a point too high
_MIN_WIDTH, _MAX_WIDTH = 2.0, 400.0  # points

_get_object = without_argument_conversion(pdfium_c.FPDFPage_GetObject, ctypes.c_size_t)
_get_type = without_argument_conversion(pdfium_c.FPDFPageObj_GetType, ctypes.c_int)


class Rule(NamedTuple):
    """A horizontal rule: its ends, and the y of its middle, in points from the upper left corner of the visible box."""

    left: float
    right: float
    y: float


def horizontal_rules(page: Any, box: PageBox) -> list[Rule]:
    """Return the horizontal rules of a page, the shortest first; none if they are too many for formulas."""
    handle, found = ctypes.cast(page.raw, ctypes.c_void_p), []
    sides = [ctypes.c_float() for _ in range(4)]
    count = min(pdfium_c.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    addresses = list(map(ctypes.c_void_p, map(_get_object, repeat(handle), range(count))))
    for address, kind in zip(addresses, map(_get_type, addresses), strict=True):
        if kind != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        pdfium_c.FPDFPageObj_GetBounds(ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT), *sides)
        left, bottom, right, top = (side.value for side in sides)
        if top - bottom < _MAX_HEIGHT and _MIN_WIDTH < right - left < _MAX_WIDTH:
            found.append(Rule(left - box.left, right - box.left, box.top - (top + bottom) / 2))
    return sorted(found, key=lambda rule: rule.right - rule.left) if len(found) <= _MAX_RULES else []
