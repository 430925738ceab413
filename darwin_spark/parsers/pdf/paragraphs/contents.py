"""Find tables of contents in a PDF: lines that end with a leader of dots and a page number. Each line is kept."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pdf.lines import Line

_PAGE = re.compile(r"(?:\d{1,4}|[ivxlc]{1,7}|[A-Z]{1,2}[-.–]?\d{1,3})(?:(?:, |–)(?:\d{1,4}|[ivxlc]{1,7})){0,3}$")
"""A page number, or those of an entry of an index: "12", "iv", "A-3", "12, 13"."""
_MAX_PAGE_CHARS = 26
_SECTION = re.compile(r"((?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,4})\.? +[^\W\d_]")
_MARKS, _MIN_MARKS = ".·…_", 4  # characters of a leader and their minimum number, of which … counts as three
_WRITTEN_LEADER = " ...... "
_MIN_ENTRIES = 3  # minimum number of lines with a leader
_MAX_OTHERS = 2  # lines without a page number, such as the first line of a long title, between two entries
_MAX_STEP = 4.0  # maximum distance of two lines in font sizes
_FAR, _NEAR = 8.0, 1.5  # font sizes by which entries of two columns are apart; these of text that ends no number
_MIN_TEXT = 15  # minimum characters of such a text
_MIN_BLANK = 2.0  # minimum distance of a page number without a leader in font sizes
_ALIGNED = 3.0  # points by which the right edges of page numbers may differ


def join_entries(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments of a page; the parts of each entry of a table of contents become one, so that no column parts them.

    An entry ends with a page number behind a leader, or at the right edge of such page numbers.
    """
    if not _may_have_leaders([f.text for f in fragments]):
        return list(fragments)
    joined: dict[int, Fragment] = {}
    gone: set[int] = set()
    ordered = sorted(range(len(fragments)), key=lambda i: (round(fragments[i].baseline), fragments[i].left))
    rows = [list(row) for _, row in groupby(ordered, key=lambda i: round(fragments[i].baseline))]
    edges = {round(fragments[row[-1]].right) for row in rows if _has_leader(fragments[i].text for i in row)}
    for row in rows:
        for entry in _entries(row, fragments, edges):
            text = " ".join(fragments[i].text for i in entry)
            joined[entry[0]] = fragments[entry[0]]._replace(text=text, right=fragments[entry[-1]].right)
            gone.update(entry[1:])
    return [joined.get(i, f) for i, f in enumerate(fragments) if i not in gone]


def _entries(row: Sequence[int], fragments: Sequence[Fragment], edges: set[int]) -> Iterator[list[int]]:
    """Yield the parts of each entry in a row, from left to right."""
    entry: list[int] = []
    for i in row:
        if entry and _begins_entry(fragments[entry[-1]], fragments[i]):
            entry = []
        entry.append(i)
        texts = [fragments[k].text for k in entry]
        is_page = _PAGE.match(texts[-1]) is not None and any(abs(fragments[i].right - edge) <= _ALIGNED for edge in edges)
        if len(entry) > 1 and (_has_leader(texts) or is_page):
            yield entry
        if _has_leader(texts):
            entry = []


def _begins_entry(before: Fragment, f: Fragment) -> bool:
    """Whether a fragment is in another column than the one before it: far behind it, or an entry by itself behind text."""
    gap = f.left - before.right
    if gap < _NEAR * f.size or _may_have_leader(before.text):
        return False
    words, page = _parted(f.text)
    if gap > _FAR * f.size:
        return words != "" and _PAGE.match(f.text) is None
    is_text = len(before.text) >= _MIN_TEXT and not before.text[-1:].isdecimal()
    return is_text and bool(words and page)


def split_contents(lines: Sequence[Line]) -> Iterator[tuple[list[str] | None, Sequence[Line]]]:
    """Yield runs of lines in order: (entries of a table of contents with short leaders, their lines) or (None, other lines)."""
    if not _may_have_leaders([line.text for line in lines]):
        yield from _without_leaders(lines)
        return
    begin = index = 0
    while index < len(lines):
        end = _run_end(lines, index) if _is_entry(lines[index]) else index
        if sum(_has_leader([line.text]) for line in lines[index:end]) < _MIN_ENTRIES:
            index = max(end, index + 1)
            continue
        while index > begin and _is_entry(lines[index - 1], inside=True):
            index -= 1
        if begin < index:
            yield None, lines[begin:index]
        yield [_written(line) for line in lines[index:end]], lines[index:end]
        begin = index = end
    if begin < len(lines):
        yield None, lines[begin:]


