"""What a text is made of, in plain counts and shares; no published filter, for rules of one's own."""

from collections import Counter

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.text_block import Piece
from darwin_spark.text.characters import DIGIT, LETTER, LOWER, SIGN


def add(total: Counter[str], piece: Piece) -> None:
    """Add what `values` needs of one more piece."""
    kinds = piece.kinds
    total["words"] += len(piece.chunks)
    total["lines"] += int(np.count_nonzero(piece.filled))
    total["visible"] += int(piece.chunks.lengths.sum())
    total["letters"] += int(np.count_nonzero((kinds >= LOWER) & (kinds <= LETTER)))
    total["digits"] += int(np.count_nonzero(kinds == DIGIT))
    total["signs"] += int(np.count_nonzero(kinds == SIGN))


def values(total: Counter[str]) -> dict[str, float]:
    """Words between blanks, lines that are not blank; shares are of the characters that are not white space."""
    visible = max(total["visible"], 1)
    return {
        "words": total["words"],
        "lines": total["lines"],
        "alpha_ratio": total["letters"] / visible,
        "digit_ratio": total["digits"] / visible,
        "symbol_ratio": total["signs"] / visible,
    }
