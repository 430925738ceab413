"""Find the rows of a table that a page break parts from the others: too few on their page to be a table by themselves."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pdf.tables.tables import column_spans
from darwin_spark.parsers.pipe_table import table_without_spans

_MIN_ROWS, _MIN_CELLS, _MAX_CELLS = 3, 3, 30
_MAX_CELL_CHARS, _MAX_MEAN_CHARS = 25, 15  # the lines of narrow columns of text are longer
_MAX_STEP = 2.5  # maximum distance of two rows in font sizes
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line
_MIN_HEAD = 2  # minimum number of cells of a head that is repeated

Row = list[Fragment]


def join_cut_tables(pages: Sequence[Sequence[Fragment]]) -> list[list[Fragment]]:
    """Return the fragments of each page; the first or last one or two rows of a table that a page break cuts become one.

    The rows at the end of a page and those at the beginning of the next must have the same number of short cells, in the same
    columns, and be three or more together.
    """
    found = [list(page) for page in pages]
    for index in range(1, len(found)):
        if not (found[index] and found[index - 1]):
            continue
        first = min(found[index], key=lambda f: f.baseline)
        if len(first.text) > _MAX_CELL_CHARS or sum(_are_on_one_line(first, f) for f in found[index]) < _MIN_CELLS:
            continue
        below = _rows_of_cells(found[index], 1)
        above = _rows_of_cells(found[index - 1], -1) if below else []
        if above and _are_one_table(above, below):
            for page, rows in ((index - 1, above[::-1]), (index, below)):
                if len(rows) < _MIN_ROWS:
                    found[page] = _with_table(found[page], rows)
    return found


def repeated_head(page: Sequence[Fragment], above: Sequence[Fragment]) -> int | None:
    """Return the index of the first cell of a page's first row if the page `above` has this row too, in the same columns."""
    if not page or not above:
        return None
    top = min([f.baseline for f in page])
    row = [i for i, f in enumerate(page) if f.baseline - top < _ROW * f.size]
    if len(row) < _MIN_HEAD:
        return None
    texts = {(f.text, round(f.left)) for f in above if not f.table}
    is_same = all((page[i].text, round(page[i].left)) in texts for i in row)
    return min(row, key=lambda i: page[i].left) if is_same else None


def _rows_of_cells(page: Sequence[Fragment], sign: int) -> list[Row]:
    """Return the rows of cells with which a page begins (`sign` 1) or, from the last one upwards, ends (-1)."""
    found: list[Row] = []
    for row in takewhile(_are_cells, _rows(page, sign)):
        if found and (len(row) != len(found[0]) or abs(row[0].baseline - found[-1][0].baseline) > _MAX_STEP * row[0].size):
            break
        found.append(row)
    return found


def _rows(page: Sequence[Fragment], sign: int) -> Iterator[Row]:
    row: Row = []
    for f in sorted(page, key=lambda f: (sign * f.baseline, f.left)):
        if row and not _are_on_one_line(f, row[0]):
            yield sorted(row, key=lambda f: f.left)
            row = []
        row.append(f)
    yield sorted(row, key=lambda f: f.left)


def _are_on_one_line(f: Fragment, other: Fragment) -> bool:
    return abs(f.baseline - other.baseline) < _ROW * min(f.size, other.size)


def _are_cells(row: Row) -> bool:
    return _MIN_CELLS <= len(row) <= _MAX_CELLS and all(len(f.text) <= _MAX_CELL_CHARS and not f.table for f in row)


def _are_one_table(above: Sequence[Row], below: Sequence[Row]) -> bool:
    cells = [f for rows in (above, below) for row in rows for f in row]
    if len(above) + len(below) < _MIN_ROWS or sum(len(f.text) for f in cells) > _MAX_MEAN_CHARS * len(cells):
        return False
    count = len(above[0])
    return len(below[0]) == count and len(column_spans([(f.left, f.right) for f in cells], cells[0].size)) == count


def _with_table(page: Sequence[Fragment], rows: Sequence[Row]) -> list[Fragment]:
    cells = [f for row in rows for f in row]
    text = table_without_spans([[f.text for f in row] for row in rows])
    left, right = min(f.left for f in cells), max(f.right for f in cells)
    table = Fragment(text, left, right, rows[0][0].baseline, rows[0][0].size, False, False, table=True)
    inside = {id(f) for f in cells}
    place = next(i for i, f in enumerate(page) if id(f) in inside)
    return [*(f for f in page[:place]), table, *(f for f in page[place:] if id(f) not in inside)]
