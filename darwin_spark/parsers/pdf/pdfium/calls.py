"""Read properties of many characters or objects of a page from pdfium, with little cost for each call.

A call through ctypes costs as much as what pdfium does in it: so arguments are not converted, buffers are created once, and
results become arrays.
"""

import ctypes
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

_BATCH = 1024

Call = Callable[..., Any]

Pointer: TypeAlias = Any
"""A pointer to an object of pdfium, made ready to be passed: ctypes prepares a c_void_p again at each call."""

pointer: Callable[[int], Pointer] = ctypes.c_void_p.from_param
"""Return the pointer to this address."""


def without_argument_conversion(function: Any, result: Any) -> Call:
    """Return `function` without what takes ctypes longer than the call: converting arguments, and letting other threads run.

    Pass ints, `pointer` or byref. `result`: the ctypes type of the result; None to ignore it.
    """
    return ctypes.PYFUNCTYPE(result)(ctypes.cast(function, ctypes.c_void_p).value)  # type: ignore[arg-type]


def _pointers(buffer: Any, size: int, step: int, start: int = 0) -> list[Any]:
    """Return pointers into a buffer, `step` bytes apart; created once, because creating one costs as much as a call."""
    return [ctypes.byref(buffer, start + step * i) for i in range(size)]


_RECTS = (pdfium_c.FS_RECTF * _BATCH)()
_RECT_POINTERS = _pointers(_RECTS, _BATCH, ctypes.sizeof(pdfium_c.FS_RECTF))
_RECT_VALUES = np.frombuffer(_RECTS, np.float32).reshape(-1, 4)
_MATRICES = (pdfium_c.FS_MATRIX * _BATCH)()
_MATRIX_POINTERS = _pointers(_MATRICES, _BATCH, ctypes.sizeof(pdfium_c.FS_MATRIX))
_MATRIX_VALUES = np.frombuffer(_MATRICES, np.float32).reshape(-1, 6)
_NAME, _FLAGS = ctypes.create_string_buffer(128), ctypes.c_int()
_FLAGS_POINTER = ctypes.byref(_FLAGS)
_COLOURS = (ctypes.c_uint * (4 * _BATCH))()
_COLOUR_POINTERS = [_pointers(_COLOURS, _BATCH, ctypes.sizeof(ctypes.c_uint) * 4, part * 4) for part in range(4)]
_COLOUR_VALUES = np.ctypeslib.as_array(_COLOURS).reshape(-1, 4)

_SIDES = (ctypes.c_float * (4 * _BATCH))()
_SIDE_POINTERS = [_pointers(_SIDES, _BATCH, ctypes.sizeof(ctypes.c_float) * 4, side * 4) for side in range(4)]
_SIDE_VALUES = np.ctypeslib.as_array(_SIDES).reshape(-1, 4)

character_count = without_argument_conversion(pdfium_c.FPDFText_CountChars, ctypes.c_int)
_count_objects = without_argument_conversion(pdfium_c.FPDFPage_CountObjects, ctypes.c_int)
_get_page_object = without_argument_conversion(pdfium_c.FPDFPage_GetObject, ctypes.c_size_t)
_get_kind = without_argument_conversion(pdfium_c.FPDFPageObj_GetType, ctypes.c_int)
_get_bounds = without_argument_conversion(pdfium_c.FPDFPageObj_GetBounds, ctypes.c_int)
_get_object = without_argument_conversion(pdfium_c.FPDFText_GetTextObject, ctypes.c_size_t)
_get_box = without_argument_conversion(pdfium_c.FPDFText_GetLooseCharBox, None)
_get_font_size = without_argument_conversion(pdfium_c.FPDFText_GetFontSize, ctypes.c_double)
_get_matrix = without_argument_conversion(pdfium_c.FPDFText_GetMatrix, ctypes.c_int)
_get_font = without_argument_conversion(pdfium_c.FPDFTextObj_GetFont, ctypes.c_size_t)
_get_font_info = without_argument_conversion(pdfium_c.FPDFText_GetFontInfo, ctypes.c_ulong)
_get_font_weight = without_argument_conversion(pdfium_c.FPDFText_GetFontWeight, ctypes.c_int)
_get_mode = without_argument_conversion(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int)
_get_colour = without_argument_conversion(pdfium_c.FPDFPageObj_GetFillColor, ctypes.c_int)


