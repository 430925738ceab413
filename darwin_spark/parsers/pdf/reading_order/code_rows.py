"""Tell text of a fixed width whose rows must not be parted: code with comments beside it, and tables in such type."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.pdf.fragments import Fragment

_COMMENT = re.compile(r"#|//|/\*|;|%|!|--\s")
_MOST, _NEARLY_ALL = 0.5, 0.9
_COLUMNS = 2  # maximum number of left edges of the cells on the left; those of code are indented at many
_MAX_CHARS, _MIN_CHARS = 20, 3  # mean characters of the first cells of a table, or of its last ones; lines of code are longer
_ALIGNED = 1.0  # points by which the baselines of a row may differ


def are_code_rows(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    """Whether what stands beside a gap is one text: comments on the right, or the columns of a table.

    `left`, `right`: the fragments on both sides of the gap, neither empty.
    """
    if not (left[0].mono and right[0].mono):
        return False
    if any(sum(f.mono for f in side) < _NEARLY_ALL * len(side) for side in (left, right)):
        return False
    heights = sorted(f.baseline for f in left)
    aligned = sum(_is_near(heights, f.baseline) for f in right)
    comments = sum(_COMMENT.match(f.text) is not None for f in right)
    if comments > _MOST * len(right):
        return aligned > _MOST * len(right)
    is_table = _length(left) <= _MAX_CHARS or _length(right) <= _MIN_CHARS
    return is_table and aligned >= _NEARLY_ALL * len(right) and _have_edges(left, _COLUMNS) and _have_edges(right, 1)


def _length(side: Sequence[Fragment]) -> float:
    """Return the mean number of characters of the fragments."""
    return sum(len(f.text) for f in side) / len(side)


def _is_near(heights: Sequence[float], baseline: float) -> bool:
    place = bisect_left(heights, baseline - _ALIGNED)
    return place < len(heights) and heights[place] <= baseline + _ALIGNED


def _have_edges(side: Sequence[Fragment], number: int) -> bool:
    """Whether nearly all fragments begin at one of so many left edges."""
    counts = Counter(round(f.left) for f in side).most_common(number)
    return sum(count for _, count in counts) >= _NEARLY_ALL * len(side)
