"""Extract structural features of a document for the rules: section headings, ISBN, DOI, list entries, prices, phrases."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice
from math import ceil
from typing import NamedTuple

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.hashed_tokens import document_words
from darwin_spark.levels.l3_classify.lexicon import Lexicon

ACADEMIC = frozenset({"abstract", "introduction", "methods", "results", "discussion", "conclusion", "references"})
"""Sections of a paper."""
MANUAL = frozenset({"installation", "usage", "configuration", "options", "troubleshooting", "api", "quick start", "synopsis"})
"""Sections of a manual."""
TEXTBOOK = frozenset({"exercises", "learning objectives", "review questions"})
"""Sections of a textbook."""
_HEADINGS: Mapping[str, str] = {
    "abstract": r"abstract|a b s t r a c t|summary",
    "introduction": r"introduction|background",
    "methods": r"(?:materials? and |patients and |subjects and )?methods?|methods? and materials?|methodology"
    r"|experimental(?: section| procedures)?",
    "results": r"(?:experimental )?results|results and discussion|findings",
    "discussion": r"(?:general )?discussions?(?: and conclusions?)?",
    "conclusion": r"(?:summary and )?conclusions?|concluding remarks",
    "references": r"references(?: cited)?|bibliography|literature cited|works cited",
    "acknowledgements": r"acknowledge?ments?",
    "author contributions": r"authors?['’]? contributions?|author information",
    "installation": r"installation|installing(?: [a-z]{1,20})?",
    "usage": r"usage|basic usage|examples? of use",
    "configuration": r"configuration|configuring(?: [a-z]{1,20})?",
    "options": r"(?:command[- ]line )?options",
    "troubleshooting": r"troubleshooting|known issues",
    "api": r"api(?: reference| documentation)?",
    "quick start": r"quick ?start|getting started",
    "synopsis": r"synopsis",
    "exercises": r"exercises|problems|problem set",
    "learning objectives": r"learning (?:objectives|goals|outcomes)",
    "review questions": r"review questions|self-test questions|discussion questions",
}
_NUMBER = r"(?:(?:[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}|[ivx]{1,5})[.)]?[ \t]{1,4})?"
_SECTIONS = "|".join(f"(?P<{name.replace(' ', '_')}>{pattern})" for name, pattern in _HEADINGS.items())
# A heading fills its line; only Pandoc's attributes ({.unnumbered}) may follow.
# The text of an abstract may begin on the line of its heading, after a colon, full stop or dash (_RUN_IN_ABSTRACT).
_HEADING = re.compile(
    rf"(?i)[ \t#*_>]{{0,12}}{_NUMBER}(?:{_SECTIONS})[ \t*_#]{{0,8}}(?:\{{[^{{}}\n]{{0,60}}\}})?(?:[:.—–-][ \t*_]{{0,4}})?"
)
_RUN_IN_ABSTRACT = re.compile(r"(?i)[ \t#*_>]{0,12}abstract[*_]{0,2}[ \t]{0,2}[:.—–-]")
_ISBN = re.compile(r"ISBN(?:-1[03])?[ :]{0,3}(?:97[89][ -]?)?[0-9][0-9 -]{7,14}[0-9Xx]")
_PRICE = re.compile(r"(?:[$€£]|USD|EUR|GBP)[ ]?[0-9]{1,6}(?:[.,][0-9]{2})?\b|\b[0-9]{1,6}[.,][0-9]{2}[ ]?(?:[$€£]|USD|EUR|GBP)")
_ENTRY = re.compile(r"\s{0,8}(?:[-*•·]\s|\[?[0-9]{1,4}[.)\]]\s).*|.*(?:https?://|www\.|\.{5,}|(?:\. ){5,}).*", re.DOTALL)

# `10` comes before the look-behind for a word boundary, so that the search can skip to this literal.
_DOI = re.compile(r"10(?<!\w10)\.[0-9]{4,9}/[^\s]{3}")
_YEAR = re.compile(r"\b(?:19[3-9]|20[0-4])[0-9]\b")

FIRST_PAGE_CHARS = 5_000
"""Leading characters in which a DOI counts as the paper's own; later ones usually belong to cited papers."""
MIN_REFERENCE_YEARS = 25
"""Minimum years in the tail (10,000 characters) of a reference list: a reference has about 200 characters and one year."""
MAX_HEADING_CHARS = 160
"""A longer line is not a heading: number, name and attributes are shorter."""
MAX_LINE_CHARS = 300
"""A longer line is prose, not a list entry."""


class Structure(NamedTuple):
    """Features for the rules: names of the sections found, and whether the document has an ISBN and a DOI of its own."""

    headings: frozenset[str]
    isbn: bool
    doi: bool


class Phrases:
    """Counts of the phrases of `phrases.csv` in the head of a document, by family (`offer`, `call`, `cart`, `legal`)."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: dict[str, Counter[str]] = {}
        for phrase, count in _lexicon().count(document_words(document).head).items():
            self._found.setdefault(_families()[phrase], Counter())[phrase] = count

    def distinct(self, *families: str) -> int:
        """Return the number of distinct phrases of these families that occur in the head."""
        return sum(len(self._found.get(family, ())) for family in families)

    def density(self, *families: str) -> float:
        """Return the occurrences of phrases of these families per 1,000 words of the head."""
        occurrences = sum(self._found[family].total() for family in families if family in self._found)
        return 1_000 * occurrences / max(len(self._document.head.split()), 1)


def structure(document: Document) -> Structure:
    """Return section names (head, tail), and whether an ISBN (head) and a DOI (first page) occur in the text or are declared.

    MIN_REFERENCE_YEARS years in the tail count as the heading `references`: a long list's heading may come before the tail.
    """
    lines = document.head.split("\n")
    headings = {*_headings(lines), *_headings(document.tail.split("\n"))}
    if any(map(_RUN_IN_ABSTRACT.match, lines)):
        headings.add("abstract")
    if len(_YEAR.findall(document.tail)) >= MIN_REFERENCE_YEARS:
        headings.add("references")
    return Structure(
        headings=frozenset(headings),
        isbn=bool(_ISBN.search(document.head) or document.says("isbn")),
        doi=bool(_DOI.search(document.head, 0, FIRST_PAGE_CHARS) or document.declared.get("doi")),
    )


def prices(text: str) -> int:
    """Return the number of prices in dollars, euros or pounds in a text."""
    return sum(1 for _ in _PRICE.finditer(text))


def are_entries(text: str, least: float) -> bool:
    """Return whether a text has 40 or more non-blank lines, of which at least the share `least` are list entries."""
    lines = [line for line in text.splitlines() if line.strip()]
    non_entries = (line for line in lines if len(line) > MAX_LINE_CHARS or _ENTRY.fullmatch(line) is None)
    max_non_entries = len(lines) - ceil(least * len(lines))
    return len(lines) >= 40 and next(islice(non_entries, max_non_entries, None), None) is None


def _headings(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        match = _HEADING.fullmatch(line) if 0 < len(line) <= MAX_HEADING_CHARS else None
        if match is not None:
            yield str(match.lastgroup).replace("_", " ")


@cache
def _families() -> Mapping[str, str]:
    with (files(__package__) / "phrases.csv").open(encoding="utf-8") as lines:
        return {phrase: row["family"] for row in csv.DictReader(lines) for phrase in row["phrases"].split("; ")}


@cache
def _lexicon() -> Lexicon:
    return Lexicon(_families())
