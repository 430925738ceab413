"""EAI document type, v1 and v2, by rules: what is declared, then the clear signs of a kind of text; else both abstain.

The rules that drop (advertisement, e-commerce; §3 L3.2) ask for many different phrases, in density, and give way to the
sections of a paper. Measured on 1,145 real articles, books and web essays: none says more than 1 of the 8 sales phrases,
or 3 of the 5 shop phrases, that a drop asks for.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.structure import (
    ACADEMIC,
    MANUAL,
    TEXTBOOK,
    Phrases,
    Structure,
    are_entries,
    prices,
    structure,
)
from darwin_spark.levels.l3_classify.taxonomy_codes import ABSTAIN, code


class DocumentType(NamedTuple):
    """Codes of the two tables."""

    v1: int
    v2: int


def _kind(v1: str, v2: str) -> DocumentType:
    return DocumentType(code("doc_type_v1", v1), code("doc_type_v2", v2))


UNKNOWN: Final = DocumentType(ABSTAIN, ABSTAIN)
ACADEMIC_WRITING: Final = _kind("Academic/Research", "Academic Writing")
ESSAY: Final = _kind("Academic/Research", "Nonfiction Writing")
NEWS: Final = _kind("News/Editorial", "News Article")
REVIEW: Final = _kind("Reviews/Critiques", "Academic Writing")
LETTERS: Final = _kind("News/Editorial", "Nonfiction Writing")
ADVERTISEMENT: Final = _kind("Promotional/Advertisement", "Spam / Ads")
PRODUCT: Final = _kind("E-Commerce/Marketplace", "Product Page")
LEGAL: Final = _kind("Legal/Regulatory", "Legal Notices")
LISTING: Final = _kind("Search/Directory/Bibliography", "Content Listing")
SOFTWARE_MANUAL: Final = _kind("Code/Software", "Documentation")
MANUAL_TEXT: Final = _kind("Reference/Encyclopedic/Educational", "Documentation")
FAQ: Final = _kind("Reference/Encyclopedic/Educational", "FAQ")
TUTORIAL: Final = _kind("Reference/Encyclopedic/Educational", "Tutorial")
TEXTBOOK_TEXT: Final = _kind("Reference/Encyclopedic/Educational", "Nonfiction Writing")

RULES: Final[Mapping[DocumentType, str]] = {
    PRODUCT: "rule:shop",
    ADVERTISEMENT: "rule:selling",
    LEGAL: "rule:law",
    FAQ: "rule:faq_title",
    TUTORIAL: "rule:tutorial_title",
    SOFTWARE_MANUAL: "rule:software_manual",
    MANUAL_TEXT: "rule:manual",
    TEXTBOOK_TEXT: "rule:textbook",
    LISTING: "rule:listing",
    ESSAY: "rule:paper_back_matter",
    UNKNOWN: "rule:none",
}
"""Which rule finds a type, by phrases, title, sections and lines."""

DECLARED: Final[Mapping[str, DocumentType]] = {
    "news": NEWS,
    "announcement": NEWS,
    "calendar": NEWS,
    "obituary": NEWS,
    "editorial": LETTERS,
    "in-brief": LETTERS,
    "introduction": LETTERS,
    "book-review": REVIEW,
    "product-review": REVIEW,
    "books-received": _kind("Search/Directory/Bibliography", "Content Listing"),
    "oration": LETTERS,
}
"""JATS article types that are no research; every other JATS article is academic writing, its letters and corrections too."""

MAX_PAPER_CHARS = 200_000
"""With the sections of a paper, up to this long is a paper: about 50,000 tokens, six times the mean paper."""
MIN_CHAPTERS = 3
"""Chapter headings in the whole text of a book, `Chapter 1`, `LECTURE IV`."""
MIN_SALES_PHRASES = 8
"""Distinct phrases of offer and call together; an advertisement needs at least two of each."""
MIN_SALES_DENSITY = 8.0
"""Occurrences of such phrases in a thousand words."""
MIN_CART_PHRASES, MIN_PRICES = 5, 5
"""Distinct phrases of a shop, and amounts of money, of a product page."""
MIN_LEGAL_PHRASES, MIN_LEGAL_DENSITY = 8, 6.0
"""Distinct phrases of law, and their occurrences in a thousand words."""
MIN_ENTRIES = 0.8
"""Share of the lines, in head and tail, that are list entries."""

_MANUAL_TITLE = re.compile(
    r"(?i)\b(?:(?:user'?s?|reference|instruction|owner'?s?) (?:manual|guide)|installation guide|documentation)\b|\bmanual$"
)
_FAQ_TITLE = re.compile(r"(?i)\b(?:faq|frequently asked questions)\b")
_TUTORIAL_TITLE = re.compile(r"(?i)\b(?:tutorial|how to|step[- ]by[- ]step)\b")
_CODE_LINE = re.compile(r"(?m)^(?:```|[ \t]{0,8}\$ [a-z]|[ \t]{0,8}(?:def|import|from|#include|sudo|pip|apt-get) )")


class Typed(NamedTuple):
    """A document's type, and who says so: `declared` or `rule:...`."""

    type: DocumentType
    source: str


