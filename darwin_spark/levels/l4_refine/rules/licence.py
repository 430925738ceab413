"""Project Gutenberg's header, producers' note and licence, which are no part of the book."""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.text.markdown import Kind

_START = re.compile(r"\*\*\* ?START OF TH(?:IS|E) PROJECT GUTENBERG EBOOK", re.I)
_END = re.compile(r"(?:\*\*\* ?)?END OF TH(?:IS|E) PROJECT GUTENBERG(?:'S)? EBOOK|End of (?:the )?Project Gutenberg", re.I)
_PRODUCED = re.compile(r"(?:e-?text )?(?:produced|prepared|transcribed) by ", re.I)
REACH_CHARS = 30_000
"""The licence's parts lie within so many characters of the ends."""
NOTE_LINES = 12
"""Length of a producers' note in a block of code of its own; a book may be one block as a whole."""


def ebook_licence(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Project Gutenberg's header with its producers' note, and its licence at the end, with the marks that fence them off.

    In a PDF each stands in a typewriter's face and is a block of code here. A block of licence alone goes whole; of one that
    holds text too, what stays is fenced as before, since a fence left alone would make code of the book.
    """
    head = [i for i in _within(lines, range(len(lines))) if _START.match(lines[i])]
    first, opening = _behind(head[-1], lines, kinds) if head else (0, [])
    foot = [i for i in _within(lines, range(len(lines) - 1, first - 1, -1)) if _END.match(lines[i])]
    last, closing = _before(foot[-1], first, lines, kinds) if foot else (len(lines), [])
    if head and not opening:
        first = _behind_producers(first, last, lines, kinds)
    return [*opening, *lines[first:last], *closing]


def _behind(mark: int, lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[int, list[str]]:
    """Where the text begins behind a header's mark, and the fence that it needs before it."""
    block = _block(mark, kinds)
    if not block or not any(lines[i].strip() for i in range(mark + 1, block.stop - 1)):
        return max(block.stop, mark + 1), []
    return mark + 1, [lines[block.start]]


def _before(mark: int, first: int, lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[int, list[str]]:
    """Where the text that begins at `first` ends before a licence's mark, and the fence that it needs behind it."""
    block = _block(mark, kinds)
    if not block or not any(lines[i].strip() for i in range(max(block.start + 1, first), mark)):
        return max(block.start if block else mark, first), []
    return mark, [lines[block.stop - 1]]


def _behind_producers(first: int, last: int, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """The line behind the producers' note that the text begins with, if it does: a paragraph, or a short block of code."""
    note = next((i for i in range(first, last) if kinds[i] is not Kind.BLANK), last)
    block = _block(note, kinds) if note < last else range(0)
    said = note + 1 if block else note
    if said >= last or not _PRODUCED.match(lines[said]):
        return first
    if block:
        return block.stop if len(block) <= NOTE_LINES and block.stop <= last else first
    return next((i for i in range(note, last) if kinds[i] is Kind.BLANK), last)


def _block(index: int, kinds: Sequence[Kind]) -> range:
    """The lines of the block of code that a line stands in, fences included; none if it stands in none."""
    if kinds[index] is not Kind.CODE:
        return range(0)
    start = next((i for i in range(index, -1, -1) if kinds[i] is not Kind.CODE), -1) + 1
    return range(start, next((i for i in range(index, len(kinds)) if kinds[i] is not Kind.CODE), len(kinds)))


def _within(lines: Sequence[str], order: range) -> Iterator[int]:
    """The lines in an order, as far as REACH_CHARS characters reach."""
    seen = 0
    for index in order:
        seen += len(lines[index]) + 1
        if seen > REACH_CHARS:
            return
        yield index
