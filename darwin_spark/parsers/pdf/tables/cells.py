"""Detect tables below their captions from the order of the content stream: row by row, and inside a cell line by line.

Programs usually write tables in this order, so that cells with several lines come out complete; white space alone cannot
separate such cells. Fragments that do not clearly form rows and columns are left to the column layout and to `tables.py`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import median

from darwin_spark.parsers.pdf.captions import TABLE_CAPTION
from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pdf.tables.centred_keys import with_centred_keys
from darwin_spark.parsers.pdf.tables.cut_tables import repeated_head
from darwin_spark.parsers.pdf.tables.justified import join_stretched
from darwin_spark.parsers.pdf.tables.tables import column_spans
from darwin_spark.parsers.pipe_table import table_without_spans

_MAX_CELL_LINES, _MIN_TEXT_LINES = 15, 8  # maximum lines of a cell, minimum lines of running text
_MAX_CELL_WIDTH = 0.55  # maximum width of a cell that is alone in its row, as a share of the table width
_MAX_STEP = 8.0  # maximum vertical distance between the cells of consecutive rows, in font sizes
_MAX_NOTE_LINES = 40  # maximum lines of the notes below a table
_MIN_ROWS, _MAX_COLUMNS = 3, 30
_FIRST_OF_CAPTION = frozenset("tTsScC")  # letters with which captions of tables begin
_TEXT_CHARS, _LONGER = 30, 1.5  # minimum characters of a line of text below a table, and factor by which it exceeds the cells
_MAX_CLASHES = 0.1  # maximum number of cells in a filled place of their row, as a share of the non-empty cells
_MIN_FILLED = 0.6  # minimum share of non-empty cells in the table


@dataclass
class _Cell:
    lines: list[Fragment]
    left: float
    right: float

    @classmethod
    def of(cls, f: Fragment) -> "_Cell":
        return cls([f], f.left, f.right)

    def append(self, f: Fragment) -> None:
        self.lines.append(f)
        self.left, self.right = min(self.left, f.left), max(self.right, f.right)

    def goes_on_with(self, f: Fragment) -> bool:
        last = self.lines[-1]
        step = f.baseline - last.baseline
        return 0.5 * f.size < step < 1.6 * f.size and f.left < self.right and f.right > self.left

    def is_running_text(self) -> bool:
        """Whether the cell has 8 or more lines and more than 70 % end at its right edge, as in a column of text."""
        return len(self.lines) >= _MIN_TEXT_LINES and sum(self.right - f.right < 1.0 for f in self.lines) > 0.7 * len(
            self.lines
        )

    def text(self, words: Mapping[str, int]) -> str:
        text = self.lines[0].text
        for f in self.lines[1:]:
            text = joined(text, f.text, words)
        return text


def with_tables(fragments: Sequence[Fragment], words: Mapping[str, int], above: Sequence[Fragment] = ()) -> list[Fragment]:
    """Return a page's fragments (in content order); each table found below a caption becomes one fragment, a pipe table.

    A table that goes on from the page `above` begins with its head repeated, without a caption. The words of stretched lines,
    which look like cells, are joined first.
    """
    fragments = with_centred_keys(join_stretched(fragments), words)
    head = repeated_head(fragments, above)
    if head is None and not any(TABLE_CAPTION.match(f.text) for f in fragments if f.text[:1] in _FIRST_OF_CAPTION):
        return fragments
    out: list[Fragment] = []
    index = 0
    while index < len(fragments):
        begin = index if index == head else None
        if TABLE_CAPTION.match(fragments[index].text):
            begin = _begin_of_table(fragments, index, _end_of_caption(fragments, index + 1))
        table, end = _table(fragments, begin, words) if begin is not None else (None, index)
        if table is None:
            out.append(fragments[index])
            index += 1
        else:
            out += [*fragments[index:begin], table]
            index = end
    return out


def _end_of_caption(fragments: Sequence[Fragment], index: int) -> int:
    """Return the index after the caption that begins at `index - 1`: aligned lines of one size, only the last may be short."""
    first = fragments[index - 1]
    while (
        index < len(fragments)
        and 0.5 * first.size < fragments[index].baseline - fragments[index - 1].baseline < 1.5 * first.size
        and abs(fragments[index].left - first.left) < first.size
        and fragments[index].size == first.size
        and fragments[index - 1].right - first.left > 0.8 * (first.right - first.left)
        and not (index + 1 < len(fragments) and abs(fragments[index + 1].baseline - fragments[index].baseline) < 1.0)
    ):
        index += 1
    return index


def _begin_of_table(fragments: Sequence[Fragment], caption: int, end: int) -> int:
    """Return the index where the table below a caption begins: behind its notes, where the content stream has these first.

    `caption`, `end`: index of the caption, and the index after it, which is returned if no table follows such notes.
    """
    lowest = fragments[caption].baseline + _MAX_STEP * fragments[caption].size
    for index in range(end, min(end + _MAX_NOTE_LINES, len(fragments))):
        f = fragments[index]
        if fragments[caption].baseline < f.baseline <= lowest:
            return index
        if f.baseline <= lowest or TABLE_CAPTION.match(f.text):
            break
    return end


def _table(fragments: Sequence[Fragment], begin: int, words: Mapping[str, int]) -> tuple[Fragment | None, int]:
    """Return (the table from `begin` on, index after it), or (None, `begin`). Of 6 or fewer rows, last rows may be dropped."""
    cells = list(_cells(fragments[begin:]))
    rows = _rows(cells)
    while rows:
        table_cells = [cell for row in rows for cell in row]
        text = _markdown(rows, words)
        if text is not None:
            lines = [f for cell in table_cells for f in cell.lines]
            left, right = min(f.left for f in lines), max(f.right for f in lines)
            top = min(f.baseline for f in lines)
            return Fragment(text, left, right, top, lines[0].size, False, False, table=True), begin + len(lines)
        rows = rows[:-1] if len(rows) <= _MIN_ROWS + 3 else []
    return None, begin


def _cells(fragments: Sequence[Fragment]) -> Iterator[_Cell]:
    """Yield cells (stacked fragments) up to another font size, a fragment far above the first, or the caption of a table.

    A line that begins left of the middle of the cell on the left is no line of this cell: text below the last row begins so.
    A cell that is too long, or running text, ends them too and is not yielded.
    """
    if not fragments:
        return
    size, top = fragments[0].size, fragments[0].baseline
    cell, edge = _Cell.of(fragments[0]), float("-inf")
    for f in fragments[1:]:
        if abs(f.size - size) > 0.12 * size or f.baseline < top - 2 * size or TABLE_CAPTION.match(f.text):
            break
        if cell.goes_on_with(f) and f.left >= edge:
            cell.append(f)
            if len(cell.lines) > _MAX_CELL_LINES or cell.is_running_text():
                return
        else:
            yield cell
            is_on_right = abs(f.baseline - cell.lines[0].baseline) < f.size and f.left >= cell.right
            cell, edge = _Cell.of(f), (cell.left + cell.right) / 2 if is_on_right else float("-inf")
    yield cell


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Return the cells by row; a cell farther left starts a row. Stops at a wide vertical gap, a wide lone cell, or text."""
    rows: list[list[_Cell]] = []
    for cell in cells:
        if rows and cell.left >= rows[-1][-1].right - 1.0:
            rows[-1].append(cell)
        elif rows and cell.lines[0].baseline - max(c.lines[-1].baseline for c in rows[-1]) > _MAX_STEP * cell.lines[0].size:
            break
        else:
            rows.append([cell])
    edges = [edge for row in rows for cell in row for edge in (cell.left, cell.right)]
    wide = _MAX_CELL_WIDTH * (max(edges) - min(edges)) if edges else 0.0
    return _without_text(list(takewhile(lambda row: len(row) > 1 or row[0].right - row[0].left <= wide, rows)))


