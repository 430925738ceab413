"""LaTeX tables as pipe tables: one header row, one line a row; a table of one column is only layout: its rows are blocks."""

from collections.abc import Callable
from itertools import zip_longest

from darwin_spark.l1_normalize.latex.writer import Tabular, Writer
from darwin_spark.l1_normalize.tex.skipping import skip_arguments

_SPECS = {
    "tabular": "om", "tabular*": "mom", "tabularx": "mom", "longtable": "om", "supertabular": "om", "xtabular": "om",
    "tabulary": "mom", "longtabu": "m", "tabu": "m", "array": "om", "mpsupertabular": "m", "tblr": "om", "longtblr": "om",
    "tabularray": "om", "xltabular": "mom", "deluxetable": "m", "ctabular": "om", "smalltable": "om",
}  # fmt: skip
NAMES = frozenset(_SPECS)
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
            return
        outer.flush(paragraph_ends=False)
        outer.blocks += frame.captions + blocks + frame.waiting

    writer.open_frame(frame, done, name)


def rendered(frame: Tabular) -> list[str]:
    """The blocks of a table that is read to its end."""
    frame.end_row()
    header, body = _parts(frame)
    width = min(max((sum(span for _, span in row) for row in header + body), default=0), _MAX_CELLS_A_ROW)
    if width < 2:
        return [text for row in header + body for text, _ in row if text]
    head, rows = _grid(header, width, repeat=True), _grid(body, width, repeat=False)
    merged = [" / ".join(dict.fromkeys(filter(None, column))) for column in zip_longest(*head, fillvalue="")]
    lines = [_line(merged), "|" + " --- |" * width, *map(_line, rows)]
    return ["\n".join(lines)]


def _parts(frame: Tabular) -> tuple[list[list[tuple[str, int]]], list[list[tuple[str, int]]]]:
    if frame.header is not None:
        return frame.header[-_MAX_HEADER:], frame.header[:-_MAX_HEADER] + frame.rows
    rules = [place for place in frame.rules if 0 < place < len(frame.rows)]
    end = rules[0] if rules and rules[0] <= _MAX_HEADER else 1
    return frame.rows[:end], frame.rows[end:]


def _grid(rows: list[list[tuple[str, int]]], width: int, repeat: bool) -> list[list[str]]:
    """Cells in their columns. TeX itself leaves the cells below a spanned row empty."""
    grid = []
    for row in rows:
        line: list[str] = []
        for text, columns in row:
            text = text.replace("|", r"\|")
            line += [text] + [text if repeat else ""] * (columns - 1)
        grid.append((line + [""] * width)[:width])
    return grid


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _flat(frame: Tabular) -> list[str]:
    """A table inside a cell or a title: its words in order."""
    frame.end_row()
    return [text for row in [*(frame.header or []), *frame.rows] for text, _ in row if text]


def newline(writer: Writer) -> None:
    r"""`\\`: a row ends; outside of tables it breaks the line, which here is a blank."""
    frame = writer.frames[-1]
    writer.tex.star()
    if isinstance(frame, Tabular):
        writer.tex.optional()
        frame.end_row()
        return
    writer.tex.optional()
    frame.line.append(" ")


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
        if frame.header is None:
            frame.header = frame.rows
        frame.rows, frame.rules = [], []


def end_foot(writer: Writer) -> None:
    r"""longtable's \endfoot: 'continued on the next page'."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabular):
        frame.rows = []


def _span(text: str) -> int:
    return min(max(int(text), 1), _MAX_SPAN) if text.isdecimal() and len(text) < 4 else 1
