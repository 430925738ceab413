"""Find the EAI document types v1 and v2 by rules: the JATS article type, then clear features of a text; else both are -1.

The rules for the dropped types (advertisement, product page; §3 L3.2) require many distinct phrases, and also a minimum
density or prices. They are not applied to a text with the sections of a paper.
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
    """A code of the table `doc_type_v1` and a code of the table `doc_type_v2`; both are -1 if the type is unknown."""

    v1: int
    v2: int


def _type(v1: str, v2: str) -> DocumentType:
    return DocumentType(code("doc_type_v1", v1), code("doc_type_v2", v2))


UNKNOWN: Final = DocumentType(ABSTAIN, ABSTAIN)
ACADEMIC_WRITING: Final = _type("Academic/Research", "Academic Writing")
ESSAY: Final = _type("Academic/Research", "Nonfiction Writing")
NEWS: Final = _type("News/Editorial", "News Article")
REVIEW: Final = _type("Reviews/Critiques", "Academic Writing")
LETTERS: Final = _type("News/Editorial", "Nonfiction Writing")
ADVERTISEMENT: Final = _type("Promotional/Advertisement", "Spam / Ads")
PRODUCT: Final = _type("E-Commerce/Marketplace", "Product Page")
LEGAL: Final = _type("Legal/Regulatory", "Legal Notices")
LISTING: Final = _type("Search/Directory/Bibliography", "Content Listing")
SOFTWARE_MANUAL: Final = _type("Code/Software", "Documentation")
MANUAL_TEXT: Final = _type("Reference/Encyclopedic/Educational", "Documentation")
FAQ: Final = _type("Reference/Encyclopedic/Educational", "FAQ")
TUTORIAL: Final = _type("Reference/Encyclopedic/Educational", "Tutorial")
TEXTBOOK_TEXT: Final = _type("Reference/Encyclopedic/Educational", "Nonfiction Writing")

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
"""Document type -> the name of the text rule that finds it (phrases, title, sections, lines)."""
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
    "books-received": _type("Search/Directory/Bibliography", "Content Listing"),
    "oration": LETTERS,
}
"""JATS article types that are not research. Every other JATS article, also a letter or correction, is academic writing."""
MAX_PAPER_CHARS = 200_000
"""Maximum length of a paper that is recognised by its sections: about 50,000 tokens, six times the mean paper."""
MIN_CHAPTERS = 3
"""Minimum number of chapter headings (`Chapter 1`, `LECTURE IV`) in the whole text of a book."""
MIN_SALES_PHRASES = 8
"""Minimum distinct phrases of the families `offer` and `call` together in an advertisement; it also needs two of each."""
MIN_SALES_DENSITY = 8.0
"""Minimum occurrences of these phrases per 1,000 words."""
MIN_CART_PHRASES, MIN_PRICES = 5, 5
"""Minimum distinct phrases of the family `cart`, and minimum prices, on a product page."""
MIN_LEGAL_PHRASES, MIN_LEGAL_DENSITY = 8, 6.0
"""Minimum distinct phrases of the family `legal`, and minimum occurrences of them per 1,000 words."""
MIN_ENTRIES = 0.8
"""Minimum share of the lines that are list entries, in the head and in the tail."""
_MANUAL_TITLE = re.compile(
    r"(?i)\b(?:(?:user'?s?|reference|instruction|owner'?s?) (?:manual|guide)|installation guide|documentation)\b|\bmanual$"
)
_FAQ_TITLE = re.compile(r"(?i)\b(?:faq|frequently asked questions)\b")
_TUTORIAL_TITLE = re.compile(r"(?i)\b(?:tutorial|how to|step[- ]by[- ]step)\b")
_CODE_LINE = re.compile(r"(?m)^(?:```|[ \t]{0,8}\$ [a-z]|[ \t]{0,8}(?:def|import|from|#include|sudo|pip|apt-get) )")


class Typed(NamedTuple):
    """A document type and what decided it: `declared` or `rule:NAME`."""

    type: DocumentType
    source: str


def document_type(document: Document) -> Typed:
    """Return the document type from the first rule that matches, and the name of the rule; else UNKNOWN and `rule:none`.

    Order: JATS article type, academic sections, phrases (shop, sales, law), title and sections (FAQ, tutorial, manual,
    textbook), list entries, back matter of a paper.
    """
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
    """Return whether a text has abstract and references, four of the seven ACADEMIC sections, or two of them and an own DOI."""
    sections = ACADEMIC & signs.headings
    return {"abstract", "references"} <= sections or len(sections) >= 4 or (signs.doi and len(sections) >= 2)


def is_essay(document: Document, signs: Structure) -> bool:
    """Return whether a non-book has acknowledgements and one of: author contributions, references, conclusion, discussion."""
    closing = {"author contributions", "references", "conclusion", "discussion"}
    has_back_matter = "acknowledgements" in signs.headings and bool(closing & signs.headings)
    return has_back_matter and document.chars <= MAX_PAPER_CHARS and not signs.isbn and document.chapters < MIN_CHAPTERS


def _by_phrases(document: Document) -> DocumentType | None:
    found = Phrases(document)
    if found.distinct("cart") >= MIN_CART_PHRASES and prices(document.head) >= MIN_PRICES:
        return PRODUCT
    has_both = min(found.distinct("offer"), found.distinct("call")) >= 2
    if (
        has_both
        and found.distinct("offer", "call") >= MIN_SALES_PHRASES
        and found.density("offer", "call") >= MIN_SALES_DENSITY
    ):
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
    excerpts = [part for part in (document.head, document.tail) if part]
    return LISTING if excerpts and all(are_entries(part, MIN_ENTRIES) for part in excerpts) else None