def _without_leaders(lines: Sequence[Line]) -> Iterator[tuple[list[str] | None, Sequence[Line]]]:
    """Yield runs of lines as `split_contents`: entries begin with the number of a section and end with a page number."""
    if sum([len(line.pieces) > 1 for line in lines]) < _MIN_ENTRIES:
        yield None, lines
        return
    begin = index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and _has_page(lines[end]) and (end == index or _follows(lines[end - 1], lines[end])):
            end += 1
        if end - index >= _MIN_ENTRIES and (index == begin or len(lines[index - 1].pieces) == 1):
            if begin < index:
                yield None, lines[begin:index]
            yield [_WRITTEN_LEADER.join(_before_page(line)) for line in lines[index:end]], lines[index:end]
            begin = end
        index = max(end, index + 1)
    if begin < len(lines):
        yield None, lines[begin:]


def _has_page(line: Line) -> bool:
    """Whether a line ends with a number, far behind words that begin with the number of a section."""
    pieces = line.pieces
    if not 2 <= len(pieces) <= 3 or not pieces[-1].text.isdecimal() or pieces[0].table:
        return False
    return pieces[-1].left - pieces[-2].right > _MIN_BLANK * line.size and _SECTION.match(line.text) is not None


def _follows(above: Line, line: Line) -> bool:
    """Whether an entry goes on with the numbers of the sections and of the pages of the entry above it."""
    sections = [match.group(1).split(".") for entry in (above, line) if (match := _SECTION.match(entry.text))]
    keys = [[int(part) if part.isdecimal() else 100 + ord(part) for part in section] for section in sections]
    pages = int(above.pieces[-1].text), int(line.pieces[-1].text)
    is_near = line.baseline - above.baseline < _MAX_STEP * line.size and abs(line.right - above.right) <= _ALIGNED
    return is_near and keys[0] < keys[1] and pages[0] <= pages[1]


def _before_page(line: Line) -> tuple[str, str]:
    """Return (text before the page number, page number)."""
    return " ".join(piece.text for piece in line.pieces[:-1]), line.pieces[-1].text


def _run_end(lines: Sequence[Line], begin: int) -> int:
    """Return the index after the last entry of the run that begins at `begin`."""
    end = begin + 1
    for i in range(begin + 1, len(lines)):
        if i - end > _MAX_OTHERS or lines[i].baseline - lines[i - 1].baseline > _MAX_STEP * lines[i].size:
            break
        if _is_entry(lines[i], inside=True):
            end = i + 1
    return end


def _may_have_leaders(texts: Sequence[str]) -> bool:
    """Whether enough of the texts may have a leader: a cheap test for a whole page."""
    return _may_have_leader("\n".join(texts)) and sum(map(_may_have_leader, texts)) >= _MIN_ENTRIES


def _may_have_leader(text: str) -> bool:
    """Whether two characters of a leader stand beside each other in the text: a cheap test before `_has_leader`."""
    return ".." in text or ". ." in text or "··" in text or "· ·" in text or "__" in text or "…" in text


def _has_leader(texts: Iterable[str]) -> bool:
    words, page = _parted(" ".join(texts))
    return words is not None and bool(page)


def _is_entry(line: Line, *, inside: bool = False) -> bool:
    """Whether the line ends with a leader and a page number, or with a page number far from the words before it.

    `inside`: the line follows an entry, so that a page number after a blank suffices.
    """
    if _has_leader([line.text]) or (len(line.pieces) > 1 and _PAGE.match(line.pieces[-1].text)):
        return True
    return inside and _PAGE.match(line.text.rpartition(" ")[2]) is not None and line.text[:1] != "("


def _parted(text: str) -> tuple[str | None, str]:
    """Return (text before the leader at the end, the page number after it); (None, "") without a leader."""
    if sum(map(text.count, _MARKS)) + 2 * text.count("…") < _MIN_MARKS:
        return None, ""
    match = _PAGE.search(text[-_MAX_PAGE_CHARS:])
    page = match.group() if match else ""
    before = text[: len(text) - len(page)]
    words = before.rstrip(f"{_MARKS} ")
    leader = before[len(words) :]
    marks = sum(map(leader.count, _MARKS)) + 2 * leader.count("…")
    return (words, page) if marks >= _MIN_MARKS and (page == "" or before[-1] in f"{_MARKS} ") else (None, "")


def _written(line: Line) -> str:
    words, page = _parted(line.text)
    return line.text if words is None else f"{words}{_WRITTEN_LEADER}{page}".rstrip()
