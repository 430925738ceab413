"""Tell lists of keys beside their descriptions from two columns: the edge of the descriptions is no gutter.

Programs write such a list row by row, a key and then its description. Two columns of text are written one after the other, or
line by line, but then the lines on both sides fill their columns.
"""

from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.pdf.fragments import Fragment

_MIN_PAIRS = 3  # minimum number of descriptions that follow their keys
_MOST = 0.8  # minimum share of the lines at the edge that follow their key, or a line of their description
_HALF = 0.5  # minimum share of the lines on the left that a description follows
_EDGE = 4.0  # points by which the left edges of the descriptions may differ
_ALIGNED = 2.0  # points that a line may begin left of the keys
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line
_MAX_STEP, _MAX_INDENT = 2.0, 3.0  # distance and indentation of the next line of a description, in font sizes
_MAX_GUTTER = 6.5  # distance of the longest line of a column from the next column, in font sizes
_LONG_CHARS, _NEARLY_FULL, _FULL_SHARE = 18.0, 0.8, 0.5
"""Columns of text: mean characters of a line, share of the longest line that a full line has, share of full lines."""


def are_pairs(fragments: Sequence[Fragment], edge: float) -> bool:
    """Whether keys and descriptions stand left and right of an edge, in points. `fragments`: in content order."""
    keys: list[Fragment] = []
    descriptions: list[Fragment] = []
    at_edge = alone = 0
    before: Fragment | None = None
    is_description = False
    for f in fragments:
        if f.left >= edge:
            is_at_edge = f.left < edge + _EDGE
            at_edge += is_at_edge
            if before is not None and before.left < edge and _is_key(before, f):
                keys.append(before)
                descriptions.append(f)
                is_description = True
            elif before is None or not (is_description and _goes_on(before, f)):
                is_description = False
                alone += is_at_edge
        before = f
    if len(keys) < _MIN_PAIRS or alone > (1 - _MOST) * at_edge:
        return False
    begin = min(f.left for f in keys) - _ALIGNED
    on_left = sum(begin <= f.left < edge for f in fragments)
    return len(keys) >= _HALF * on_left and not _are_columns(keys, descriptions, edge)


def _is_key(before: Fragment, f: Fragment) -> bool:
    """Whether a fragment stands left of another one, on the same line."""
    return abs(before.baseline - f.baseline) < _ROW * f.size and before.right <= f.left + 0.5 * f.size


def _goes_on(before: Fragment, f: Fragment) -> bool:
    """Whether a line is the next one of a description, or a part of the same line."""
    if abs(f.baseline - before.baseline) < _ROW * f.size:
        return f.left >= before.right - f.size
    return 0 < f.baseline - before.baseline < _MAX_STEP * f.size and abs(f.left - before.left) < _MAX_INDENT * f.size


def _are_columns(left: Sequence[Fragment], right: Sequence[Fragment], edge: float) -> bool:
    """Whether the lines on both sides of an edge are those of two columns of text: long, in one style or nearly full."""
    longest = max(left, key=lambda f: f.right)
    if edge - longest.right > _MAX_GUTTER * longest.size or min(_mean_chars(left), _mean_chars(right)) < _LONG_CHARS:
        return False
    return _style(left) == _style(right) or (_are_full(left) and _are_full(right))


def _mean_chars(lines: Sequence[Fragment]) -> float:
    return sum(len(f.text) for f in lines) / len(lines)


def _style(lines: Sequence[Fragment]) -> tuple[float, bool, bool]:
    """Return font size, and whether the type is bold or of a fixed width, of most lines."""
    return Counter((round(f.size, 1), f.bold, f.mono) for f in lines).most_common(1)[0][0]


def _are_full(lines: Sequence[Fragment]) -> bool:
    """Whether most of the lines are nearly as long as the longest."""
    longest = max(f.right - f.left for f in lines)
    return sum(f.right - f.left > _NEARLY_FULL * longest for f in lines) > _FULL_SHARE * len(lines)
