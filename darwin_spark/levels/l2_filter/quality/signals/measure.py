"""Measure the signals of all families on one text, in one pass."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals import basic, c4, fineweb, gopher_quality, gopher_repetition
from darwin_spark.levels.l2_filter.quality.signals.gopher_repetition import Lines
from darwin_spark.levels.l2_filter.quality.signals.text_block import Piece, hashes, read
from darwin_spark.levels.l2_filter.quality.signals.words import Lengths, Mask
from darwin_spark.text.characters import blocks
from darwin_spark.text.segmentation import is_unspaced
from darwin_spark.text.word_hashes import Hashes

COMPARED_CHARS, COMPARED_WORDS = 1 << 21, 1 << 19
"""Repetition is measured in the first 2^21 characters or 2^19 words (up to the end of the block that reaches one of them): a
book of a thousand pages. This bounds the memory: 60 MB for prose, twice that in the worst case."""
_OTHER_LINE_BREAKS = "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


@dataclass
class _Compared:
    """Hashes and lengths of the words and lines in which repetition is measured, collected block by block."""

    chars: int = 0
    count: int = 0
    words: list[Hashes] = field(default_factory=lambda: [np.zeros(0, dtype=np.uint64)])
    word_lengths: list[Lengths] = field(default_factory=lambda: [np.zeros(0, dtype=np.int32)])
    lines: list[Hashes] = field(default_factory=lambda: [np.zeros(0, dtype=np.uint64)])
    line_lengths: list[Lengths] = field(default_factory=lambda: [np.zeros(0, dtype=np.int32)])
    blank: list[Mask] = field(default_factory=lambda: [np.zeros(0, dtype=bool)])

    def add(self, piece: Piece, words: Hashes, lines: Hashes) -> None:
        self.chars += len(piece.text)
        self.count += words.size
        self.words.append(words)
        self.word_lengths.append(piece.words.lengths.astype(np.int32))
        self.lines.append(lines)
        self.line_lengths.append(piece.lines.lengths.astype(np.int32))
        self.blank.append(~piece.filled)


def signals(text: str) -> dict[str, float]:
    """Return every signal by name (config.l2_rules.SIGNALS); 0 where there is nothing to measure.

    Repetition is measured in the beginning of a long text only (COMPARED_CHARS, COMPARED_WORDS). In a text of a script without
    blanks, each of its characters counts as a word (text/segmentation.py).
    """
    basic_counts, gopher_counts, c4_counts, fineweb_counts = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    compared, by_characters = _Compared(), is_unspaced(text)
    for block in blocks(text):
        piece = read(block, by_characters)
        lined = _with_all_lines(piece, by_characters)
        words, lines = hashes(piece.codes, piece.words, piece.lines)
        basic.add(basic_counts, piece)
        gopher_quality.add(gopher_counts, piece, lined, words)
        c4.add(c4_counts, lined)
        fineweb.add(fineweb_counts, piece)
        if compared.chars < COMPARED_CHARS and compared.count < COMPARED_WORDS:
            compared.add(piece, words, lines)
    edges = int(text.startswith("\n")) + int(text.endswith("\n") and compared.chars == len(text))
    found = Lines(np.concatenate(compared.lines), np.concatenate(compared.line_lengths), np.concatenate(compared.blank), edges)
    all_words = np.concatenate(compared.words), np.concatenate(compared.word_lengths)
    return {
        **basic.values(basic_counts),
        **gopher_quality.values(gopher_counts),
        **gopher_repetition.values(found, *all_words, compared.chars),
        **c4.values(c4_counts),
        **fineweb.values(fineweb_counts, found),
    }


def _with_all_lines(piece: Piece, by_characters: bool) -> Piece:
    """Return the block with the lines of str.splitlines(), which splits at carriage returns and form feeds too."""
    if not any(mark in piece.text for mark in _OTHER_LINE_BREAKS):
        return piece
    return read("".join(line + "\n" for line in piece.text.splitlines()), by_characters)
