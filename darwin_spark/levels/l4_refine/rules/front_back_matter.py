"""Delete front and back matter (§3 L4): acknowledgements, funding, copyright, prefaces, indexes, publication metadata.

Body text stays: abstract, introduction, conclusion, ethics statements, captions, tables, notes and appendices that teach.
"""

import re
from collections.abc import Sequence

from darwin_spark.levels.l4_refine.rules.headings import Section, sections, with_emptied
from darwin_spark.levels.l4_refine.rules.text import CAPTION, KEPT_KINDS, names, size, without
from darwin_spark.text.markdown import Kind

CERTAIN = names("""
    uncopyright; titlepage; title page; half title; author orcids; publishers note; consent for publication;
    copyright page; copyright notice; imprint; colophon; authors details; author affiliations; about the author;
    about the authors; author biography; author biographies; author contributions statement;
    credit authorship contribution statement; credit author statement; author details; conflict of interest disclosure;
    author contributions; authors contributions; author contribution; authors contribution;
    conflict of interest statement; conflicts of interest statement; statement of competing interests;
    declaration of interests; conflict of interest; conflicts of interest; conflict of interests;
    declaration of competing interest; declaration of competing interests; declaration of conflicting interests;
    competing interests; competing interest; competing interests statement; competing financial interests;
    role of the funding source; financial disclosure; financial disclosures; disclosure statement;
    declaration of interest; acknowledgement; acknowledgements; acknowledgment; acknowledgments;
    acknowledgements and funding; financial support; acknowledgments and funding; funding; funding information;
    funding statement; funding sources; sources of funding
""")
"""Headings of back matter only: below a marked one, a section of up to BACK_CHARS is deleted whatever its text says."""
LIKELY = names("""
    other matter; availability of data and materials; availability of data and material; additional information;
    declarations; back matter; peer review information; reviewers; dedication; data availability;
    data availability statement; article information; copyright; license; rights and permissions; open access;
    disclosure; disclosures; grants; grant support; author information; authors information; author note; contributors;
    contributorship; correspondence; affiliations
""")
"""Headings that body sections share: such a section is deleted only if it contains CUE, or is empty under a marked heading."""
FRONT = names("""
    preface; foreword; prefatory note; authors preface; preface to the first edition; transcribers note;
    transcribers notes
""")
INDEX = names("""
    index; subject index; author index; general index; index of names; name index; alphabetical index
""")

BACK_CHARS = 6_000
"""Maximum length of a back-matter section or paragraph in characters; a longer one is not what its heading says."""
INDEX_CHARS = 400
"""Maximum length of an index entry in characters. An entry ends with page numbers."""
FRONT_CHARS = 40_000
FRONT_SHARE = 0.2
"""A preface is deleted if it has at most FRONT_CHARS characters and at most this share of the document."""
CUE = re.compile(
    r"\b(?:thank|grateful|acknowledg|gratitude|indebted|fund(?:s|ed|ing)\b|grants?\b|(?:supported|sponsored) by"
    r"|conflicts?\b|competing|financial interest|wrote the|conceived|licen[cs]ed?\b|copyright"
    r"|creative commons|all rights|data (?:are|is|were|generated)|datasets?\b"
    r"|e-?mail|university|department of|declare|dedicated to|reviewers?\b|orcid)",
    re.I,
)
_RUN_IN = re.compile(
    r"[*_]{0,2}(?:acknowledge?ments?|funding|financial support|author(?:ship|s?['’]?)? contributions?|publisher['’]?s note"
    r"|(?:declarations? of )?(?:conflicts?|conflicting|competing) (?:of )?interests?(?: statement)?"
    r"|credit author(?:ship)? (?:contribution )?statement)[*_]{0,2}\s*[:.—–][*_]{0,2}\s",
    re.I,
)
_METADATA = re.compile(
    r"[*_•\s]{0,4}(?:e?-?(?:ISBN|ISSN)(?:-1[03])?\b|doi\s?:|PMCID|PMID|©|\(c\) (?:19|20)\d\d"
    r"|copyright\s?(?:©|\(c\)|:|(?:19|20)\d\d)|all rights reserved|this is an open[- ]access article|library of congress cat"
    r"|(?:\*\s?)?(?:corresponding authors?|correspondence(?: to)?|e-?mails?|tel|fax|phone)\s?:"
    r"|(?:academic |handling |communicating )?editors?\s?:|reviewed by\s?:|edited by\s?:"
    r"|[^.\n]{0,100}\bvolume (?:19|20)\d\d, article id \d+|\*?\s?address correspondence to"
    r"|communicated by\s?:|printed in (?:the )?[A-Z])",
    re.I,
)
METADATA_CHARS = 600
"""Maximum length of a line of publication metadata in characters."""
_DATES = re.compile(r"[*_•\s]{0,4}(?:(?:first )?(?:received|submitted|accepted|revised|published)(?: online)?\s?:)", re.I)
_PAGES_AT_END = re.compile(r"\d\s*(?:et seqq?|sqq?|ff?|n|passim)?[\s.,;]*$")
_PLAIN_WORD = re.compile(r"\b[a-z]{3,}\b")
DATE_WORDS = 5
"""Maximum number of lower-case words on a line of publication dates; with more, the layout has mixed body text into it."""


