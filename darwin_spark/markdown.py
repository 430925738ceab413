"""What the lines of a Markdown text are: the few kinds that the levels must tell apart, found in one pass over the lines."""

import re
from collections.abc import Sequence
from enum import Enum

FORMULA_LINES = 80
"""A display formula that is not closed within so many lines is a stray mark, not a formula."""

_FENCE = re.compile(r" {0,3}(```|~~~)")
_LIST = re.compile(r"\s*(?:[-*+•◦▪‣·–]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+\S")
_HEADING = re.compile(r" {0,3}#{1,6}\s+\S")
_OPENERS = (
    (
        re.compile(r"\\begin\{(equation|align|gather|multline|eqnarray|alignat|flalign|displaymath|math)\*?\}"),
        re.compile(r"\\end\{"),
    ),
    (re.compile(r"(?<!\\)\\\["), re.compile(r"\\\]")),
)


class Kind(Enum):
    """The kind of a line. CODE and FORMULA include the lines that open and close them, and blank lines inside."""

    BLANK = "blank"
    PROSE = "prose"
    HEADING = "heading"
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"
    LIST = "list"
    QUOTE = "quote"
    INDENTED = "indented"


EXACT = frozenset({Kind.CODE, Kind.FORMULA})
"""Kinds whose characters nobody touches."""


def kinds(lines: Sequence[str]) -> list[Kind]:
    """The kind of each line (lines without their line breaks). Linear in the text's size."""
    found = [_kind(line) for line in lines]
    _mark_fences(lines, found)
    _mark_formulas(lines, found)
    return found


def _kind(line: str) -> Kind:
    head = line[:64].lstrip()
    if not head:
        return Kind.BLANK if not line.strip() else Kind.INDENTED
    if head[0] == "|" and line.count("|", 0, 100_000) > 1:
        return Kind.TABLE
    if head[0] == "#" and _HEADING.match(line):
        return Kind.HEADING
    if head[0] == ">":
        return Kind.QUOTE
    if _LIST.match(line[:64]):
        return Kind.LIST
    return Kind.INDENTED if line.startswith(("    ", "\t")) else Kind.PROSE


def _mark_fences(lines: Sequence[str], found: list[Kind]) -> None:
    """A fence runs to the next mark of its own sort; the last of an odd number opens nothing."""
    marks = [(index, mark[1]) for index, line in enumerate(lines) if (mark := _FENCE.match(line))]
    left = {sort: sum(mark == sort for _, mark in marks) for sort in ("```", "~~~")}
    opened: tuple[int, str] | None = None
    for index, sort in marks:
        left[sort] -= 1
        if opened is None:
            opened = (index, sort) if left[sort] else None
        elif opened[1] == sort:
            found[opened[0] : index + 1] = [Kind.CODE] * (index + 1 - opened[0])
            opened = None


def _mark_formulas(lines: Sequence[str], found: list[Kind]) -> None:
    index = 0
    while index < len(lines):
        end = None if found[index] is Kind.CODE else _formula_end(lines, found, index)
        if end is None:
            index += 1
            continue
        found[index : end + 1] = [Kind.FORMULA] * (end + 1 - index)
        index = end + 1


def _formula_end(lines: Sequence[str], found: Sequence[Kind], start: int) -> int | None:
    """The line on which the display formula ends that opens on line `start`, if one opens there."""
    line = lines[start]
    if "$$" in line:
        if line.count("$$") % 2 == 0:
            return start if line.lstrip().startswith("$$") and line.rstrip().endswith("$$") else None
        return next((i for i in _reach(found, start) if lines[i].count("$$") % 2), None)
    if "\\" not in line:
        return None
    for opener, closer in _OPENERS:
        if mark := opener.search(line):
            if closer.search(line, mark.end()):
                return start if not line[: mark.start()].strip() else None
            return next((i for i in _reach(found, start) if closer.search(lines[i])), None)
    return None


def _reach(found: Sequence[Kind], start: int) -> range:
    """The lines after `start` in which a formula may be closed: a heading or code ends the search."""
    stop = min(start + FORMULA_LINES, len(found))
    ends = (i for i in range(start + 1, stop) if found[i] in (Kind.CODE, Kind.HEADING))
    return range(start + 1, next(ends, stop))
