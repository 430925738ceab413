"""Count words, lines and kinds of characters: signals of no published filter, for custom rules."""

from collections import Counter

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.text_block import Piece
from darwin_spark.text.characters import DIGIT, LETTER, LOWER, SIGN


def add(total: Counter[str], piece: Piece) -> None:
    """Add the counts of one more block to `total`, for `values`."""
    kinds = piece.kinds
    total["words"] += len(piece.chunks)
    total["lines"] += int(np.count_nonzero(piece.filled))
    total["visible"] += int(piece.chunks.lengths.sum())
    total["letters"] += int(np.count_nonzero((kinds >= LOWER) & (kinds <= LETTER)))
    total["digits"] += int(np.count_nonzero(kinds == DIGIT))
    total["signs"] += int(np.count_nonzero(kinds == SIGN))


def values(total: Counter[str]) -> dict[str, float]:
    """Return signals by name: counts of words (by white space), filled lines; letters, digits, signs per visible character."""
    visible = max(total["visible"], 1)
    return {
        "words": total["words"],
        "lines": total["lines"],
        "alpha_ratio": total["letters"] / visible,
        "digit_ratio": total["digits"] / visible,
        "symbol_ratio": total["signs"] / visible,
    }
