"""Tables of a PDF column, found by white space: lines in pieces that stand in common columns become pipe tables.

Ruling lines are not looked at. What does not clearly part into columns stays running text.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from darwin_spark.parsers.pdf.layout import Line
from darwin_spark.parsers.pipe_table import table_of_lines

_MIN_LINES = 3
"""Lines in pieces that a table has at least."""
_MAX_SINGLE = 0.6
"""Share of the column width above which a line in one piece is running text, not a cell."""
_MIN_FILLED = 0.35
"""Share of a table's lines in which each of its columns has text."""
_MAX_COLUMNS = 30
_MIN_WRAPPED_CHARS = 12
"""Mean length of a cell's line from which cells may run over several lines."""

Span = tuple[float, float]


def split_tables(lines: Sequence[Line]) -> Iterator[tuple[str | None, Sequence[Line]]]:
    """Runs of lines in order: (None, running text) or (pipe table, its lines)."""
    width = max((line.right for line in lines), default=0.0) - min((line.left for line in lines), default=0.0)
    begin = at = 0
    while at < len(lines):
        end = _run_end(lines, at, width)
        table = _pipe_table(lines[at:end]) if end - at >= _MIN_LINES else None
        if table is None:
            at = max(end, at + 1)
            continue
        if begin < at:
            yield None, lines[begin:at]
        yield table, lines[at:end]
        begin = at = end
    if begin < len(lines):
        yield None, lines[begin:]


def _run_end(lines: Sequence[Line], begin: int, width: float) -> int:
    """The end of the run of lines that could be a table beginning here in a column so wide; `begin` itself if none does."""
    if len(lines[begin].pieces) < 2:
        return begin
    first_column = 0.0
    end = begin
    for i in range(begin, len(lines)):
        line = lines[i]
        step = line.baseline - lines[i - 1].baseline if i > begin else 0.0
        if len(line.pieces) > 1 and step < 3.5 * line.size:
            end, first_column = i + 1, max(first_column, line.pieces[0].right)
        elif line.left > first_column and end == i and step < 1.6 * line.size:
            end = i + 1
        elif line.right - line.left > _MAX_SINGLE * width or i - end > 3 or step >= 3.5 * line.size:
            break
    return end


def _pipe_table(lines: Sequence[Line]) -> str | None:
    many = [line for line in lines if len(line.pieces) > 1]
    spans = column_spans([(p.left, p.right) for line in many for p in line.pieces], lines[0].size)
    if len(many) < _MIN_LINES or not 2 <= len(spans) <= _MAX_COLUMNS:
        return None
    cells = [_cells(line, spans) for line in lines]
    filled = [sum(bool(row[i]) for row in cells) for i in range(len(spans))]
    if min(filled) < _MIN_FILLED * len(cells):
        return None
    return table_of_lines(_rows(lines, cells))


def column_spans(pieces: list[Span], size: float) -> list[Span]:
    """Intervals of the width in which pieces stand, parted by strips that nothing crosses."""
    spans: list[Span] = []
    for left, right in sorted(pieces):
        if spans and left < spans[-1][1] + 0.4 * size:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans


def _cells(line: Line, spans: list[Span]) -> list[str]:
    cells = [""] * len(spans)
    for piece in line.pieces:
        middle = (piece.left + piece.right) / 2
        i = min(range(len(spans)), key=lambda i: max(spans[i][0] - middle, middle - spans[i][1], 0.0))
        cells[i] = f"{cells[i]} {piece.text}".strip()
    return cells


def _rows(lines: Sequence[Line], cells: list[list[str]]) -> list[list[str]]:
    """A row a line; but lines of wrapped cells are one row, up to a wide step or a column that begins anew."""
    steps = [b.baseline - a.baseline for a, b in pairwise(lines)]
    wide = [step > 1.25 * min(steps) for step in steps]
    by_step = sum(wide[1:]) > 0.12 * len(wide)
    if not by_step and not _is_wrapped(cells):
        return cells
    rows = [cells[0]]
    for is_wide, above, row in zip(wide, cells, cells[1:], strict=False):
        begins_anew = not by_step and any(cell and not over for cell, over in zip(row, above, strict=True))
        if is_wide or begins_anew:
            rows.append(row)
        else:
            rows[-1] = [f"{over} {cell}".strip() for over, cell in zip(rows[-1], row, strict=True)]
    return rows


def _is_wrapped(cells: list[list[str]]) -> bool:
    """Words rather than numbers, and lines that fill only the longer cells."""
    texts = [cell for row in cells for cell in row if cell]
    partial = sum(not all(row) for row in cells)
    return sum(map(len, texts)) > _MIN_WRAPPED_CHARS * len(texts) and partial > 0.2 * len(cells)
