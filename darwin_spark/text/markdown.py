"""Classify the lines of a Markdown text into the few kinds that the levels distinguish."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import Enum

FORMULA_LINES = 80  # a display formula that is not closed within this many lines is a stray delimiter, not a formula

_FENCE = re.compile(r" {0,3}(```|~~~)")
_LIST = re.compile(r"\s*(?:[-*+•◦▪‣·–]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+\S")
_HEADING = re.compile(r" {0,3}#{1,6}\s+\S")
_BEGIN = re.compile(r"\\begin\{(?:equation|align|gather|multline|eqnarray|alignat|flalign|displaymath|math)\*?\}")
_PAIRS = (("$$", "$$"), ("\\[", "\\]"), ("\\begin{", "}"))


def _odd_dollars(line: str) -> bool:
    return line.count("$$") % 2 == 1


def _opens_bracket(line: str) -> bool:
    return line.rfind("\\[") > line.rfind("\\]") and not line.lstrip().startswith("\\\\[")


def _opens_environment(line: str) -> bool:
    return _BEGIN.search(line) is not None and "\\end{" not in line


_DELIMITERS: tuple[tuple[Callable[[str], bool], Callable[[str], bool]], ...] = (
    (_odd_dollars, _odd_dollars),
    (_opens_bracket, lambda line: "\\]" in line),
    (_opens_environment, lambda line: "\\end{" in line),
)
"""For each type of delimiter: whether a line opens a display formula of several lines, and whether a line closes one."""


class Kind(Enum):
    """The kind of a line. CODE and FORMULA include the lines that open and close the block, and blank lines in it."""

    BLANK = "blank"
    PROSE = "prose"
    HEADING = "heading"
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"
    LIST = "list"
    QUOTE = "quote"
    INDENTED = "indented"


EXACT = frozenset({Kind.CODE, Kind.FORMULA})  # kinds of lines whose characters no step may change


def kinds(lines: Sequence[str]) -> list[Kind]:
    """Return the kind of each line; lines are given without line breaks. The time is linear in the size of the text."""
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
    """Mark code blocks: from a fence to the next of its type (``` or ~~~). The last fence of a type opens nothing."""
    marks = [(index, mark[1]) for index, line in enumerate(lines) if (mark := _FENCE.match(line))]
    remaining = {delimiter: sum(mark == delimiter for _, mark in marks) for delimiter in ("```", "~~~")}
    opened: tuple[int, str] | None = None
    for index, delimiter in marks:
        remaining[delimiter] -= 1
        if opened is None:
            opened = (index, delimiter) if remaining[delimiter] else None
        elif opened[1] == delimiter:
            found[opened[0] : index + 1] = [Kind.CODE] * (index + 1 - opened[0])
            opened = None


def _mark_formulas(lines: Sequence[str], found: list[Kind]) -> None:
    """Mark display formulas: single lines, and opening to (near) closing lines of one type with no heading or code between."""
    barriers = [index for index, kind in enumerate(found) if kind in (Kind.CODE, Kind.HEADING)]
    closers = [[index for index, line in enumerate(lines) if closes(line)] for _, closes in _DELIMITERS]
    done = 0
    for index, line in enumerate(lines):
        if index < done or found[index] is Kind.CODE or ("$$" not in line and "\\" not in line):
            continue
        end = (
            _single_line_formula(line, index)
            if (delimiter := _opened_delimiter(line)) is None
            else _closing_line(closers[delimiter], barriers, index)
        )
        if end is not None:
            done = end + 1
            found[index:done] = [Kind.FORMULA] * (done - index)


def _single_line_formula(line: str, index: int) -> int | None:
    """Return `index` if the line alone is a complete display formula, else None."""
    text = line.strip()
    return index if any(text.startswith(start) and text.endswith(end) for start, end in _PAIRS) and len(text) > 4 else None


def _opened_delimiter(line: str) -> int | None:
    """Return the index of the delimiter type that the line opens and does not close, None without one."""
    return next((delimiter for delimiter, (opens, _) in enumerate(_DELIMITERS) if opens(line)), None)


def _closing_line(closers: Sequence[int], barriers: Sequence[int], start: int) -> int | None:
    place, barrier = bisect_right(closers, start), bisect_right(barriers, start)
    end = closers[place] if place < len(closers) else start + FORMULA_LINES
    stop = barriers[barrier] if barrier < len(barriers) else end + 1
    return end if end < min(start + FORMULA_LINES, stop) else None
