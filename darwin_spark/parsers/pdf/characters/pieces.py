"""Split the text of a PDF page into pieces: parts of words, each in one text object, and where they stand.

Few calls of pdfium: a call through ctypes costs as much as pdfium needs for a character. For most pieces only the text object
and the boxes of its first and last character are read; the rest is array arithmetic.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.char_spacing import gaps_inside
from darwin_spark.parsers.pdf.pdfium import calls
from darwin_spark.parsers.pdf.pdfium.page_box import PageBox

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LETTER_WIDTH = 0.5  # width of a letter in text at an oblique angle, as a share of the diagonal of its box


class Pieces(NamedTuple):
    """Arrays over pieces: characters [begin, end) of text object `obj`, without white space; `spaced`: a space precedes."""

    begin: Ints
    end: Ints
    obj: Ints
    spaced: Flags

    def where(self, mask: "Flags | slice") -> "Pieces":
        """Return the pieces that the mask selects."""
        return Pieces(self.begin[mask], self.end[mask], self.obj[mask], self.spaced[mask])


def pieces_of(page: calls.Pointer, blank: Flags) -> Pieces:
    """Return the pieces of the page text: it is split at white space (the mask `blank`) and where the text object changes."""
    around = np.ones(len(blank) + 2, dtype=np.bool_)
    around[1:-1] = blank
    begins, ends = (around[:-1] & ~around[1:]).nonzero()[0], (~around[:-1] & around[1:]).nonzero()[0]
    obj = calls.objects_of(page, begins.tolist())
    last = obj.copy()
    uncertain = ((ends - begins > 1) & changes(obj[::-1])[::-1]).nonzero()[0]  # the characters of an object are adjacent
    last[uncertain] = calls.objects_of(page, (ends[uncertain] - 1).tolist())
    single_object = Pieces(begins, ends, obj, np.ones(len(begins), dtype=np.bool_))
    mixed = obj != last
    if not mixed.any():
        return single_object
    parts = _split_at_gaps(page, _parts(page, begins[mixed], ends[mixed]))
    joined = [np.concatenate((a, b)) for a, b in zip(single_object.where(~mixed), parts, strict=True)]
    order = joined[0].argsort(kind="stable")
    return Pieces(joined[0][order], joined[1][order], joined[2][order], joined[3][order])


def _parts(page: calls.Pointer, begins: Ints, ends: Ints) -> Pieces:
    """Return the pieces of words [begin, end) that lie in several objects, as formulas do."""
    lengths = ends - begins
    first = lengths.cumsum() - lengths
    characters = (begins - first).repeat(lengths) + np.arange(lengths.sum())
    objects = calls.objects_of(page, characters.tolist())
    spaced = np.zeros(len(characters), dtype=np.bool_)
    spaced[first] = True
    begins_piece = spaced | changes(objects)
    ends_piece = np.concatenate((begins_piece[1:], (True,)))
    return Pieces(characters[begins_piece], characters[ends_piece] + 1, objects[begins_piece], spaced[begins_piece])


def _split_at_gaps(page: calls.Pointer, pieces: Pieces) -> Pieces:
    """Return the pieces of words in several objects, split where character spacing stands for a blank."""
    at = gaps_inside(page, pieces.begin, pieces.end, pieces.spaced.cumsum())
    if not len(at):
        return pieces
    begin = np.sort(np.concatenate((pieces.begin, at)))
    of = pieces.begin.searchsorted(begin, side="right") - 1
    end = np.minimum(np.append(begin[1:], pieces.end[-1]), pieces.end[of])
    return Pieces(begin, end, pieces.obj[of], pieces.spaced[of] | np.isin(begin, at))


def changes(values: Ints) -> Flags:
    """Return a mask of the elements that differ from the one before them, and of the first."""
    found = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=found[1:])
    return found


def letters(pieces: Pieces, of: Ints) -> tuple[Pieces, Ints]:
    """Return the pieces split into letters, and the object index of each: pdfium omits spaces between words of rotated text."""
    lengths = pieces.end - pieces.begin
    starts = pieces.begin.repeat(lengths)
    begin = starts + np.arange(len(starts)) - np.repeat(lengths.cumsum() - lengths, lengths)
    spaced = (begin != starts) | pieces.spaced.repeat(lengths)
    return Pieces(begin, begin + 1, pieces.obj.repeat(lengths), spaced & (begin == starts)), of.repeat(lengths)


def boxes_of(page: calls.Pointer, pieces: Pieces, box: PageBox) -> tuple[Floats, Floats]:
    """Return the loose boxes (as wide as the glyph advance) of each piece's first and last character, relative to `box`."""
    first = calls.boxes(page, pieces.begin.tolist())
    first -= np.array([box.left, box.bottom, box.left, box.bottom])
    last, longer = first.copy(), pieces.end - pieces.begin > 1
    last[longer] = calls.boxes(page, (pieces.end[longer] - 1).tolist()) - np.array([box.left, box.bottom, box.left, box.bottom])
    return first, last


def inside(first: Floats, last: Floats, box: PageBox) -> Flags:
    """Return a mask of the pieces whose middle is inside the visible box of the page."""
    if (
        min(first.min(initial=1), last.min(initial=1)) > 0
        and max(first[:, ::2].max(initial=0), last[:, ::2].max(initial=0)) < box.width
        and max(first[:, 1::2].max(initial=0), last[:, 1::2].max(initial=0)) < box.height
    ):
        return np.ones(len(first), dtype=np.bool_)
    middle = (first[:, :2] + first[:, 2:] + last[:, :2] + last[:, 2:]) / 4
    return np.asarray(((middle > 0) & (middle < np.array([box.width, box.height]))).all(axis=1))


def extents(first: Floats, last: Floats, angle: int, box: PageBox) -> tuple[Floats, Floats]:
    """Return two arrays, begin and end of each piece along its direction, from the boxes of its first and last character."""
    begin, end = np.minimum(first, last), np.maximum(first, last)
    if angle == 0:
        sides = begin[:, 0], end[:, 2]
    elif angle == 90:
        sides = begin[:, 3], end[:, 1]
    elif angle == 180:
        sides = box.width - end[:, 2], box.width - begin[:, 0]
    elif angle == 270:
        sides = box.height - end[:, 1], box.height - begin[:, 3]
    else:
        direction = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))]) / 2
        middle = (first[:, :2] + first[:, 2:]) @ direction
        half = np.hypot(first[:, 2] - first[:, 0], first[:, 1] - first[:, 3]) * _LETTER_WIDTH / 2
        sides = middle - half, middle + half
    return np.minimum(*sides), np.maximum(*sides)
