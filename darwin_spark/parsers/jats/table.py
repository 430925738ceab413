"""Render JATS (XHTML) tables as pipe tables."""

from darwin_spark.parsers.jats.inline import text_of
from darwin_spark.parsers.pipe_table import MAX_SPAN, Cell, pipe_table
from darwin_spark.parsers.xml_tree import Element, children


def table_of(table: Element) -> str:
    """Return a `table` or `array` as Markdown, or '' if no cell has text."""
    head = [row for part in children(table, "thead") for row in children(part, "tr")]
    body = [row for part in (table, *children(table, "tbody", "tfoot")) for row in children(part, "tr")]
    return pipe_table([_cells(row) for row in head], [_cells(row) for row in body])


def _cells(row: Element) -> list[Cell]:
    return [Cell(text_of(c), span(c, "colspan"), span(c, "rowspan")) for c in children(row, "td", "th")]


def span(cell: Element, name: str) -> int:
    """Return the span that attribute `name` gives, between 1 and MAX_SPAN; 1 if it is missing or not a number."""
    value = cell.get(name)
    if value is None:
        return 1
    value = value.strip()
    return min(max(int(value), 1), MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 9 else 1
