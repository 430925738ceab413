"""Find the entries of an index in a PDF column: short lines in alphabetical order that end with page numbers. Each is kept."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from darwin_spark.parsers.pdf.lines import Line

_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,7})(?:[–-](?:\d{1,4}|[ivxlc]{1,7}))?[a-z]?"
_PAGES = re.compile(rf",\s?{_NUMBER}(?:,\s?{_NUMBER})*$")
_ONLY_PAGES = re.compile(rf"{_NUMBER}(?:,\s?{_NUMBER})*,?$")
_REFERENCE = re.compile(r", see(?: also)? \S")  # an entry that names another one
_MAX_PAGES_CHARS, _MAX_ENTRY_CHARS = 60, 80
_YEAR = re.compile(r", (?:19|20)\d\d$")
_MIN_ENTRIES, _MIN_SHARE = 6, 0.6  # minimum number of entries, and their share of the lines
_MIN_ORDERED, _MIN_KEYS = 0.8, 4  # minimum share of entries at the left edge that are in order, and their minimum number
_MAX_YEARS = 0.3  # maximum share of lines that end with a year, as references do
_MAX_OTHERS = 3  # lines without a page number between two entries
_MAX_STEP = 4.0  # maximum distance of two lines in font sizes
_ALIGNED = 2.0  # points by which the left edges of entries may differ


def split_index(lines: Sequence[Line]) -> Iterator[tuple[list[str] | None, Sequence[Line]]]:
    """Yield runs of a column's lines in order: (entries of an index, their lines) or (None, other lines)."""
    if sum([line.text[-1:].isdecimal() for line in lines]) < _MIN_ENTRIES:
        yield None, lines
        return
    begin = index = 0
    while index < len(lines):
        end = _run_end(lines, index)
        if end - index < _MIN_ENTRIES or not _is_index(lines[index:end]):
            index = max(end, index + 1)
            continue
        if begin < index:
            yield None, lines[begin:index]
        yield _entries(lines[index:end]), lines[index:end]
        begin = index = end
    if begin < len(lines):
        yield None, lines[begin:]


def _run_end(lines: Sequence[Line], begin: int) -> int:
    """Return the index after the last entry of the run of near lines that begins at `begin`; `begin` if that is no entry.

    A line without a page number belongs to the run if it is short, in regular type, and entries follow.
    """
    end = begin
    for i in range(begin, len(lines)):
        line = lines[i]
        if i > begin and not 0 < line.baseline - lines[i - 1].baseline < _MAX_STEP * line.size:
            break
        if _is_entry(line) or (end > begin and _ONLY_PAGES.match(line.text)):
            end = i + 1
        elif i - end >= _MAX_OTHERS or len(line.text) > _MAX_ENTRY_CHARS or line.bold:
            break
    return end


def _is_entry(line: Line) -> bool:
    if len(line.text) > _MAX_ENTRY_CHARS or len(line.pieces) > 1 or line.pieces[0].table:
        return False
    return _PAGES.search(line.text[-_MAX_PAGES_CHARS:]) is not None or _REFERENCE.search(line.text) is not None


def _is_index(lines: Sequence[Line]) -> bool:
    """Whether the lines are mostly entries, those at the left edge in alphabetical order, and no references with years."""
    entries = [line for line in lines if _is_entry(line)]
    if len(entries) < max(_MIN_ENTRIES, _MIN_SHARE * len(lines)):
        return False
    if sum(_YEAR.search(line.text) is not None for line in entries) > _MAX_YEARS * len(entries):
        return False
    left = min(line.left for line in lines)
    keys = [_key(line) for line in lines if line.left < left + _ALIGNED and not _ONLY_PAGES.match(line.text)]
    ordered = sum(a <= b for a, b in pairwise(keys))
    return len(keys) >= _MIN_KEYS and ordered >= _MIN_ORDERED * (len(keys) - 1) and len(set(keys)) > len(keys) / 2


def _key(line: Line) -> str:
    return "".join(filter(str.isalnum, line.text.lower()))


def _entries(lines: Sequence[Line]) -> list[str]:
    """Return the text of each entry: page numbers on a line of their own belong to the entry above."""
    found: list[str] = []
    for line in lines:
        if found and _ONLY_PAGES.match(line.text):
            found[-1] += f" {line.text}"
        else:
            found.append(line.text)
    return found
