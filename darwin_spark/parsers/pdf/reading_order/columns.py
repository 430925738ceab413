"""Reading order of a page: cut it into regions and columns, again and again, until each part is one column.

A variant of the recursive XY cut (Nagy and Seth 1984). A column shows by its left edge, where many lines begin, also if they
end ragged. A region in which no line crosses that edge (that with the most lines, unless its gutter is narrow) is cut in two
there; what lies above and below it is read before and after it, so that a title, a figure or a table as wide as the page may
stand anywhere, and the number of columns may change.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pdf.reading_order.code_rows import are_code_rows
from darwin_spark.parsers.pdf.reading_order.column_ends import caption_below, goes_on
from darwin_spark.parsers.pdf.reading_order.known_columns import band_at_known_edge, length
from darwin_spark.parsers.pdf.reading_order.pairs import are_pairs
from darwin_spark.parsers.pdf.reading_order.region_edges import fit_edges
from darwin_spark.parsers.pdf.reading_order.side_heads import are_side_heads, before_their_text
from darwin_spark.parsers.pdf.reading_order.wide_tables import across, may_have_tables, wide_tables

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_MIN_COLUMN_LINES = 4  # minimum number of fragments of a column
_MIN_COLUMN_CHARS = 12.0  # minimum mean characters of the fragments of a column; shorter ones are the cells of a table
_MIN_LINE_CHARS, _MIN_JUSTIFIED = 25, 8  # minimum characters of a justified line, and number of such lines
_MOST = 0.5  # minimum share of justified lines in a column that stands beside a short one
_MIN_GUTTER = 0.5  # minimum width of the gutter in font sizes
_MAX_OVERFULL = 4.0  # a line may end this many font sizes behind the edge, if lines of the right column stand beside it, ...
_BESIDE = 0.8  # ... at most this many font sizes higher or lower
_EDGE = 2.0  # points by which the left edges of the lines of a column may differ
_MAX_EDGES = 8  # only the most common left edges are tried
_MIN_KNOWN_LINES = 10  # minimum number of lines of a column whose left edge counts on later pages
_MAX_GAPS = 3  # only so many strips without text are tried
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


def columns(fragments: Sequence[Fragment], known: set[float] | None = None, depth: int = 0) -> list[list[Fragment]]:
    """Split the fragments of a page, or of a part of it, into columns in reading order.

    `known`: left edges of the columns of the pages before, in points, to which those of this page are added: there, a few
    lines are columns too, as where the text of a paper ends.
    """
    known = set() if known is None else known
    cut = _best_cut(fragments) if depth < _MAX_DEPTH and len(fragments) <= _MAX_FRAGMENTS else None
    cut = cut or next((_Cut(x - _EDGE, *band, 0.0) for x in sorted(known) if (band := band_at_known_edge(fragments, x))), None)
    if cut is None:
        return [list(fragments)] if fragments else []
    above = [f for f in fragments if f.baseline <= cut.top]
    below = [f for f in fragments if f.baseline >= cut.bottom]
    region = [f for f in fragments if cut.top < f.baseline < cut.bottom]
    above, region, below = fit_edges(above, region, below, cut.edge)
    left, right = [f for f in region if f.left < cut.edge], [f for f in region if f.left >= cut.edge]
    if are_side_heads(left, right):
        sides = before_their_text(left, columns(right, known, depth + 1))
    else:
        if min(len(left), len(right)) >= _MIN_KNOWN_LINES:
            known.add(round(min(f.left for f in right)))
        sides = columns(left, known, depth + 1) + columns(right, known, depth + 1)
    return columns(above, known, depth + 1) + sides + columns(below, known, depth + 1)


class _Places(NamedTuple):
    """Fragments and, as arrays over them: edges, baseline, font size and minimum gutter in points, number of characters.

    `has_table`: whether one of them is a table made by `cells.py`.
    """

    fragments: Sequence[Fragment]
    left: Floats
    right: Floats
    baseline: Floats
    size: Floats
    gutter: Floats
    chars: Floats
    has_table: bool

    @classmethod
    def of(cls, fragments: Sequence[Fragment]) -> "_Places":
        """Return the fragments with their arrays."""
        texts, left, right, baseline, size, _, _, _, table, *_ = zip(*fragments, strict=True)
        left, right, baseline, size = np.array((left, right, baseline, size), dtype=np.float64)
        chars = np.array(list(map(length, texts)), dtype=np.float64)
        return cls(fragments, left, right, baseline, size, _MIN_GUTTER * size - _EDGE, chars, any(table))


def _best_cut(fragments: Sequence[Fragment]) -> _Cut | None:
    """Return the cut with the highest score; None if there is none, so that the fragments are one column."""
    if len(fragments) < 2 * _MIN_COLUMN_LINES:
        return None
    places = _Places.of(fragments)
    order = places.baseline.argsort(kind="stable")
    may_have = places.has_table or may_have_tables(places.baseline[order], places.size[order])
    tables = wide_tables([fragments[i] for i in order.tolist()]) if may_have else []
    lefts, ends = places.left[order], (places.right + places.gutter)[order]
    first_end = ends.min()
    cuts = (
        cut
        for edge in dict.fromkeys((*_left_edges(places), *_edge_of_short_column(places), *_behind_gaps(places)))
        if first_end <= edge and _longest_gap((lefts < edge) & (ends > edge)) > 2 * _MIN_COLUMN_LINES
        for cut in _cuts(places, edge, across(tables, edge, fragments) if tables else [])
    )
    return max(cuts, key=lambda cut: cut.score, default=None)


def _longest_gap(crossing: Flags) -> int:
    """Return one more than the largest number of fragments, from top to bottom, between two that cross the edge."""
    places = crossing.nonzero()[0]
    if not len(places):
        return len(crossing) + 1
    ends = int(places[0]) + 1, len(crossing) - int(places[-1])
    return max(int((places[1:] - places[:-1]).max(initial=0)), *ends)


def _left_edges(places: _Places) -> list[float]:
    """Return the most common left edges, less a tolerance; edges within 2 points of each other count as one."""
    counts = Counter(places.left.round().astype(np.int64).tolist())
    around = {x: counts.get(x - 1, 0) + n + counts.get(x + 1, 0) for x, n in counts.items()}
    best = sorted((x for x, n in around.items() if n >= _MIN_COLUMN_LINES), key=lambda x: (-around[x], x))
    edges: list[int] = []
    for x in best:
        if len(edges) < _MAX_EDGES and all(abs(x - other) > _EDGE for other in edges):
            edges.append(x)
    return [x - _EDGE for x in edges]


def _edge_of_short_column(places: _Places) -> Iterator[float]:
    """Yield the edge behind a column of justified lines, if lines begin there, as on the last page of a paper."""
    ends = Counter(places.right[places.chars >= _MIN_LINE_CHARS].round().tolist())
    end, count = max(ends.items(), key=lambda item: item[1], default=(0, 0))
    if count >= _MIN_JUSTIFIED:
        behind = places.left[places.left > end + _MIN_GUTTER * places.size]
        if len(behind):
            yield float(behind.min()) - _EDGE


def _behind_gaps(places: _Places) -> list[float]:
    """Return the edges behind strips that no fragment meets, as between short columns whose lines begin at different x."""
    order = places.left.argsort(kind="stable")
    left, reach = places.left[order], np.maximum.accumulate(places.right[order])
    is_wide = left[1:] - reach[:-1] > np.maximum(_MIN_GUTTER * places.size[order][1:], _EDGE)
    behind: list[float] = (left[1:][is_wide][:_MAX_GAPS] - _EDGE).tolist()
    return behind


def _is_justified(fragments: Sequence[Fragment]) -> bool:
    """Whether most of the fragments are long lines that end at one right edge: a column, whatever stands beside it."""
    if len(fragments) < _MIN_JUSTIFIED:
        return False
    ends = Counter(round(f.right) for f in fragments if length(f.text) >= _MIN_LINE_CHARS)
    end, count = max(ends.items(), key=lambda item: item[1], default=(0, 0))
    return count >= _MIN_JUSTIFIED and sum(ends[end + d] for d in (-1, 0, 1)) > _MOST * len(fragments)


def _cuts(places: _Places, edge: float, cells: Sequence[Fragment]) -> Iterator[_Cut]:
    """Yield the cuts at one left edge: between the lines that cross it, and the cells of wide tables on both sides of it."""
    crossing = (places.left < edge) & (places.right > edge - places.gutter)
    overfull = _overfull(places, crossing, edge)
    crossing &= ~overfull
    baselines = np.concatenate((places.baseline[crossing], [f.baseline for f in cells]))
    margins = _ROW * np.concatenate((places.size[crossing], [f.size for f in cells]))
    order = baselines.argsort(kind="stable")
    tops = np.concatenate(([-np.inf], (baselines + margins)[order]))
    bottoms = np.concatenate(((baselines - margins)[order], [np.inf]))
    band = bottoms.searchsorted(places.baseline)
    inside = (tops[band] < places.baseline) & (places.baseline < bottoms[band])
    lefts, rights = inside & (places.left < edge), inside & (places.left >= edge)
    too_long = {id(f) for f in _those(places, overfull)}
    for index in _bands_with_columns(places, band, lefts, rights):
        left, right = (_those(places, side & (band == index)) for side in (lefts, rights))
        if are_code_rows(left, right):
            continue
        top, bottom = float(tops[index]), float(bottoms[index])
        if (below := caption_below(left, right)) is not None:
            bottom = below.baseline - _ROW * below.size
            left = [f for f in left if f.baseline < bottom]
        if not (_is_column(right) or (_is_justified(left) and (len(right) > 1 or goes_on(left, right[0])))):
            continue
        if not _is_column(left):  # a title above the text is no heading in its margin
            top = max(top, min(f.baseline - _ROW * f.size for f in right))
            left = [f for f in left if f.baseline > top]
        if (is_margin := are_side_heads(left, right)) or _is_column(left):
            if not is_margin and are_pairs(_those(places, (lefts | rights) & (band == index)), edge):
                continue
            ends = [f.right for f in left if id(f) not in too_long] or [edge]
            width = min(f.left for f in right) - max(ends)
            yield _Cut(edge, top, bottom, (len(left) + len(right)) * width / (width + right[0].size))


def _overfull(places: _Places, crossing: Flags, edge: float) -> Flags:
    """Return a mask of long lines of the left column that end a little behind the edge, beside lines of the right one."""
    found = crossing & (places.right < edge + _MAX_OVERFULL * places.size) & (places.chars >= _MIN_LINE_CHARS)
    if found.any():
        heights = np.sort(places.baseline[places.left >= edge])
        margin = _BESIDE * places.size
        found &= np.searchsorted(heights, places.baseline - margin) < np.searchsorted(heights, places.baseline + margin)
    return found


def _bands_with_columns(places: _Places, band: Ints, lefts: Flags, rights: Flags) -> list[int]:
    """Return the bands with fragments on the left and, on the right, a column, or a line or more beside a long column."""
    on_left, on_right = np.bincount(band[lefts]), np.bincount(band[rights])
    chars = np.bincount(band[rights], weights=places.chars[rights])
    count = min(len(on_left), len(on_right))
    on_left, on_right, chars = on_left[:count], on_right[:count], chars[:count]
    is_column = (on_right >= _MIN_COLUMN_LINES) & (chars >= _MIN_COLUMN_CHARS * on_right)
    found: list[int] = np.flatnonzero((on_left > 0) & (on_right > 0) & (is_column | (on_left >= _MIN_JUSTIFIED))).tolist()
    return found


def _those(places: _Places, mask: Flags) -> list[Fragment]:
    return [places.fragments[i] for i in mask.nonzero()[0].tolist()]


def _is_column(fragments: Sequence[Fragment]) -> bool:
    count = len(fragments)
    return count >= _MIN_COLUMN_LINES and sum(map(length, [f.text for f in fragments])) >= _MIN_COLUMN_CHARS * count
