"""What the lines of a Markdown text are: the few kinds that the levels must tell apart, found in one pass over the lines."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from enum import Enum

FORMULA_LINES = 80
"""A display formula that is not closed within so many lines is a stray mark, not a formula."""

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


_SORTS: tuple[tuple[Callable[[str], bool], Callable[[str], bool]], ...] = (
    (_odd_dollars, _odd_dollars),
    (_opens_bracket, lambda line: "\\]" in line),
    (_opens_environment, lambda line: "\\end{" in line),
)
"""What opens a display formula over several lines, and what closes it."""


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
    """Each display formula, from its opener to the first closer of its sort: headings and code are never inside."""
    walls = [index for index, kind in enumerate(found) if kind in (Kind.CODE, Kind.HEADING)]
    closers = [[index for index, line in enumerate(lines) if closes(line)] for _, closes in _SORTS]
    done = 0
    for index, line in enumerate(lines):
        if index < done or found[index] is Kind.CODE or ("$$" not in line and "\\" not in line):
            continue
        end = _whole(line, index) if (sort := _opened(line)) is None else _closer(closers[sort], walls, index)
        if end is not None:
            done = end + 1
            found[index:done] = [Kind.FORMULA] * (done - index)


def _whole(line: str, index: int) -> int | None:
    """The line itself, if it is a display formula from end to end."""
    text = line.strip()
    return index if any(text.startswith(start) and text.endswith(end) for start, end in _PAIRS) and len(text) > 4 else None


def _opened(line: str) -> int | None:
    """The sort of formula that the line opens and does not close."""
    return next((sort for sort, (opens, _) in enumerate(_SORTS) if opens(line)), None)


def _closer(closers: Sequence[int], walls: Sequence[int], start: int) -> int | None:
    place, wall = bisect_right(closers, start), bisect_right(walls, start)
    end = closers[place] if place < len(closers) else start + FORMULA_LINES
    stop = walls[wall] if wall < len(walls) else end + 1
    return end if end < min(start + FORMULA_LINES, stop) else None
