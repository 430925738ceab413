r"""Writes Markdown from expanded TeX: frames that gather blocks, groups that open and close them, labels and numbers.

A frame is a place that text flows into: the document, a list, a table, a caption. Nothing here recurses: a group's opening
brace puts a frame on the stack, its closing brace takes it off, so depth costs memory only.

What is known at the end only (heading ranks, references, citations) stands in the text as marks of control characters,
which no decoded source contains, and is filled in by `marks.py`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from darwin_spark.parsers.latex.marks import heading_mark, reference_mark
from darwin_spark.parsers.tex.expand import Expander, Group
from darwin_spark.parsers.tex.math import FormulaReader
from darwin_spark.parsers.tex.symbols import typeset
from darwin_spark.parsers.tex.tokens import PAR, Token
from darwin_spark.text.normalize_markdown import one_line

_MAX_FRAMES = 60


@dataclass
class Frame:
    """Blocks that are done, the line at work, and blocks that wait for the paragraph's end (footnotes, floats)."""

    inline: bool = False
    """A title, a cell, a note: what stands in it is one line."""
    blocks: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    preamble: bool = False

    def flush(self, paragraph_ends: bool = True) -> None:
        """Make the line at work a block."""
        text = one_line("".join(self.line))
        self.line = []
        if text:
            self.blocks.append(text)
        if paragraph_ends and self.waiting and not self.inline:
            self.blocks += self.waiting
            self.waiting = []

    def text(self) -> str:
        """All of it on one line."""
        self.flush(paragraph_ends=False)
        return one_line(" ".join(self.blocks))


@dataclass
class Heading:
    """What is known of the document besides its text."""

    title: str = ""
    abstract: list[str] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    book: bool = False