def back_matter(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without front and back matter: sections, and paragraphs that begin with such a heading ("Funding:")."""
    removed: set[int] = set()
    total_chars = size(lines)
    for section in sections(lines, kinds, CERTAIN | LIKELY | FRONT):
        end = _prose_end(section, lines, kinds)
        if _is_front_or_back_matter(section, "\n".join(lines[section.start : end]).strip(), total_chars):
            removed.update(range(section.heading, end))
    removed.update(
        i for i, line in enumerate(lines) if kinds[i] is Kind.PROSE and len(line) <= BACK_CHARS and _RUN_IN.match(line)
    )
    return without(lines, with_emptied(removed, lines, kinds))


def _is_front_or_back_matter(section: Section, body: str, total_chars: int) -> bool:
    if section.name in FRONT:
        return section.marked and len(body) <= min(FRONT_CHARS, FRONT_SHARE * total_chars)
    is_certain = section.marked and (section.name in CERTAIN or not body)
    return len(body) <= BACK_CHARS and (is_certain or CUE.search(body) is not None)


def _prose_end(section: Section, lines: Sequence[str], kinds: Sequence[Kind]) -> int:
    """Return the line index where a section's prose ends: at table, code, formula, caption; if unmarked, after a paragraph."""
    in_paragraph = False
    for index in range(section.start, section.end):
        if kinds[index] in KEPT_KINDS or CAPTION.match(lines[index]):
            return index
        if kinds[index] is Kind.BLANK:
            if in_paragraph and not section.marked:
                return index
        else:
            in_paragraph = True
    return section.end


def index_pages(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without index sections: those of at least 10 lines, 60 % of them entries that end with page numbers."""
    removed: set[int] = set()
    for section in sections(lines, kinds, INDEX):
        index_lines = [i for i in range(section.heading, section.end) if kinds[i] not in KEPT_KINDS]
        body = [lines[i] for i in index_lines if i >= section.start and lines[i].strip()]
        entries = sum(1 for line in body if len(line) <= INDEX_CHARS and _PAGES_AT_END.search(line[-20:]))
        if len(body) >= 10 and entries >= 0.6 * len(body):
            removed.update(index_lines)
    return without(lines, removed)


def publication_metadata(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without those that begin like a publisher's data, such as ISBN, DOI, dates, editors or copyright."""
    short = (
        i for i, line in enumerate(lines) if len(line) <= METADATA_CHARS and kinds[i] in (Kind.PROSE, Kind.LIST, Kind.INDENTED)
    )
    removed = {i for i in short if _METADATA.match(lines[i]) or _is_dates(lines[i])}
    return without(lines, with_emptied(removed, lines, kinds))


def _is_dates(line: str) -> bool:
    return _DATES.match(line) is not None and len(_PLAIN_WORD.findall(line)) <= DATE_WORDS
