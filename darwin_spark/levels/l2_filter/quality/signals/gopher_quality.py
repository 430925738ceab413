"""Measure Gopher's quality signals (Rae et al. 2021, arXiv 2112.11446, A1.1) as in datatrove's GopherQualityFilter."""

from collections import Counter
from functools import cache

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.char_flags import ALPHABETIC, SPOKEN
from darwin_spark.levels.l2_filter.quality.signals.text_block import Piece, hashes
from darwin_spark.levels.l2_filter.quality.signals.words import Mask, Spans, one_of
from darwin_spark.text.characters import codes_of
from darwin_spark.text.word_hashes import Hashes

STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
_BULLETS = "•-"
_ELLIPSIS = ord("…")


def add(total: Counter[str], piece: Piece, lined: Piece, word_hashes: Hashes) -> None:
    """Add a block to the counts in `total`; `lined` is `piece` in lines of str.splitlines(), `word_hashes` are of its words."""
    spoken = (piece.word_marks & SPOKEN) != 0
    starts_with_bullet, ends_with_ellipsis = _line_edges(lined)
    total["words"] += len(piece.words)
    total["spoken"] += int(np.count_nonzero(spoken))
    total["spoken_chars"] += int(piece.words.lengths[spoken].sum())
    total["alphabetic"] += int(np.count_nonzero(piece.word_marks & ALPHABETIC))
    total["hashes"] += piece.text.count("#")
    total["ellipses"] += piece.text.count("...") + piece.text.count("…")
    total["lines"] += len(lined.lines)
    total["bullet_lines"] += int(np.count_nonzero(starts_with_bullet))
    total["ellipsis_lines"] += int(np.count_nonzero(ends_with_ellipsis))
    for word, code in zip(STOP_WORDS, _stop_word_hashes(), strict=True):
        total[word] += int(np.count_nonzero(word_hashes == code))


def values(total: Counter[str]) -> dict[str, float]:
    """Return Gopher's quality signals by name; all are 0 for a text without words."""
    words, lines = max(total["words"], 1), max(total["lines"], 1)
    return {
        "gopher_words": total["spoken"],
        "gopher_mean_word_length": total["spoken_chars"] / max(total["spoken"], 1),
        "gopher_hash_ratio": total["hashes"] / words,
        "gopher_ellipsis_ratio": total["ellipses"] / words,
        "gopher_bullet_line_ratio": total["bullet_lines"] / lines,
        "gopher_ellipsis_line_ratio": total["ellipsis_lines"] / lines,
        "gopher_alpha_word_ratio": total["alphabetic"] / words,
        "gopher_stop_words": sum(total[word] > 0 for word in STOP_WORDS),
    }


def _line_edges(piece: Piece) -> tuple[Mask, Mask]:
    first, stop = piece.line_words
    filled = stop > first
    starts, last_chars = piece.chunks.starts[first[filled]], piece.chunks.ends[stop[filled] - 1] - 1
    codes = piece.codes
    return one_of(codes[starts], _BULLETS), piece.ends_in_dots(last_chars) | (codes[last_chars] == _ELLIPSIS)


@cache
def _stop_word_hashes() -> list[np.uint64]:
    text = " ".join(STOP_WORDS)
    ends = np.cumsum([len(word) + 1 for word in STOP_WORDS]) - 1
    starts = np.append(0, ends[:-1] + 1)
    (found,) = hashes(codes_of(text), Spans(starts, ends))
    return list(found)
