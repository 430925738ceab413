r"""Lists: itemize, enumerate (also with the author's own label format) and description, with nesting."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from darwin_spark.parsers.latex.frames import Frame, Tabular
from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.expand import Environment, Macro, Param, Unit
from darwin_spark.parsers.tex.skipping import skip_arguments, skip_overlay
from darwin_spark.parsers.tex.tokens import Token, group_of, source_of, tokens_of

_MAX_LABEL = 200
_ENUM_COUNTERS = ("enumi", "enumii", "enumiii", "enumiv")
_MAX_SAMPLE = 40
_SAMPLE = re.compile(r"(?<![A-Za-z\\])[1iIaA](?![A-Za-z])")
"""Sample label of the enumerate package, such as [(i)]. Letters inside words or braces are no sample."""
_START = re.compile(r"\bstart\s*=\s*(\d{1,6})")
_RESUME = re.compile(r"\bresume\*?(?![\w])")
_SETTINGS = "\\setlist@"
_BRACE_GROUP = re.compile(r"\{[^{}]*\}")
_STARRED = re.compile(r"\\(arabic|roman|Roman|alph|Alph)\s*\*")


@dataclass
class Listing(Frame):
    """Frame of an open list: the finished items, and how the current item is labelled."""

    ordered: bool = False
    items: list[str] = field(default_factory=list)
    label: str = ""
    marked: bool = False  # whether the current item has its own label, possibly empty; no item number is written then
    number: int = 0
    style: tuple[Token, ...] | None = None
    counter: str = ""
    begun: bool = False

    def end_item(self) -> None:
        r"""Append the current item, as Markdown, to `items`; text before the first \item is appended as plain blocks."""
        self.flush()
        if not self.begun:
            self.items += self.blocks
            self.blocks = []
            return
        if self.blocks or self.label:
            mark = f"{self.number}. " if self.ordered and not self.marked else "- "
            blocks = self.blocks or [""]
            first = blocks[0]
            if self.label:
                starts_with_block = first.startswith(("$$", "```", "~~~", "|", "- ", "1. ", "> "))
                blocks = [self.label, *self.blocks] if starts_with_block else [f"{self.label} {first}".strip(), *blocks[1:]]
            text = "\n\n".join(blocks)
            self.items.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        self.blocks, self.label, self.marked = [], "", False


def open_list(writer: Writer, name: str) -> None:
    r"""Open the frame of list environment `name`. At the environment's end, the list is written as one block."""
    ordered = name.startswith(("enumerate", "inparaenum", "compactenum", "asparaenum", "enumeration"))
    options = writer.tex.optional() or []
    if name == "list":
        skip_arguments(writer.tex, "mm")
    depth = min(sum(isinstance(f, Listing) and f.ordered for f in writer.frames[-40:]), len(_ENUM_COUNTERS) - 1)
    frame = Listing(ordered=ordered, counter=_ENUM_COUNTERS[depth] if ordered else "")
    if ordered:
        option_text = f"{source_of(options)},{_list_settings(writer, depth)}"
        start = _START.search(option_text)
        if _RESUME.search(option_text) is None:
            writer.tex.counters.set(frame.counter, int(start[1]) - 1 if start else 0)
        frame.style = _label_style(writer, options, option_text, frame.counter)
    writer.frames[-1].flush(paragraph_ends=False)

    def done() -> None:
        frame.end_item()
        outer = writer.frames[-1]
        if not frame.items:
            return
        if outer.inline or isinstance(outer, Tabular):
            outer.line.append(" ".join(" ".join(item.split()) for item in frame.items))
        else:
            outer.blocks.append("\n".join(frame.items))

    writer.open_frame(frame, done, name)


def _list_settings(writer: Writer, depth: int) -> str:
    r"""Return the options that \setlist sets for enumerate at this depth (0 for the outermost list)."""
    found = (writer.tex.macros.get(f"{_SETTINGS}{key}") for key in (f"enumerate{depth + 1}", "enumerate"))
    return ",".join(source_of(macro.body) for macro in found if isinstance(macro, Macro))


