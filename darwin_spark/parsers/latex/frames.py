"""Frames, which collect the text of one unit while it is read: the document, a list, a caption, a table."""

from dataclasses import dataclass, field

from darwin_spark.text.normalize_markdown import one_line


@dataclass
class Frame:
    """Text of one unit: finished blocks, parts of the current line, footnotes and floats that wait for the paragraph's end."""

    inline: bool = False
    """True where only inline content is possible: a title, a caption, a footnote, an algorithm's step."""
    blocks: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    preamble: bool = False

    def flush(self, paragraph_ends: bool = True) -> None:
        """Append the current line to the blocks. With `paragraph_ends`, append the waiting blocks too, not in inline frames."""
        text = one_line("".join(self.line))
        self.line = []
        if text:
            self.blocks.append(text)
        if paragraph_ends and self.waiting and not self.inline:
            self.blocks += self.waiting
            self.waiting = []

    def text(self) -> str:
        """End the current line and return all blocks, joined to one line of text."""
        self.flush(paragraph_ends=False)
        return one_line(" ".join(self.blocks))


class Tabular(Frame):
    """Frame of an open table: its rows of cells, and the positions of its rules."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, int]] = []
        """Cells of the current row: text, and number of columns spanned."""
        self.rows: list[list[tuple[str, int]]] = []
        self.header: list[list[tuple[str, int]]] | None = None
        self.foot: list[list[tuple[str, int]]] = []
        """Rows of longtable's foot, which come before the body in the source and are printed after it."""
        self.rules: list[int] = []
        self.span = 1
        self.column = 0  # number of columns before the current cell
        self.columns: list[str] = []
        """Kinds of the columns (`columns.py`)."""
        self.has_row_marks = False  # whether rows end with \\tabularnewline
        self.captions: list[str] = []

    def flush(self, paragraph_ends: bool = True) -> None:
        """Append the current line to the blocks. Footnotes wait for the end of the table, not of a paragraph in a cell."""
        waiting, self.waiting = self.waiting, []
        super().flush(paragraph_ends)
        self.waiting = waiting

    def end_cell(self) -> None:
        self.flush(paragraph_ends=False)
        self.cells.append((one_line(" ".join(self.blocks)), self.span))
        self.column += self.span
        self.blocks, self.span = [], 1

    def end_row(self) -> None:
        """End the current row; a row without text is dropped."""
        self.end_cell()
        if any(text for text, _ in self.cells):
            self.rows.append(self.cells)
        self.cells, self.column = [], 0
