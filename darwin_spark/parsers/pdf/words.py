"""Words of a PDF page, read from pdfium with few calls: a call through ctypes costs as much as pdfium needs for a character.

The page's text comes in one call. White space parts it into words; of a word only the text object and the box of its first
and last character are asked, of an object its style and baseline, once. The rest is arithmetic on arrays.
"""

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import groupby, repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.clipping import Region, clipped
from darwin_spark.parsers.pdf.styles import Style, Styles, unchecked

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SPACE_GAP = 0.2
"""Units of the size: words farther apart, without a blank of pdfium's between them, are two all the same."""
_LETTER_WIDTH = 0.5
"""Of the diagonal of a letter's box, for text that leans."""
_HYPHEN = 2
"""What pdfium gives, for a single character, in place of the hyphen of a word that it believes broken at the line's end."""
_BLANK = np.array([code == 0 or chr(code).isspace() for code in range(0x10000)])
_BEYOND_16_BITS = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_FORMULA_LETTERS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}
"""Mathematical alphanumeric symbols as the letters that they are, which is how TeX's fonts give the same formula."""

_get_text = unchecked(pdfium_c.FPDFText_GetText, ctypes.c_int)
_object_of = unchecked(pdfium_c.FPDFText_GetTextObject, ctypes.c_size_t)
_box_of = unchecked(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int)
_unicode_of = unchecked(pdfium_c.FPDFText_GetUnicode, ctypes.c_uint)
_is_hyphen = unchecked(pdfium_c.FPDFText_IsHyphen, ctypes.c_int)

_MANY = 1024
_RECTS = (pdfium_c.FS_RECTF * _MANY)()
_PLACES = [ctypes.byref(_RECTS, ctypes.sizeof(pdfium_c.FS_RECTF) * i) for i in range(_MANY)]
"""Where pdfium writes boxes; made once, since making them costs as much as the call."""


class Word(NamedTuple):
    """A word, or several set side by side in one style; along their direction, and down from line to line."""

    text: str
    left: float
    right: float
    baseline: float
    style: Style
    spaced: bool
    """White space stands before it."""


class _Pieces(NamedTuple):
    """Columns: characters [begin, end) of one text object without white space; `spaced` if some stands before."""

    begin: Ints
    end: Ints
    obj: Ints
    spaced: Flags

    def where(self, mask: Flags) -> "_Pieces":
        return _Pieces(self.begin[mask], self.end[mask], self.obj[mask], self.spaced[mask])


def read_words(textpage: Any, width: float, height: float) -> list[Word]:
    """Visible words in content order, the upright ones first; `width` and `height` are the page's, in points.

    What a page clips off its upright text is left out.
    """
    page = ctypes.cast(textpage.raw, ctypes.c_void_p)
    text, blank = _text_of(textpage, page)
    pieces = _pieces(page, blank)
    styles = Styles(textpage, width, height)
    objects, first, number = np.unique(pieces.obj, return_index=True, return_inverse=True)
    known = list(map(styles.of, objects.tolist(), pieces.begin[first].tolist()))
    regions = clipped(textpage.page, objects.tolist())
    angles = np.array([style.angle for style, _ in known], dtype=np.int64)[number]
    words: list[Word] = []
    for angle in np.unique(angles).tolist():
        chosen, of = pieces.where(angles == angle), number[angles == angle]
        if angle:
            chosen, of = _letters(chosen, of)
        sides = _extents(page, chosen, angle, width, height)
        if regions and not angle:
            shown = _shown(of, known, regions, height, *sides)
            chosen, of, sides = chosen.where(shown), of[shown], (sides[0][shown], sides[1][shown])
        words += _words(text, chosen, of, known, *sides)
    return words


def _shown(
    of: Ints, known: list[tuple[Style, float]], regions: Mapping[int, Region], height: float, lefts: Floats, rights: Floats
) -> Flags:
    """Which pieces lie where the objects that they are of are seen."""
    shown = np.ones(len(of), dtype=np.bool_)
    for number, region in regions.items():
        pieces = np.flatnonzero(of == number)
        style, baseline = known[number]
        shown[pieces] = region.shows(lefts[pieces], rights[pieces], height - baseline, style.size)
    return shown


def _text_of(textpage: Any, page: ctypes.c_void_p) -> tuple[str, Flags]:
    """One UTF-16 unit for each of pdfium's, and which are blank; in bulk, unless pdfium leaves some out of it (controls)."""
    count = textpage.count_chars()
    buffer = np.empty(count + 1, np.uint16)
    if _get_text(page, 0, count, ctypes.c_void_p(buffer.ctypes.data)) == count + 1:
        codes = buffer[:count].astype(np.uint32)
    else:
        codes = np.fromiter(map(_unicode_of, repeat(page), range(count)), np.uint32, count)
        for index in np.flatnonzero(codes == _HYPHEN).tolist():
            codes[index] = 0xFFFE if _is_hyphen(page, index) == 1 else 0
        codes[codes > 0x10FFFF] = 0
    blank = _BLANK[np.minimum(codes, 0xFFFF)]
    codes[blank] = ord(" ")
    return codes.tobytes().decode("utf-32-le", "surrogatepass"), blank


