"""Find tables of contents in a PDF column: lines that end with a leader of dots and a page number. Each line is kept."""

import re
from collections.abc import Iterator, Sequence

from darwin_spark.parsers.pdf.lines import Line

_PAGE = re.compile(r"(?:\d{1,4}|[ivxlc]{1,7}|[A-Z]{1,2}[-.–]?\d{1,3})$")
_MAX_PAGE_CHARS = 8
_MARKS, _MIN_MARKS = ".·…_", 4  # characters of a leader and their minimum number, of which … counts as three
_WRITTEN_LEADER = " ...... "
_MIN_ENTRIES = 3  # minimum number of lines with a leader
_MAX_OTHERS = 2  # lines without a page number, such as the first line of a long title, between two entries
_MAX_STEP = 4.0  # maximum distance of two lines in font sizes


def split_contents(lines: Sequence[Line]) -> Iterator[tuple[list[str] | None, Sequence[Line]]]:
    """Yield runs of lines in order: (entries of a table of contents with short leaders, their lines) or (None, other lines)."""
    begin = index = 0
    while index < len(lines):
        end = _run_end(lines, index) if _is_entry(lines[index]) else index
        if sum(_has_leader(line) for line in lines[index:end]) < _MIN_ENTRIES:
            index = max(end, index + 1)
            continue
        if begin < index:
            yield None, lines[begin:index]
        yield [_written(line) for line in lines[index:end]], lines[index:end]
        begin = index = end
    if begin < len(lines):
        yield None, lines[begin:]


def _run_end(lines: Sequence[Line], begin: int) -> int:
    """Return the index after the last entry of the run that begins at `begin`."""
    end = begin + 1
    for i in range(begin + 1, len(lines)):
        if i - end > _MAX_OTHERS or lines[i].baseline - lines[i - 1].baseline > _MAX_STEP * lines[i].size:
            break
        if _is_entry(lines[i]):
            end = i + 1
    return end


def _has_leader(line: Line) -> bool:
    words, page = _parted(line.text)
    return words is not None and bool(page)


def _is_entry(line: Line) -> bool:
    """Whether the line ends with a leader and a page number, or with a page number far from the words before it."""
    return _has_leader(line) or (len(line.pieces) > 1 and _PAGE.match(line.pieces[-1].text) is not None)


def _parted(text: str) -> tuple[str | None, str]:
    """Return (text before the leader at the end, or None without a leader; the page number after it)."""
    match = _PAGE.search(text[-_MAX_PAGE_CHARS:])
    page = match.group() if match else ""
    before = text[: len(text) - len(page)]
    words = before.rstrip(f"{_MARKS} ")
    leader = before[len(words) :]
    marks = sum(map(leader.count, _MARKS)) + 2 * leader.count("…")
    return (words, page) if marks >= _MIN_MARKS and (page == "" or before[-1] in f"{_MARKS} ") else (None, page)


def _written(line: Line) -> str:
    words, page = _parted(line.text)
    return line.text if words is None else f"{words}{_WRITTEN_LEADER}{page}".rstrip()
