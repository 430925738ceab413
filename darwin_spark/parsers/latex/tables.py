"""Write LaTeX tables as pipe tables, with one header row. A table of one column is only layout: its rows become blocks."""

import re
from collections.abc import Callable

from darwin_spark.parsers.latex.algorithms import end_step
from darwin_spark.parsers.latex.columns import MATH, NUMBER, RAGGED, columns_of
from darwin_spark.parsers.latex.frames import Tabular
from darwin_spark.parsers.latex.languages import printed_name
from darwin_spark.parsers.latex.preamble import option
from darwin_spark.parsers.latex.siunitx.numbers import is_written_number
from darwin_spark.parsers.latex.tabbing import end_line as end_tabbed_line
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.tex.skipping import skip_arguments, skip_box_size
from darwin_spark.parsers.tex.tokens import Token, source_of, tokens_of
from darwin_spark.text.normalize_markdown import one_line

_ARGUMENTS = {
    "tabular": "oc", "tabular*": "moc", "tabularx": "moc", "longtable": "oc", "longtable*": "oc", "supertabular": "oc",
    "xtabular": "oc", "tabulary": "mc", "longtabu": "c", "tabu": "c", "array": "oc", "mpsupertabular": "c", "tblr": "om",
    "longtblr": "om", "talltblr": "om", "tabularray": "om", "xltabular": "omc", "deluxetable": "oco", "deluxetable*": "oco",
    "ctabular": "oc", "smalltable": "oc", "NiceTabular": "oco", "NiceTabular*": "moco", "NiceTabularX": "moco",
    "tabularht": "oc", "tabbedtable": "c", "supertabular*": "moc", "splittabular": "oc",
}  # fmt: skip
"""Arguments by environment, as in `tex/skipping.py`; `c` is the column specification."""
NAMES = frozenset(_ARGUMENTS)
_BOXES = frozenset({"minipage", "center", "flushleft", "flushright"})
_LENGTH = re.compile(
    r"\s*(?:[-+]?\s*(?:[\d.,]+\s*(?:true)?\s*(?:[a-z]{2}|\\[A-Za-z@]+)|\\[A-Za-z@]+)(?:\s*(?:plus|minus|[-+*/\d.]).*)?|\d*)\s*",
    re.DOTALL,
)
_MAX_SPAN = 100
_MAX_HEADER_ROWS = 4
_MAX_CELLS_PER_ROW = 1_000
_ROW_ENDS = frozenset({"&", "\\\\", "\\tabularnewline", "\\cr", "\\end", "\\enddata"})
_RULES = frozenset({"\\hline", "\\toprule", "\\midrule", "\\bottomrule", "\\tableline", "\\startdata"})
_NO_FORMULA = frozenset(
    {"\\multicolumn", "\\cmidrule", "\\cline", "\\text", "\\nodata", "\\multirow", "\\addlinespace", "\\colhead"}
)
_WITH_CAPTION_OPTION = frozenset({"longtblr", "talltblr"})
_MAX_CELL_TOKENS = 500
_MAX_SEARCHED = 50_000  # characters of a table that are searched for the way in which its rows end


def tabular(writer: Writer, name: str) -> None:
    """Open the frame of table environment `name`. At the environment's end, the table is written."""
    if name in ("tabu", "longtabu"):
        skip_box_size(writer.tex)
    frame = Tabular()
    for kind in _ARGUMENTS[name]:
        if kind == "c":
            frame.columns = columns_of(writer.tex, writer.tex.argument(), name.startswith("deluxe"))
        elif kind == "o" and name in _WITH_CAPTION_OPTION:
            frame.captions += _caption_option(writer)
        else:
            skip_arguments(writer.tex, kind)
    if RAGGED in frame.columns:
        frame.has_row_marks = _is_in_environment(writer, "\\tabularnewline", name)

    def done() -> None:
        blocks = rendered(frame)
        outer = writer.frames[-1]
        if outer.inline or isinstance(outer, Tabular):
            outer.line.append(" ".join(_cell_texts(frame)))
            outer.waiting += frame.waiting
            return
        outer.flush(paragraph_ends=False)
        outer.blocks += frame.captions + blocks + frame.waiting

    writer.open_frame(frame, done, name)
    begin_cell(writer)