def document_type(document: Document) -> Typed:
    """The first rule that speaks: declared, academic sections, selling, law, manuals, textbooks, lists, back matter."""
    signs = structure(document)
    if document.media_type == "application/jats+xml":
        article_type = document.says("article_type").lower()
        return Typed(DECLARED.get(article_type, ACADEMIC_WRITING), "declared" if article_type else "rule:jats_article")
    if is_academic(signs):
        return Typed(ACADEMIC_WRITING, "rule:paper_sections")
    found = _by_phrases(document) or _by_title_and_sections(document, signs) or _by_lines(document)
    found = found or (ESSAY if is_essay(document, signs) else UNKNOWN)
    return Typed(found, RULES[found])


def is_academic(signs: Structure) -> bool:
    """An abstract with references, or four of the seven sections of a paper, or two of them and its own DOI."""
    sections = ACADEMIC & signs.headings
    return {"abstract", "references"} <= sections or len(sections) >= 4 or (signs.doi and len(sections) >= 2)


def is_essay(document: Document, signs: Structure) -> bool:
    """Acknowledgements, with the list of contributions, the references or the closing section of an article; no book."""
    closing = {"author contributions", "references", "conclusion", "discussion"}
    ends = "acknowledgements" in signs.headings and bool(closing & signs.headings)
    return ends and document.chars <= MAX_PAPER_CHARS and not signs.isbn and document.chapters < MIN_CHAPTERS


def _by_phrases(document: Document) -> DocumentType | None:
    found = Phrases(document)
    if found.distinct("cart") >= MIN_CART_PHRASES and prices(document.head) >= MIN_PRICES:
        return PRODUCT
    both = min(found.distinct("offer"), found.distinct("call")) >= 2
    if both and found.distinct("offer", "call") >= MIN_SALES_PHRASES and found.density("offer", "call") >= MIN_SALES_DENSITY:
        return ADVERTISEMENT
    if found.distinct("legal") >= MIN_LEGAL_PHRASES and found.density("legal") >= MIN_LEGAL_DENSITY:
        return LEGAL
    return None


def _by_title_and_sections(document: Document, signs: Structure) -> DocumentType | None:
    if _FAQ_TITLE.search(document.title):
        return FAQ
    if _TUTORIAL_TITLE.search(document.title):
        return TUTORIAL
    if _MANUAL_TITLE.search(document.title) or len(MANUAL & signs.headings) >= 3:
        return SOFTWARE_MANUAL if len(_CODE_LINE.findall(document.head)) >= 3 else MANUAL_TEXT
    if TEXTBOOK & signs.headings and document.chapters >= MIN_CHAPTERS:
        return TEXTBOOK_TEXT
    return None


def _by_lines(document: Document) -> DocumentType | None:
    parts = [part for part in (document.head, document.tail) if part]
    return LISTING if parts and all(are_entries(part, MIN_ENTRIES) for part in parts) else None