def _whole(text: str) -> str:
    """Characters that come in two halves (surrogates) made whole; a half alone goes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore").translate(_FORMULA_LETTERS)


def _pieces(page: ctypes.c_void_p, blank: Flags) -> _Pieces:
    edges = np.diff(np.concatenate(([1], blank.astype(np.int8), [1])))
    begins, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
    obj = _objects(page, begins)
    last = obj.copy()
    asked = np.flatnonzero((ends - begins > 1) & (obj != np.append(obj[1:], 0)))  # an object's characters stand together
    last[asked] = _objects(page, ends[asked] - 1)
    whole = _Pieces(begins, ends, obj, np.ones(len(begins), dtype=np.bool_))
    mixed = obj != last
    if not mixed.any():
        return whole
    parts = list(_parts(page, begins[mixed].tolist(), ends[mixed].tolist()))
    joined = [np.concatenate((a, b)) for a, b in zip(whole.where(~mixed), zip(*parts, strict=True), strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return _Pieces(joined[0][order], joined[1][order], joined[2][order], joined[3][order])


def _objects(page: ctypes.c_void_p, indices: Ints) -> Ints:
    """The text object of each character."""
    return np.fromiter(map(_object_of, repeat(page), indices.tolist()), np.uint64, len(indices)).astype(np.int64)


def _parts(page: ctypes.c_void_p, begins: list[int], ends: list[int]) -> Iterator[tuple[int, int, int, bool]]:
    """The pieces of words that several objects make up: formulas, scripts, changes of font."""
    for begin, end in zip(begins, ends, strict=True):
        at = begin
        for obj, same in groupby(map(_object_of, repeat(page), range(begin, end))):
            here, at = at, at + sum(1 for _ in same)
            yield here, at, obj, here == begin


def _letters(pieces: _Pieces, of: Ints) -> tuple[_Pieces, Ints]:
    """A piece for each letter: between the words of turned text pdfium leaves blanks out."""
    lengths = pieces.end - pieces.begin
    starts = np.repeat(pieces.begin, lengths)
    begin = starts + np.arange(len(starts)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    spaced = (begin != starts) | np.repeat(pieces.spaced, lengths)
    return _Pieces(begin, begin + 1, np.repeat(pieces.obj, lengths), spaced & (begin == starts)), np.repeat(of, lengths)


def _extents(page: ctypes.c_void_p, pieces: _Pieces, angle: int, width: float, height: float) -> tuple[Floats, Floats]:
    """Where each piece begins and ends along its direction: by the loose boxes, as wide as the pen moves."""
    first = _boxes(page, pieces.begin)
    last, longer = first.copy(), pieces.end - pieces.begin > 1
    last[longer] = _boxes(page, pieces.end[longer] - 1)
    if angle == 0:
        sides = first[:, 0], last[:, 2]
    elif angle == 90:
        sides = first[:, 3], last[:, 1]
    elif angle == 180:
        sides = width - first[:, 2], width - last[:, 0]
    elif angle == 270:
        sides = height - first[:, 1], height - last[:, 3]
    else:
        turn = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))]) / 2
        middle = (first[:, :2] + first[:, 2:]) @ turn
        half = np.hypot(first[:, 2] - first[:, 0], first[:, 1] - first[:, 3]) * _LETTER_WIDTH / 2
        sides = middle - half, middle + half
    return np.minimum(*sides), np.maximum(*sides)


def _boxes(page: ctypes.c_void_p, indices: Ints) -> Floats:
    """Left, top, right, bottom in page coordinates (y upwards), a row a character."""
    boxes = np.empty((len(indices), 4))
    for at in range(0, len(indices), _MANY):
        some = indices[at : at + _MANY].tolist()
        list(map(_box_of, repeat(page), some, _PLACES))
        boxes[at : at + _MANY] = np.frombuffer(_RECTS, np.float32).reshape(-1, 4)[: len(some)]
    return boxes


def _words(
    text: str, pieces: _Pieces, of: Ints, known: list[tuple[Style, float]], lefts: Floats, rights: Floats
) -> Iterator[Word]:
    """Neighbours in one style come out together, since most lines are one. In code every blank counts, so not there.

    `of` says which of the `known` objects each piece is of.
    """
    numbers: dict[Style, int] = {}
    sizes = np.array([style.size for style, _ in known])[of]
    baselines = np.array([baseline for _, baseline in known])[of]
    style_of = np.array([numbers.setdefault(style, len(numbers)) for style, _ in known])[of]
    apart = np.array([style.mono for style, _ in known])[of]
    gaps = lefts[1:] - rights[:-1]
    begins = np.ones(len(of), dtype=np.bool_)
    begins[1:] = (
        (style_of[1:] != style_of[:-1])
        | (apart[1:] & pieces.spaced[1:])
        | (np.abs(np.diff(baselines)) > 0.05)
        | (np.abs(gaps) > sizes[1:])
        | (~pieces.spaced[1:] & (gaps > _SPACE_GAP * sizes[1:]))
    )
    at = np.flatnonzero(begins)
    until = np.append(at[1:], len(of)) - 1
    is_wide = _BEYOND_16_BITS.search(text) is not None
    columns = pieces.begin[at], pieces.end[until], lefts[at], rights[until], pieces.spaced[at], of[at]
    for begin, end, left, right, spaced, i in zip(*(column.tolist() for column in columns), strict=True):
        style, baseline = known[i]
        if not style.drawing:
            piece = text[begin:end]
            yield Word(_whole(piece) if is_wide and not piece.isascii() else piece, left, right, baseline, style, spaced)