@dataclass
class Writer:
    """The state of writing. `commands` and `environments` say what a name does."""

    tex: Expander
    commands: Mapping[Token, Callable[["Writer"], None]]
    environments: Mapping[str, Callable[["Writer", str], None]]
    unknown: Callable[["Writer", Token], None]
    head: Heading = field(default_factory=Heading)
    frames: list[Frame] = field(default_factory=lambda: [Frame()])
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By label: what is labelled (section, figure, thm) and its number."""
    names: dict[str, str] = field(default_factory=dict)
    r"""What \cref calls a kind of thing."""
    theorems: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By environment: its title and its counter ('' for none)."""
    citations: dict[str, None] = field(default_factory=dict)
    """Keys cited, in order."""
    bibliography: list[str] = field(default_factory=list)
    """Names of .bib files."""
    references: dict[str, str] = field(default_factory=dict)
    """By key of the reference list: its label or number."""
    current: tuple[str, str] = ("", "")
    r"""What a \label names here."""
    open_environments: Counter[str] = field(default_factory=Counter)
    notes: int = 0
    numbered: bool = True
    """False for a piece of a larger work: its chapters, theorems and formulas are counted elsewhere."""

    def run(self) -> None:
        """Read to the end."""
        tex = self.tex
        while (token := tex.next()) is not None:
            first = token[0]
            if first == "\\":
                self._command(token)
            elif token == " ":
                self.frames[-1].line.append(" ")
            elif first in _SPECIAL and len(token) == 1:
                self._special(token)
            else:
                self.frames[-1].line.append(typeset(token))
        while tex.groups:
            self.close_group()
        self.frames[-1].flush()

    def _command(self, token: Token) -> None:
        command = self.commands.get(token)
        if command is not None:
            command(self)
        else:
            self.unknown(self, token)

    def _special(self, token: Token) -> None:
        if token == "{":
            self.open_group()
        elif token == "}":
            if self.tex.groups and self.tex.groups[-1].environment is None:
                self.close_group()
        elif token == "$":
            display = self.tex.peek() == "$"
            if display:
                self.tex.raw()
            self.formula("$$" if display else "$", display)
        elif token == "&" and isinstance(self.frames[-1], Tabular):
            self.frames[-1].end_cell()
        else:
            self.write(" " if token == "~" else token)

    # -- groups and frames

    def write(self, text: str) -> None:
        """Put text on the line at work."""
        self.frames[-1].line.append(text)

    def open_group(self, environment: str | None = None, on_close: Callable[[], None] | None = None) -> Group:
        """A brace or an environment opens."""
        group = Group(environment, on_close=on_close, label=self.current)
        self.tex.groups.append(group)
        if environment is not None:
            self.open_environments[environment] += 1
        return group

    def close_group(self) -> None:
        """The innermost group closes."""
        group = self.tex.groups.pop()
        self.tex.restore(group)
        if group.environment is not None:
            self.open_environments[group.environment] -= 1
        if group.on_close is not None:
            group.on_close()
        if group.environment is not None:
            self.current = group.label

    def open_frame(self, frame: Frame, then: Callable[[], None], environment: str | None = None) -> None:
        """A group whose text flows into a frame of its own; `then` is called when it is off the stack.

        Deeper than any author nests, the text flows on into the frame at hand, and `then` is not called.
        """
        if len(self.frames) >= _MAX_FRAMES:
            self.open_group(environment)
            return
        self.frames.append(frame)

        def close() -> None:
            if not any(open_frame is frame for open_frame in self.frames):  # the preamble took it along
                return
            while self.frames[-1] is not frame:
                self.frames.pop()
            self.frames.pop()
            frame.flush()
            then()

        self.open_group(environment, close)

    def capture(self, then: Callable[[str], None]) -> None:
        """The next argument as one line of text, given to `then`; its footnotes go to where we are."""
        frame = Frame(inline=True)

        def done() -> None:
            self.frames[-1].waiting += frame.waiting
            then(frame.text())

        self.argument_into(frame, done)

    def argument_into(self, frame: Frame, then: Callable[[], None]) -> None:
        """The next argument, read as it comes, into this frame."""
        self.tex.skip_blanks()
        token = self.tex.character()
        if token is None or token in ("}", PAR):
            self.tex.push([token] if token else [])
            return
        if token != "{":
            self.tex.push([token, "}"])
        self.open_frame(frame, then)

    def optional_text(self, then: Callable[[str], None]) -> bool:
        """An argument in brackets as text; False if there is none."""
        found = self.tex.optional()
        if found is None:
            return False
        self.tex.push(["{", *found, "}"])
        self.capture(then)
        return True

    def flush(self) -> None:
        """The paragraph ends."""
        self.frames[-1].flush()

    def block(self, text: str) -> None:
        """A block of its own."""
        frame = self.frames[-1]
        frame.flush(paragraph_ends=False)
        if text:
            frame.blocks.append(text)

    def afterwards(self, blocks: list[str]) -> None:
        """Blocks that float: behind the paragraph at work, or here if none is."""
        frame = self.frames[-1]
        if one_line("".join(frame.line)):
            frame.waiting += blocks
        else:
            frame.flush()
            frame.blocks += blocks

    @property
    def in_preamble(self) -> bool:
        """Whether what is read now is not shown."""
        return any(frame.preamble for frame in self.frames[:8])

    # -- formulas, numbers, references

    def formula(self, closer: str, display: bool) -> None:
        """Read a formula and set it."""
        reader = FormulaReader(self.tex, closer, display, self.refer, self.step_equation)
        found = reader.read()
        if not found.closed:
            self.tex.warn("a formula is not closed")
        for label, number in found.labels:
            self.labels.setdefault(label, ("equation", number))
        if not found.tex:
            return
        frame = self.frames[-1]
        if display and not frame.inline and not isinstance(frame, Tabular):
            self.block(f"$$\n{found.tex}\n$$")
        else:
            if frame.line and frame.line[-1].endswith("$") and not frame.line[-1].endswith("\\$"):
                frame.line.append(" ")
            frame.line.append(f"${found.tex}$")

    def step(self, counter: str) -> str:
        r"""Count on; what a \label here will name, and its number as it is printed."""
        self.tex.counters.step(counter)
        known = self.numbered or counter.startswith("enum")
        number = one_line(self.tex.evaluated([f"\\the{counter}"])) if known else ""
        self.current = counter, number
        return number

    def step_equation(self) -> str:
        """The next equation's number."""
        if not self.numbered:
            return ""
        self.tex.counters.step("equation")
        return one_line(self.tex.evaluated(["\\theequation"]))

    def refer(self, command: Token, keys: str, before: str = "", after: str = "") -> str:
        """The mark of a reference or citation."""
        kind = command[1:].rstrip("*")
        if "cite" in kind:
            self.citations.update(dict.fromkeys(key.strip() for key in keys.split(",")))
        return reference_mark(kind, keys, before, after)

    def heading(self, level: int, number: str, title: str) -> None:
        """A heading; its rank is settled when all are known."""
        self.flush()
        text = one_line(f"{number} {title}")
        if text:
            self.frames[-1].blocks.append(text if self.frames[-1].inline else heading_mark(level, text))


class Tabular(Frame):
    """A table at work: its rows of cells, and where its header ends."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, int]] = []
        """Text and columns spanned."""
        self.rows: list[list[tuple[str, int]]] = []
        self.header: list[list[tuple[str, int]]] | None = None
        self.foot: list[list[tuple[str, int]]] = []
        """Rows that stand below the last one though they are written before it."""
        self.rules: list[int] = []
        self.span = 1
        self.captions: list[str] = []

    def flush(self, paragraph_ends: bool = True) -> None:
        """Notes wait for the table's end, not for a paragraph's in a cell."""
        waiting, self.waiting = self.waiting, []
        super().flush(paragraph_ends)
        self.waiting = waiting

    def end_cell(self) -> None:
        """A cell is done."""
        self.flush(paragraph_ends=False)
        self.cells.append((one_line(" ".join(self.blocks)), self.span))
        self.blocks, self.span = [], 1

    def end_row(self) -> None:
        """A row is done."""
        self.end_cell()
        if any(text for text, _ in self.cells):
            self.rows.append(self.cells)
        self.cells = []


_SPECIAL = frozenset("{}$&~")
