"""Read the words of a PDF page from pdfium in few calls: a call through ctypes costs as much as pdfium needs for a character.

The text of the page comes in one call and is split at white space. For a word only the text object and the boxes of its first
and last character are read; for a text object its style and baseline, once. The rest is array arithmetic.
"""

import ctypes
import math
from collections.abc import Iterator, Mapping
from itertools import groupby, repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from darwin_spark.parsers.pdf.characters import Characters
from darwin_spark.parsers.pdf.clipping import Region, clipped
from darwin_spark.parsers.pdf.gutters import after_gutters
from darwin_spark.parsers.pdf.line_numbers import LineNumbers, numbers
from darwin_spark.parsers.pdf.line_numbers import Pieces as Numbered
from darwin_spark.parsers.pdf.page_box import PageBox
from darwin_spark.parsers.pdf.styles import Style, Styles, without_argument_conversion

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SPACE_GAP = 0.2  # font sizes; two pieces with a wider gap are two words, even if pdfium puts no space between them
_LETTER_WIDTH = 0.5  # width of a letter in text at an oblique angle, as a share of the diagonal of its box

_get_object = without_argument_conversion(pdfium_c.FPDFText_GetTextObject, ctypes.c_size_t)
_get_box = without_argument_conversion(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int)

_BATCH = 1024
_RECTS = (pdfium_c.FS_RECTF * _BATCH)()
_RECT_POINTERS = [ctypes.byref(_RECTS, ctypes.sizeof(pdfium_c.FS_RECTF) * i) for i in range(_BATCH)]
"""Buffers into which pdfium writes boxes; created once, because creating one costs as much as the call."""


class Word(NamedTuple):
    """A word, or adjacent words of one style. In points: `left` and `right` along the text direction, `baseline` across it."""

    text: str
    left: float
    right: float
    baseline: float
    style: Style
    spaced: bool  # whether white space precedes the word
    inside: bool = True  # whether the word is inside the visible box of the page
    begins_column: bool = False  # whether a narrow gutter parts the word from the one before it on its line


class _Pieces(NamedTuple):
    """Arrays over pieces: characters [begin, end) of text object `obj`, without white space; `spaced`: a space precedes."""

    begin: Ints
    end: Ints
    obj: Ints
    spaced: Flags

    def where(self, mask: Flags) -> "_Pieces":
        return _Pieces(self.begin[mask], self.end[mask], self.obj[mask], self.spaced[mask])


class _Places(NamedTuple):
    """Arrays over pieces: begin and end along the text direction, in points, and whether the piece is inside the visible page."""

    left: Floats
    right: Floats
    inside: Flags


def read_words(textpage: Any, box: PageBox, margins: LineNumbers) -> list[Word]:
    """Return words by angle, horizontal first, each in content order, without those hidden by clipping; `box`: the visible page."""
    page = ctypes.cast(textpage.raw, ctypes.c_void_p)
    characters = Characters(textpage)
    pieces = _pieces(page, characters.blank)
    styles = Styles(textpage, box)
    objects, first, object_index = np.unique(pieces.obj, return_index=True, return_inverse=True)
    object_styles = list(map(styles.of, objects.tolist(), pieces.begin[first].tolist()))
    regions = clipped(textpage.page, objects.tolist())
    angles = np.array([style.angle for style, _ in object_styles], dtype=np.int64)[object_index]
    words: list[Word] = []
    for angle in np.unique(angles).tolist():
        selected, of = pieces.where(angles == angle), object_index[angles == angle]
        if angle:
            selected, of = _letters(selected, of)
        first, last = _boxes_of_pieces(page, selected, box)
        sides = _extents(first, last, angle, box)
        inside = _inside(first, last, box)
        if regions and not angle:
            shown = _shown(of, object_styles, regions, box, *sides)
            selected, of, inside = selected.where(shown), of[shown], inside[shown]
            sides = sides[0][shown], sides[1][shown]
        text_pieces = ~margins.found(_numbered(characters.text, selected, of, object_styles, sides))
        if not text_pieces.all():
            selected, of, inside = selected.where(text_pieces), of[text_pieces], inside[text_pieces]
            sides = sides[0][text_pieces], sides[1][text_pieces]
        words += _words(characters, selected, of, object_styles, _Places(*sides, inside))
    return words


