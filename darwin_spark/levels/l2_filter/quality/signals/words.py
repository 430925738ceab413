"""Split a block of text into the words that datatrove sees, as arrays: spaCy's rules for English, in a few numpy passes.

A chunk between white space is split further. Most signs are split off its two ends, each as a word (consecutive dots as one).
Inside, these signs are words: a symbol such as ©, an ellipsis (…), a comma between letters, a full stop between a lower-case
and an upper-case letter, an operator between digits, and a hyphen, dash, tilde, colon, slash, `<`, `=` or `>` before a letter;
`'s` begins a word. spaCy's exceptions are left out: contractions (don't), units (5km), URLs, abbreviations (but `e.g.` and
initials, `A.`, keep their full stop).
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
_AFTER_ALL = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Spans:
    """Positions of items in a block: the first character of each, and the character after its last one."""

    starts: Indices
    ends: Indices

    @property
    def lengths(self) -> Indices:
        return self.ends - self.starts

    def __len__(self) -> int:
        return int(self.starts.size)


@dataclass(frozen=True)
class _Signs:
    """The signs of a block: position, code point, and the class of the characters before and after.

    `row`: for each run of consecutive signs, the index of its first. `first`, `last`: for each sign, indices of its run's ends.
    """

    at: Indices
    codes: Codes
    before: npt.NDArray[np.uint8]
    behind: npt.NDArray[np.uint8]
    row: Indices
    first: Indices
    last: Indices


def sums(numbers: npt.NDArray[Any]) -> Indices:
    """Return the prefix sums of `numbers`, from the sum of none to the sum of all."""
    found = np.zeros(numbers.size + 1, dtype=np.int64)
    np.cumsum(numbers, out=found[1:])
    return found


def visible_spans(visible: Mask, cuts: Mask | None = None) -> Spans:
    """Return the spans of the chunks between white space; `visible` is False for white space, `cuts` begin a chunk too."""
    return _spans(visible & ~_shifted(visible, 1), visible, cuts)


def word_spans(codes: Codes, kinds: npt.NDArray[np.uint8], visible: Mask, cuts: Mask | None = None) -> Spans:
    """Return the spans of all words; a sign that is a word of its own has a span too, `cuts` begin a word."""
    begins = visible & ~_shifted(visible, 1)
    if codes.size:
        _cut_at_signs(begins, codes, kinds)
    return _spans(begins, visible, cuts)


def _spans(begins: Mask, visible: Mask, cuts: Mask | None) -> Spans:
    begins = (begins if cuts is None else begins | cuts) & visible
    ends = visible & ~(_shifted(visible, -1) & ~_shifted(begins, -1))
    return Spans(np.flatnonzero(begins), np.flatnonzero(ends) + 1)


def _shifted(mask: Mask, by: int) -> Mask:
    """Return for each character the value of its neighbour: the previous one for 1, the next one for -1; False if none."""
    moved = np.zeros_like(mask)
    if by > 0:
        moved[by:] = mask[:-by]
    else:
        moved[:by] = mask[-by:]
    return moved


def _cut_at_signs(begins: Mask, codes: Codes, kinds: npt.NDArray[np.uint8]) -> None:
    """Change `begins` in place: True for the first character of every word that begins at a sign or directly after one."""
    at = np.flatnonzero(kinds == SIGN)
    if not at.size:
        return
    signs = _signs(at, codes, kinds)
    marks = flags()[signs.codes]
    open_left, open_right = signs.before[signs.first] == SPACE, signs.behind[signs.last] == SPACE
    own_word = _peeled_signs(signs, (marks & PEELED) != 0, open_left, open_right)
    inside = (signs.first == signs.last) & ~open_left & ~open_right
    own_word[inside] = _inner_words(signs, inside, codes, (marks & ICON) != 0)
    own_word &= ~_full_stops_that_stay(signs, inside, open_left, codes, kinds)
    begins[at[own_word]] = True
    behind = at[own_word] + 1
    begins[behind[behind < codes.size]] = True
    begins[_possessives(signs, inside, codes, kinds)] = True
    begins[_continued_dots(signs, own_word)] = False


def _signs(at: Indices, codes: Codes, kinds: npt.NDArray[np.uint8]) -> _Signs:
    before = np.where(at > 0, kinds[at - 1], np.uint8(SPACE))
    behind = np.where(at + 1 < codes.size, kinds[np.minimum(at + 1, codes.size - 1)], np.uint8(SPACE))
    heads = np.flatnonzero(before != SIGN)
    row = np.cumsum(before != SIGN) - 1
    tails = np.append(heads[1:], at.size) - 1
    return _Signs(at, codes[at], before, behind, heads, heads[row], tails[row])


def _peeled_signs(signs: _Signs, peels: Mask, open_left: Mask, open_right: Mask) -> Mask:
    """Return the mask of signs split off the ends of a chunk: from outside up to the first sign that is not peeled."""
    place = np.arange(signs.at.size)
    stop_left = np.minimum.reduceat(np.where(peels, _AFTER_ALL, place), signs.row)
    stop_right = np.maximum.reduceat(np.where(peels, -1, place), signs.row)
    sizes = np.diff(np.append(signs.row, signs.at.size))
    return (open_left & (place < np.repeat(stop_left, sizes))) | (open_right & (place > np.repeat(stop_right, sizes)))


def _inner_words(signs: _Signs, inside: Mask, codes: Codes, icons: Mask) -> Mask:
    """Return a mask over the single signs inside a chunk (`inside`): which are words of their own."""
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
    """Return the mask of full stops that stay with their word: after an initial (A.), or a letter after a full stop (e.g.)."""
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


def _continued_dots(signs: _Signs, own_word: Mask) -> Indices:
    """Return the positions of dots that belong to the same word as the dot before them."""
    rows = np.flatnonzero(own_word[1:] & own_word[:-1] & (signs.codes[1:] == _DOT) & (signs.codes[:-1] == _DOT)) + 1
    found: Indices = signs.at[rows[signs.at[rows] == signs.at[rows - 1] + 1]]
    return found


def one_of(codes: Codes, characters: str) -> Mask:
    """Return the mask of the codes that are among `characters`; on a short text this is faster than numpy.isin."""
    found = np.zeros(codes.size, dtype=bool)
    for character in characters:
        found |= codes == ord(character)
    return found
