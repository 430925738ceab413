"""JATS (XHTML) tables as pipe tables: one header row, one line a row."""

from darwin_spark.l1_normalize.jats_inline import text_of
from darwin_spark.l1_normalize.xml_tree import Element, children, local_name

_MAX_SPAN = 1_000
_MAX_GROWTH = 20
"""Spans may blow a table up to this many cells for each cell written; beyond, they are ignored (crafted input)."""


def pipe_table(table: Element) -> str:
    """Markdown of a `table` or `array`; empty if it has no cells."""
    head_rows = [row for part in children(table, "thead") for row in children(part, "tr")]
    body_rows = [row for part in (table, *children(table, "tbody", "tfoot")) for row in children(part, "tr")]
    spans = _spans_are_sane(head_rows + body_rows)
    head, body = _grid(head_rows, spans, repeat=True), _grid(body_rows, spans, repeat=False)
    if not head and not body:
        return ""
    header, rows = (_merged(head), body) if head else (body[0], body[1:])
    width = max(map(len, [header, *rows[:100]]))
    header = header + [""] * (width - len(header))
    return "\n".join([_line(header), "|" + " --- |" * width, *map(_line, rows)])


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cells(row: Element) -> list[Element]:
    return [c for c in row if local_name(c) in ("td", "th")]


def _span(cell: Element, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def _spans_are_sane(rows: list[Element]) -> bool:
    cells = [cell for row in rows for cell in _cells(row)]
    grown = sum(_span(cell, "colspan") * min(_span(cell, "rowspan"), len(rows)) for cell in cells)
    return grown <= _MAX_GROWTH * len(cells) + 1_000


def _grid(rows: list[Element], spans: bool, repeat: bool) -> list[list[str]]:
    """Cells in their columns; a spanned place repeats the text (headers) or stays empty (body)."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in _cells(row):
            _fill(line, hanging)
            text = text_of(cell).replace("|", r"\|")
            for i in range(_span(cell, "colspan") if spans else 1):
                below = _span(cell, "rowspan") - 1 if spans else 0
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