def _numbered(
    text: str, pieces: _Pieces, of: Ints, object_styles: list[tuple[Style, float]], sides: tuple[Floats, Floats]
) -> Numbered:
    """Return the pieces as `line_numbers.py` wants them."""
    baselines = np.array([baseline for _, baseline in object_styles])[of]
    sizes = np.array([style.size for style, _ in object_styles])[of]
    return Numbered(*sides, baselines, sizes, numbers(text, pieces.begin, pieces.end))


def _shown(
    of: Ints,
    object_styles: list[tuple[Style, float]],
    regions: Mapping[int, Region],
    box: PageBox,
    lefts: Floats,
    rights: Floats,
) -> Flags:
    """Return a mask of the pieces that clipping does not hide; `of`: each piece's index in `object_styles` and `regions`."""
    shown = np.ones(len(of), dtype=np.bool_)
    for object_index, region in regions.items():
        pieces = np.flatnonzero(of == object_index)
        style, baseline = object_styles[object_index]
        shown[pieces] = region.shows(lefts[pieces] + box.left, rights[pieces] + box.left, box.top - baseline, style.size)
    return shown


def _pieces(page: ctypes.c_void_p, blank: Flags) -> _Pieces:
    """Return the pieces of the page text: it is split at white space (the mask `blank`) and where the text object changes."""
    edges = np.diff(np.concatenate(([1], blank.astype(np.int8), [1])))
    begins, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
    obj = _objects(page, begins)
    last = obj.copy()
    uncertain = np.flatnonzero((ends - begins > 1) & (obj != np.append(obj[1:], 0)))  # the characters of an object are adjacent
    last[uncertain] = _objects(page, ends[uncertain] - 1)
    single_object = _Pieces(begins, ends, obj, np.ones(len(begins), dtype=np.bool_))
    mixed = obj != last
    if not mixed.any():
        return single_object
    parts = list(_parts(page, begins[mixed].tolist(), ends[mixed].tolist()))
    joined = [np.concatenate((a, b)) for a, b in zip(single_object.where(~mixed), zip(*parts, strict=True), strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return _Pieces(joined[0][order], joined[1][order], joined[2][order], joined[3][order])


def _objects(page: ctypes.c_void_p, indices: Ints) -> Ints:
    return np.fromiter(map(_get_object, repeat(page), indices.tolist()), np.uint64, len(indices)).astype(np.int64)


def _parts(page: ctypes.c_void_p, begins: list[int], ends: list[int]) -> Iterator[tuple[int, int, int, bool]]:
    """Yield (begin, end, object, spaced) of each piece of words [begin, end) that lie in several objects, as formulas do."""
    for begin, end in zip(begins, ends, strict=True):
        at = begin
        for obj, same in groupby(map(_get_object, repeat(page), range(begin, end))):
            start, at = at, at + sum(1 for _ in same)
            yield start, at, obj, start == begin


def _letters(pieces: _Pieces, of: Ints) -> tuple[_Pieces, Ints]:
    """Return the pieces split into letters, and the object index of each: pdfium omits spaces between words of rotated text."""
    lengths = pieces.end - pieces.begin
    starts = np.repeat(pieces.begin, lengths)
    begin = starts + np.arange(len(starts)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    spaced = (begin != starts) | np.repeat(pieces.spaced, lengths)
    return _Pieces(begin, begin + 1, np.repeat(pieces.obj, lengths), spaced & (begin == starts)), np.repeat(of, lengths)


def _boxes_of_pieces(page: ctypes.c_void_p, pieces: _Pieces, box: PageBox) -> tuple[Floats, Floats]:
    """Return the loose boxes (as wide as the glyph advance) of each piece's first and last character, relative to `box`."""
    first = _boxes(page, pieces.begin)
    first -= np.array([box.left, box.bottom, box.left, box.bottom])
    last, longer = first.copy(), pieces.end - pieces.begin > 1
    last[longer] = _boxes(page, pieces.end[longer] - 1) - np.array([box.left, box.bottom, box.left, box.bottom])
    return first, last


def _inside(first: Floats, last: Floats, box: PageBox) -> Flags:
    """Return a mask of the pieces whose middle is inside the visible box of the page."""
    middle = (first[:, :2] + first[:, 2:] + last[:, :2] + last[:, 2:]) / 4
    return np.asarray(((middle > 0) & (middle < np.array([box.width, box.height]))).all(axis=1))


def _extents(first: Floats, last: Floats, angle: int, box: PageBox) -> tuple[Floats, Floats]:
    """Return two arrays, begin and end of each piece along its direction, from the boxes of its first and last character."""
    if angle == 0:
        sides = first[:, 0], last[:, 2]
    elif angle == 90:
        sides = first[:, 3], last[:, 1]
    elif angle == 180:
        sides = box.width - first[:, 2], box.width - last[:, 0]
    elif angle == 270:
        sides = box.height - first[:, 1], box.height - last[:, 3]
    else:
        direction = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))]) / 2
        middle = (first[:, :2] + first[:, 2:]) @ direction
        half = np.hypot(first[:, 2] - first[:, 0], first[:, 1] - first[:, 3]) * _LETTER_WIDTH / 2
        sides = middle - half, middle + half
    return np.minimum(*sides), np.maximum(*sides)


