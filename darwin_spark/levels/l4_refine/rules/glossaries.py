"""Delete glossaries and lists of symbols or abbreviations that only serve for look-up (§3 L4); keep those that teach."""

import re
from collections.abc import Sequence
from statistics import median

from darwin_spark.levels.l4_refine.rules.headings import sections, with_emptied
from darwin_spark.levels.l4_refine.rules.text import names, without
from darwin_spark.text.markdown import Kind

LOOKUP = names("""
    glossary; abbreviations; abbreviation; abbreviations used; list of abbreviations; abbreviations and acronyms; acronyms;
    list of acronyms; nomenclature; list of symbols; symbols; symbols and abbreviations; glossary of terms;
    glossary and abbreviations; non standard abbreviations; nonstandard abbreviations
""")
ENTRY_SHARE = 0.8
"""Minimum share of entries among lines: a list item, or a term and its meaning after a colon, equals sign, dash or tab."""
TEACHING_WORDS = 10
"""From this median number of words on, the meanings explain rather than spell out, and the section is kept."""
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_TERM = re.compile(r"[^:=;–—\t]{1,60}(?::|=|\s[–—-]\s|\t)\s*")
_SHORT_TERM = re.compile(r"\S{1,20}(?::|,|=|\s[–—=-]|\s\()\s*")
"""The term of an entry in a one-line list: 'ABA, abscisic acid; GUS: glucuronidase'."""
_LABEL_CHARS = 40  # maximum length in characters of a label line above the entries ('Abbreviations')


def lookup_lists(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines without sections that hold only terms and short meanings; a section with a table stays."""
    removed: set[int] = set()
    for section in sections(lines, kinds, LOOKUP):
        body = [index for index in range(section.start, section.end) if kinds[index] is not Kind.BLANK]
        is_certain = section.marked or all(kinds[index] is Kind.LIST for index in body)
        if is_certain and body and _is_lookup_list([lines[i] for i in body], [kinds[i] for i in body]):
            removed.update(range(section.heading, section.end))
    return without(lines, with_emptied(removed, lines, kinds))


def _is_lookup_list(body: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """Whether the lines are one line of abbreviations, or a list of them, possibly under a label ('Abbreviations')."""
    if any(kind not in (Kind.PROSE, Kind.LIST, Kind.INDENTED) for kind in kinds):
        return False
    if len(body) == 1 and kinds[0] is not Kind.LIST:
        return _is_row_of_entries(body[0])
    label = len(body) > 1 and len(body[0]) <= _LABEL_CHARS and not _is_entry(body[0], kinds[0])
    meanings = [_TERM.sub("", _BULLET.sub("", entry), count=1) for entry in body[label:]]
    entries = sum(map(_is_entry, body, kinds))
    return entries >= ENTRY_SHARE * (len(body) - label) and median(map(_word_count, meanings)) < TEACHING_WORDS


def _is_row_of_entries(line: str) -> bool:
    entries = [part.strip() for part in line.split(";")]
    meanings = [_SHORT_TERM.sub("", entry, count=1) for entry in entries]
    matching = sum(1 for entry in entries if _SHORT_TERM.match(entry))
    return len(entries) > 1 and matching >= ENTRY_SHARE * len(entries) and median(map(_word_count, meanings)) < TEACHING_WORDS


def _word_count(meaning: str) -> int:
    return len(meaning.split())


def _is_entry(line: str, kind: Kind) -> bool:
    return kind is Kind.LIST or _TERM.match(line) is not None
