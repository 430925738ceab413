"""Tables of contents (§3 L4): under their heading, by dot leaders, or as an outline of headings that come later."""

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
"""Entries that must follow the heading of a table of contents, or stand in a row with dot leaders."""
ENTRY_CHARS = 200
"""Length of an entry."""
OUTLINE_ENTRIES = 8
"""Entries of a table of contents without heading: short lines, each the heading of a later section."""

_DOT_LEADER = re.compile(
    r"(?:(?<!\.)\.{4,}+|(?<!\. )(?:\. ){3,}+\.?|(?<!…)…{2,}+|(?<!·)(?<!· )(?:· ?){4,}+|(?<!_)_{4,}+)"
    r"\s*+(?:\|\s*+)?(\d{1,4}|[ivxlc]{1,7})\b\s*\|?",
    re.I,
)
_LEADER = re.compile(r"(?:\. ){5,}|\.{6,}|…{3,}")
_STRANGER = " " * (ENTRY_CHARS + 1)
_TABLE_RULE = re.compile(r"[\s|:-]+$")
_LINK_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s*\[[^\]]{1,200}\]\([^)]{0,500}\)\s*$")


def contents_table(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Tables of contents: under their heading, by dot leaders, or as an outline of headings that come later."""
    gone: set[int] = set()
    later = _last_places(lines, kinds)
    for section in sections(lines, kinds, CONTENTS):
        gone.update(_contents_under(section, lines, kinds, later))
    gone.update(_dot_leaders(lines, kinds))
    gone.update(_outline(lines, kinds, later))
    return without(lines, gone)


def _last_places(lines: Sequence[str], kinds: Sequence[Kind]) -> dict[str, int]:
    """The last line on which each name stands as a heading, marked or alone between blank lines."""
    places: dict[str, int] = {}
    for index, line in enumerate(lines):
        if kinds[index] is Kind.HEADING or (len(line) <= 120 and kinds[index] is not Kind.BLANK and _alone(index, kinds)):
            places[name(line)] = index
    return places


def _alone(index: int, kinds: Sequence[Kind]) -> bool:
    return all(not 0 <= place < len(kinds) or kinds[place] is Kind.BLANK for place in (index - 1, index + 1))


def _contents_under(section: Section, lines: Sequence[str], kinds: Sequence[Kind], later: dict[str, int]) -> Iterator[int]:
    entries, misses, end = 0, 0, section.start
    for index in range(section.start, section.end):
        line = lines[index]
        if kinds[index] is Kind.BLANK or (kinds[index] is Kind.TABLE and _TABLE_RULE.match(line)):
            continue
        points = later.get(entry_name(line), -1) > index
        led = len(_LEADER.findall(line))
        if led or points or (len(line) <= 300 and (page_at_end(line)[1] or _LINK_ITEM.match(line))):
            entries, misses, end = entries + max(led, 1), 0, index + 1
        else:
            misses += 1
            if misses > 2 or len(line) > 300:
                break
    if entries >= CONTENTS_ENTRIES:
        yield from range(section.heading, end)


def _led_pages(line: str) -> list[str]:
    """The page numbers behind dot leaders, if the line is made of such entries; L1 may have joined several of them."""
    if "." not in line and "…" not in line and "·" not in line and "_" not in line:
        return []
    found = list(_DOT_LEADER.finditer(line))
    ends = [0, *(match.end() for match in found)]
    fits = (
        found and len(line) - ends[-1] <= 3 and all(m.start() - end <= ENTRY_CHARS for m, end in zip(found, ends, strict=False))
    )
    return [match[1] for match in found] if fits else []


def _dot_leaders(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[int]:
    """Runs of entries with dot leaders whose page numbers go up: the figures of a printed table do not."""
    run: list[int] = []
    pages: list[int] = []
    strangers = 0
    for index, line in enumerate([*lines, _STRANGER]):
        if index < len(lines) and (kinds[index] in (Kind.BLANK, *EXACT) or _TABLE_RULE.match(line)):
            continue
        led = _led_pages(line) or (_page_at_end(line, pages[-1]) if pages else [])
        if led:
            run.append(index)
            pages += [int(page) for page in led if page.isdecimal()]
            strangers = 0
            continue
        strangers += 1
        if strangers > 2 or len(line) > ENTRY_CHARS:
            if len(pages) >= CONTENTS_ENTRIES and sum(a <= b for a, b in pairwise(pages)) >= 0.8 * (len(pages) - 1):
                yield from _with_table_rules(run, lines)
            run, pages, strangers = [], [], 0


def _page_at_end(line: str, last: int) -> list[str]:
    """The page number at the end of an entry without leader, among entries that have one."""
    page = page_at_end(line)[1] if len(line) <= ENTRY_CHARS else ""
    return [page] if page.isdecimal() and last <= int(page) <= last + 100 else []


def _with_table_rules(run: list[int], lines: Sequence[str]) -> Iterator[int]:
    """The lines of a run, and the rules under the headers of tables that L1 took it for."""
    yield from run
    yield from (
        index + 1 for index in run if index + 1 < len(lines) and lines[index + 1] and _TABLE_RULE.match(lines[index + 1])
    )


def _outline(lines: Sequence[str], kinds: Sequence[Kind], later: dict[str, int]) -> Iterator[int]:
    offsets = list(accumulate((len(line) + 1 for line in lines), initial=0))
    run: list[int] = []
    for index in [*(i for i, kind in enumerate(kinds) if kind is not Kind.BLANK), None]:
        if index is not None and kinds[index] not in KEPT_KINDS and len(lines[index]) <= 120:
            target = later.get(entry_name(lines[index]), -1)
            if target > index:
                run.append(index)
                continue
        if len(run) >= OUTLINE_ENTRIES:
            targets = [offsets[later[entry_name(lines[i])]] for i in run]
            if targets == sorted(targets) and targets[-1] - targets[0] >= 300 * len(run):
                yield from run
        run = []
