"""LaTeX tables as pipe tables: one header row, one line a row; a table of one column is only layout: its rows are blocks."""

from collections.abc import Callable

from darwin_spark.parsers.latex.algorithms import end_step
from darwin_spark.parsers.latex.writer import Tabular, Writer
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.tex.skipping import skip_arguments

_SPECS = {
    "tabular": "om", "tabular*": "mom", "tabularx": "mom", "longtable": "om", "supertabular": "om", "xtabular": "om",
    "tabulary": "mom", "longtabu": "m", "tabu": "m", "array": "om", "mpsupertabular": "m", "tblr": "om", "longtblr": "om",
    "tabularray": "om", "xltabular": "mom", "deluxetable": "m", "ctabular": "om", "smalltable": "om",
}  # fmt: skip
NAMES = frozenset(_SPECS)
_BOXES = frozenset({"minipage", "center", "flushleft", "flushright"})
_MAX_SPAN = 100
_MAX_HEADER = 4
_MAX_CELLS_A_ROW = 1_000


def tabular(writer: Writer, name: str) -> None:
    """Open a table; its cells come as the text is read."""
    if name in ("tabu", "longtabu"):
        writer.tex.delimited(("{",))
        writer.tex.push(["{"])
    skip_arguments(writer.tex, _SPECS[name])
    frame = Tabular()

    def done() -> None:
        blocks = rendered(frame)
        outer = writer.frames[-1]
        if outer.inline or isinstance(outer, Tabular):
            outer.line.append(" ".join(_flat(frame)))
            outer.waiting += frame.waiting
            return
        outer.flush(paragraph_ends=False)
        outer.blocks += frame.captions + blocks + frame.waiting

    writer.open_frame(frame, done, name)


def rendered(frame: Tabular) -> list[str]:
    """The blocks of a table that is read to its end."""
    frame.end_row()
    frame.rows += frame.foot
    header, body = _parts(frame)
    width = min(max((sum(span for _, span in row) for row in header + body), default=0), _MAX_CELLS_A_ROW)
    if width < 2:
        return [text for row in header + body for text, _ in row if text]
    return [pipe_table(_padded(header, width), _padded(body, width))]


def _parts(frame: Tabular) -> tuple[list[list[tuple[str, int]]], list[list[tuple[str, int]]]]:
    if frame.header is not None:
        return frame.header[-_MAX_HEADER:], frame.header[:-_MAX_HEADER] + frame.rows
    rules = [place for place in frame.rules if 0 < place < len(frame.rows)]
    end = rules[0] if rules and rules[0] <= _MAX_HEADER else 1
    return frame.rows[:end], frame.rows[end:]


def _padded(rows: list[list[tuple[str, int]]], width: int) -> list[list[Cell]]:
    """All rows of one width. TeX itself leaves the cells below a spanned row empty."""
    return [
        [*(Cell(text, columns) for text, columns in row[:width]), *[Cell("")] * (width - sum(columns for _, columns in row))]
        for row in rows
    ]


def _flat(frame: Tabular) -> list[str]:
    """A table inside a cell or a title: its words in order."""
    frame.end_row()
    return [text for row in [*(frame.header or []), *frame.rows, *frame.foot] for text, _ in row if text]


def newline(writer: Writer) -> None:
    r"""`\\`: a row ends; outside of tables it breaks the line, which here is a blank."""
    frame = writer.frames[-1]
    writer.tex.star()
    writer.tex.optional()
    if isinstance(frame, Tabular) and not _inside_cell(writer):
        frame.end_row()
    elif not end_step(writer):
        frame.line.append(" ")


def _inside_cell(writer: Writer) -> bool:
    r"""Whether a group in a cell is open: `\\` breaks its line, not the row."""
    group = writer.tex.groups[-1] if writer.tex.groups else None
    return group is not None and (group.environment is None or group.environment in _BOXES)


def rule(writer: Writer) -> None:
    r"""\hline, \midrule: the first one inside ends the header."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        if frame.line and "".join(frame.line).strip():
            return
        frame.rules.append(len(frame.rows))


def partial_rule(kinds: str) -> Callable[[Writer], None]:
    r"""\cline, \cmidrule: below a group of columns, not the header's end."""

    def pass_over(writer: Writer) -> None:
        skip_arguments(writer.tex, kinds)

    return pass_over


def multicolumn(writer: Writer) -> None:
    r"""\multicolumn{n}{format}{text}."""
    columns = _span(writer.tex.name())
    writer.tex.argument()
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.span = columns


def multirow(writer: Writer) -> None:
    r"""\multirow[..]{n}[..]{width}[..]{text}."""
    skip_arguments(writer.tex, "omoomo")


def end_head(writer: Writer) -> None:
    r"""longtable's \endfirsthead and \endhead: the first gives the header, the other repeats it."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        if frame.header is None:
            frame.header = frame.rows
        frame.rows, frame.rules = [], []


def end_foot(writer: Writer) -> None:
    r"""longtable's \endfoot and \endlastfoot: the last foot given ends the table, the other says 'continued'."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.end_row()
        frame.foot, frame.rows, frame.rules = frame.rows, [], []


def _span(text: str) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text.isdecimal() and len(text) < 4 else 1