character = without_argument_conversion(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
"""(page, index): the character, as a code point, or the code of its glyph if the font has no character for it."""
has_no_character = without_argument_conversion(pdfium_c.FPDFText_HasUnicodeMapError, ctypes.c_int)
"""(page, index): 1 if the font has no character for this glyph, 0 if it has one, -1 for a wrong index."""
is_generated = without_argument_conversion(pdfium_c.FPDFText_IsGenerated, ctypes.c_int)
"""(page, index): 1 for a blank or line break that pdfium made where it saw a gap, 0 for others, -1 for a wrong index."""
is_hyphen = without_argument_conversion(pdfium_c.FPDFText_IsHyphen, ctypes.c_int)
"""(page, index): 1 for the hyphen of a word that a line end breaks, 0 for others, -1 for a wrong index."""


INVISIBLE, CLIPPING = 3, 7
"""Text rendering modes (ISO 32000, table 104) that leave nothing on the page: neither fill nor stroke; clipping only."""


def pointer_of(opened: Any) -> Pointer:
    """Return the pointer to the page, or page text, that an object of pypdfium2 holds."""
    return pointer(ctypes.cast(opened.raw, ctypes.c_void_p).value or 0)


def pointers(addresses: Iterable[int]) -> list[Pointer]:
    """Return the pointers to pdfium objects at these addresses."""
    return list(map(pointer, addresses))


def objects_of(page: Pointer, characters: Sequence[int]) -> npt.NDArray[np.int64]:
    """Return the address of the text object of each character (0: none)."""
    return np.fromiter(map(_get_object, repeat(page), characters), np.uint64, len(characters)).astype(np.int64)


def boxes(page: Pointer, characters: Sequence[int]) -> npt.NDArray[np.float64]:
    """Return left, top, right, bottom of each character's loose box in page coordinates, shape (characters, 4)."""
    found = np.empty((len(characters), 4))
    for at in range(0, len(characters), _BATCH):
        batch = characters[at : at + _BATCH]
        deque(map(_get_box, repeat(page), batch, _RECT_POINTERS), maxlen=0)
        found[at : at + _BATCH] = _RECT_VALUES[: len(batch)]
    return found


def font_sizes(page: Pointer, characters: Sequence[int]) -> npt.NDArray[np.float64]:
    """Return the declared font size of each character, which its matrix scales."""
    return np.fromiter(map(_get_font_size, repeat(page), characters), np.float64, len(characters))


def matrices(page: Pointer, characters: Sequence[int]) -> npt.NDArray[np.float64]:
    """Return a, b, c, d, e, f of each character's matrix, shape (characters, 6); NaN for one without a matrix."""
    found = np.empty((len(characters), 6))
    for at in range(0, len(characters), _BATCH):
        batch = characters[at : at + _BATCH]
        done = list(map(_get_matrix, repeat(page), batch, _MATRIX_POINTERS))
        found[at : at + _BATCH] = _MATRIX_VALUES[: len(batch)]
        if not all(done):
            found[at : at + _BATCH][np.array(done) == 0] = np.nan
    return found


def object_count(page: Pointer) -> int:
    """Return the number of the objects of a page, not counting what is inside forms."""
    return int(_count_objects(page))


def addresses_of_objects(page: Pointer, indices: Sequence[int]) -> list[int]:
    """Return the addresses of the objects of a page with these indices."""
    return list(map(_get_page_object, repeat(page), indices))


def page_objects(page: Pointer, indices: Sequence[int]) -> list[Pointer]:
    """Return the objects of a page with these indices."""
    return pointers(addresses_of_objects(page, indices))


def kinds(objects: Iterable[Pointer]) -> list[int]:
    """Return what each object is: FPDF_PAGEOBJ_TEXT, _PATH, _IMAGE, _SHADING or _FORM."""
    return list(map(_get_kind, objects))


def bounds(objects: Sequence[Pointer]) -> npt.NDArray[np.float64]:
    """Return left, bottom, right, top of the rectangle around each object, shape (objects, 4); zeros if pdfium knows none."""
    found = np.empty((len(objects), 4))
    for at in range(0, len(objects), _BATCH):
        batch = objects[at : at + _BATCH]
        done = list(map(_get_bounds, batch, *_SIDE_POINTERS))
        found[at : at + _BATCH] = _SIDE_VALUES[: len(batch)]
        if not all(done):
            found[at : at + _BATCH][np.array(done) == 0] = 0
    return found


def fonts(objects: Sequence[Pointer]) -> list[int]:
    """Return the address of the font of each text object."""
    return list(map(_get_font, objects))


def font_of(page: Pointer, character: int) -> tuple[str, int, int]:
    """Return name (in lower case; empty for a Type 3 font), flags (ISO 32000, table 121) and weight of a character's font."""
    _NAME.value, _FLAGS.value = b"", 0
    _get_font_info(page, character, _NAME, len(_NAME), _FLAGS_POINTER)
    name = _NAME.value.decode("ascii", "ignore").lower()
    return name, _FLAGS.value, int(_get_font_weight(page, character))


def rendering_modes(objects: Sequence[Pointer]) -> npt.NDArray[np.int64]:
    """Return the text rendering mode of each text object (ISO 32000, table 104); -1: not a text object."""
    return np.fromiter(map(_get_mode, objects), np.int64, len(objects))


def fill_colours(objects: Sequence[Pointer]) -> npt.NDArray[np.int64]:
    """Return red, green, blue, opacity (0 to 255) of each object's fill, shape (objects, 4); black if it has none."""
    found = np.empty((len(objects), 4), dtype=np.int64)
    for at in range(0, len(objects), _BATCH):
        batch = objects[at : at + _BATCH]
        done = list(map(_get_colour, batch, *_COLOUR_POINTERS))
        found[at : at + _BATCH] = _COLOUR_VALUES[: len(batch)]
        if not all(done):
            found[at : at + _BATCH][np.array(done) == 0] = 0, 0, 0, 255
    return found
