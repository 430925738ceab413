"""Tell books from papers (§3 L3.4): by the declared type, else by rules for clear cases, else `unknown`.

A JATS article of a type that is no research (news, obituary, calendar) is `unknown`, unless a declared type comes first. If
`l3.paper_judge.engine` names an engine, a model judges unknown documents afterwards (paper_judge/).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.doctype import DECLARED, MAX_PAPER_CHARS, MIN_CHAPTERS, is_academic, is_essay
from darwin_spark.levels.l3_classify.structure import Structure, structure

PAPER, BOOK, UNKNOWN = "paper", "book", "unknown"

_PAPER_TYPES = """
paper article research-article journal-article journal_article review-article letter preprint
conference-paper conference_paper conferenceobject inproceedings proceedings-article
report technical-report techreport working-paper workingpaper
thesis dissertation phdthesis doctoralthesis masterthesis bachelorthesis
"""
_BOOK_TYPES = "book monograph textbook ebook edited-book reference-book collection handbook proceedings"
DECLARED_TYPES: Final[Mapping[str, str]] = dict.fromkeys(_PAPER_TYPES.split(), PAPER) | dict.fromkeys(_BOOK_TYPES.split(), BOOK)
"""Declared type (JATS, Crossref, BibTeX, DRIVER) -> `paper` or `book`. A thesis is a paper: formal, dense research (§3 L3.4).
`conference` is left out as ambiguous: the TIBKAT catalogue uses it for the volume, Semantic Scholar for the paper."""
MIN_BOOK_CHARS = 150_000
"""Minimum length of a book that has an ISBN or chapters: about 50 pages, five times the mean paper (8,172 tokens, §3.7)."""
MIN_BOOK_PAGES = 80
"""The same minimum in pages, where the pages are known (PDF); either minimum is enough."""
MIN_BOOK_CHARS_WITHOUT_SECTIONS = 250_000
"""A text of this length without the sections of a paper is a book: 3/4 of the mean book (84,396 tokens, §3.7)."""


class Kind(NamedTuple):
    """A document type (`paper`, `book` or `unknown`) and what decided the type: `declared`, `rule:NAME` or `judge:RESULT`."""

    doc_type: str
    source: str


def book_or_paper(document: Document) -> Kind:
    """Return the Kind by the declared type, else by the first rule that matches (file format, then text), else `unknown`."""
    declared = DECLARED_TYPES.get(document.declared_type.rpartition(":")[2].strip().lower().replace(" ", "-"))
    if declared:
        return Kind(declared, "declared")
    return _by_format(document) or _by_text(document, structure(document)) or Kind(UNKNOWN, "rule:none")


def _by_format(document: Document) -> Kind | None:
    if document.media_type == "application/jats+xml":
        article_type = document.says("article_type").lower()
        if article_type in DECLARED:
            return Kind(UNKNOWN, "rule:jats_no_research")
        return Kind(PAPER, "rule:jats_article")
    if document.media_type == "application/epub+zip":
        return Kind(BOOK, "rule:epub")
    return None


def _by_text(document: Document, signs: Structure) -> Kind | None:
    is_long = document.chars >= MIN_BOOK_CHARS or document.pages >= MIN_BOOK_PAGES
    if is_academic(signs) and document.chars <= MAX_PAPER_CHARS and not (signs.isbn and is_long):
        return Kind(PAPER, "rule:paper_sections")
    if is_essay(document, signs):
        return Kind(PAPER, "rule:paper_back_matter")
    if document.declared.get("journal"):
        return Kind(PAPER, "rule:journal")
    if is_long and signs.isbn:
        return Kind(BOOK, "rule:isbn")
    if is_long and document.chapters >= MIN_CHAPTERS:
        return Kind(BOOK, "rule:chapters")
    if document.chars >= MIN_BOOK_CHARS_WITHOUT_SECTIONS and not is_academic(signs):
        return Kind(BOOK, "rule:length")
    return None