def _caption_option(writer: Writer) -> list[str]:
    r"""Consume tabularray's `[caption={..}, label={..}]`; return the caption with its number, if there is one."""
    options = source_of(writer.tex.optional() or [])
    caption, label = option(options, "caption"), option(options, "label")
    if not caption:
        return []
    number = writer.step("table")
    writer.current.title = caption
    if label:
        writer.refs.labels.setdefault(label, writer.current)
    name = printed_name(writer.tex, "table", "Table")
    return [f"{name} {number}. ".lstrip(". ") * bool(number) + one_line(writer.tex.evaluated(tokens_of(caption)))]


def _is_in_environment(writer: Writer, text: str, name: str) -> bool:
    source = writer.tex.source
    if source is None:
        return False
    last = source.position + _MAX_SEARCHED
    end = source.text.find(f"\\end{{{name}}}", source.position, last)
    return source.text.find(text, source.position, end if end > 0 else last) > 0


def end_cell(writer: Writer) -> None:
    """Handle `&` in a table."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_cell()
        begin_cell(writer)


def begin_cell(writer: Writer) -> None:
    """Read the cell that follows as a formula or a number, if its column is one of formulas or numbers."""
    frame = writer.frames[-1]
    if not isinstance(frame, Tabular) or (MATH not in frame.columns and NUMBER not in frame.columns):
        return
    column = frame.column
    kind = frame.columns[column] if column < len(frame.columns) else ""
    if kind not in (MATH, NUMBER) or writer.tex.exhausted:
        return
    rules, cell = _cell_tokens(writer)
    content = [token for token in cell if token != " "]
    if not content or not _NO_FORMULA.isdisjoint(content) or "$" in content:
        writer.tex.push([*rules, *cell])
    elif kind == MATH:
        writer.tex.push([*rules, "\\(", *cell, "\\)"])
    else:
        is_number = content[0] != "{" and is_written_number(cell)
        writer.tex.push([*rules, *(["\\num", "{", *cell, "}"] if is_number else cell)])


def _cell_tokens(writer: Writer) -> tuple[list[Token], list[Token]]:
    """Consume and return the rules before a cell and the cell's tokens; the cell ends before `&`, `\\\\` or the table's end."""
    rules: list[Token] = []
    cell: list[Token] = []
    depth = 0
    while (token := writer.tex.raw()) is not None:
        if token in _RULES and not any(t != " " for t in cell):
            rules += [*cell, token]
            cell = []
            continue
        depth += (token == "{") - (token == "}")
        if depth < 0 or (not depth and token in _ROW_ENDS) or token == "\\begin" or len(cell) > _MAX_CELL_TOKENS:
            writer.tex.push([token])
            break
        cell.append(token)
    writer.tex.work += len(cell)
    return rules, cell


def rendered(frame: Tabular) -> list[str]:
    """End the last row of a table and return the table's blocks: one pipe table, or the texts of a table of one column."""
    frame.end_row()
    frame.rows += frame.foot
    header, body = _header_and_body(frame)
    width = min(max((sum(span for _, span in row) for row in header + body), default=0), _MAX_CELLS_PER_ROW)
    if width < 2:
        return [text for row in header + body for text, _ in row if text]
    return [pipe_table(_padded(header, width), _padded(body, width))]


def _header_and_body(frame: Tabular) -> tuple[list[list[tuple[str, int]]], list[list[tuple[str, int]]]]:
    if frame.header is not None:
        return frame.header[-_MAX_HEADER_ROWS:], frame.header[:-_MAX_HEADER_ROWS] + frame.rows
    rules = [row_index for row_index in frame.rules if 0 < row_index < len(frame.rows)]
    end = rules[0] if rules and rules[0] <= _MAX_HEADER_ROWS else 1
    return frame.rows[:end], frame.rows[end:]


