"""Find text hidden by clipping: the text layer of each page may hold all rows of a long table, of which the page shows some."""

import ctypes
from collections.abc import Sequence
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.calls import without_argument_conversion

_SAMPLE_SIZE = 16  # at least this many objects are checked first (or all of them); most pages clip nothing
_LETTER_HEIGHT = 0.5
"""Height of letters above the baseline in font sizes; text whose baseline is farther below a region is not visible in it."""

_get_clip_path = without_argument_conversion(pdfium_c.FPDFPageObj_GetClipPath, ctypes.c_size_t)
_count_paths = without_argument_conversion(pdfium_c.FPDFClipPath_CountPaths, ctypes.c_int)
_count_segments = without_argument_conversion(pdfium_c.FPDFClipPath_CountPathSegments, ctypes.c_int)
_get_segment = without_argument_conversion(pdfium_c.FPDFClipPath_GetPathSegment, ctypes.c_size_t)
_get_point = without_argument_conversion(pdfium_c.FPDFPathSegment_GetPoint, ctypes.c_int)
_count_objects = without_argument_conversion(pdfium_c.FPDFPage_CountObjects, ctypes.c_int)
_get_object = without_argument_conversion(pdfium_c.FPDFPage_GetObject, ctypes.c_size_t)
_X, _Y = ctypes.c_float(), ctypes.c_float()
_X_POINTER, _Y_POINTER = ctypes.byref(_X), ctypes.byref(_Y)


class Region(NamedTuple):
    """A rectangle in page coordinates (points, y upwards) in which text is visible; without width, nothing is visible."""

    left: float
    bottom: float
    right: float
    top: float

    def shows(
        self,
        lefts: npt.NDArray[np.float64],
        rights: npt.NDArray[np.float64],
        baseline: float,
        size: float,
    ) -> npt.NDArray[np.bool_]:
        """Return a mask of the words that are at least partly visible; `baseline`: y of their line; `size`: their font size."""
        if not (self.bottom - _LETTER_HEIGHT * size < baseline < self.top and self.left < self.right):
            return np.zeros(len(lefts), dtype=np.bool_)
        return (lefts < self.right) & (rights > self.left)


def clipped(page: Any, objects: Sequence[ctypes.c_void_p]) -> dict[int, Region]:
    """Return {index in `objects`: visible region} for each clipped text object.

    Objects in a form XObject are left out (their paths use its coordinates). If a sample of `objects` is unclipped, returns {}.
    """
    if not any(map(_clip_path, objects[:: max(len(objects) // _SAMPLE_SIZE, 1)])):
        return {}
    clips = {i: clip for i, obj in enumerate(objects) if (clip := _clip_path(obj))}
    top_level = _top_level_objects(page)
    return {i: _visible_region(clip) for i, clip in clips.items() if objects[i].value in top_level}


def _clip_path(obj: ctypes.c_void_p) -> int:
    """Return the address of the clipping path of an object; 0 if the object is not clipped."""
    clip = _get_clip_path(obj) if obj else 0
    return clip if clip and _count_paths(ctypes.c_void_p(clip)) > 0 else 0


def _top_level_objects(page: Any) -> set[int]:
    handle = ctypes.cast(page.raw, ctypes.c_void_p)
    return set(map(_get_object, repeat(handle), range(_count_objects(handle))))


def _visible_region(address: int) -> Region:
    """Return the intersection of the bounding boxes of all paths in the clipping path at this address."""
    clip = ctypes.c_void_p(address)
    lefts, bottoms, rights, tops = zip(*[_bounding_box(clip, i) for i in range(_count_paths(clip))], strict=True)
    return Region(max(lefts), max(bottoms), min(rights), min(tops))


def _bounding_box(clip: ctypes.c_void_p, index: int) -> Region:
    """Return the bounding box of the points of one path; a rectangle without extent if the path has no points."""
    xs, ys = [], []
    for i in range(_count_segments(clip, index)):
        if _get_point(ctypes.c_void_p(_get_segment(clip, index, i)), _X_POINTER, _Y_POINTER):
            xs.append(_X.value)
            ys.append(_Y.value)
    return Region(min(xs), min(ys), max(xs), max(ys)) if xs else Region(0.0, 0.0, 0.0, 0.0)
