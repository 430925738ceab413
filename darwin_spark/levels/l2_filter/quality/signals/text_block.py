"""A piece of a text, at most a block long, taken apart once for all families: its words, what stands between blanks, its lines.

Words and lines are known by 64-bit hashes: differences of one running sum, so that it costs the same however they overlap.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l2_filter.quality.signals.char_flags import ALPHABETIC, Flags, flags
from darwin_spark.levels.l2_filter.quality.signals.words import Indices, Spans, visible_spans, word_spans
from darwin_spark.text.characters import CODE_POINTS, SPACE, Codes, classes, codes_of
from darwin_spark.text.word_hashes import Hashes, mix, powers, sequence

_NEWLINE, _DOT = ord("\n"), ord(".")


@dataclass(frozen=True)
class Piece:
    """The arrays that the families count on."""

    text: str
    codes: Codes
    kinds: npt.NDArray[np.uint8]
    words: Spans
    word_marks: Flags
    chunks: Spans
    """What stands between blanks: the words of str.split()."""
    lines: Spans
    """What stands between line feeds; nothing behind the last one. A line longer than a block is one line a block."""

    @cached_property
    def line_words(self) -> tuple[Indices, Indices]:
        """`within` of the words of str.split()."""
        return self.within(self.chunks)

    @cached_property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Which lines are not blank."""
        first, behind = self.line_words
        return behind > first

    def within(self, things: Spans) -> tuple[Indices, Indices]:
        """For each line the first of the things in it, and the first behind it."""
        return np.searchsorted(things.starts, self.lines.starts), np.searchsorted(things.starts, self.lines.ends)

    def lines_with(self, places: Indices) -> npt.NDArray[np.bool_]:
        """Which lines hold one of these characters (none of them a line feed)."""
        found = np.zeros(len(self.lines), dtype=bool)
        if places.size:
            found[np.searchsorted(self.lines.starts, places, side="right") - 1] = True
        return found

    def ends_in_dots(self, last: Indices) -> npt.NDArray[np.bool_]:
        """Whether these characters and the two before each are `...`."""
        found: npt.NDArray[np.bool_] = last >= 2
        for back in range(3):
            found &= self.codes[np.maximum(last - back, 0)] == _DOT
        return found


def read(text: str) -> Piece:
    """Take a piece of text apart."""
    codes = codes_of(text)
    kinds = classes()[codes]
    visible = kinds != SPACE
    words = word_spans(codes, kinds, visible)
    return Piece(text, codes, kinds, words, _word_marks(codes, words), visible_spans(visible), _lines(codes))


def _word_marks(codes: Codes, words: Spans) -> Flags:
    """The bits of every word. A letter has all that count, so only longer words that begin with something else are read on."""
    found = flags()[codes[words.starts]]
    on = np.flatnonzero(((found & ALPHABETIC) == 0) & (words.lengths > 1))
    bounds = np.column_stack([words.starts[on], words.ends[on]]).ravel()
    if on.size:
        marks = flags()[np.append(codes, codes[-1])]  # one more, for the end of the last word
        found[on] = np.bitwise_or.reduceat(marks, bounds)[::2]
    return found


def hashes(codes: Codes, *spans: Spans) -> list[Hashes]:
    """A hash for each of the spans: equal texts have equal hashes, wherever they stand."""
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
    """A number for each code point, blanks included (9 MB): lines are hashed as they stand."""
    return sequence(CODE_POINTS, seed=3)
