"""Front and back matter (§3 L4): tables of contents, acknowledgements, funding, copyright, indexes, publication metadata.

Abstract, introduction and conclusion are body; so are ethics statements, captions, tables, notes and appendices that teach.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from darwin_spark.l4_refine.rules.headings import Section, sections
from darwin_spark.l4_refine.rules.text import CAPTION, KEPT_KINDS, entry_name, name, size, without
from darwin_spark.markdown import EXACT, Kind

CONTENTS = frozenset(
    {"contents", "table of contents", "contents in brief", "brief contents", "detailed contents", "list of figures", "list of tables"}
    | {"list of illustrations", "illustrations", "list of plates", "in this article", "on this page", "navigation"}
    | {"contenido", "contenidos", "índice", "índice general", "inhalt", "inhaltsverzeichnis", "table des matières", "sommaire"}
)
CERTAIN = frozenset(
    {"acknowledgement", "acknowledgements", "acknowledgment", "acknowledgments", "acknowledgements and funding", "financial support"}
    | {"acknowledgments and funding", "funding", "funding information", "funding statement", "funding sources", "sources of funding"}
    | {"role of the funding source", "financial disclosure", "financial disclosures", "disclosure statement", "declaration of interest"}
    | {"competing interests", "competing interest", "competing interests statement", "competing financial interests"}
    | {"declaration of competing interest", "declaration of competing interests", "declaration of conflicting interests"}
    | {"declaration of interests", "conflict of interest", "conflicts of interest", "conflict of interests"}
    | {"conflict of interest statement", "conflicts of interest statement", "statement of competing interests"}
    | {"conflict of interest disclosure", "author contributions", "authors contributions", "author contribution", "authors contribution"}
    | {"author contributions statement", "credit authorship contribution statement", "credit author statement", "author details"}
    | {"authors details", "author affiliations", "about the author", "about the authors", "author biography", "author biographies"}
    | {"author orcids", "publishers note", "consent for publication", "copyright page", "copyright notice", "imprint", "colophon"}
    | {"uncopyright", "titlepage", "title page", "half title", "list of abbreviations", "abbreviations", "abbreviations used"}
)
LIKELY = frozenset(
    {"copyright", "license", "rights and permissions", "open access", "disclosure", "disclosures", "grants", "grant support"}
    | {"author information", "authors information", "author note", "contributors", "contributorship", "correspondence", "affiliations"}
    | {"peer review information", "reviewers", "dedication", "data availability", "data availability statement", "article information"}
    | {"availability of data and materials", "availability of data and material", "additional information", "declarations", "back matter"}
    | {"other matter"}
)
"""Names that body sections bear too: these must be empty, or read like back matter (_CUE)."""
FRONT = frozenset({"preface", "foreword", "prefatory note", "authors preface", "preface to the first edition", "transcribers note", "transcribers notes"})
INDEX = frozenset({"index", "subject index", "author index", "general index", "index of names", "name index", "alphabetical index"})

BACK_CHARS = 6_000
"""A section of the back matter that is longer is not what its heading says."""
FRONT_CHARS = 40_000
FRONT_SHARE = 0.2
"""A preface is at most so long, and at most such a share of the document."""
CONTENTS_ENTRIES = 3
"""Entries that must follow the heading of a table of contents, or stand in a row with dot leaders."""
ENTRY_CHARS = 200
"""Length of an entry."""
OUTLINE_ENTRIES = 8
"""Entries of a table of contents without heading: short lines, each the heading of a later section."""

_DOT_LEADER = re.compile(r"(?:\.{4,}|(?:\. ){3,}\.?|…{2,}|(?:· ?){4,}|_{4,})\s*(?:\|\s*)?(\d{1,4}|[ivxlc]{1,7})\b\s*\|?", re.I)
_LEADER = re.compile(r"(?:\. ){5,}|\.{6,}|…{3,}")
_STRANGER = " " * (ENTRY_CHARS + 1)
_TABLE_RULE = re.compile(r"[\s|:-]+$")
_PAGE_AT_END = re.compile(r".{0,200}?[^\W\d].{0,200}?(?:\s|\|)(\d{1,4}|[ivxlc]{1,7})\s*\|?\s*$", re.I)
_LINK_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s*\[[^\]]{1,200}\]\([^)]{0,500}\)\s*$")
_INDEX_ENTRY = re.compile(r".{0,300}?(?:,|\s)\s*\d{1,4}(?:\s?[-–,;]\s?\d{1,4}n?)*[.;]?\s*$|.{1,60}\bsee(?: also)?\b", re.I)
_CUE = re.compile(
    r"\b(?:thank|grateful|acknowledg|gratitude|indebted|fund(?:s|ed|ing)\b|grants?\b|(?:supported|sponsored) by|conflicts?\b|competing"
    r"|financial interest|wrote the|conceived|licen[cs]ed?\b|copyright|creative commons|all rights|data (?:are|is|were|generated)|datasets?\b"
    r"|e-?mail|university|department of|declare|dedicated to|reviewers?\b|orcid)",
    re.I,
)
_RUN_IN = re.compile(
    r"[*_]{0,2}(?:acknowledge?ments?|funding|financial support|(?:declarations? of )?(?:conflicts?|conflicting|competing) (?:of )?interests?"
    r"(?: statement)?|authors?['’]? contributions?|publisher['’]?s note|credit author(?:ship)? (?:contribution )?statement)[*_]{0,2}\s*[:.—–][*_]{0,2}\s",
    re.I,
)
_METADATA = re.compile(
    r"[*_•\s]{0,4}(?:e?-?(?:ISBN|ISSN)(?:-1[03])?\b|doi\s?:|PMCID|PMID|©|\(c\) (?:19|20)\d\d"
    r"|copyright\s?(?:©|\(c\)|:|(?:19|20)\d\d)|all rights reserved|(?:\*\s?)?(?:corresponding authors?|correspondence(?: to)?|e-?mails?|tel|fax|phone)\s?:"
    r"|(?:academic |handling |communicating )?editors?\s?:|reviewed by\s?:|edited by\s?:|this is an open[- ]access article|library of congress cat"
    r"|communicated by\s?:|printed in (?:the )?[A-Z])",
    re.I,
)
METADATA_CHARS = 600
_DATES = re.compile(r"[*_•\s]{0,4}(?:(?:first )?(?:received|submitted|accepted|revised|published)(?: online)?\s?:)", re.I)
_PLAIN_WORD = re.compile(r"\b[a-z]{3,}\b")
DATE_WORDS = 5
"""More plain words than this on a line of dates are text that the layout mixed in."""


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
        if led or points or (len(line) <= 300 and (_PAGE_AT_END.match(line) or _LINK_ITEM.match(line))):
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
    fits = found and len(line) - ends[-1] <= 3 and all(m.start() - end <= ENTRY_CHARS for m, end in zip(found, ends, strict=False))
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
    match = _PAGE_AT_END.match(line) if len(line) <= ENTRY_CHARS else None
    return [match[1]] if match and match[1].isdecimal() and last <= int(match[1]) <= last + 100 else []


def _with_table_rules(run: list[int], lines: Sequence[str]) -> Iterator[int]:
    """The lines of a run, and the rules under the headers of tables that L1 took it for."""
    yield from run
    yield from (index + 1 for index in run if index + 1 < len(lines) and lines[index + 1] and _TABLE_RULE.match(lines[index + 1]))


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


def back_matter(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Acknowledgements, funding, interests, contributions, prefaces, copyright: the section, or the paragraph run in."""
    gone: set[int] = set()
    whole = size(lines)
    for section in sections(lines, kinds, CERTAIN | LIKELY | FRONT):
        end = _prose_of(section, lines, kinds)
        if _is_matter(section, "\n".join(lines[section.start : end]).strip(), whole):
            gone.update(range(section.heading, end))
    gone.update(i for i, line in enumerate(lines) if kinds[i] is Kind.PROSE and len(line) <= BACK_CHARS and _RUN_IN.match(line))
    return without(lines, gone)


