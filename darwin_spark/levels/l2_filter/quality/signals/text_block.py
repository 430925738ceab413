"""Split a block of text once for all families, into words, chunks between white space, and lines; hash them with 64 bits.

The hashes are differences of one prefix sum, so that overlapping spans cost no more.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l2_filter.quality.signals.char_flags import ALPHABETIC, Flags, flags
from darwin_spark.levels.l2_filter.quality.signals.words import Indices, Spans, visible_spans, word_spans
from darwin_spark.text.characters import CODE_POINTS, SPACE, Codes, classes, codes_of
from darwin_spark.text.segmentation import word_starts
from darwin_spark.text.word_hashes import Hashes, mix, powers, sequence

_NEWLINE, _DOT = ord("\n"), ord(".")


@dataclass(frozen=True)
class Piece:
    """A block of text as arrays, from which the signal families count: code points, their classes, words, chunks, lines."""

    text: str
    codes: Codes
    kinds: npt.NDArray[np.uint8]
    words: Spans
    word_marks: Flags
    chunks: Spans
    """Spans between white space: the words of str.split(), except that U+001C to U+001F are not white space.
    In a text of a script without blanks, its characters."""
    lines: Spans
    """Spans between line feeds; none after the last line feed. A line longer than a block is one line per block."""

    @cached_property
    def line_words(self) -> tuple[Indices, Indices]:
        """For each line, the index of its first chunk, and the index after its last chunk."""
        return self.within(self.chunks)

    @cached_property
    def filled(self) -> npt.NDArray[np.bool_]:
        """The mask of the lines that are not blank."""
        first, stop = self.line_words
        return stop > first

    def within(self, things: Spans) -> tuple[Indices, Indices]:
        """Return for each line the index of the first of `things` in it, and the index after the last one."""
        return np.searchsorted(things.starts, self.lines.starts), np.searchsorted(things.starts, self.lines.ends)

    def lines_with(self, places: Indices) -> npt.NDArray[np.bool_]:
        """Return the mask of the lines that contain one of these character positions (none of them a line feed)."""
        found = np.zeros(len(self.lines), dtype=bool)
        if places.size:
            found[np.searchsorted(self.lines.starts, places, side="right") - 1] = True
        return found

    def ends_in_dots(self, last: Indices) -> npt.NDArray[np.bool_]:
        """Return for each of these character positions whether it is the last of three dots."""
        found: npt.NDArray[np.bool_] = last >= 2
        for offset in range(3):
            found &= self.codes[np.maximum(last - offset, 0)] == _DOT
        return found


def read(text: str, by_characters: bool = False) -> Piece:
    """Return a block of text as a Piece, split into words, chunks and lines.

    `by_characters`: each character of a script without blanks is a word and a chunk (text/segmentation.py).
    """
    codes = codes_of(text)
    kinds = classes()[codes]
    visible = kinds != SPACE
    cuts = word_starts(codes) if by_characters and codes.size else None
    words = word_spans(codes, kinds, visible, cuts)
    return Piece(text, codes, kinds, words, _word_flags(codes, words), visible_spans(visible, cuts), _lines(codes))


def _word_flags(codes: Codes, words: Spans) -> Flags:
    """Return the flags of each word: those of all its characters, or of its first character alone if that is a letter."""
    found = flags()[codes[words.starts]]
    examined = np.flatnonzero(((found & ALPHABETIC) == 0) & (words.lengths > 1))
    bounds = np.column_stack([words.starts[examined], words.ends[examined]]).ravel()
    if examined.size:
        marks = flags()[np.append(codes, codes[-1])]  # one more for the end of the last word
        found[examined] = np.bitwise_or.reduceat(marks, bounds)[::2]
    return found


def hashes(codes: Codes, *spans: Spans) -> list[Hashes]:
    """Return, for each of `spans`, the 64-bit hashes of its items; equal texts have equal hashes, wherever they are."""
    forward, inverses = powers(1 << int(codes.size).bit_length())
    total = np.zeros(codes.size + 1, dtype=np.uint64)
    np.cumsum(_coefficients()[codes] * forward[: codes.size], out=total[1:])
    return [mix((total[span.ends] - total[span.starts]) * inverses[span.starts]) for span in spans]


def _lines(codes: Codes) -> Spans:
    feeds = np.flatnonzero(codes == _NEWLINE)
    starts, ends = np.concatenate([[0], feeds + 1]), np.append(feeds, codes.size)
    return Spans(starts[:-1], ends[:-1]) if starts[-1] == codes.size else Spans(starts, ends)


@cache
def _coefficients() -> Hashes:
    """Return a fixed pseudo-random number per code point (9 MB), also for white space, because lines are hashed with it."""
    return sequence(CODE_POINTS, seed=3)
