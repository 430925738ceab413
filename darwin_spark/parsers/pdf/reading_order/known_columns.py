"""Find columns of a few lines by the left edges of the columns of the pages before."""

from collections.abc import Sequence
from functools import lru_cache

from darwin_spark.parsers.pdf.fragments import Fragment

_FIRST_WIDE = "\u2e80"  # first character of the East Asian scripts whose characters are twice as wide as a Latin letter
_MIN_LINE_CHARS = 25  # minimum characters of a justified line
_MIN_GUTTER = 0.5  # minimum width of the gutter in font sizes
_EDGE = 2.0  # points by which the left edges of the lines of a column may differ
_MAX_STEP = 1.7  # maximum distance of lines of a block in font sizes
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line


def band_at_known_edge(fragments: Sequence[Fragment], known: float) -> tuple[float, float] | None:
    """Return y of top and bottom of a band that is cut at the left edge of a column of a page before: long lines begin there.

    They stand below all that crosses the edge, as on the last page of a paper, or above, as where columns end on a new page.
    """
    if all(abs(f.left - known) > 2 * _EDGE for f in fragments):
        return None
    edge = known - _EDGE
    crossing = [f.baseline for f in fragments if f.left < edge < f.right]
    top = max(crossing, default=float("-inf"))
    if _are_columns([f for f in fragments if f.baseline > top], known):
        return top, float("inf")
    if not crossing:
        return None
    bottom = _end_of_block(fragments, min(crossing))
    return (float("-inf"), bottom) if _are_columns([f for f in fragments if f.baseline < bottom], known) else None


def _are_columns(region: Sequence[Fragment], known: float) -> bool:
    """Whether long lines stand on both sides of the left edge of a column of a page before."""
    left, right = [f for f in region if f.left < known - _EDGE], [f for f in region if f.left >= known - _EDGE]
    if any(len(side) < 2 or not _are_long_lines(side) for side in (left, right)):
        return False
    begins = min(f.left for f in right), max(f.right for f in left)
    heights = [min(side, key=lambda f: f.baseline) for side in (left, right)]
    is_level = abs(heights[0].baseline - heights[1].baseline) < 2 * heights[0].size
    return is_level and begins[0] - known < 2 * _EDGE and begins[0] - begins[1] > _MIN_GUTTER * right[0].size


def _end_of_block(fragments: Sequence[Fragment], limit: float) -> float:
    """Return a y below the lines at the top, and above the next line, which stands apart from them; at most `limit`."""
    above: Fragment | None = None
    for f in sorted(fragments, key=lambda f: f.baseline):
        if f.baseline >= limit or (above and f.baseline - above.baseline > _MAX_STEP * above.size):
            return f.baseline - _ROW * f.size
        above = f
    return limit


def _are_long_lines(side: Sequence[Fragment]) -> bool:
    """Whether the lines but the last one, where a paragraph may end, have the length of justified lines on average."""
    last = max(side, key=lambda f: f.baseline)
    return sum(length(f.text) for f in side) - length(last.text) >= _MIN_LINE_CHARS * (len(side) - 1)


@lru_cache(maxsize=4_096)
def length(text: str) -> int:
    """Return the number of characters; one of Chinese or Japanese, which is twice as wide as a letter, counts twice."""
    return len(text) if text.isascii() or max(text) < _FIRST_WIDE else len(text) + sum(c >= _FIRST_WIDE for c in text)
