"""Tell whether a PDF page shows pictures, and how much of it they cover."""

import ctypes
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.calls import without_argument_conversion

_MAX_DEPTH = 4  # pictures in forms (drawings used as a whole) are looked for this deep
_MIN_AREA = 0.5  # share of the page from which on its pictures and forms together are looked at more closely
_BATCH = 64  # objects of a page that are looked at together
_CELLS = 100  # cells of the page, in both directions, in which it is counted what pictures cover
_IMAGE, _FORM = pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM

_count_parts = without_argument_conversion(pdfium_c.FPDFFormObj_CountObjects, ctypes.c_int)
_get_part = without_argument_conversion(pdfium_c.FPDFFormObj_GetObject, ctypes.c_size_t)


def has_image(page: Any) -> bool:
    """Return whether a picture is on the page."""
    return next(iter(page.get_objects(filter=(_IMAGE,), max_depth=_MAX_DEPTH)), None) is not None


def image_share(page: Any) -> float:
    """Return the share of the page area that its pictures cover together, 0 to 1: some scans are stored in stripes or tiles.

    0 for a page without large pictures or forms, which may hold some: it is quick there.
    """
    found = _pictures_and_forms(calls.pointer_of(page))
    if not found:
        return 0.0
    width, height = page.get_size()
    boxes = calls.bounds([obj for obj, _ in found])
    if ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum() < _MIN_AREA * width * height:
        return 0.0
    covered = np.zeros((_CELLS, _CELLS), dtype=np.bool_)
    across, up = _CELLS / max(width, 1.0), _CELLS / max(height, 1.0)
    for (obj, kind), box in zip(found, boxes.tolist(), strict=True):
        for left, bottom, right, top in [box] if kind == _IMAGE else _pictures_in(obj):
            covered[_cells(bottom * up, top * up), _cells(left * across, right * across)] = True
    return float(covered.mean())


def _pictures_and_forms(page: calls.Pointer) -> list[tuple[calls.Pointer, int]]:
    """Return the pictures and forms at both ends of the list of a page's objects, with their types.

    The text of a scan lies before or behind its pictures: from each end, they are looked for up to the first batch without any.
    """
    indices = range(calls.object_count(page))
    found: list[tuple[calls.Pointer, int]] = []
    for ordered in (indices, indices[::-1]):
        for begin in range(0, len(ordered), _BATCH):
            batch = _pictures_and_forms_of(page, ordered[begin : begin + _BATCH])
            if not batch:
                break
            found += batch
        else:
            break
    return found


def _pictures_and_forms_of(page: calls.Pointer, indices: range) -> list[tuple[calls.Pointer, int]]:
    objects = calls.page_objects(page, indices)
    kinds = calls.kinds(objects)
    if _IMAGE not in kinds and _FORM not in kinds:
        return []
    return [(obj, kind) for obj, kind in zip(objects, kinds, strict=True) if kind in (_IMAGE, _FORM)]


def _pictures_in(form: calls.Pointer, depth: int = _MAX_DEPTH) -> Iterator[list[float]]:
    """Yield left, bottom, right, top of the pictures in a form, in the coordinates that pdfium has for them."""
    for index in range(_count_parts(form)):
        part = calls.pointer(_get_part(form, index))
        kind = calls.kinds([part])[0]
        if kind == _IMAGE:
            yield calls.bounds([part])[0].tolist()
        elif kind == _FORM and depth > 1:
            yield from _pictures_in(part, depth - 1)


def _cells(begin: float, end: float) -> slice:
    """Return the cells whose middle lies between two places."""
    return slice(max(math.ceil(begin - 0.5), 0), max(math.ceil(end - 0.5), 0))
