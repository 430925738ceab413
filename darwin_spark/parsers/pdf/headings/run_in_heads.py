"""Split off headings that run into their paragraph ("Methods. We took ..."), by what the whole document shows of them.

A number like "2.1" is enough by itself (`paragraphs.py`). Other leads are headings if they recur, each before text of some
length, so that the items of a list, the terms of a glossary and the labels of theorems stay in their paragraphs.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import mean
from typing import NamedTuple

from darwin_spark.parsers.pdf.captions import CAPTION, TABLE_CAPTION
from darwin_spark.parsers.pdf.headings.headings import is_references
from darwin_spark.parsers.pdf.paragraphs.leads import Lead, is_in_margin
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph

_MIN_REST_CHARS = 80  # minimum characters of the paragraph after the name of a section, or a heading in the margin
_MIN_TEXT_CHARS = 200  # minimum mean characters from one heading to the next: items of a list have less
_MIN_BOLD, _MIN_ITALIC = 2, 3  # minimum number of headings in bold, in italic type
_NAMES = re.compile(
    r"(?:abstract|summary|introduction|background|objectives?|aims?|purpose|(?:(?:materials?|patients|subjects) and )?methods?|"
    r"design|setting|participants|interventions?|measurements|main outcome measures?|results?|findings|discussion|"
    r"(?:discussion and )?conclusions?|interpretation|significance|limitations|acknowledge?ments?)[.:—]",
    re.IGNORECASE,
)
"""Names of the parts of a paper and of its abstract."""
_NO_HEADING = re.compile(
    rf"{CAPTION.pattern}|{TABLE_CAPTION.pattern}|S\d+\s|(?:supplement\w*|additional|extended|online|appendix)\s\w+\s?S?\d|"
    r"(?:theorem|lemma|proposition|corollary|definition|claim|proof|remark|example|notes?|conjecture|assumption|hypothesis|axiom|"
    r"exercise|problem|question|answer|solution|step|case|observation|fact|property|rule|figure|fig|table|box|scheme|algorithm|"
    r"movie|video|key\s?words?|index terms|citation|editors?|received|accepted|published|copyright|correspondence)\b",
    re.IGNORECASE,
)
"""Labels of statements, captions and entries of the front matter."""
_ABBREVIATION = re.compile(
    r"(?:\b(?:al|[dm]rs?|figs?|nos?|vs|eds?|inc|ltd|co|jr|st|spp?|subsp|var|cf|ca|etc|\w)|\d)\.$", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{3}")
_NUMBER = re.compile(r"\d{1,2}[.)]?\s")


class _Found(NamedTuple):
    paragraph: Paragraph
    lead: Lead
    chars: int
    """Characters of the text up to the next lead, at most of two paragraphs."""


def split_run_in_heads(pages: Sequence[list[Paragraph]]) -> list[list[Paragraph]]:
    """Return the paragraphs of each page, each heading that runs into one as a paragraph of its own before it."""
    found = list(_leads(pages))
    if not found:
        return list(pages)
    kinds: defaultdict[tuple[bool, bool, bool], list[_Found]] = defaultdict(list)
    for each in found:
        kinds[each.lead.bold, each.lead.in_margin, _NUMBER.match(each.lead.text) is not None].append(each)
    heads = {id(each.paragraph) for kind in kinds.values() for each in _headings(kind)}
    return [[part for p in page for part in (_split(p) if id(p) in heads else (p,))] for page in pages]


def _leads(pages: Sequence[Sequence[Paragraph]]) -> Iterator[_Found]:
    """Yield the leads that may be headings; those of the list of references are none."""
    for page in pages:
        for i, paragraph in enumerate(page):
            if paragraph.lead is None:
                if paragraph.lines == 1 and is_references(paragraph.text):
                    return
                continue
            rest = _rest(paragraph)
            is_apart = paragraph.glue == "\n\n" and not paragraph.is_list_item and rest[:1] and not rest[:1].islower()
            text = paragraph.lead.text
            if not is_apart or _NO_HEADING.match(text) or _ABBREVIATION.search(text) or not _WORD.search(text):
                continue
            after = page[i + 1] if i + 1 < len(page) else None
            lead = paragraph.lead
            if after is not None and after.glue != "\n\n" and paragraph.lines == 1 and not lead.is_ended:
                lead = lead._replace(in_margin=is_in_margin(paragraph.left, after.left, paragraph.size))
            if not lead.is_ended:
                continue
            goes_on = after is not None and after.lead is None and not after.bold
            yield _Found(paragraph, lead, len(rest) + (len(after.text) if after and goes_on else 0))


def _headings(leads: Sequence[_Found]) -> list[_Found]:
    """Return those of leads of one kind that are headings."""
    bold, in_margin, _ = leads[0].lead.bold, leads[0].lead.in_margin, None
    if in_margin:
        return [each for each in leads if each.chars >= _MIN_REST_CHARS and not each.lead.text.endswith(":")]
    named = [each for each in leads if _NAMES.fullmatch(each.lead.text) and each.chars >= _MIN_REST_CHARS]
    plain = [each for each in leads if each.lead.text.endswith(".")]
    if len(plain) < (_MIN_BOLD if bold else _MIN_ITALIC) or mean(each.chars for each in plain) < _MIN_TEXT_CHARS:
        return named
    return [*plain, *(each for each in named if each not in plain)]


def _rest(paragraph: Paragraph) -> str:
    assert paragraph.lead is not None
    return paragraph.text[len(paragraph.lead.text) :].lstrip()


def _split(paragraph: Paragraph) -> tuple[Paragraph, Paragraph]:
    assert paragraph.lead is not None
    head, bold = paragraph.lead.text.rstrip(".:—"), paragraph.lead.bold
    heading = Paragraph(head, paragraph.size, bold, 1, italic=not bold, is_run_in=True)
    return heading, replace(paragraph, text=_rest(paragraph), lead=None)
