"""Measure C4's signals (Raffel et al. 2020, JMLR 21:140, section 2.2), counted as in datatrove's C4QualityFilter.

C4 deletes lines, then decides about the rest of the document. Here no text changes: the signals are the shares of lines that
pass or fail one of C4's conditions, and counts, such as the sentences in the lines that C4 keeps.
"""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.char_flags import TERMINAL, UNPUNCTUATED
from darwin_spark.levels.l2_filter.quality.signals.text_block import Piece
from darwin_spark.levels.l2_filter.quality.signals.words import Indices, Mask, one_of, sums

MIN_LINE_WORDS = 3
MAX_WORD_LENGTH = 1_000
_TERMINAL_MARKS = ".?!\"'"
_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
_POLICY_PHRASES = (b"terms of use", b"privacy policy", b"cookie policy", b"uses cookies", b"use of cookies", b"use cookies")


def add(total: Counter[str], piece: Piece) -> None:
    """Add the counts of one more block to `total`, for `values`. The lines of the block must be those of str.splitlines()."""
    first, stop = piece.line_words
    words = stop - first
    lengths = piece.chunks.lengths
    lowered = _lowered(piece)
    script, policy = _lines_with_phrase(piece, lowered, b"javascript"), _lines_with_phrase(piece, lowered, *_POLICY_PHRASES)
    curly = piece.lines_with(np.flatnonzero(piece.codes == ord("{")))
    terminal = _terminal(piece, first, stop)
    is_well_formed = terminal & (words >= MIN_LINE_WORDS) & ~piece.lines_with(piece.chunks.starts[lengths > MAX_WORD_LENGTH])
    kept = is_well_formed & ~script & ~policy
    total["filled_lines"] += int(np.count_nonzero(words))
    total["terminal_lines"] += int(np.count_nonzero(terminal))
    total["few_word_lines"] += int(np.count_nonzero((words > 0) & (words < MIN_LINE_WORDS)))
    total["javascript_lines"] += int(np.count_nonzero(script))
    total["policy_lines"] += int(np.count_nonzero(policy))
    total["lorem_ipsum_lines"] += int(np.count_nonzero(is_well_formed & _lines_with_phrase(piece, lowered, b"lorem ipsum")))
    total["curly_bracket_lines"] += int(np.count_nonzero(is_well_formed & ~script & curly))
    total["kept_lines"] += int(np.count_nonzero(kept))
    total["sentences"] += int(_sentences(piece)[kept].sum())
    total["longest_word"] = max(total["longest_word"], int(lengths.max()) if lengths.size else 0)


def values(total: Counter[str]) -> dict[str, float]:
    """Return C4's signals by name; ratios are fractions of the non-blank lines."""
    lines = max(total["filled_lines"], 1)
    return {
        "c4_terminal_line_ratio": total["terminal_lines"] / lines,
        "c4_few_word_line_ratio": total["few_word_lines"] / lines,
        "c4_javascript_line_ratio": total["javascript_lines"] / lines,
        "c4_policy_line_ratio": total["policy_lines"] / lines,
        "c4_kept_line_ratio": total["kept_lines"] / lines,
        "c4_lorem_ipsum_lines": total["lorem_ipsum_lines"],
        "c4_curly_bracket_lines": total["curly_bracket_lines"],
        "c4_sentences": total["sentences"],
        "c4_max_word_length": total["longest_word"],
    }


def _lowered(piece: Piece) -> bytes:
    """Return the block in lower case as bytes, one per character, which is enough to find the ASCII phrases."""
    return np.minimum(piece.codes, 0xFF).astype(np.uint8).tobytes().lower()


def _lines_with_phrase(piece: Piece, lowered: bytes, *phrases: bytes) -> Mask:
    return piece.lines_with(np.array([at for phrase in phrases for at in _find_all(lowered, phrase)], dtype=np.int64))


def _find_all(text: bytes, phrase: bytes) -> Iterator[int]:
    """Yield the position of each occurrence of a phrase that does not overlap the occurrence before."""
    at = text.find(phrase)
    while at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def _terminal(piece: Piece, first: Indices, stop: Indices) -> Mask:
    """Return the mask of lines that end with terminal punctuation other than `...`, after removal of citations such as [12]."""
    filled = np.flatnonzero(stop > first)
    last = piece.chunks.ends[stop[filled] - 1] - 1
    codes = piece.codes
    found = np.zeros(len(piece.lines), dtype=bool)
    found[filled] = one_of(codes[last], _TERMINAL_MARKS) & ~piece.ends_in_dots(last)
    cited = codes[last] == ord("]")
    starts = piece.chunks.starts[first[filled]]
    for line, start, end in zip(filled[cited].tolist(), starts[cited].tolist(), (last[cited] + 1).tolist(), strict=True):
        bare = _CITATION.sub("", piece.text[start:end])
        found[line] = bare.endswith(tuple(_TERMINAL_MARKS)) and not bare.endswith("...")
    return found


def _sentences(piece: Piece) -> Indices:
    """Return the number of sentences per line, as in spaCy: the first non-punctuation word after a terminal mark begins one."""
    first, stop = piece.within(piece.words)
    terminal = ((piece.word_marks & TERMINAL) != 0) & (piece.words.lengths == 1)
    ended = sums(terminal)
    non_punctuation = np.flatnonzero(piece.word_marks & UNPUNCTUATED)
    before = np.zeros_like(non_punctuation)
    before[1:] = ended[non_punctuation[:-1]]
    own_first, own_stop = np.searchsorted(non_punctuation, first), np.searchsorted(non_punctuation, stop)
    filled = own_stop > own_first
    before[own_first[filled]] = ended[first[filled]]
    begun = sums(ended[non_punctuation] > before)
    number: Indices = 1 + begun[own_stop] - begun[own_first]
    return number
