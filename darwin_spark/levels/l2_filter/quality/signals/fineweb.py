"""Measure FineWeb's signals (Penedo et al. 2024, arXiv 2406.17557, section 3.6) as in datatrove's FineWebQualityFilter."""

from collections import Counter

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.char_flags import TERMINAL, flags
from darwin_spark.levels.l2_filter.quality.signals.gopher_repetition import Lines
from darwin_spark.levels.l2_filter.quality.signals.repeats import duplicates
from darwin_spark.levels.l2_filter.quality.signals.text_block import Piece

SHORT_LINE = 30
"""Maximum length of a short line in characters."""


def add(total: Counter[str], piece: Piece) -> None:
    """Add the counts of one more block to `total`, for `values`."""
    filled = piece.filled
    ends, lengths = piece.lines.ends[filled], piece.lines.lengths[filled]
    total["words"] += len(piece.words)
    total["line_feeds"] += piece.text.count("\n")
    total["filled_lines"] += int(np.count_nonzero(filled))
    total["punctuated_lines"] += int(np.count_nonzero(flags()[piece.codes[ends - 1]] & TERMINAL))
    total["short_lines"] += int(np.count_nonzero(lengths <= SHORT_LINE))


def values(total: Counter[str], lines: Lines) -> dict[str, float]:
    """Return FineWeb's signals by name; line ratios are fractions of the non-blank lines."""
    filled = max(total["filled_lines"], 1)
    _, repeated_chars = duplicates(lines.hashes[~lines.blank], lines.lengths[~lines.blank])
    return {
        "fineweb_punctuated_line_ratio": total["punctuated_lines"] / filled,
        "fineweb_short_line_ratio": total["short_lines"] / filled,
        "fineweb_duplicate_char_ratio": repeated_chars / max(int(lines.lengths.sum()), 1),
        "fineweb_line_feed_ratio": total["line_feeds"] / total["words"] if total["words"] else 0.0,
    }
