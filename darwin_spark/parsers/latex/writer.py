r"""Write Markdown from expanded TeX: frames that collect blocks, groups that open and close frames, labels and numbers.

A frame collects the text of one unit: the document, a list, a table, a caption. There is no recursion: the start of a group
pushes a frame on the stack and the end of the group pops it, so deep nesting only costs memory.

What is known only at the end (heading levels, references, citations) is written as a placeholder of control characters,
which decoded source never contains. `marks.py` replaces the placeholders.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from darwin_spark.parsers.latex.crossrefs import CrossReferences, Request
from darwin_spark.parsers.latex.frames import Frame, Tabular
from darwin_spark.parsers.latex.languages import current_name, expand_shorthands, family
from darwin_spark.parsers.latex.marks import heading_mark
from darwin_spark.parsers.latex.notes import Notes
from darwin_spark.parsers.tex.expand import Expander, Group, Macro, Unit
from darwin_spark.parsers.tex.math import FormulaReader
from darwin_spark.parsers.tex.symbols import typeset
from darwin_spark.parsers.tex.tokens import PAR, Token
from darwin_spark.text.normalize_markdown import one_line

_MAX_FRAMES = 60
_DOLLAR = re.compile(r"(?<!\\)\$")
OUTER_QUOTE, NO_SHORTHANDS = "\\quotes@outer", "\\language@noshorthands"
r"""Macros: the marks of csquotes' \MakeOuterQuote{"}; defined while babel's shorthands are off."""


@dataclass
class Heading:
    r"""Title, abstract and metadata of the document. `book`: whether its class is a book's or \chapter was used."""

    title: str = ""
    abstract: list[str] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    book: bool = False


