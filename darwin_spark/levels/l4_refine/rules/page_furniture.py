"""Delete page furniture: page numbers, running headers and footers, page-break marks."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import median

from darwin_spark.levels.l4_refine.rules.text import CAPTION, KEPT_KINDS, without
from darwin_spark.text.markdown import Kind

PAGE_CHARS = (400, 15_000)
"""Minimum and maximum number of characters on a page: page numbers closer or farther apart are not consecutive."""
CHAIN = 3
"""Minimum number of page numbers in a sequence, and of occurrences of a running header."""
SPAN = 0.4
"""Minimum share of the document that page numbers must span; a quarter of it for Roman ones, which count the front matter."""
HEADER_CHARS = (4, 160)
"""Minimum and maximum length of a running header in characters."""
_PAGE_NUMBER = re.compile(
    r"\s*[-–—\[(|]*\s*(?:(?i:page|pg\.?|p\.)\s*)?(\d{1,4}|[ivxl]{1,7})\s*(?:(?:of|/)\s*\d{1,4})?\s*[-–—\])|]*\s*$"
)
_PAGE_MARK = re.compile(
    r"\s*[-–—=*\[(<!]*\s*(?:page[ -]?break|new page|(?:page|pg\.?)\s*\d{1,4}(?:\s*of\s*\d{1,4})?|"
    r"(?:to be )?continued(?: (?:on|from|overleaf)"
    r"(?: (?:the )?(?:next|previous|following|preceding)?\s*(?:page|column)?\s*\d*)?)?|"
    r"this page (?:is )?(?:intentionally )?(?:left )?(?:intentionally )?blank)\s*[.…]*\s*[-–—=*\])>]*\s*$",
    re.I,
)
_LABEL = re.compile(
    r"\W*(?:figure|fig|table|equation|example|exercise|theorem|lemma|definition|proof|proposition|corollary|remark|note|step|case|"
    r"problem|solution|answer|question|algorithm|listing|box|scheme|appendix|chapter|section|part|lesson|day|week|module|unit|q|a)\b",
    re.I,
)
_SECTION_NUMBER = re.compile(r"\W*#(?:[.:)]|[.]#)")
_DIGITS = re.compile(r"\d+")


def page_marks(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without isolated ones such as 'page break', 'Page 3 of 9', '(continued)', 'This page left blank'."""
    blank = {-1, len(lines), *(i for i, kind in enumerate(kinds) if kind is Kind.BLANK)}
    found = (i for i, line in enumerate(lines) if len(line) < 80 and kinds[i] not in KEPT_KINDS and _PAGE_MARK.match(line))
    return without(lines, [i for i in found if i not in blank and i - 1 in blank and i + 1 in blank])


