"""Book or paper (§3 L3.4): the source's own label where it has one, else clear cases by rule, else unknown.

Papers are research: an article that is news, an obituary or a calendar is none. An unknown document keeps its L4 text; the
paper lets Qwen2.5-7B-Instruct judge those, and a model joins here.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.doctype import DECLARED, MAX_PAPER_CHARS, MIN_CHAPTERS, is_academic, is_essay
from darwin_spark.levels.l3_classify.structure import Structure, structure

PAPER, BOOK, UNKNOWN = "paper", "book", "unknown"

_PAPERS = """
paper article research-article journal-article journal_article review-article letter preprint
conference-paper conference_paper conferenceobject inproceedings proceedings-article
report technical-report techreport working-paper workingpaper
thesis dissertation phdthesis doctoralthesis masterthesis bachelorthesis
"""
_BOOKS = "book monograph textbook ebook edited-book reference-book collection handbook proceedings"
DECLARED_TYPES: Final[Mapping[str, str]] = dict.fromkeys(_PAPERS.split(), PAPER) | dict.fromkeys(_BOOKS.split(), BOOK)
"""What sources call them (JATS, Crossref, BibTeX, DRIVER). A thesis counts as a paper: research, formal, dense (§3 L3.4).

`conference` alone is not among them: a catalogue (TIBKAT) calls the volume so, Semantic Scholar the paper."""

MIN_BOOK_CHARS = 150_000
"""With an ISBN or chapters, this long is a book: about 50 printed pages, five times the mean paper (8,172 tokens, §3.7)."""
MIN_BOOK_PAGES = 80
"""The same in pages of a PDF."""
SURE_BOOK_CHARS = 250_000
"""This long and without the sections of a paper is a book: three quarters of the mean book (84,396 tokens, §3.7)."""


class Kind(NamedTuple):
    """`paper`, `book` or `unknown`, and who says so: `declared` or `rule:...`."""

    doc_type: str
    source: str


def book_or_paper(document: Document) -> Kind:
    """The declared type, else the first rule that speaks."""
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
    long = document.chars >= MIN_BOOK_CHARS or document.pages >= MIN_BOOK_PAGES
    if is_academic(signs) and document.chars <= MAX_PAPER_CHARS and not (signs.isbn and long):
        return Kind(PAPER, "rule:paper_sections")
    if is_essay(document, signs):
        return Kind(PAPER, "rule:paper_back_matter")
    if document.declared.get("journal"):
        return Kind(PAPER, "rule:journal")
    if long and signs.isbn:
        return Kind(BOOK, "rule:isbn")
    if long and document.chapters >= MIN_CHAPTERS:
        return Kind(BOOK, "rule:chapters")
    if document.chars >= SURE_BOOK_CHARS and not is_academic(signs):
        return Kind(BOOK, "rule:length")
    return None