def set_list(*default_names: str) -> Callable[[Writer], None]:
    r"""Return the handler of \setlist[enumerate,1]{options}, or with names of \setenumerate[1]{options}: store the options."""

    def store(writer: Writer) -> None:
        writer.tex.star()
        names = source_of(writer.tex.optional() or []).split(",")
        options = tuple(writer.tex.argument())
        levels = [name.strip() for name in names if name.strip().isdecimal()] or [""]
        for name in default_names or tuple(name.strip() for name in names if name.strip() and not name.strip().isdecimal()):
            if name in writer.tex.environments:
                _define_list(writer, name, options)
            for level in levels:
                writer.tex.define(f"{_SETTINGS}{name}{level}", Macro((), options))

    return store


def new_list(writer: Writer) -> None:
    r"""\newlist{name}{enumerate}{depth}: define a list environment."""
    name, kind = writer.tex.name(), writer.tex.name()
    writer.tex.argument()
    if name not in writer.tex.fixed_environments:
        writer.tex.environments[name] = Environment(
            Macro((Param("o"),), ("\\begin", *group_of(kind), "[", "#1", "]")), ("\\end", *group_of(kind))
        )


def _define_list(writer: Writer, name: str, options: tuple[Token, ...]) -> None:
    """Give the list environment of \\newlist its options."""
    found = writer.tex.environments[name]
    if found.begin.body[-1:] == ("]",) and len(found.begin.params) == 1:
        kind = found.begin.body[: found.begin.body.index("[")]
        body = (*kind, "[", "#1", ",", *options, "]")
        writer.tex.environments[name] = Environment(Macro((Param("o"),), body), found.end)


def _label_style(writer: Writer, options: list[Token], option_text: str, counter: str) -> tuple[Token, ...] | None:
    r"""Return the tokens that print an item's label: from label=, the sample [(i)], \labelenumi or \theenumi; None for `1.`."""
    match = re.search(r"label\*?\s*=\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[^,]*)", option_text)
    if match is not None:
        text = _STARRED.sub(lambda m: f"\\{m[1]}{{{counter}}}", match[1])
        return tuple(tokens_of(text))
    for part in source_of(options).split(","):
        pattern = part.strip()
        letter = _SAMPLE.search(_BRACE_GROUP.sub(lambda group: "\0" * len(group[0]), pattern))
        if letter is not None and "=" not in pattern and len(pattern) < _MAX_SAMPLE:
            style = {"1": "arabic", "i": "roman", "I": "Roman", "a": "alph", "A": "Alph"}[letter[0]]
            return tuple(tokens_of(pattern[: letter.start()] + f"\\{style}{{{counter}}}" + pattern[letter.end() :]))
    label_command = f"\\label{counter}"
    if writer.tex.macros.get(label_command) is not None:
        return (label_command,)
    return (
        (f"\\the{counter}", ".")
        if writer.tex.macros.get(f"\\the{counter}") not in (None, Macro((), ("\\arabic", "{", counter, "}")))
        else None
    )


def item(writer: Writer) -> None:
    r"""\item or \item[label]: end the current item and begin the next one. Outside of a list, begin a line with `- `."""
    frame = writer.frames[-1]
    if not isinstance(frame, Listing):
        skip_overlay(writer.tex)
        writer.flush()
        if not frame.inline and not isinstance(frame, Tabular):
            writer.write("- ")
        return
    frame.end_item()
    frame.begun = True
    skip_overlay(writer.tex)
    label = writer.tex.optional()
    if label is not None:
        frame.marked = True
        is_description = not frame.ordered

        def set_label(label_text: str) -> None:
            frame.label = (
                f"{label_text}:"
                if is_description and label_text and not label_text.endswith((":", ".", ")", "]")) and len(label_text) > 2
                else label_text
            )

        skip_overlay(writer.tex)
        writer.tex.push(["{", *label, "}"])
        writer.capture(set_label)
        return
    if frame.ordered:
        number = writer.step(frame.counter)
        frame.number = writer.tex.counters.value(frame.counter)
        writer.current = Unit(frame.counter, number)
        if frame.style is not None:
            frame.label = writer.tex.evaluated(list(frame.style)).strip()[:_MAX_LABEL]
            writer.current = Unit(frame.counter, frame.label)
            frame.marked = re.fullmatch(r"\d+\.", frame.label) is None
            frame.label = frame.label if frame.marked else ""
