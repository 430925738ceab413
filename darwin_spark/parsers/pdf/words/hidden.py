"""Find text that a reader of the page does not see: invisible, white on white, tiny, or in a layer that is switched off.

Such text holds key words for search engines, and instructions for language models. What OCR has laid over a scan is invisible
too, but its letters stand in the picture: it stays.
"""

import ctypes
import re
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.pdfium import calls

Flags = npt.NDArray[np.bool_]

_LIGHT = 215  # a colour is looked at if its red, green and blue are all at least this
_FAINT = 12  # a text that changes no pixel of the page by more than this, of 255, is not seen
_MIN_ALPHA = 26  # opacity, of 255, below which text is looked at
_MAX_TINY, _MAX_TINY_SHARE = 1.6, 0.35  # tiny type: at most this many points, and this share of the usual size of the page
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,300}?stream\r?\n", re.DOTALL)
_LAYERS = b"/OCProperties"

_count_marks = calls.without_argument_conversion(pdfium_c.FPDFPageObj_CountMarks, ctypes.c_int)


def has_layers(content: bytes) -> bool:
    """Return whether a PDF may have optional content (layers): its catalog, maybe in a compressed stream, says so."""
    if _LAYERS in content:
        return True
    for match in _OBJECT_STREAM.finditer(content):
        inflate = zlib.decompressobj()
        try:
            if _LAYERS in inflate.decompress(content[match.end() : match.end() + 1_000_000], 10_000_000):
                return True
        except zlib.error:
            continue
    return False


class TextObjects(NamedTuple):
    """The text objects of a page: pdfium's objects, whether they are text, and font sizes.

    Arrays over the pieces of the page: `begin` and `end` are their characters, `of` are the indices of their objects.
    """

    handles: Sequence[calls.Pointer]
    is_text: Flags
    sizes: npt.NDArray[np.float64]
    begin: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    of: npt.NDArray[np.int64]


def hidden_objects(textpage: Any, objects: TextObjects, *, layers: bool) -> Flags:
    """Return a mask of the text objects that are not seen, without invisible or tiny ones over a picture.

    `layers`: whether the document may have layers.
    """
    modes, sizes = calls.rendering_modes(objects.handles), objects.sizes
    hidden: Flags = (modes == calls.INVISIBLE) | (modes == calls.CLIPPING)
    doubtful = (_is_doubtful(objects, layers) & ~hidden & objects.is_text).nonzero()[0].tolist()
    if sizes.min(initial=_MAX_TINY + 1) <= _MAX_TINY:
        hidden |= (sizes <= _MAX_TINY) & (sizes < _MAX_TINY_SHARE * np.median(sizes))
    if hidden.any():
        hidden &= objects.is_text
        hidden &= ~_over_pictures(textpage, objects, hidden)
    if doubtful:
        hidden[_without_effect(textpage, objects, doubtful)] = True
    return hidden


def _is_doubtful(objects: TextObjects, layers: bool) -> Flags:
    """Return a mask of the objects that may change nothing on the page: light, transparent, or in a layer."""
    red, green, blue, alpha = calls.fill_colours(objects.handles).T
    is_doubtful = alpha < _MIN_ALPHA
    if red.max(initial=0) >= _LIGHT:
        is_doubtful |= (red >= _LIGHT) & (green >= _LIGHT) & (blue >= _LIGHT)
    if layers:
        is_doubtful |= np.fromiter(map(_count_marks, objects.handles), np.int64, len(red)) > 0
    return np.asarray(is_doubtful)


class _Box(NamedTuple):
    """A rectangle in page coordinates: points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float


def _box(textpage: Any, objects: TextObjects, index: int) -> _Box:
    """Return the rectangle around the first and the last character of a text object."""
    pieces = (objects.of == index).nonzero()[0]
    ends = objects.begin[pieces[0]], objects.end[pieces[-1]] - 1
    first, last = (textpage.get_charbox(int(at), loose=True) for at in ends)
    return _Box(min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3]))


def _over_pictures(textpage: Any, objects: TextObjects, candidates: Flags) -> Flags:
    """Return a mask of the candidates whose middle lies on a picture of the page."""
    images = textpage.page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=4)
    pictures = [_Box(*image.get_bounds()) for image in images]
    over = np.zeros(len(candidates), dtype=np.bool_)
    for i in (candidates).nonzero()[0].tolist() if pictures else ():
        box = _box(textpage, objects, i)
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        over[i] = any(p.left <= x <= p.right and p.bottom <= y <= p.top for p in pictures)
    return over


def _without_effect(textpage: Any, objects: TextObjects, candidates: Sequence[int]) -> list[int]:
    """Return the candidates that do not change the picture of the page: it is drawn with and without them."""
    page = textpage.page
    boxes = [_box(textpage, objects, i) for i in candidates]
    seen = _Box(*page.get_bbox())
    region = _common(_around(boxes), seen)
    if region.left >= region.right or region.bottom >= region.top:
        return list(candidates)
    drawn = _grey(page, region, seen)
    handles = [ctypes.cast(objects.handles[i], pdfium_c.FPDF_PAGEOBJECT) for i in candidates]
    for handle in handles:
        pdfium_c.FPDFPageObj_SetIsActive(handle, False)
    without = _grey(page, region, seen)
    for handle in handles:
        pdfium_c.FPDFPageObj_SetIsActive(handle, True)
    changed = np.abs(drawn - without) > _FAINT
    return [i for i, box in zip(candidates, boxes, strict=True) if not _is_changed(changed, box, region)]


def _around(boxes: Sequence[_Box]) -> _Box:
    """Return the smallest rectangle around all boxes, two points larger on each side."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return _Box(min(lefts) - 2, min(bottoms) - 2, max(rights) + 2, max(tops) + 2)


def _common(box: _Box, seen: _Box) -> _Box:
    """Return the common part of a box and the visible page; its left and upper edges are whole points from the page's."""
    left, top = seen.left + max(int(box.left - seen.left), 0), seen.top - max(int(seen.top - box.top), 0)
    return _Box(left, max(box.bottom, seen.bottom), min(box.right, seen.right), top)


def _grey(page: Any, region: _Box, seen: _Box) -> npt.NDArray[np.int16]:
    """Return a region of the page at 72 dpi in grey, without the page's rotation, shape (height, width)."""
    margins = tuple(map(abs, np.subtract(region, seen).tolist()))
    bitmap = page.render(scale=1, grayscale=True, rotation=-page.get_rotation() % 360, crop=[int(x) for x in margins])
    return np.asarray(bitmap.to_numpy(), dtype=np.int16).reshape(bitmap.height, bitmap.width)


def _is_changed(changed: Flags, box: _Box, region: _Box) -> bool:
    rows = slice(max(int(region.top - box.top), 0), max(int(region.top - box.bottom) + 1, 0))
    columns = slice(max(int(box.left - region.left), 0), max(int(box.right - region.left) + 1, 0))
    return bool(changed[rows, columns].any())
