"""The words of a piece of text as datatrove sees them, as arrays: spaCy's rules for English, in a handful of numpy passes.

What stands between blanks is cut further: signs come off its two ends, each a word of its own (dots in a row are one);
inside, a comma between letters, a full stop between a small and a capital letter, an operator between digits, and a
hyphen, dash, colon, slash, `<`, `=` or `>` before a letter are words too; `'s` begins one. spaCy's lists of exceptions are
left out: contractions (don't), units (5km), abbreviations (but `e.g.` and initials, `A.`, keep their stop), addresses.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l2_filter.quality.signals.char_flags import ALPHABETIC, ICON, PEELED, flags
from darwin_spark.text.characters import DIGIT, LETTER, LOWER, SIGN, SPACE, UPPER, Codes

Indices = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_DOT, _S = ord("."), ord("s")
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Spans:
    """Where things stand in a piece: the first character of each and the one behind its last."""

    starts: Indices
    ends: Indices

    @property
    def lengths(self) -> Indices:
        return self.ends - self.starts

    def __len__(self) -> int:
        return int(self.starts.size)


@dataclass(frozen=True)
class _Signs:
    """The signs of a piece, one a row: place, code point, what stands before and behind, and the row of signs it is part of."""

    at: Indices
    codes: Codes
    before: npt.NDArray[np.uint8]
    behind: npt.NDArray[np.uint8]
    row: Indices
    first: Indices
    last: Indices


def sums(numbers: npt.NDArray[Any]) -> Indices:
    """The sum of the first n numbers, for each n from none to all."""
    found = np.zeros(numbers.size + 1, dtype=np.int64)
    np.cumsum(numbers, out=found[1:])
    return found


def visible_spans(visible: Mask) -> Spans:
    """What stands between blanks."""
    return Spans(np.flatnonzero(visible & ~_shifted(visible, 1)), np.flatnonzero(visible & ~_shifted(visible, -1)) + 1)


def word_spans(codes: Codes, kinds: npt.NDArray[np.uint8], visible: Mask) -> Spans:
    """Every word, signs included."""
    begins = visible & ~_shifted(visible, 1)
    if codes.size:
        _cut_at_signs(begins, codes, kinds)
    begins &= visible
    ends = visible & ~(_shifted(visible, -1) & ~_shifted(begins, -1))
    return Spans(np.flatnonzero(begins), np.flatnonzero(ends) + 1)


def _shifted(mask: Mask, by: int) -> Mask:
    """What the neighbour says: the one before for 1, the one behind for -1; False over the edge."""
    moved = np.zeros_like(mask)
    if by > 0:
        moved[by:] = mask[:-by]
    else:
        moved[:by] = mask[-by:]
    return moved


def _cut_at_signs(begins: Mask, codes: Codes, kinds: npt.NDArray[np.uint8]) -> None:
    """Mark the first character of every word that begins at a sign or behind one."""
    at = np.flatnonzero(kinds == SIGN)
    if not at.size:
        return
    signs = _signs(at, codes, kinds)
    marks = flags()[signs.codes]
    open_left, open_right = signs.before[signs.first] == SPACE, signs.behind[signs.last] == SPACE
    alone = _peeled(signs, (marks & PEELED) != 0, open_left, open_right)
    inside = (signs.first == signs.last) & ~open_left & ~open_right
    alone[inside] = _splits(signs, inside, codes, (marks & ICON) != 0)
    alone &= ~_full_stops_that_stay(signs, inside, open_left, codes, kinds)
    begins[at[alone]] = True
    behind = at[alone] + 1
    begins[behind[behind < codes.size]] = True
    begins[_possessives(signs, inside, codes, kinds)] = True
    begins[_continued_dots(signs, alone)] = False


def _signs(at: Indices, codes: Codes, kinds: npt.NDArray[np.uint8]) -> _Signs:
    before = np.where(at > 0, kinds[at - 1], np.uint8(SPACE))
    behind = np.where(at + 1 < codes.size, kinds[np.minimum(at + 1, codes.size - 1)], np.uint8(SPACE))
    heads = np.flatnonzero(before != SIGN)
    row = np.cumsum(before != SIGN) - 1
    tails = np.append(heads[1:], at.size) - 1
    return _Signs(at, codes[at], before, behind, heads, heads[row], tails[row])


def _peeled(signs: _Signs, peels: Mask, open_left: Mask, open_right: Mask) -> Mask:
    """Signs that come off the ends of what stands between blanks: from the outside in, to the first that does not peel."""
    place = np.arange(signs.at.size)
    stop_left = np.minimum.reduceat(np.where(peels, _FAR, place), signs.row)
    stop_right = np.maximum.reduceat(np.where(peels, -1, place), signs.row)
    sizes = np.diff(np.append(signs.row, signs.at.size))
    return (open_left & (place < np.repeat(stop_left, sizes))) | (open_right & (place > np.repeat(stop_right, sizes)))


def _splits(signs: _Signs, inside: Mask, codes: Codes, icons: Mask) -> Mask:
    """Which of the single signs between letters or digits are words of their own."""
    at, sign = signs.at[inside], signs.codes[inside]
    before, behind = signs.before[inside], signs.behind[inside]
    marks = flags()
    left, right = (marks[codes[at - 1]] & ALPHABETIC) != 0, (marks[codes[at + 1]] & ALPHABETIC) != 0
    digits = (before == DIGIT) & (behind == DIGIT)
    found: Mask = (
        icons[inside]
        | (sign == 0x2026)
        | (left & right & (sign == ord(",")))
        | (right & one_of(sign, "-–—~:<>=/"))
        | (digits & one_of(sign, "+-*^"))
        | ((sign == _DOT) & (before == LOWER) & (behind == UPPER))
    )
    return found


def _full_stops_that_stay(signs: _Signs, inside: Mask, open_left: Mask, codes: Codes, kinds: npt.NDArray[np.uint8]) -> Mask:
    """The full stop behind an initial (A.) and behind a letter that follows another full stop (e.g.)."""
    stays = np.zeros(signs.at.size, dtype=bool)
    candidate = (signs.codes == _DOT) & ~inside & ~open_left & (signs.before >= LOWER) & (signs.before <= LETTER)
    rows = np.flatnonzero(candidate)
    at = signs.at[rows]
    earlier = np.maximum(at - 2, 0)
    kind = np.where(at >= 2, kinds[earlier], np.uint8(SPACE))
    initial = (signs.before[rows] == UPPER) & ((kind < LOWER) | (kind > LETTER))
    stays[rows] = initial | ((at >= 2) & (codes[earlier] == _DOT))
    return stays


def _possessives(signs: _Signs, inside: Mask, codes: Codes, kinds: npt.NDArray[np.uint8]) -> Indices:
    at = signs.at[inside & one_of(signs.codes, "'’")]
    end = np.where(at + 2 < codes.size, kinds[np.minimum(at + 2, codes.size - 1)], np.uint8(SPACE))
    found: Indices = at[(codes[at + 1] == _S) & ((end == SPACE) | (end == SIGN))]
    return found


def _continued_dots(signs: _Signs, alone: Mask) -> Indices:
    rows = np.flatnonzero(alone[1:] & alone[:-1] & (signs.codes[1:] == _DOT) & (signs.codes[:-1] == _DOT)) + 1
    found: Indices = signs.at[rows[signs.at[rows] == signs.at[rows - 1] + 1]]
    return found


def one_of(codes: Codes, characters: str) -> Mask:
    """Which code points are among a few characters; numpy's isin costs a short text more than all else of its line."""
    found = np.zeros(codes.size, dtype=bool)
    for character in characters:
        found |= codes == ord(character)
    return found