def page_numbers(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without page numbers: series of numbers alone on a line, rising by 1 to 3, about a page apart per step.

    A series has at least CHAIN numbers, and spans a minimum share of the document (SPAN).
    """
    return without(lines, _page_number_lines(lines, kinds))


def _page_number_lines(lines: Sequence[str], kinds: Sequence[Kind]) -> set[int]:
    offsets = list(accumulate((len(line) + 1 for line in lines), initial=0))
    chains: dict[tuple[bool, int], list[tuple[int, int]]] = defaultdict(list)  # -> (line, length of chain)
    before: dict[int, int] = {}
    starts: dict[int, int] = {}
    found: set[int] = set()
    for index, arabic, value in _numbers(lines, kinds):
        predecessors = (
            (length, line)
            for step in (1, 2, 3)
            for line, length in chains[arabic, value - step][-4:]
            if PAGE_CHARS[0] * step <= offsets[index] - offsets[line] <= PAGE_CHARS[1] * step
        )
        length, line = max(predecessors, default=(0, -1))
        before[index] = line
        chains[arabic, value].append((index, length + 1))
        starts[index] = starts.get(line, index)
        if length + 1 >= CHAIN and offsets[index] - offsets[starts[index]] >= (SPAN if arabic else SPAN / 4) * offsets[-1]:
            while index >= 0 and index not in found:
                found.add(index)
                index = before[index]
    return found


def _numbers(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[tuple[int, bool, int]]:
    for index, line in enumerate(lines):
        if len(line) < 40 and kinds[index] not in KEPT_KINDS and (match := _PAGE_NUMBER.match(line)):
            arabic = match[1].isdecimal()
            yield index, arabic, int(match[1]) if arabic else _roman(match[1].lower())


def _roman(numeral: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[letter] for letter in numeral]
    return sum(-value if value < following else value for value, following in pairwise([*values, 0]))


def running_headers(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without running headers: short lines that recur page after page, apart from the numbers in them.

    Refrains, 'Proof.' and the headings of a workbook recur too. A running header stands apart from the text, and it counts
    pages up, stands next to page numbers, or interrupts sentences.
    """
    numbers = _page_number_lines(lines, kinds)
    groups: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if HEADER_CHARS[0] <= len(line) <= HEADER_CHARS[1] and kinds[index] not in (*KEPT_KINDS, Kind.BLANK):
            key = _DIGITS.sub("#", " ".join(line.split()))
            if sum(map(str.isalpha, key)) >= 3 and not CAPTION.search(line[:40]) and "[" not in key[:2]:
                groups[key].append(index)
    offsets = list(accumulate((len(line) + 1 for line in lines), initial=0))
    repeated = {k: v for k, v in groups.items() if len(v) >= CHAIN and _page_apart([offsets[i] for i in v])}
    furniture = _isolated(numbers.union(*repeated.values()), kinds)
    repeated = {k: where for k, v in repeated.items() if len(where := [i for i in v if i in furniture]) >= CHAIN}
    return without(
        lines, {i for key, where in repeated.items() if _is_header(key, where, lines, kinds, numbers, furniture) for i in where}
    )


def _isolated(candidates: set[int], kinds: Sequence[Kind]) -> set[int]:
    """Return the candidate line indices that stand, alone or in a group of adjacent candidates, between blank lines."""
    isolated: set[int] = set()
    for index in candidates:
        first, last = index, index
        while first - 1 in candidates and index - first < 3:
            first -= 1
        while last + 1 in candidates and last - index < 3:
            last += 1
        if all(not 0 <= place < len(kinds) or kinds[place] is Kind.BLANK for place in (first - 1, last + 1)):
            isolated.add(index)
    return isolated


def _page_apart(places: list[int]) -> bool:
    return median(b - a for a, b in pairwise(places)) >= 2 * PAGE_CHARS[0]


def _is_header(
    key: str, where: list[int], lines: Sequence[str], kinds: Sequence[Kind], numbers: set[int], furniture: set[int]
) -> bool:
    # Other furniture may stand between the line and the text, or text that only looks like furniture: try both.
    own_lines = numbers.union(where)
    cuts = sum(any(_cuts_sentence(i, lines, kinds, skip) for skip in (own_lines, furniture)) for i in where)
    if cuts >= max(2, 0.3 * len(where)):
        return True
    if any(kinds[i] is Kind.HEADING for i in where):
        return False
    adjacent = sum(_is_next_to_number(i, lines, numbers) for i in where)
    return adjacent >= 0.6 * len(where) or _counts_up(key, [lines[i] for i in where])


def _counts_up(key: str, occurrences: list[str]) -> bool:
    """Whether only one number differs between occurrences, grows each time, and begins or ends the line ('46 THE ORIGIN')."""
    if "#" not in key or len(key.split()) < 3 or _LABEL.match(key.lstrip("# ")) or _SECTION_NUMBER.match(key):
        return False
    columns = list(zip(*([int(number[:9]) for number in _DIGITS.findall(line)] for line in occurrences), strict=True))
    growing = [at for at, column in enumerate(columns) if len(set(column)) > 1]
    ends = ([0] if key[0] == "#" else []) + ([len(columns) - 1] if key[-1] == "#" else [])
    if len(growing) != 1 or growing[0] not in ends:
        return False
    return all(0 < b - a <= 60 for a, b in pairwise(columns[growing[0]]))


def _is_next_to_number(index: int, lines: Sequence[str], numbers: set[int]) -> bool:
    """Whether the next or the previous non-blank line is a page number."""
    return any(_nearest(index, step, lines, set()) in numbers for step in (1, -1))


def _cuts_sentence(index: int, lines: Sequence[str], kinds: Sequence[Kind], furniture: set[int]) -> bool:
    before, after = _nearest(index, -1, lines, furniture), _nearest(index, 1, lines, furniture)
    if before is None or after is None or kinds[before] is not Kind.PROSE or kinds[after] is not Kind.PROSE:
        return False
    end, start = lines[before].rstrip()[-1], lines[after].lstrip()[0]
    return (end.islower() or end in ",-") and start.islower()


def _nearest(index: int, step: int, lines: Sequence[str], skip: set[int]) -> int | None:
    """Return the index of the nearest line in direction `step`, at most seven away, not blank and not in `skip`; else None."""
    for place in range(index + step, index + 8 * step, step):
        if not 0 <= place < len(lines):
            return None
        if lines[place].strip() and place not in skip:
            return place
    return None
