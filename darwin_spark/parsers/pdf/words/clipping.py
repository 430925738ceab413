"""Find text hidden by clipping: the text layer of each page may hold all rows of a long table, of which the page shows some."""

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.calls import without_argument_conversion

_SAMPLE_SIZE = 16  # at least this many objects are checked first (or all of them); most pages clip nothing
_LETTER_HEIGHT = 0.5
"""Height of letters above the baseline in font sizes; text whose baseline is farther below a region is not visible in it."""

_RECTANGLE = 5  # points of a closed rectangle

_Corners = tuple[float, ...]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_get_clip_path = without_argument_conversion(pdfium_c.FPDFPageObj_GetClipPath, ctypes.c_size_t)
_count_paths = without_argument_conversion(pdfium_c.FPDFClipPath_CountPaths, ctypes.c_int)
_count_segments = without_argument_conversion(pdfium_c.FPDFClipPath_CountPathSegments, ctypes.c_int)
_get_segment = without_argument_conversion(pdfium_c.FPDFClipPath_GetPathSegment, ctypes.c_size_t)
_get_point = without_argument_conversion(pdfium_c.FPDFPathSegment_GetPoint, ctypes.c_int)
_X, _Y = ctypes.c_float(), ctypes.c_float()
_X_POINTER, _Y_POINTER = ctypes.byref(_X), ctypes.byref(_Y)


Region = tuple[float, float, float, float]
"""Left, bottom, right, top of a rectangle in page coordinates (points, y upwards) in which text is visible."""


def shown(regions: Floats, lefts: Floats, rights: Floats, baselines: Floats, sizes: Floats) -> Flags:
    """Return a mask of the pieces of text that are at least partly visible.

    Arrays over the pieces, in page coordinates: the region in which each is visible (left, bottom, right, top), its edges, the
    y of its line, and its font size.
    """
    left, bottom, right, top = regions.T
    is_level = (bottom - _LETTER_HEIGHT * sizes < baselines) & (baselines < top) & (left < right)
    return np.asarray(is_level & (lefts < right) & (rights > left))


def clipped(page: Any, addresses: Sequence[int]) -> Floats | None:
    """Return the visible region of each text object, shape (objects, 4), unlimited if it is not clipped; None if none is.

    Objects in a form XObject count as unclipped (their paths use its coordinates). Nor is any if a sample is not.
    """
    if not any(map(_clip_path, addresses[:: max(len(addresses) // _SAMPLE_SIZE, 1)])):
        return None
    top_level = _top_level_objects(page)
    regions = np.full((len(addresses), 4), (-np.inf, -np.inf, np.inf, np.inf))
    known: dict[_Corners, Region] = {}
    for i, address in enumerate(addresses):
        if (clip := _clip_path(address)) and address in top_level:
            corners = _corners(calls.pointer(clip))
            regions[i] = known.get(corners) or known.setdefault(corners, _visible_region(clip))
    return regions


def _clip_path(address: int) -> int:
    """Return the address of the clipping path of the object at an address; 0 if the object is not clipped."""
    clip = _get_clip_path(calls.pointer(address))
    return clip if clip and _count_paths(calls.pointer(clip)) > 0 else 0


def _top_level_objects(page: Any) -> set[int]:
    handle = calls.pointer_of(page)
    return set(calls.addresses_of_objects(handle, range(calls.object_count(handle))))


def _corners(clip: calls.Pointer) -> _Corners:
    """Return, for each path of a clipping path, the number of its points and two of them: the opposite corners of a rectangle.

    It tells clipping paths from each other by less than half of the calls that their extents take.
    """
    found: list[float] = []
    for path in range(_count_paths(clip)):
        count = _count_segments(clip, path)
        found.append(count)
        for at in (0, 2) if count <= _RECTANGLE else range(count):
            _get_point(calls.pointer(_get_segment(clip, path, at)), _X_POINTER, _Y_POINTER)
            found += _X.value, _Y.value
    return tuple(found)


def _visible_region(address: int) -> Region:
    """Return the intersection of the bounding boxes of all paths in the clipping path at this address."""
    clip = calls.pointer(address)
    lefts, bottoms, rights, tops = zip(*[_bounding_box(clip, i) for i in range(_count_paths(clip))], strict=True)
    return max(lefts), max(bottoms), min(rights), min(tops)


def _bounding_box(clip: calls.Pointer, index: int) -> Region:
    """Return the bounding box of the points of one path; a rectangle without extent if the path has no points."""
    xs, ys = [], []
    for i in range(_count_segments(clip, index)):
        if _get_point(calls.pointer(_get_segment(clip, index, i)), _X_POINTER, _Y_POINTER):
            xs.append(_X.value)
            ys.append(_Y.value)
    return (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)
