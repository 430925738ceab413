"""Pandoc's marks beside the text (https://pandoc.org/MANUAL.html#pandocs-markdown); the words that they mark stay.

Attributes, the fences of divisions, and the brackets of an image whose caption has lines of its own.
"""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.markdown import Kind

_PAIR = r"[\w-]{1,40}=(?:\"[^\"\n]{0,200}\"|[\w%.:-]{1,60})"
_NAMED = r"[.#][A-Za-z][\w:.-]{0,100}"
_ATTRIBUTES = rf"\{{ ?{_NAMED}(?:\s(?:{_NAMED}|{_PAIR})){{0,20}} ?\}}"
_AT_END = re.compile(rf"[ \t]{{0,4}}{_ATTRIBUTES}[ \t]{{0,4}}$")
_DIVISION = re.compile(rf":{{3,20}}(?: ?(?:{_ATTRIBUTES}|[\w-]{{1,60}}))?(?: :{{3,20}})?\s*")
_OPENS = re.compile(r"!\[\s*")
_CLOSES = re.compile(rf"\](?:\([^()\n]{{0,2000}}\))?(?:{_ATTRIBUTES})?\s*")
CAPTION_LINES = 40
"""An image whose bracket is not closed within so many lines is a stray mark."""


def pandoc_marks(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """The lines without the marks. Attributes go from the ends of headings and of lines of prose."""
    gone = {index for index, kind in enumerate(kinds) if kind is Kind.PROSE and _DIVISION.fullmatch(lines[index])}
    gone.update(_brackets(lines, kinds))
    out: list[str] = []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if index in gone:
            continue
        marked = kind in (Kind.PROSE, Kind.HEADING) and line.rstrip().endswith("}")
        words = _AT_END.sub("", line) if marked else line
        if words == line or words.strip("# "):
            out.append(words)
    return out


def _brackets(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[int]:
    """The lines that hold nothing but the bracket that opens, or closes, an image's caption."""
    for start, kind in enumerate(kinds):
        if kind is not Kind.PROSE or not _OPENS.fullmatch(lines[start]):
            continue
        for end in range(start + 1, min(start + CAPTION_LINES, len(lines))):
            if kinds[end] is Kind.HEADING:
                break
            if kinds[end] is Kind.PROSE and _CLOSES.fullmatch(lines[end]):
                yield from (start, end)
                break