def _padded(rows: list[list[tuple[str, int]]], width: int) -> list[list[Cell]]:
    r"""Return the rows, padded to `width` columns. Cells below a \multirow need no handling: TeX has empty cells there."""
    return [
        [*(Cell(text, columns) for text, columns in row[:width]), *[Cell("")] * (width - sum(columns for _, columns in row))]
        for row in rows
    ]


def _cell_texts(frame: Tabular) -> list[str]:
    """End the last row and return the texts of the cells in order, for a table inside a cell or a title."""
    frame.end_row()
    return [text for row in [*(frame.header or []), *frame.rows, *frame.foot] for text, _ in row if text]


def newline(writer: Writer) -> None:
    r"""`\\\\`: end the row of a table, the step of an algorithm or the line of tabbing; elsewhere write a space."""
    writer.tex.star()
    option = writer.tex.optional()
    if option and not _LENGTH.fullmatch(source_of(option)):
        writer.tex.push(["[", *option, "]"])
    frame = writer.frames[-1]
    if isinstance(frame, Tabular) and not _inside_cell(writer) and not _breaks_line(frame):
        frame.end_row()
        begin_cell(writer)
    elif not end_step(writer) and not end_tabbed_line(writer):
        frame.line.append(" ")


def _breaks_line(frame: Tabular) -> bool:
    r"""Return whether `\\\\` only breaks the line in the current cell, because rows end with \tabularnewline."""
    column = frame.column
    return frame.has_row_marks and column < len(frame.columns) and frame.columns[column] == RAGGED


def end_row(writer: Writer) -> None:
    r"""\tabularnewline and \cr: end the row of a table."""
    writer.tex.optional()
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        begin_cell(writer)
    else:
        frame.line.append(" ")


def line_break(writer: Writer) -> None:
    r"""\newline and \linebreak: a space, also in a cell."""
    if not end_step(writer):
        writer.write(" ")


def _inside_cell(writer: Writer) -> bool:
    r"""Return whether a brace group or a box is open in a cell, where `\\` breaks the line and does not end the row."""
    group = writer.tex.groups[-1] if writer.tex.groups else None
    return group is not None and (group.environment is None or group.environment in _BOXES)


def rule(writer: Writer) -> None:
    r"""\hline, \midrule: record after how many rows the rule is.

    Without \endhead, the first rule inside the table ends the header, if this has at most 4 rows.
    """
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        if frame.line and "".join(frame.line).strip():
            return
        frame.rules.append(len(frame.rows))


def partial_rule(kinds: str) -> Callable[[Writer], None]:
    r"""Return a handler for rules that do not end the header, such as \cline: it only skips the arguments `kinds`."""

    def skip(writer: Writer) -> None:
        skip_arguments(writer.tex, kinds)

    return skip


def multicolumn(writer: Writer) -> None:
    r"""\multicolumn{n}{format}{text}: the current cell spans n columns; the text is read as usual."""
    columns = _span(writer.tex.name())
    writer.tex.argument()
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.span = columns


def multirow(writer: Writer) -> None:
    r"""\multirow[..]{n}[..]{width}[..]{text}: skip all arguments but the text."""
    skip_arguments(writer.tex, "omoomo")


def end_head(writer: Writer) -> None:
    r"""\endfirsthead, \endhead of longtable: rows before the first command are the header; those before the second vanish."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        if frame.header is None:
            frame.header = frame.rows
        frame.rows, frame.rules = [], []


def end_foot(writer: Writer) -> None:
    r"""\endfoot, \endlastfoot of longtable: rows before the last command are the foot; the other ('continued') vanishes."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        frame.foot, frame.rows, frame.rules = frame.rows, [], []


def _span(text: str) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text.isdecimal() and len(text) < 4 else 1
