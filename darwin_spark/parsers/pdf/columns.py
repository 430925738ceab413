"""Reading order of a page: cut it into regions and columns, again and again, until each part is one column.

A variant of the recursive XY cut (Nagy and Seth 1984). A column shows by its left edge, where many lines begin, also if they
end ragged. A region in which no line crosses that edge (that with the most lines, unless its gutter is narrow) is cut in two
there; what lies above and below it is read before and after it, so that a title, a figure or a table as wide as the page may
stand anywhere, and the number of columns may change.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.glyphs import Fragment
from darwin_spark.parsers.pdf.side_heads import are_side_heads, before_their_text
from darwin_spark.parsers.pdf.wide_tables import across, wide_tables

_MIN_COLUMN_LINES = 4  # minimum number of fragments of a column
_MIN_COLUMN_CHARS = 12.0  # minimum mean characters of the fragments of a column; shorter ones are the cells of a table
_MIN_LINE_CHARS, _MIN_JUSTIFIED = 25, 8  # minimum characters of a justified line, and number of such lines
_MOST = 0.5  # minimum share of justified lines in a column that stands beside a short one
_MIN_GUTTER = 0.5  # minimum width of the gutter in font sizes
_MAX_OVERFULL = 4.0  # a line may end this many font sizes behind the edge, if lines of the right column stand beside it, ...
_BESIDE = 0.8  # ... at most this many font sizes higher or lower
_EDGE = 2.0  # points by which the left edges of the lines of a column may differ
_MAX_EDGES = 8  # only the most common left edges are tried
_MAX_FRAGMENTS = 20_000  # a page with more fragments (a drawing made of letters) is not cut
_MAX_DEPTH = 40  # maximum number of cuts within each other
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line


class _Cut(NamedTuple):
    """A region, between the baselines `top` and `bottom`, that is two columns: one ends left of the edge, one begins there."""

    edge: float
    top: float
    bottom: float
    score: float
    """Number of lines in the region, less if the gutter is narrow: the edge behind the labels of a list is no gutter."""


def columns(fragments: Sequence[Fragment], depth: int = 0) -> list[list[Fragment]]:
    """Split the fragments of a page, or of a part of it, into columns in reading order."""
    cut = _best_cut(fragments) if depth < _MAX_DEPTH and len(fragments) <= _MAX_FRAGMENTS else None
    if cut is None:
        return [list(fragments)] if fragments else []
    above = [f for f in fragments if f.baseline <= cut.top]
    below = [f for f in fragments if f.baseline >= cut.bottom]
    region = [f for f in fragments if cut.top < f.baseline < cut.bottom]
    left, right = [f for f in region if f.left < cut.edge], [f for f in region if f.left >= cut.edge]
    if are_side_heads(left, right):
        sides = before_their_text(left, columns(right, depth + 1))
    else:
        sides = columns(left, depth + 1) + columns(right, depth + 1)
    return columns(above, depth + 1) + sides + columns(below, depth + 1)


def _best_cut(fragments: Sequence[Fragment]) -> _Cut | None:
    """Return the cut with the highest score; None if there is none, so that the fragments are one column."""
    if len(fragments) < 2 * _MIN_COLUMN_LINES:
        return None
    ordered = sorted(fragments, key=lambda f: f.baseline)
    tables = wide_tables(ordered)
    lefts = np.array([f.left for f in ordered])
    ends = np.array([f.right + _gutter(f) for f in ordered])
    cuts = (
        cut
        for edge in (*_left_edges(fragments), *_edge_of_short_column(fragments))
        if ends.min() <= edge and _longest_gap((lefts < edge) & (ends > edge)) > 2 * _MIN_COLUMN_LINES
        for cut in _cuts(fragments, edge, across(tables, edge, fragments))
    )
    return max(cuts, key=lambda cut: cut.score, default=None)


def _longest_gap(crossing: npt.NDArray[np.bool_]) -> int:
    """Return one more than the largest number of fragments, from top to bottom, between two that cross the edge."""
    places = np.flatnonzero(crossing)
    return int(np.diff(places, prepend=-1, append=len(crossing)).max())


def _left_edges(fragments: Sequence[Fragment]) -> list[float]:
    """Return the most common left edges, less a tolerance; edges within 2 points of each other count as one."""
    counts = Counter(round(f.left) for f in fragments)
    around = {x: sum(counts.get(x + step, 0) for step in (-1, 0, 1)) for x in counts}
    best = sorted((x for x, n in around.items() if n >= _MIN_COLUMN_LINES), key=lambda x: (-around[x], x))
    edges: list[int] = []
    for x in best:
        if len(edges) < _MAX_EDGES and all(abs(x - other) > _EDGE for other in edges):
            edges.append(x)
    return [x - _EDGE for x in edges]


def _edge_of_short_column(fragments: Sequence[Fragment]) -> Iterator[float]:
    """Yield the edge behind a column of justified lines, if lines begin there, as on the last page of a paper."""
    ends = Counter(round(f.right) for f in fragments if len(f.text) >= _MIN_LINE_CHARS)
    end, count = max(ends.items(), key=lambda item: item[1], default=(0, 0))
    behind = [f.left for f in fragments if f.left > end + _MIN_GUTTER * f.size]
    if count >= _MIN_JUSTIFIED and behind:
        yield min(behind) - _EDGE


def _is_justified(fragments: Sequence[Fragment]) -> bool:
    """Whether most of the fragments are long lines that end at one right edge: a column, whatever stands beside it."""
    if len(fragments) < _MIN_JUSTIFIED:
        return False
    ends = Counter(round(f.right) for f in fragments if len(f.text) >= _MIN_LINE_CHARS)
    end, count = max(ends.items(), key=lambda item: item[1], default=(0, 0))
    return count >= _MIN_JUSTIFIED and sum(ends[end + d] for d in (-1, 0, 1)) > _MOST * len(fragments)


def _cuts(fragments: Sequence[Fragment], edge: float, cells: Sequence[Fragment]) -> Iterator[_Cut]:
    """Yield the cuts at one left edge: between the lines that cross it, and the cells of wide tables on both sides of it."""
    crossing = [f for f in fragments if f.left < edge and f.right > edge - _gutter(f)]
    overfull = _overfull(crossing, fragments, edge)
    crossing = [f for f in crossing if id(f) not in overfull]
    crossing = sorted((*crossing, *cells), key=lambda f: f.baseline)
    tops = [float("-inf"), *(f.baseline + _ROW * f.size for f in crossing)]
    bottoms = [*(f.baseline - _ROW * f.size for f in crossing), float("inf")]
    sides: list[tuple[list[Fragment], list[Fragment]]] = [([], []) for _ in tops]
    for f in fragments:
        place = bisect_left(bottoms, f.baseline)
        if place < len(tops) and tops[place] < f.baseline < bottoms[place]:
            sides[place][f.left >= edge].append(f)
    for top, bottom, (left, right) in zip(tops, bottoms, sides, strict=True):
        if not left or not (_is_column(right) or (len(right) > 1 and _is_justified(left))):
            continue
        if not _is_column(left):  # a title above the text is no heading in its margin
            top = max(top, min(f.baseline - _ROW * f.size for f in right))
            left = [f for f in left if f.baseline > top]
        if _is_column(left) or are_side_heads(left, right):
            ends = [f.right for f in left if id(f) not in overfull] or [edge]
            width = min(f.left for f in right) - max(ends)
            yield _Cut(edge, top, bottom, (len(left) + len(right)) * width / (width + right[0].size))


def _overfull(crossing: Sequence[Fragment], fragments: Sequence[Fragment], edge: float) -> set[int]:
    """Return the ids of long lines of the left column that end a little behind the edge, beside lines of the right column."""
    long = [f for f in crossing if f.right < edge + _MAX_OVERFULL * f.size and len(f.text) >= _MIN_LINE_CHARS]
    if not long:
        return set()
    heights = sorted(f.baseline for f in fragments if f.left >= edge)
    found = set()
    for f in long:
        place = bisect_left(heights, f.baseline - _BESIDE * f.size)
        if place < len(heights) and heights[place] < f.baseline + _BESIDE * f.size:
            found.add(id(f))
    return found


def _gutter(fragment: Fragment) -> float:
    """Return how far from the column on its right a fragment must end, less the tolerance of the edge; in points."""
    return _MIN_GUTTER * fragment.size - _EDGE


def _is_column(fragments: Sequence[Fragment]) -> bool:
    return len(fragments) >= _MIN_COLUMN_LINES and sum(len(f.text) for f in fragments) >= _MIN_COLUMN_CHARS * len(fragments)