@dataclass
class Writer:
    """Converter of one document. `commands` and `environments` map names to handlers; `unknown` handles other commands."""

    tex: Expander
    commands: Mapping[Token, Callable[["Writer"], None]]
    environments: Mapping[str, Callable[["Writer", str], None]]
    unknown: Callable[["Writer", Token], None]
    head: Heading = field(default_factory=Heading)
    frames: list[Frame] = field(default_factory=lambda: [Frame()])
    refs: CrossReferences = field(default_factory=CrossReferences)
    theorems: dict[str, tuple[list[Token], str]] = field(default_factory=dict)
    """By theorem environment: the tokens of its title, which are read where it is used, and its counter ('' for none)."""
    citations: dict[str, None] = field(default_factory=dict)  # cited keys in order of citation
    bibliography: list[str] = field(default_factory=list)  # names of .bib files
    current: Unit = field(default_factory=Unit)
    r"""What a \label at this place refers to."""
    open_environments: Counter[str] = field(default_factory=Counter)
    appendix: str = ""  # after \\appendix the counter whose units are appendices: chapter or section
    notes: Notes = field(default_factory=Notes)
    captioned: bool = False  # whether the current float has its caption already
    numbered: bool = True
    """False for a part of a larger document, where the true numbers of chapters, theorems and formulas are unknown."""

    def run(self) -> None:
        """Read all tokens to the end of the input and write their text into the frames, then close all open groups."""
        tex = self.tex
        while (token := tex.next()) is not None:
            first = token[0]
            if first == "\\":
                self._command(token)
            elif token == " ":
                self.frames[-1].line.append(" ")
            elif first in _SPECIAL_CHARS and len(token) == 1:
                self._special(token)
            elif '"' in token:
                self._text_with_quotes(token)
            else:
                self.frames[-1].line.append(typeset(token))
        while tex.groups:
            self.close_group()
        self.frames[-1].flush()

    def _text_with_quotes(self, text: str) -> None:
        r"""Write text that has a `"`: a shorthand in some languages, or the quotation mark that \MakeOuterQuote makes it."""
        outer = self.tex.macros.get(OUTER_QUOTE)
        if isinstance(outer, Macro):
            self.frames[-1].line.append(typeset(self._with_marks(text, outer.body)))
            return
        language = family(current_name(self.tex)) if NO_SHORTHANDS not in self.tex.macros else ""
        if language and text.endswith('"') and self.tex.peek() == "~":
            self.tex.raw()
            text += "~"
        self.frames[-1].line.append(typeset(expand_shorthands(text, language)))

    def _with_marks(self, text: str, marks: tuple[str, ...]) -> str:
        """Return text with each `"` replaced by the opening or the closing mark, as the character before decides."""
        before = self.frames[-1].line[-1][-1:] if self.frames[-1].line else ""
        out = []
        for character in text:
            out.append((marks[0] if not before or before in " ([{–—-/\n" else marks[1]) if character == '"' else character)
            before = character
        return "".join(out)

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
            self.commands["&"](self)
        else:
            self.write(" " if token == "~" else token)

    # -- groups and frames

    def write(self, text: str) -> None:
        """Append text to the current line of the innermost frame."""
        self.frames[-1].line.append(text)

    def open_group(self, environment: str | None = None, on_close: Callable[[], None] | None = None) -> Group:
        """Open and return a brace group, or the group of `environment`; `on_close` is called when the group closes."""
        group = Group(environment, on_close=on_close, label=self.current)
        self.tex.groups.append(group)
        if environment is not None:
            self.open_environments[environment] += 1
        return group

    def close_group(self) -> None:
        r"""Close the innermost group: undo its local definitions, call its `on_close`; of an environment, restore `current`."""
        group = self.tex.groups.pop()
        self.tex.restore(group)
        if group.environment is not None:
            self.open_environments[group.environment] -= 1
        if group.on_close is not None:
            group.on_close()
        if group.environment is not None:
            self.current = group.label

    def open_frame(self, frame: Frame, then: Callable[[], None], environment: str | None = None) -> None:
        """Open a group whose text goes into `frame`; `then` is called after the frame is popped at the group's end.

        With 60 frames open (no author nests so deep), the text goes into the current frame and `then` is not called.
        """
        if len(self.frames) >= _MAX_FRAMES:
            self.open_group(environment)
            return
        self.frames.append(frame)

        def close() -> None:
            if not any(open_frame is frame for open_frame in self.frames):  # already popped with the preamble
                return
            while self.frames[-1] is not frame:
                self.frames.pop()
            self.frames.pop()
            frame.flush()
            then()

        self.open_group(environment, close)

    def capture(self, then: Callable[[str], None]) -> None:
        """Let `run` read the next argument and then call `then` with its text on one line; footnotes go to the outer frame."""
        frame = Frame(inline=True)

        def done() -> None:
            self.frames[-1].waiting += frame.waiting
            then(frame.text())

        self.argument_into(frame, done)

    def argument_into(self, frame: Frame, then: Callable[[], None]) -> None:
        """Let `run` write the next argument into `frame` and then call `then`. Without an argument, do nothing."""
        self.tex.skip_blanks()
        token = self.tex.character()
        if token is None or token in ("}", PAR):
            self.tex.push([token] if token else [])
            return
        if token != "{":
            self.tex.push([token, "}"])
        self.open_frame(frame, then)

    def optional_text(self, then: Callable[[str], None]) -> bool:
        """Return whether a bracket argument follows; if so, let `run` read the argument and then call `then` with its text."""
        found = self.tex.optional()
        if found is None:
            return False
        self.tex.push(["{", *found, "}"])
        self.capture(then)
        return True

    def flush(self) -> None:
        """End the paragraph of the innermost frame."""
        self.frames[-1].flush()

    def block(self, text: str) -> None:
        """End the current line and add `text` as a separate block."""
        frame = self.frames[-1]
        frame.flush(paragraph_ends=False)
        if text:
            frame.blocks.append(text)

    def afterwards(self, blocks: list[str]) -> None:
        """Add blocks (a float) after the end of the current paragraph, or at once if the current line is empty."""
        frame = self.frames[-1]
        if one_line("".join(frame.line)):
            frame.waiting += blocks
        else:
            frame.flush()
            frame.blocks += blocks

    @property
    def in_preamble(self) -> bool:
        """Whether the reader is in the preamble, whose text is not part of the document."""
        return any(frame.preamble for frame in self.frames[:8])

    # -- formulas, numbers, references

    def formula(self, closer: str, display: bool) -> None:
        """Read a formula up to `closer`; write `$..$`, or if `display`, outside of inline frames and tables, a `$$` block."""
        reader = FormulaReader(self.tex, closer, display, self._refer_in_formula, self.step_equation)
        found = reader.read()
        if not found.closed:
            self.tex.warn("a formula is not closed")
        for label, unit in found.labels:
            self.refs.labels.setdefault(label, unit)
        if not found.tex:
            return
        frame = self.frames[-1]
        if display and not frame.inline and not isinstance(frame, Tabular):
            self.block(f"$$\n{found.tex}\n$$")
        else:
            if frame.line and frame.line[-1].endswith("$") and not frame.line[-1].endswith("\\$"):
                frame.line.append(" ")
            tex = _DOLLAR.sub("", found.tex) if display else found.tex  # a tag may have dollar signs
            frame.line.append(f"${tex}$")

    def step(self, counter: str) -> str:
        r"""Add 1 to a counter, let `current` refer to it, return its number ('' if not `numbered`, except list items)."""
        self.tex.counters.step(counter)
        has_number = self.numbered or counter.startswith("enum")
        number = one_line(self.tex.evaluated([f"\\the{counter}"])) if has_number else ""
        self.current = Unit("appendix" if counter == self.appendix else counter, number)
        return number

    def step_equation(self) -> str:
        """Step the equation counter and return its printed number; empty and not stepped if not `numbered`."""
        if not self.numbered:
            return ""
        self.tex.counters.step("equation")
        return one_line(self.tex.evaluated(["\\theequation"]))

    def refer(self, command: Token, keys: str, before: str = "", after: str = "") -> str:
        """Return the placeholder of a reference or citation to the comma-separated `keys`; record cited keys in `citations`."""
        request = self.request(command, keys, before, after)
        return self.refs.mark(request)

    def request(self, command: Token, keys: str, before: str = "", after: str = "") -> Request:
        """Return the record of a reference or citation to the comma-separated `keys`; record cited keys in `citations`."""
        kind = command[1:].rstrip("*")
        names = tuple(" ".join(key.split()) for key in keys.split(","))
        if "cite" in kind.lower():
            self.citations.update(dict.fromkeys(names))
        return Request(kind, names, before, after)

    def _refer_in_formula(self, command: Token, keys: str, in_math: bool) -> str:
        request = self.request(command, keys)
        request.in_math = in_math
        return self.refs.mark(request)

    def texts(self, pieces: list[list[Token]], then: Callable[[list[str]], None], done: tuple[str, ...] = ()) -> None:
        """Let `run` read each of the token lists as an argument and then call `then` with their texts, each on one line."""
        while pieces and not any(token[0] in "\\${&" for token in pieces[0]):
            done = (*done, one_line(typeset("".join(pieces[0]).replace("~", " "))))
            pieces = pieces[1:]
        if not pieces:
            then(list(done))
            return
        self.tex.push(["{", *pieces[0], "}"])
        self.capture(lambda text: self.texts(pieces[1:], then, (*done, text)))

    def heading(self, level: int, number: str, title: str) -> None:
        """Write a heading's placeholder (plain text in inline frames). `level`: chapter 0, section 1; `##` is set later."""
        self.flush()
        text = one_line(f"{number} {title}")
        if text:
            self.frames[-1].blocks.append(text if self.frames[-1].inline else heading_mark(level, text))


_SPECIAL_CHARS = frozenset("{}$&~")
