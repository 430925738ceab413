r"""The environment tabbing: lines whose columns are set by tab stops, \= and \>.

If some lines, not all, begin at a tab stop (a program), the lines become nested list items. Else they are a table if more than
half of them have several columns; else each is a block.
"""

from dataclasses import dataclass, field

from darwin_spark.parsers.latex.frames import Frame, Tabular
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.pipe_table import Cell, pipe_table
from darwin_spark.parsers.tex.tokens import Token
from darwin_spark.text.normalize_markdown import one_line

_MAX_INDENT, _MAX_COLUMNS = 12, 100
_STOPS = {"\\=": "next", "\\>": "next", "\\`": "next", "\\'": "next", "\\<": "none", "\\+": "right", "\\-": "left"}
_ACCENTS = ("'", "`", "=")


@dataclass
class Tabbing(Frame):
    """Frame of an open tabbing environment: the finished lines, the cells of the current line, and where lines begin."""

    lines: list[list[str]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    start: int = 0

    def end_cell(self) -> None:
        """End the text of a column."""
        self.flush(paragraph_ends=False)
        self.cells.append(one_line(" ".join(self.blocks)))
        self.blocks = []

    def end_line(self, is_shown: bool = True) -> None:
        """End the current line; a line that only sets tab stops (\\kill) is dropped."""
        self.end_cell()
        if is_shown and any(self.cells):
            self.lines.append(self.cells[:_MAX_COLUMNS])
        self.cells = [""] * min(self.start, _MAX_INDENT)


def open_tabbing(writer: Writer, name: str) -> None:
    r"""\begin{tabbing}: open the frame; at the end the lines are written."""
    writer.frames[-1].flush(paragraph_ends=False)
    frame = Tabbing()

    def done() -> None:
        frame.end_line()
        outer = writer.frames[-1]
        if outer.inline or isinstance(outer, Tabular):
            outer.line.append(" ".join(cell for line in frame.lines for cell in line if cell))
        else:
            outer.blocks += _rendered(frame.lines) + frame.waiting

    writer.open_frame(frame, done, name)


def _rendered(lines: list[list[str]]) -> list[str]:
    indents = [next((i for i, cell in enumerate(line) if cell), 0) for line in lines]
    if any(indents) and not all(indents):
        texts = [" ".join(filter(None, line)) for line in lines]
        return ["\n".join("  " * min(i, _MAX_INDENT) + f"- {text}" for i, text in zip(indents, texts, strict=True))]
    width = max(map(len, lines), default=0)
    if width < 2 or 2 * sum(len(line) > 1 for line in lines) <= len(lines):
        return [" ".join(filter(None, line)) for line in lines]
    rows = [[Cell(cell) for cell in [*line, *[""] * (width - len(line))]] for line in lines]
    return [pipe_table(rows[:1], rows[1:])]


def tab_command(writer: Writer, token: Token) -> bool:
    """Handle a command of tab stops; return False outside of tabbing, where it is an accent or a space."""
    frame = writer.frames[-1]
    if not isinstance(frame, Tabbing) or token not in _STOPS:
        return False
    action = _STOPS[token]
    if action == "next":
        frame.end_cell()
    elif action in ("right", "left"):
        frame.start = max(frame.start + (1 if action == "right" else -1), 0)
    return True


def kill(writer: Writer) -> None:
    r"""\kill: drop the line."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabbing):
        frame.end_line(is_shown=False)


def accent(writer: Writer) -> None:
    r"""\a'{e}: the accent \'{e}, which is a tab command within tabbing."""
    mark = writer.tex.character()
    writer.tex.push([f"\\{mark}@accent"] if mark in _ACCENTS else [mark] if mark is not None else [])


def end_line(writer: Writer) -> bool:
    r"""Handle `\\` within tabbing: end the line and return True; elsewhere do nothing and return False."""
    frame = writer.frames[-1]
    if isinstance(frame, Tabbing):
        frame.end_line()
        return True
    return False
