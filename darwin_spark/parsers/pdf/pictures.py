"""Tell whether a PDF page shows pictures."""

import ctypes
from itertools import repeat
from typing import Any

import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.calls import without_argument_conversion

_MAX_DEPTH = 4  # pictures in forms (drawings used as a whole) are looked for this deep
_MAX_OBJECTS = 1_000  # a page with more objects is not looked through
_PICTURES = frozenset({pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM})

_count_objects = without_argument_conversion(pdfium_c.FPDFPage_CountObjects, ctypes.c_int)
_get_object = without_argument_conversion(pdfium_c.FPDFPage_GetObject, ctypes.c_size_t)
_get_type = without_argument_conversion(pdfium_c.FPDFPageObj_GetType, ctypes.c_int)


def has_image(page: Any) -> bool:
    """Return whether a picture is on the page."""
    return next(iter(page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=_MAX_DEPTH)), None) is not None


def may_have_image(page: Any) -> bool:
    """Return False if the page surely shows no picture: it has neither an image nor a form, which may hold one. It is quick."""
    handle = ctypes.cast(page.raw, ctypes.c_void_p)
    count = _count_objects(handle)
    kinds = map(_get_type, map(ctypes.c_void_p, map(_get_object, repeat(handle), range(count))))
    return count > _MAX_OBJECTS or any(kind in _PICTURES for kind in kinds)
