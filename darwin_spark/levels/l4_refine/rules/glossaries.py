"""Glossaries, lists of symbols and abbreviations (§3 L4): those for looking things up go, those that teach stay."""

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
"""At least this share of the section's lines must be entries: an item, or a term with its meaning behind a colon or dash."""
TEACHING_WORDS = 10
"""From this median length on, the meanings explain more than they spell out."""

_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_TERM = re.compile(r"[^:=;–—\t]{1,60}(?::|=|\s[–—-]\s|\t)\s*")
_SHORT_TERM = re.compile(r"\S{1,20}(?::|,|=|\s[–—=-]|\s\()\s*")
"""Of an entry in a row of them: 'ABA, abscisic acid; GUS: glucuronidase'."""
_LABEL_CHARS = 40


def lookup_lists(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """The lines without sections that are nothing but terms and short meanings; tables stay."""
    gone: set[int] = set()
    for section in sections(lines, kinds, LOOKUP):
        body = [index for index in range(section.start, section.end) if kinds[index] is not Kind.BLANK]
        sure = section.marked or all(kinds[index] is Kind.LIST for index in body)
        if sure and body and _is_for_looking_up([lines[i] for i in body], [kinds[i] for i in body]):
            gone.update(range(section.heading, section.end))
    return without(lines, with_emptied(gone, lines, kinds))


def _is_for_looking_up(body: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """One line of abbreviations in a row, or a list of them, under a label perhaps ('Abbreviations')."""
    if any(kind not in (Kind.PROSE, Kind.LIST, Kind.INDENTED) for kind in kinds):
        return False
    if len(body) == 1 and kinds[0] is not Kind.LIST:
        return _is_row_of_entries(body[0])
    label = len(body) > 1 and len(body[0]) <= _LABEL_CHARS and not _is_entry(body[0], kinds[0])
    told = [_TERM.sub("", _BULLET.sub("", entry), count=1) for entry in body[label:]]
    entries = sum(map(_is_entry, body, kinds))
    return entries >= ENTRY_SHARE * (len(body) - label) and median(map(_words, told)) < TEACHING_WORDS


def _is_row_of_entries(line: str) -> bool:
    entries = [part.strip() for part in line.split(";")]
    told = [_SHORT_TERM.sub("", entry, count=1) for entry in entries]
    listed = sum(1 for entry in entries if _SHORT_TERM.match(entry))
    return len(entries) > 1 and listed >= ENTRY_SHARE * len(entries) and median(map(_words, told)) < TEACHING_WORDS


def _words(meaning: str) -> int:
    return len(meaning.split())


def _is_entry(line: str, kind: Kind) -> bool:
    return kind is Kind.LIST or _TERM.match(line) is not None
