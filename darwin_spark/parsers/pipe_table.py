"""Rows of cells as a Markdown pipe table: one header row, one line a row, whatever the cells span."""

from collections.abc import Sequence
from typing import NamedTuple

MAX_SPAN = 1_000
_MAX_GROWTH = 20
"""Spans may blow a table up to this many cells for each cell written; beyond, they are ignored (crafted input)."""


class Cell(NamedTuple):
    """A cell's text on one line, and how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def pipe_table(head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> str:
    """Markdown of a table; empty if no cell has text. Without a head the first row is the header."""
    spans = _spans_are_sane([*head, *body])
    head_grid, body_grid = _grid(head, spans, repeat=True), _grid(body, spans, repeat=False)
    if not head_grid and not body_grid:
        return ""
    header, rows = (_merged(head_grid), body_grid) if head_grid else (body_grid[0], body_grid[1:])
    width = max(map(len, [header, *rows]))
    return table_of_lines([header + [""] * (width - len(header)), *rows])


def table_of_lines(rows: Sequence[Sequence[str]]) -> str:
    """Markdown of plain rows; the first one is the header and has a cell for every column."""
    return "\n".join([_line(rows[0]), "|" + " --- |" * len(rows[0]), *map(_line, rows[1:])])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _spans_are_sane(rows: Sequence[Sequence[Cell]]) -> bool:
    written = sum(map(len, rows))
    grown = sum(cell.columns * min(cell.rows, len(rows)) for row in rows for cell in row)
    return grown <= _MAX_GROWTH * written + 1_000


def _grid(rows: Sequence[Sequence[Cell]], spans: bool, repeat: bool) -> list[list[str]]:
    """Cells in their columns; a spanned place repeats the text (headers) or stays empty (body)."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in row:
            _fill(line, hanging)
            text = cell.text
            below = cell.rows - 1 if spans else 0
            for i in range(cell.columns if spans else 1):
                if below:
                    hanging[len(line)] = (below, text if repeat else "")
                line.append(text if repeat or i == 0 else "")
        _fill(line, hanging)
        if any(line):
            grid.append(line)
    return grid


def _fill(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Take the places that a cell of a row above reaches down to."""
    while (place := hanging.pop(len(line), None)) is not None:
        left, text = place
        if left > 1:
            hanging[len(line)] = (left - 1, text)
        line.append(text)


def _merged(head: list[list[str]]) -> list[str]:
    """Several header rows as one: 'Men / mean', each word once a column."""
    width = max(map(len, head))
    columns = ([row[i] for row in head if i < len(row) and row[i]] for i in range(width))
    return [" / ".join(dict.fromkeys(column)) for column in columns]
