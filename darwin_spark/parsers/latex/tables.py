"""Write LaTeX tables as pipe tables, with one header row. A table of one column is only layout: its rows become blocks."""

from collections.abc import Callable

from darwin_spark.parsers.latex.algorithms import end_step
from darwin_spark.parsers.latex.writer import Tabular, Writer
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.tex.skipping import skip_arguments

_ARGUMENTS = {
    "tabular": "om", "tabular*": "mom", "tabularx": "mom", "longtable": "om", "supertabular": "om", "xtabular": "om",
    "tabulary": "mom", "longtabu": "m", "tabu": "m", "array": "om", "mpsupertabular": "m", "tblr": "om", "longtblr": "om",
    "tabularray": "om", "xltabular": "mom", "deluxetable": "m", "ctabular": "om", "smalltable": "om",
}  # fmt: skip
NAMES = frozenset(_ARGUMENTS)
_BOXES = frozenset({"minipage", "center", "flushleft", "flushright"})
_MAX_SPAN = 100
_MAX_HEADER_ROWS = 4
_MAX_CELLS_PER_ROW = 1_000


def tabular(writer: Writer, name: str) -> None:
    """Open the frame of table environment `name`. At the environment's end, the table is written."""
    if name in ("tabu", "longtabu"):
        writer.tex.delimited(("{",))
        writer.tex.push(["{"])
    skip_arguments(writer.tex, _ARGUMENTS[name])
    frame = Tabular()

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
    r"""`\\`: end the row of a table or the step of an algorithm; elsewhere the line break becomes a space."""
    frame = writer.frames[-1]
    writer.tex.star()
    writer.tex.optional()
    if isinstance(frame, Tabular) and not _inside_cell(writer):
        frame.end_row()
    elif not end_step(writer):
        frame.line.append(" ")


def _inside_cell(writer: Writer) -> bool:
    r"""Return whether a brace group or a box is open in a cell, where `\\` breaks the line and does not end the row."""
    group = writer.tex.groups[-1] if writer.tex.groups else None
    return group is not None and (group.environment is None or group.environment in _BOXES)


def rule(writer: Writer) -> None:
    r"""\hline, \midrule: record after how many rows the rule is. The first inside the table, by row 4, ends the header."""
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
    r"""\multicolumn{n}{format}{text}: the current cell spans n columns (at most 100); the text is read as usual."""
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