def _is_matter(section: Section, body: str, whole: int) -> bool:
    if section.name in FRONT:
        return section.marked and len(body) <= min(FRONT_CHARS, FRONT_SHARE * whole)
    sure = section.marked and (section.name in CERTAIN or not body)
    return len(body) <= BACK_CHARS and (sure or _CUE.search(body) is not None)


def _prose_of(section: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """Where the section's prose ends: at a float; without a marked heading, with the first paragraph."""
    begun = False
    for index in range(section.start, section.end):
        if kinds[index] in KEPT_KINDS or CAPTION.match(lines[index]):
            return index
        if kinds[index] is Kind.BLANK:
            if begun and not section.marked:
                return index
        else:
            begun = True
    return section.end


def index_pages(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """The index at a book's end: entries with their page numbers."""
    gone: set[int] = set()
    for section in sections(lines, kinds, INDEX):
        body = [line for line in lines[section.start : section.end] if line.strip()]
        entries = sum(1 for line in body if len(line) <= 400 and _INDEX_ENTRY.match(line))
        if len(body) >= 10 and entries >= 0.6 * len(body):
            gone.update(range(section.heading, section.end))
    return without(lines, gone)


def publication_metadata(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Lines that begin like a publisher's data: ISBN, DOI, dates of receipt, correspondence, copyright."""
    short = (i for i, line in enumerate(lines) if len(line) <= METADATA_CHARS and kinds[i] in (Kind.PROSE, Kind.LIST, Kind.INDENTED))
    return without(lines, (i for i in short if _METADATA.match(lines[i]) or _is_dates(lines[i])))


def _is_dates(line: str) -> bool:
    return _DATES.match(line) is not None and len(_PLAIN_WORD.findall(line)) <= DATE_WORDS
