"""Tables of web pages: those of data as pipe tables; those that only place things on the page are told apart."""

from darwin_spark.parsers.html.inline import text_of
from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.jats.table import span
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.xml_tree import Element, children, plain_text

_LONG_CELL = 600
"""Characters on average: cells are columns of the page, not values."""
_IN_LAYOUT = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "pre")
_DATA_CLASSES = frozenset(("wikitable", "dataframe", "docutils", "ltx_tabular", "table"))


def is_data(table: Element) -> bool:
    """Whether rows and columns mean something."""
    if not {"presentation", "none"}.isdisjoint(kinds(table)):
        return False
    if next((n for n in table.iter(*_IN_LAYOUT) if n is not table), None) is not None:
        return False
    rows = rows_of(table)
    if max((len(cells_of(row)) for row in rows), default=0) < 2:
        return False
    if next(table.iter("th", "thead", "caption"), None) is not None or not _DATA_CLASSES.isdisjoint(classes(table)):
        return True
    cells = [cell for row in rows for cell in cells_of(row)]
    return len(rows) > 1 and sum(len(plain_text(cell)) for cell in cells) < _LONG_CELL * len(cells)


def rows_of(table: Element) -> list[Element]:
    """All rows, head first and foot last, as they are shown."""
    head, foot = _rows(children(table, "thead")), _rows(children(table, "tfoot"))
    return head + [row for part in table for row in _rows([part]) if part.tag not in ("thead", "tfoot")] + foot


def cells_of(row: Element) -> list[Element]:
    """The cells of one row."""
    return children(row, "td", "th")


def table_of(table: Element) -> str:
    """Markdown of a table; its header is the rows of `thead`, or those on top that hold `th` only; empty without text."""
    rows = rows_of(table)
    headers = _header_rows(table, rows)
    cells = [[Cell(text_of(c), span(c, "colspan"), span(c, "rowspan")) for c in cells_of(row)] for row in rows]
    return pipe_table(cells[:headers], cells[headers:])


def _rows(parts: list[Element]) -> list[Element]:
    return [row for part in parts for row in ([part] if part.tag == "tr" else children(part, "tr"))]


def _header_rows(table: Element, rows: list[Element]) -> int:
    named = len(_rows(children(table, "thead")))
    if named:
        return named
    count = 0
    while count < len(rows) and cells_of(rows[count]) and all(cell.tag == "th" for cell in cells_of(rows[count])):
        count += 1
    return count if count < len(rows) else 0
