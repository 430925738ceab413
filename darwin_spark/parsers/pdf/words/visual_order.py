"""Put the letters of right-to-left words in reading order where pdfium returns them from left to right.

pdfium turns words that the document writes from left to right, but not all: of Arabic that Chromium sets letter by letter, many
words stay as they are. A ligature of lam and alef is turned too, though its two letters were in order.
"""

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.characters.directions import right_to_left
from darwin_spark.parsers.pdf.characters.pieces import Ints, Pieces
from darwin_spark.parsers.pdf.pdfium import calls

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

_LAM, _ALEFS = 0x644, (0x622, 0x623, 0x625, 0x627, 0x671)
_SAME = 0.01  # points by which the boxes of two letters of one glyph may differ
_MIN_STEP = 0.5  # points from letter to letter, unless they stand above each other
_MAX_WORD = 12  # mean characters of words where blanks were written; TeX writes none
_MIN_GAP = 0.08  # minimum width of such a blank, which kerning makes narrow, in heights of the letter's box
_PUNCTUATION = (0x60C, 0x61B, 0x61F, 0x6D4)


def in_reading_order(page: calls.Pointer, codes: Codes, pieces: Pieces, obj: Ints) -> tuple[Pieces, Ints]:
    """Return the pieces of horizontal text, and the index of each piece's object, in reading order; `codes`: of the page."""
    if not len(obj):
        return pieces, obj
    first = np.flatnonzero(np.append(True, pieces.spaced[1:]))
    last = np.append(first[1:], len(obj)) - 1
    is_visual = _are_visual(page, codes, pieces.begin[first], pieces.end[last])
    swapped = _ligatures(page, codes)
    has_blanks = (pieces.end[last] - pieces.begin[first]).mean() < _MAX_WORD
    is_visual |= not has_blanks
    if not is_visual.any() and not len(swapped):
        return pieces, obj
    rows: list[tuple[int, int, int, bool]] = []
    for a, b, visual in zip(first.tolist(), last.tolist(), is_visual.tolist(), strict=True):
        word = list(zip(pieces.begin[a : b + 1].tolist(), pieces.end[a : b + 1].tolist(), obj[a : b + 1].tolist(), strict=True))
        letters = _by_place(page, word) if visual else _with_swapped(word, swapped)
        gaps = set() if has_blanks else _after_gaps(page, letters)
        rows += [(*letter, (bool(pieces.spaced[a]) and i == 0) or i in gaps) for i, letter in enumerate(letters)]
    begin, end, of, spaced = (np.array(column) for column in zip(*rows, strict=True))
    return Pieces(begin, end, np.zeros(len(begin), dtype=np.int64), spaced), of


def _are_visual(page: calls.Pointer, codes: Codes, begins: Ints, ends: Ints) -> Flags:
    """Return a mask of the words [begin, end) most of whose right-to-left letters stand on the right of the letter before."""
    lengths = ends - begins
    word = np.repeat(np.arange(len(begins)), lengths)
    at = np.repeat(begins - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    is_letter = right_to_left(codes)[at] & ~np.isin(codes[at], _PUNCTUATION)
    word, at = word[is_letter], at[is_letter]
    if not len(at):
        return np.zeros(len(begins), dtype=np.bool_)
    steps = np.diff(calls.boxes(page, at.tolist())[:, 0])
    steps = np.where(np.abs(steps) > _MIN_STEP, np.sign(steps), 0.0)
    total = np.bincount(word[1:], np.where(word[1:] == word[:-1], steps, 0.0), minlength=len(begins))
    return np.asarray(total > 0)


def _by_place(page: calls.Pointer, word: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return the letters of a word from right to left; letters of one glyph keep their order."""
    letters = [(at, at + 1, obj) for begin, end, obj in word for at in range(begin, end)]
    lefts = calls.boxes(page, [letter[0] for letter in letters])[:, 0].round(1).tolist()
    return [letter for _, letter in sorted(zip(lefts, letters, strict=True), key=lambda pair: -pair[0])]


def _after_gaps(page: calls.Pointer, letters: list[tuple[int, int, int]]) -> set[int]:
    """Return the indices of the letters, which run to the left, that a gap precedes."""
    boxes = calls.boxes(page, [letter[0] for letter in letters])
    gaps = boxes[:-1, 0] - boxes[1:, 2]
    return set((np.flatnonzero(gaps > _MIN_GAP * (boxes[1:, 1] - boxes[1:, 3])) + 1).tolist())


def _with_swapped(word: list[tuple[int, int, int]], swapped: set[int]) -> list[tuple[int, int, int]]:
    """Return the pieces of a word, the letters at each index of `swapped` and behind it in the other order."""
    found = []
    for begin, end, obj in word:
        start = begin
        for at in range(begin, end - 1):
            if at in swapped:
                found += [(start, at, obj)] if start < at else []
                found += [(at + 1, at + 2, obj), (at, at + 1, obj)]
                start = at + 2
        found += [(start, end, obj)] if start < end else []
    return found


def _ligatures(page: calls.Pointer, codes: Codes) -> set[int]:
    """Return the indices of an alef before a lam that are one glyph."""
    at = np.flatnonzero(np.isin(codes[:-1], _ALEFS) & (codes[1:] == _LAM))
    if not len(at):
        return set()
    same = np.abs(calls.boxes(page, at.tolist()) - calls.boxes(page, (at + 1).tolist())).max(axis=1) < _SAME
    return set(at[same].tolist())
