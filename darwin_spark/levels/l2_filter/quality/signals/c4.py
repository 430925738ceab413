"""C4's signals (Raffel et al. 2020, JMLR 21:140, section 2.2), as datatrove's C4QualityFilter counts them.

C4 edits: it deletes lines, then judges what is left. A signal changes no text, so these are shares of lines that C4 would
have deleted for one reason, and the sentences that it would have left.
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
_ENDS = ".?!\"'"
_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
_POLICIES = (b"terms of use", b"privacy policy", b"cookie policy", b"uses cookies", b"use of cookies", b"use cookies")


def add(total: Counter[str], piece: Piece) -> None:
    """Add what `values` needs of one more piece, which has the lines of str.splitlines()."""
    first, behind = piece.line_words
    words = behind - first
    lengths = piece.chunks.lengths
    lowered = _lowered(piece)
    script, policy = _naming(piece, lowered, b"javascript"), _naming(piece, lowered, *_POLICIES)
    curly = piece.lines_with(np.flatnonzero(piece.codes == ord("{")))
    terminal = _terminal(piece, first, behind)
    read = terminal & (words >= MIN_LINE_WORDS) & ~piece.lines_with(piece.chunks.starts[lengths > MAX_WORD_LENGTH])
    kept = read & ~script & ~policy
    total["filled_lines"] += int(np.count_nonzero(words))
    total["terminal_lines"] += int(np.count_nonzero(terminal))
    total["few_word_lines"] += int(np.count_nonzero((words > 0) & (words < MIN_LINE_WORDS)))
    total["javascript_lines"] += int(np.count_nonzero(script))
    total["policy_lines"] += int(np.count_nonzero(policy))
    total["lorem_ipsum_lines"] += int(np.count_nonzero(read & _naming(piece, lowered, b"lorem ipsum")))
    total["curly_bracket_lines"] += int(np.count_nonzero(read & ~script & curly))
    total["kept_lines"] += int(np.count_nonzero(kept))
    total["sentences"] += int(_sentences(piece)[kept].sum())
    total["longest_word"] = max(total["longest_word"], int(lengths.max()) if lengths.size else 0)


def values(total: Counter[str]) -> dict[str, float]:
    """The family's signals; shares are of the lines that are not blank."""
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
    """The piece in lower case, a byte a character: the phrases are ASCII."""
    return np.minimum(piece.codes, 0xFF).astype(np.uint8).tobytes().lower()


def _naming(piece: Piece, lowered: bytes, *phrases: bytes) -> Mask:
    """Which lines hold one of the phrases."""
    return piece.lines_with(np.array([at for phrase in phrases for at in _places(lowered, phrase)], dtype=np.int64))


def _places(text: bytes, phrase: bytes) -> Iterator[int]:
    at = text.find(phrase)
    while at >= 0:
        yield at
        at = text.find(phrase, at + len(phrase))


def _terminal(piece: Piece, first: Indices, behind: Indices) -> Mask:
    """Lines that end with terminal punctuation but no `...`, once citations like [12] are taken away."""
    filled = np.flatnonzero(behind > first)
    last = piece.chunks.ends[behind[filled] - 1] - 1
    codes = piece.codes
    found = np.zeros(len(piece.lines), dtype=bool)
    found[filled] = one_of(codes[last], _ENDS) & ~piece.ends_in_dots(last)
    cited = codes[last] == ord("]")
    starts = piece.chunks.starts[first[filled]]
    for line, start, end in zip(filled[cited].tolist(), starts[cited].tolist(), (last[cited] + 1).tolist(), strict=True):
        bare = _CITATION.sub("", piece.text[start:end])
        found[line] = bare.endswith(tuple(_ENDS)) and not bare.endswith("...")
    return found


def _sentences(piece: Piece) -> Indices:
    """Sentences of each line by spaCy's rule: the first word that is no punctuation behind a terminal mark begins one."""
    first, behind = piece.within(piece.words)
    terminal = ((piece.word_marks & TERMINAL) != 0) & (piece.words.lengths == 1)
    ended = sums(terminal)
    spoken = np.flatnonzero(piece.word_marks & UNPUNCTUATED)
    before = np.zeros_like(spoken)
    before[1:] = ended[spoken[:-1]]
    own_first, own_behind = np.searchsorted(spoken, first), np.searchsorted(spoken, behind)
    filled = own_behind > own_first
    before[own_first[filled]] = ended[first[filled]]
    begun = sums(ended[spoken] > before)
    number: Indices = 1 + begun[own_behind] - begun[own_first]
    return number
