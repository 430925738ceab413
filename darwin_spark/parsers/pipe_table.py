"""Write rows of cells as a Markdown pipe table: one header row, one line per row; spans of cells are expanded."""

from collections.abc import Sequence
from typing import NamedTuple

MAX_SPAN = 1_000
_MAX_GROWTH = 20
"""Spans may expand a table to this many cells per source cell, plus 1,000; beyond (crafted input) all spans are ignored."""


class Cell(NamedTuple):
    """A cell's text on one line, and the number of columns and rows that the cell spans."""

    text: str
    columns: int = 1
    rows: int = 1


def pipe_table(head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> str:
    """Return the table as Markdown, or '' if no cell has text. If `head` has no text, the first row of `body` is the header."""
    spans = _spans_are_plausible([*head, *body])
    head_grid, body_grid = _grid(head, spans, repeat=True), _grid(body, spans, repeat=False)
    if not head_grid and not body_grid:
        return ""
    header, rows = (_merge_header_rows(head_grid), body_grid) if head_grid else (body_grid[0], body_grid[1:])
    width = max(map(len, [header, *rows]))
    return table_without_spans([header + [""] * (width - len(header)), *rows])


def table_without_spans(rows: Sequence[Sequence[str]]) -> str:
    """Return rows without spans as Markdown. The first row is the header and must have one cell per column."""
    return "\n".join([_line(rows[0]), "|" + " --- |" * len(rows[0]), *map(_line, rows[1:])])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _spans_are_plausible(rows: Sequence[Sequence[Cell]]) -> bool:
    written = sum(map(len, rows))
    expanded = sum(cell.columns * min(cell.rows, len(rows)) for row in rows for cell in row)
    return expanded <= _MAX_GROWTH * written + 1_000


def _grid(rows: Sequence[Sequence[Cell]], spans: bool, repeat: bool) -> list[list[str]]:
    """Return the rows without empty ones, and, if `spans`, with spans expanded: the positions repeat the text or stay empty."""
    grid: list[list[str]] = []
    open_spans: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(rows):
        line: list[str] = []
        for cell in row:
            _fill_row_spans(line, number, open_spans)
            text = cell.text
            for i in range(cell.columns if spans else 1):
                if spans and cell.rows > 1:
                    open_spans[len(line)] = (number + cell.rows - 1, text if repeat else "")
                line.append(text if repeat or i == 0 else "")
        _fill_row_spans(line, number, open_spans)
        if any(line):
            grid.append(line)
    return grid


def _fill_row_spans(line: list[str], number: int, open_spans: dict[int, tuple[int, str]]) -> None:
    """Append to `line`, row `number`, the positions that cells of rows above cover by their row span.

    `open_spans`: column -> the last row that the span covers, and its text. Rows may be shorter than the column of a span.
    """
    while (open_span := open_spans.get(len(line))) is not None and open_span[0] >= number:
        line.append(open_span[1])


def _merge_header_rows(head: list[list[str]]) -> list[str]:
    """Merge header rows into one ('Men / mean'). A text that repeats within a column is written once."""
    width = max(map(len, head))
    columns = ([row[i] for row in head if i < len(row) and row[i]] for i in range(width))
    return [" / ".join(dict.fromkeys(column)) for column in columns]
