"""Find underscores that TeX draws as rules between two words, because its oldest fonts (OT1) have no underscore.

pdfium takes the place for a blank. Source: LaTeX, ltoutenc.dtx, \\textunderscore: a kern of 0.06 em and a rule of 0.3 em.
"""

import ctypes
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.calls import without_argument_conversion
from darwin_spark.parsers.pdf.private_use import font_name

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_KERN, _RULE = 0.06, 0.3  # em
_MIN_EM, _MAX_EM = 0.94, 1.2  # font sizes; bold and small fonts have a wider em
_SLACK, _MIN_SHARE = 1.2, 0.6  # points by which pdfium's box of a rule may be too wide; minimum share of the gap
_MAX_HEIGHT, _MAX_RISE = 0.08, 0.15  # of a rule, in font sizes: how thick it is, and how far from the baseline
_MAX_OBJECTS = 20_000  # of a page that are looked at: drawings have more
_SAMPLE_SIZE = 4  # candidates whose fonts are looked at
_FONTS = ("cm", "sf", "xcm")  # how the names of these fonts begin

_get_object = without_argument_conversion(pdfium_c.FPDFPage_GetObject, ctypes.c_size_t)
_get_type = without_argument_conversion(pdfium_c.FPDFPageObj_GetType, ctypes.c_int)


class Horizontal(NamedTuple):
    """Pieces of horizontal text: characters [begin, end); in points their left and right edges, baselines (y), font sizes."""

    begin: Ints
    end: Ints
    left: Floats
    right: Floats
    baseline: Floats
    size: Floats


def drawn_underscores(textpage: Any, placed: Horizontal) -> list[int]:
    """Return the indices of the blanks in whose place an underscore is drawn. Coordinates are those of the page."""
    gap = placed.left[1:] - placed.right[:-1]
    size = placed.size[:-1]
    found = ((gap > _MIN_EM * (_KERN + _RULE) * size) & (gap < _MAX_EM * (_KERN + _RULE) * size)).nonzero()[0]
    found = found[placed.begin[found + 1] - placed.end[found] == 1]
    found = found[np.abs(placed.baseline[found + 1] - placed.baseline[found]) < 0.1]
    page = ctypes.cast(textpage.raw, ctypes.c_void_p)
    sample = found[:: max(len(found) // _SAMPLE_SIZE, 1)].tolist()
    if not any(font_name(page, int(placed.begin[at])).startswith(_FONTS) for at in sample):
        return []
    rules = _rules(textpage.page, float(placed.size.max()))
    return [int(placed.end[at]) for at in _filled(rules, placed, found)] if len(rules) else []


def _rules(page: Any, size: float) -> Floats:
    """Return left, bottom, right, top of the short thin rules of a page, shape (rules, 4)."""
    handle, found = ctypes.cast(page.raw, ctypes.c_void_p), []
    sides = [ctypes.c_float() for _ in range(4)]
    for index in range(min(pdfium_c.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        address = ctypes.c_void_p(_get_object(handle, index))
        if _get_type(address) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        pdfium_c.FPDFPageObj_GetBounds(ctypes.cast(address, pdfium_c.FPDF_PAGEOBJECT), *sides)
        left, bottom, right, top = (side.value for side in sides)
        if top - bottom < _MAX_HEIGHT * size + 1 and right - left < size:
            found.append((left, bottom, right, top))
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def _filled(rules: Floats, placed: Horizontal, at: Ints) -> list[int]:
    """Return those of the gaps after the pieces `at` that a rule fills, for the most part, close to the baseline."""
    left, right = placed.right[at, None], placed.left[at + 1, None]
    low, size = placed.baseline[at, None], placed.size[at, None]
    within = (rules[:, 0] > left - _SLACK) & (rules[:, 2] < right + _SLACK)
    near = np.abs(rules[:, 1] - low) < _MAX_RISE * size
    wide = rules[:, 2] - rules[:, 0] > _MIN_SHARE * (right - left)
    return list(map(int, at[(within & near & wide).any(axis=1)]))
