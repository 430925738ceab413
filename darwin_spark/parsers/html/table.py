"""Render data tables of web pages as pipe tables, and distinguish them from layout tables."""

from darwin_spark.parsers.html.inline import text_of
from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.jats.table import span
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.xml_tree import Element, children, plain_text

_LONG_CELL = 600  # average characters per cell from which the cells are taken for page columns, not values
_LAYOUT_CONTENT = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "pre")
_DATA_CLASSES = frozenset(("wikitable", "dataframe", "docutils", "ltx_tabular", "table"))


def is_data(table: Element) -> bool:
    """Return whether a table is a data table, not a layout table.

    It has over one column, no layout role, no inner table, heading, figure, `pre`; and header, caption, class or short cells.
    """
    if not {"presentation", "none"}.isdisjoint(kinds(table)):
        return False
    if next((n for n in table.iter(*_LAYOUT_CONTENT) if n is not table), None) is not None:
        return False
    rows = rows_of(table)
    if max((len(cells_of(row)) for row in rows), default=0) < 2:
        return False
    if next(table.iter("th", "thead", "caption"), None) is not None or not _DATA_CLASSES.isdisjoint(classes(table)):
        return True
    cells = [cell for row in rows for cell in cells_of(row)]
    return len(rows) > 1 and sum(len(plain_text(cell)) for cell in cells) < _LONG_CELL * len(cells)


def rows_of(table: Element) -> list[Element]:
    """Return all rows in display order: header rows first, footer rows last."""
    head, foot = _rows(children(table, "thead")), _rows(children(table, "tfoot"))
    return head + [row for part in table for row in _rows([part]) if part.tag not in ("thead", "tfoot")] + foot


def cells_of(row: Element) -> list[Element]:
    """Return the cells (`td`, `th`) of one row."""
    return children(row, "td", "th")


def table_of(table: Element) -> str:
    """Return a table as Markdown, or '' without text. Header: `thead`, else the first rows of only `th`, else the first row."""
    rows = rows_of(table)
    headers = _header_rows(table, rows)
    cells = [[Cell(text_of(c), span(c, "colspan"), span(c, "rowspan")) for c in cells_of(row)] for row in rows]
    return pipe_table(cells[:headers], cells[headers:])


def _rows(parts: list[Element]) -> list[Element]:
    return [row for part in parts for row in ([part] if part.tag == "tr" else children(part, "tr"))]


def _header_rows(table: Element, rows: list[Element]) -> int:
    in_thead = len(_rows(children(table, "thead")))
    if in_thead:
        return in_thead
    count = 0
    while count < len(rows) and cells_of(rows[count]) and all(cell.tag == "th" for cell in cells_of(rows[count])):
        count += 1
    return count if count < len(rows) else 0