def _without_text(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """Return the rows before the text below a table: lines, in columns, much longer than all cells of the rows above them."""
    longest = 0
    for index, row in enumerate(rows):
        lengths = [len(f.text) for cell in row for f in cell.lines]
        if index >= _MIN_ROWS and min(lengths) > max(_TEXT_CHARS, _LONGER * longest):
            return rows[:index]
        longest = max(longest, *lengths)
    return rows


def _markdown(rows: list[list[_Cell]], words: Mapping[str, int]) -> str | None:
    """Return the rows as a pipe table, its columns found by white space, else by order in the row; None if nothing fits."""
    usual_count = Counter(len(row) for row in rows).most_common(1)[0][0]
    if len(rows) < _MIN_ROWS or not 2 <= usual_count <= _MAX_COLUMNS:
        return None
    by_space = column_spans([(c.left, c.right) for row in rows if len(row) >= usual_count for c in row], 0.0)
    by_column = zip(*(row for row in rows if len(row) == usual_count), strict=True)
    by_position = [(median(c.left for c in column), median(c.right for c in column)) for column in by_column]
    return next((table for spans in (by_space, by_position) if (table := _fill_columns(rows, spans, words)) is not None), None)


def _fill_columns(rows: list[list[_Cell]], spans: Sequence[tuple[float, float]], words: Mapping[str, int]) -> str | None:
    """Return the rows as a pipe table with the columns `spans`; None if too many cells share a place or too few are filled."""
    table, clashes = [], 0
    for row in rows:
        texts = [""] * len(spans)
        for index, cell in enumerate(row):
            i = index if len(row) == len(spans) else _nearest(spans, (cell.left + cell.right) / 2)
            clashes += bool(texts[i])
            texts[i] = f"{texts[i]} {cell.text(words)}".strip()
        table.append(texts)
    filled = sum(bool(text) for texts in table for text in texts)
    if len(spans) < 2 or clashes > _MAX_CLASHES * filled or filled < _MIN_FILLED * len(rows) * len(spans):
        return None
    return table_without_spans(table)


def _nearest(spans: Sequence[tuple[float, float]], x: float) -> int:
    return min(range(len(spans)), key=lambda i: max(spans[i][0] - x, x - spans[i][1], 0.0))