def _boxes(page: ctypes.c_void_p, indices: Ints) -> Floats:
    """Return left, top, right, bottom of each character in page coordinates (y upwards), shape (characters, 4)."""
    boxes = np.empty((len(indices), 4))
    for at in range(0, len(indices), _BATCH):
        batch = indices[at : at + _BATCH].tolist()
        list(map(_get_box, repeat(page), batch, _RECT_POINTERS))
        boxes[at : at + _BATCH] = np.frombuffer(_RECTS, np.float32).reshape(-1, 4)[: len(batch)]
    return boxes


def _words(
    characters: Characters, pieces: _Pieces, of: Ints, object_styles: list[tuple[Style, float]], places: _Places
) -> Iterator[Word]:
    """Yield words, without those in drawing fonts; adjacent words of one style are merged, since most lines have one style.

    Fixed-width words are not merged across white space, which counts in code. `of` holds the text object index of each piece.
    """
    numbers: dict[Style, int] = {}
    sizes = np.array([style.size for style, _ in object_styles])[of]
    baselines = np.array([baseline for _, baseline in object_styles])[of]
    style_of = np.array([numbers.setdefault(style, len(numbers)) for style, _ in object_styles])[of]
    is_mono = np.array([style.mono for style, _ in object_styles])[of]
    lefts, rights, inside = places
    gaps = lefts[1:] - rights[:-1]
    begins_column = after_gutters(lefts, rights, baselines, sizes) & ~is_mono
    begins = np.ones(len(of), dtype=np.bool_)
    begins[1:] = (
        (style_of[1:] != style_of[:-1])
        | (inside[1:] != inside[:-1])
        | (is_mono[1:] & pieces.spaced[1:])
        | (np.abs(np.diff(baselines)) > 0.05)
        | (np.abs(gaps) > sizes[1:])
        | (~pieces.spaced[1:] & (gaps > _SPACE_GAP * sizes[1:]))
        | begins_column[1:]
    )
    at = np.flatnonzero(begins)
    last_piece = np.append(at[1:], len(of)) - 1
    columns = (
        pieces.begin[at],
        pieces.end[last_piece],
        lefts[at],
        rights[last_piece],
        pieces.spaced[at],
        inside[at],
        begins_column[at],
    )
    for begin, end, left, right, *flags, i in zip(*(column.tolist() for column in (*columns, of[at])), strict=True):
        style, baseline = object_styles[i]
        text = "" if style.drawing else characters.between(begin, end)
        if text:
            yield Word(text, left, right, baseline, style, *flags)
