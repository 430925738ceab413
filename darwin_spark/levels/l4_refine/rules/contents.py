"""Delete tables of contents (§3 L4): below their heading, by dot leaders, or as an outline of later headings."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from darwin_spark.levels.l4_refine.rules.headings import Section, sections
from darwin_spark.levels.l4_refine.rules.text import KEPT_KINDS, entry_name, name, names, page_at_end, without
from darwin_spark.text.markdown import EXACT, Kind

CONTENTS = names("""
    contenido; contenidos; índice; índice general; inhalt; inhaltsverzeichnis; table des matières; sommaire; contents;
    table of contents; contents in brief; brief contents; detailed contents; list of figures; list of tables;
    list of illustrations; illustrations; list of plates; in this article; on this page; navigation
""")
CONTENTS_ENTRIES = 3
"""Minimum number of entries below the heading of a table of contents, or in a run of lines with dot leaders."""
ENTRY_CHARS = 200
"""Maximum length of an entry in characters."""
OUTLINE_ENTRIES = 8
"""Minimum number of entries of a table of contents without a heading: short lines, each the heading of a later section."""
_DOT_LEADER = re.compile(
    r"(?:(?<!\.)\.{4,}+|(?<!\. )(?:\. ){3,}+\.?|(?<!…)…{2,}+|(?<!·)(?<!· )(?:· ?){4,}+|(?<!_)_{4,}+)"
    r"\s*+(?:\|\s*+)?(\d{1,4}|[ivxlc]{1,7})\b\s*\|?",
    re.I,
)
_LEADER = re.compile(r"(?:\. ){5,}|\.{6,}|…{3,}")
_NON_ENTRY = " " * (ENTRY_CHARS + 1)  # sentinel line, too long to be an entry: it ends the last run
_TABLE_RULE = re.compile(r"[\s|:-]+$")
_LINK_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s*\[[^\]]{1,200}\]\([^)]{0,500}\)\s*$")


def contents_table(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without tables of contents, also tabular: by heading, by dot leaders, as outline of later headings."""
    removed: set[int] = set()
    heading_lines = _last_heading_lines(lines, kinds)
    for section in sections(lines, kinds, CONTENTS):
        removed.update(_contents_under(section, lines, kinds, heading_lines))
    removed.update(_dot_leaders(lines, kinds))
    removed.update(_outline(lines, kinds, heading_lines))
    return without(lines, removed)


def _last_heading_lines(lines: Sequence[str], kinds: Sequence[Kind]) -> dict[str, int]:
    """Return {normalised heading: its last line index}; a line of up to 120 characters between blank lines is a heading too."""
    last_lines: dict[str, int] = {}
    for index, line in enumerate(lines):
        if kinds[index] is Kind.HEADING or (len(line) <= 120 and kinds[index] is not Kind.BLANK and _is_isolated(index, kinds)):
            last_lines[name(line)] = index
    return last_lines


def _is_isolated(index: int, kinds: Sequence[Kind]) -> bool:
    return all(not 0 <= place < len(kinds) or kinds[place] is Kind.BLANK for place in (index - 1, index + 1))


def _contents_under(
    section: Section, lines: Sequence[str], kinds: Sequence[Kind], heading_lines: dict[str, int]
) -> Iterator[int]:
    entries, misses, end = 0, 0, section.start
    for index in range(section.start, section.end):
        line = lines[index]
        if kinds[index] is Kind.BLANK or (kinds[index] is Kind.TABLE and _TABLE_RULE.match(line)):
            continue
        refers_to_later = heading_lines.get(entry_name(line), -1) > index
        leaders = len(_LEADER.findall(line))
        if leaders or refers_to_later or (len(line) <= 300 and (page_at_end(line)[1] or _LINK_ITEM.match(line))):
            entries, misses, end = entries + max(leaders, 1), 0, index + 1
        else:
            misses += 1
            if misses > 2 or len(line) > 300:
                break
    if entries >= CONTENTS_ENTRIES:
        yield from range(section.heading, end)


def _leader_pages(line: str) -> list[str]:
    """Return the page numbers after a line's dot leaders (L1 may have joined entries); [] if the line has other content."""
    if "." not in line and "…" not in line and "·" not in line and "_" not in line:
        return []
    found = list(_DOT_LEADER.finditer(line))
    ends = [0, *(match.end() for match in found)]
    fits = (
        found and len(line) - ends[-1] <= 3 and all(m.start() - end <= ENTRY_CHARS for m, end in zip(found, ends, strict=False))
    )
    return [match[1] for match in found] if fits else []


def _dot_leaders(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[int]:
    """Yield the line indices of runs of entries with dot leaders, which up to two other lines in a row may interrupt.

    At least 80 % of the steps between page numbers must not fall, unlike the numbers of a printed table.
    """
    run: list[int] = []
    pages: list[int] = []
    others = 0
    for index, line in enumerate([*lines, _NON_ENTRY]):
        if index < len(lines) and (kinds[index] in (Kind.BLANK, *EXACT) or _TABLE_RULE.match(line)):
            continue
        leaders = _leader_pages(line) or (_page_at_end(line, pages[-1]) if pages else [])
        if leaders:
            run.append(index)
            pages += [int(page) for page in leaders if page.isdecimal()]
            others = 0
            continue
        others += 1
        if others > 2 or len(line) > ENTRY_CHARS:
            if len(pages) >= CONTENTS_ENTRIES and sum(a <= b for a, b in pairwise(pages)) >= 0.8 * (len(pages) - 1):
                yield from _with_table_rules(run, lines)
            run, pages, others = [], [], 0


def _page_at_end(line: str, last: int) -> list[str]:
    page = page_at_end(line)[1] if len(line) <= ENTRY_CHARS else ""
    return [page] if page.isdecimal() and last <= int(page) <= last + 100 else []


def _with_table_rules(run: list[int], lines: Sequence[str]) -> Iterator[int]:
    """Yield the line indices of a run, and of table rules directly below its lines (L1 took an entry for a table header)."""
    yield from run
    yield from (
        index + 1 for index in run if index + 1 < len(lines) and lines[index + 1] and _TABLE_RULE.match(lines[index + 1])
    )


def _outline(lines: Sequence[str], kinds: Sequence[Kind], heading_lines: dict[str, int]) -> Iterator[int]:
    offsets = list(accumulate((len(line) + 1 for line in lines), initial=0))
    run: list[int] = []
    for index in [*(i for i, kind in enumerate(kinds) if kind is not Kind.BLANK), None]:
        if index is not None and kinds[index] not in KEPT_KINDS and len(lines[index]) <= 120:
            target = heading_lines.get(entry_name(lines[index]), -1)
            if target > index:
                run.append(index)
                continue
        if len(run) >= OUTLINE_ENTRIES:
            targets = [offsets[heading_lines[entry_name(lines[i])]] for i in run]
            if targets == sorted(targets) and targets[-1] - targets[0] >= 300 * len(run):
                yield from run
        run = []
