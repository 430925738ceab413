"""What a page cuts off its text: a table that runs over several pages may lie whole on each, clipped to a part of its rows.

All rows are in each page's text layer; a reader sees each once.
"""

import ctypes
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.styles import unchecked

_SAMPLE = 16
"""Objects that are asked first; most pages clip nothing."""
_LETTERS = 0.5
"""Of the size: how far letters reach above their baseline; less than that is not read."""

_clip_of = unchecked(pdfium_c.FPDFPageObj_GetClipPath, ctypes.c_size_t)
_count_of = unchecked(pdfium_c.FPDFClipPath_CountPaths, ctypes.c_int)


class Region(NamedTuple):
    """A rectangle in page coordinates, y upwards; nothing is seen where it has no extent."""

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
        """Which words on one baseline (a distance from y = 0) can be read."""
        if not (self.bottom - _LETTERS * size < baseline < self.top and self.left < self.right):
            return np.zeros(len(lefts), dtype=np.bool_)
        return (lefts < self.right) & (rights > self.left)


def clipped(page: Any, objects: list[int]) -> dict[int, Region]:
    """Of text objects, given by their addresses, those that are clipped: where they are seen, by their place in the list.

    Objects inside a form are left out: their paths are in the form's own coordinates. So are the few of a page on which a
    sample of objects has none.
    """
    if not any(map(_clip, objects[:: max(len(objects) // _SAMPLE, 1)])):
        return {}
    clips = {i: clip for i, obj in enumerate(objects) if (clip := _clip(obj))}
    own = _own_objects(page)
    return {i: _region(clip) for i, clip in clips.items() if objects[i] in own}


def _clip(obj: int) -> int:
    """The address of what an object is clipped to; 0 if it is not."""
    clip = _clip_of(ctypes.c_void_p(obj)) if obj else 0
    return clip if clip and _count_of(ctypes.c_void_p(clip)) > 0 else 0


def _own_objects(page: Any) -> set[int]:
    count = pdfium_c.FPDFPage_CountObjects(page)
    return {_address(pdfium_c.FPDFPage_GetObject(page, i)) for i in range(count)}


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _region(address: int) -> Region:
    """Where the rectangles around all paths overlap."""
    clip = ctypes.cast(address, pdfium_c.FPDF_CLIPPATH)
    boxes = [_box(clip, i) for i in range(pdfium_c.FPDFClipPath_CountPaths(clip))]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Region(max(lefts), max(bottoms), min(rights), min(tops))


def _box(clip: Any, index: int) -> Region:
    x, y = ctypes.c_float(), ctypes.c_float()
    points = []
    for i in range(pdfium_c.FPDFClipPath_CountPathSegments(clip, index)):
        pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFClipPath_GetPathSegment(clip, index, i), x, y)
        points.append((x.value, y.value))
    if not points:
        return Region(0.0, 0.0, 0.0, 0.0)
    xs, ys = zip(*points, strict=True)
    return Region(min(xs), min(ys), max(xs), max(ys))
