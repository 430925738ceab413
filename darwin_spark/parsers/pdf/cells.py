"""Tables under their captions, by the order in which the page sets their cells: a cell line by line, a row cell by cell.

Programs write tables so, and cells that run over several lines, which white space alone does not tell apart, come out whole.
What does not clearly make rows and columns is left to the reading of columns and to `tables.py`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import median

from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.glyphs import Fragment
from darwin_spark.parsers.pdf.layout import TABLE_CAPTION
from darwin_spark.parsers.pdf.tables import column_spans
from darwin_spark.parsers.pipe_table import table_of_lines

_MAX_CELL_LINES, _MIN_TEXT_LINES = 15, 8
_MAX_CELL_WIDTH = 0.55
"""Share of the table's width, for what stands alone in its row."""
_MAX_STEP = 8.0
"""Units of the size: how far the cells of neighbouring rows may be apart."""
_MIN_ROWS, _MAX_COLUMNS = 3, 30
_MAX_CLASHES = 0.1
"""Share of cells that stand in a column which their row has filled already."""
_MIN_FILLED = 0.6
"""Share of the table that is not empty."""


@dataclass
class _Cell:
    """The lines of one cell."""

    lines: list[Fragment]

    @property
    def left(self) -> float:
        return min(f.left for f in self.lines)

    @property
    def right(self) -> float:
        return max(f.right for f in self.lines)

    def goes_on_with(self, f: Fragment) -> bool:
        last = self.lines[-1]
        step = f.baseline - last.baseline
        return 0.5 * f.size < step < 1.6 * f.size and f.left < self.right and f.right > self.left

    def is_running_text(self) -> bool:
        """Many lines that end at one edge, as those of a column of text do."""
        return len(self.lines) >= _MIN_TEXT_LINES and sum(self.right - f.right < 1.0 for f in self.lines) > 0.7 * len(
            self.lines
        )

    def text(self, words: Mapping[str, int]) -> str:
        text = self.lines[0].text
        for f in self.lines[1:]:
            text = joined(text, f.text, words)
        return text


def with_tables(fragments: Sequence[Fragment], words: Mapping[str, int]) -> list[Fragment]:
    """The fragments of a page in content order; each table found is one fragment in place of those of its cells.

    `words` is the document's vocabulary.
    """
    out: list[Fragment] = []
    at = 0
    while at < len(fragments):
        out.append(fragments[at])
        at += 1
        if TABLE_CAPTION.match(fragments[at - 1].text):
            caption_end = _end_of_caption(fragments, at)
            table, end = _table(fragments, caption_end, words)
            if table is not None:
                out += [*fragments[at:caption_end], table]
                at = end
    return out


def _end_of_caption(fragments: Sequence[Fragment], at: int) -> int:
    """Past the lines that go on under the caption's first, as wide as it nearly or its last."""
    first = fragments[at - 1]
    while (
        at < len(fragments)
        and 0.5 * first.size < fragments[at].baseline - fragments[at - 1].baseline < 1.5 * first.size
        and abs(fragments[at].left - first.left) < first.size
        and fragments[at].size == first.size
        and fragments[at - 1].right - first.left > 0.8 * (first.right - first.left)
        and not (at + 1 < len(fragments) and abs(fragments[at + 1].baseline - fragments[at].baseline) < 1.0)
    ):
        at += 1
    return at


def _table(fragments: Sequence[Fragment], begin: int, words: Mapping[str, int]) -> tuple[Fragment | None, int]:
    cells = list(_cells(fragments[begin:]))
    rows = _rows(cells)
    while rows:
        used = [cell for row in rows for cell in row]
        text = _markdown(rows, words)
        if text is not None:
            lines = [f for cell in used for f in cell.lines]
            left, right = min(f.left for f in lines), max(f.right for f in lines)
            top = min(f.baseline for f in lines)
            return Fragment(text, left, right, top, lines[0].size, False, False, table=True), begin + len(lines)
        rows = rows[:-1] if len(rows) <= _MIN_ROWS + 3 else []
    return None, begin


def _cells(fragments: Sequence[Fragment]) -> Iterator[_Cell]:
    """Up to type of another size, or what is no cell: a line far above, a wide or a long one."""
    if not fragments:
        return
    size, top = fragments[0].size, fragments[0].baseline
    cell = _Cell([fragments[0]])
    for f in fragments[1:]:
        if abs(f.size - size) > 0.12 * size or f.baseline < top - 2 * size or TABLE_CAPTION.match(f.text):
            break
        if cell.goes_on_with(f):
            cell.lines.append(f)
            if len(cell.lines) > _MAX_CELL_LINES or cell.is_running_text():
                return
        else:
            yield cell
            cell = _Cell([f])
    yield cell


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """A row ends where the next cell does not stand to the right of the last; the table, where one is far below or wide."""
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
    return list(takewhile(lambda row: len(row) > 1 or row[0].right - row[0].left <= wide, rows))


def _markdown(rows: list[list[_Cell]], words: Mapping[str, int]) -> str | None:
    """None if the rows do not agree on columns: parted by white space, or each at its place in the row."""
    usual = Counter(len(row) for row in rows).most_common(1)[0][0]
    if len(rows) < _MIN_ROWS or not 2 <= usual <= _MAX_COLUMNS:
        return None
    by_space = column_spans([(c.left, c.right) for row in rows if len(row) >= usual for c in row], 0.0)
    like = zip(*(row for row in rows if len(row) == usual), strict=True)
    by_place = [(median(c.left for c in column), median(c.right for c in column)) for column in like]
    return next((table for spans in (by_space, by_place) if (table := _in_columns(rows, spans, words)) is not None), None)


def _in_columns(rows: list[list[_Cell]], spans: Sequence[tuple[float, float]], words: Mapping[str, int]) -> str | None:
    """None if cells clash, or few places are filled."""
    table, clashes = [], 0
    for row in rows:
        texts = [""] * len(spans)
        for at, cell in enumerate(row):
            i = at if len(row) == len(spans) else _nearest(spans, (cell.left + cell.right) / 2)
            clashes += bool(texts[i])
            texts[i] = f"{texts[i]} {cell.text(words)}".strip()
        table.append(texts)
    filled = sum(bool(text) for texts in table for text in texts)
    if len(spans) < 2 or clashes > _MAX_CLASHES * filled or filled < _MIN_FILLED * len(rows) * len(spans):
        return None
    return table_of_lines(table)


def _nearest(spans: Sequence[tuple[float, float]], x: float) -> int:
    return min(range(len(spans)), key=lambda i: max(spans[i][0] - x, x - spans[i][1], 0.0))
