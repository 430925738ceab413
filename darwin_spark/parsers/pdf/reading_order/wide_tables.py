"""Find tables that stand on both sides of a gutter: the page is cut above and below them, even if no cell crosses it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.pdf.captions import TABLE_CAPTION
from darwin_spark.parsers.pdf.fragments import Fragment

_MIN_CELLS, _MIN_ROWS = 3, 3
_MAX_CELL_CHARS = 25
_MAX_CAPTION_ROWS = 4
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line
_MAX_STEP = 2.5  # maximum distance of a row of fewer cells, as a head may be, from the other rows, in font sizes
_ALIGNED = 3.0  # points by which the left edges of cells in a column may differ


def wide_tables(ordered: Sequence[Fragment]) -> list[list[Fragment]]:
    """Return the tables of a page, whose fragments come from top to bottom: three short pieces or more, in three rows or more.

    A table made by `cells.py` counts with a single row. The caption above a table belongs to it.
    """
    rows = list(_rows(ordered))
    found: list[list[Fragment]] = []
    for is_cells, run in groupby(range(len(rows)), key=lambda i: _are_cells(rows[i])):
        places = list(run)
        if is_cells and (len(places) >= _MIN_ROWS or rows[places[0]][0].table):
            begin, end = places[0], places[-1] + 1
            while begin and _belongs(rows[begin - 1], rows[begin]):
                begin -= 1
            while end < len(rows) and _belongs(rows[end], rows[end - 1]):
                end += 1
            found.append([f for row in rows[_begin_of_caption(rows, begin) : end] for f in row])
    return found


def may_have_tables(baselines: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64]) -> bool:
    """Return whether enough fragments stand beside the one before them: a cheap test before `wide_tables`.

    Arrays over the fragments from top to bottom: baselines and font sizes in points.
    """
    beside = baselines[1:] - baselines[:-1] <= _ROW * sizes[1:]
    return int(np.count_nonzero(beside)) >= (_MIN_CELLS - 1) * _MIN_ROWS


def across(tables: Sequence[Sequence[Fragment]], edge: float, fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments of the tables on both sides of an edge, in points; none if a caption stands right of the edge."""
    wide = [f for table in tables if min(f.left for f in table) < edge < max(f.right for f in table) for f in table]
    if any(f.left >= edge and TABLE_CAPTION.match(f.text) for f in fragments if wide):
        return []
    return wide


def _begin_of_caption(rows: Sequence[Sequence[Fragment]], begin: int) -> int:
    """Return the index of the row where the caption above the row `begin` begins; `begin` if it has none."""
    for at in range(begin - 1, max(begin - 1 - _MAX_CAPTION_ROWS, -1), -1):
        first = rows[at][0]
        if len(rows[at]) > 1 or rows[at + 1][0].baseline - first.baseline > _MAX_STEP * first.size:
            break
        if TABLE_CAPTION.match(first.text):
            return at
    return begin


def _rows(ordered: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    row: list[Fragment] = []
    for f in ordered:
        if row and f.baseline - row[0].baseline > _ROW * min(f.size, row[0].size):
            yield row
            row = []
        row.append(f)
    if row:
        yield row


def _are_cells(row: Sequence[Fragment]) -> bool:
    return row[0].table or (len(row) >= _MIN_CELLS and all(len(f.text) <= _MAX_CELL_CHARS for f in row))


def _belongs(row: Sequence[Fragment], other: Sequence[Fragment]) -> bool:
    """Whether a row of two or more short pieces is next to a row of cells and stands in its columns."""
    is_near = abs(row[0].baseline - other[0].baseline) < _MAX_STEP * other[0].size
    short = len(row) > 1 and all(len(f.text) <= _MAX_CELL_CHARS for f in row)
    return is_near and short and all(any(abs(f.left - cell.left) <= _ALIGNED for cell in other) for f in row)
