"""Delete Project Gutenberg's header, producers' note and licence, which are not part of the book."""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.text.markdown import Kind

_START = re.compile(r"\*\*\* ?START OF TH(?:IS|E) PROJECT GUTENBERG EBOOK", re.I)
_END = re.compile(r"(?:\*\*\* ?)?END OF TH(?:IS|E) PROJECT GUTENBERG(?:'S)? EBOOK|End of (?:the )?Project Gutenberg", re.I)
_PRODUCED = re.compile(r"(?:e-?text )?(?:produced|prepared|transcribed) by ", re.I)
REACH_CHARS = 30_000
"""The header and the licence are looked for within this many characters from the two ends of the text."""
NOTE_LINES = 12
"""Maximum number of lines of a producers' note in its own code block, fences included; a longer block may be the book."""


def ebook_licence(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without Project Gutenberg's header, producers' note, licence at the end, and their marker lines.

    In a PDF these parts are monospaced, so L1 makes them code blocks. A block with nothing else is deleted whole. A block that
    also holds text of the book keeps both fences, because a single fence would turn the book into code.
    """
    headers = [i for i in _lines_in_reach(lines, range(len(lines))) if _START.match(lines[i])]
    first, opening = _text_start(headers[-1], lines, kinds) if headers else (0, [])
    footers = [i for i in _lines_in_reach(lines, range(len(lines) - 1, first - 1, -1)) if _END.match(lines[i])]
    last, closing = _text_end(footers[-1], first, lines, kinds) if footers else (len(lines), [])
    if headers and not opening:
        first = _skip_producers_note(first, last, lines, kinds)
    return [*opening, *lines[first:last], *closing]


def _text_start(marker: int, lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[int, list[str]]:
    """Return the index of the first line of text after the header's marker, and the opening fence to put before it (or [])."""
    block = _code_block(marker, kinds)
    if not block or not any(lines[i].strip() for i in range(marker + 1, block.stop - 1)):
        return max(block.stop, marker + 1), []
    return marker + 1, [lines[block.start]]


def _text_end(marker: int, first: int, lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[int, list[str]]:
    """Return the index after the last line of text before the licence's marker, and the closing fence to append (or [])."""
    block = _code_block(marker, kinds)
    if not block or not any(lines[i].strip() for i in range(max(block.start + 1, first), marker)):
        return max(block.start if block else marker, first), []
    return marker, [lines[block.stop - 1]]


def _skip_producers_note(first: int, last: int, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """Return the line index after a producers' note (paragraph, or code of up to NOTE_LINES lines) at `first`, else `first`."""
    note = next((i for i in range(first, last) if kinds[i] is not Kind.BLANK), last)
    block = _code_block(note, kinds) if note < last else range(0)
    text_line = note + 1 if block else note
    if text_line >= last or not _PRODUCED.match(lines[text_line]):
        return first
    if block:
        return block.stop if len(block) <= NOTE_LINES and block.stop <= last else first
    return next((i for i in range(note, last) if kinds[i] is Kind.BLANK), last)


def _code_block(index: int, kinds: Sequence[Kind]) -> range:
    if kinds[index] is not Kind.CODE:
        return range(0)
    start = next((i for i in range(index, -1, -1) if kinds[i] is not Kind.CODE), -1) + 1
    return range(start, next((i for i in range(index, len(kinds)) if kinds[i] is not Kind.CODE), len(kinds)))


def _lines_in_reach(lines: Sequence[str], order: range) -> Iterator[int]:
    seen = 0
    for index in order:
        seen += len(lines[index]) + 1
        if seen > REACH_CHARS:
            return
        yield index
