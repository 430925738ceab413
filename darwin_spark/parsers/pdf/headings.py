"""Which paragraphs of a PDF are headings, of what rank, and which one is the document's title."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from darwin_spark.parsers.pdf.layout import TABLE_CAPTION, Line
from darwin_spark.parsers.pdf.paragraphs import CAPTION, Paragraph
from darwin_spark.text.normalize_markdown import one_line

_LARGER = 1.12
_TITLE_LARGER = 1.2
"""Type of this many times the body's size is a heading's, or the title's."""
_MAX_CHARS, _MAX_LINES = 160, 3
_MIN_TEXT = 80
"""Characters of a paragraph of running text."""
_FIRST_BLOCKS = 20
"""The title is among this many blocks of its page."""
_NO_HEADING = re.compile(
    rf"{CAPTION.pattern}|{TABLE_CAPTION.pattern}|doi\b|10\.\d{{4,9}}/|.{{0,200}}?(?:@|://|www\.)|.*\^\{{", re.IGNORECASE
)
"""Captions, addresses, and names with marks of affiliation."""
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")
_WORDS = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+)?[^\W\d_a-z].*[a-z]{3}")
"""What begins as a heading does and holds a word: not a formula, whose letters are in italics too."""
_REFERENCES = re.compile(r"(?:\d{1,2}\.?\s|[IVX]+\.\s)?(?:references|bibliography|literature cited)\W?", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:\d{1,2}\.?\s)?(?:abstract|summary|keywords|introduction|background|(?:materials? and )?methods|results|discussion|"
    r"conclusions?|acknowledge?ments?|references|bibliography|literature cited|appendix)\W?",
    re.IGNORECASE,
)
"""Sections of the first rank, however they are set."""
_MASTHEAD = re.compile(
    r"^(?:\S+ ){0,6}(?:journal|proceedings)\b.{0,60}$|^(?:research|review|original|short|case) (?:article|paper|report)s?$",
    re.IGNORECASE,
)
"""What a first page prints as large as its title."""


def sizes_of_headings(found: Iterable[Paragraph], body: float) -> list[float]:
    """Sizes of headings above the body's, the largest first."""
    return sorted({p.size for p in found if p.size >= _LARGER * body and not p.is_title and _is_short(p)}, reverse=True)


def level_of(paragraph: Paragraph, body: float, sizes: Sequence[float], below: Paragraph | None) -> int | None:
    """1 for the title, 2 for a section, 3 for one inside it; None for text. `below` is the paragraph that follows.

    Larger type ranks above bold, and bold above italic; numbers rank as they say.
    """
    if paragraph.is_title:
        return 1
    text = paragraph.text
    if paragraph.is_list_item or paragraph.verbatim or not _is_short(paragraph) or _NO_HEADING.match(text):
        return None
    if _SECTION.fullmatch(text) and paragraph.lines == 1 and not text[0].islower():
        return 2
    larger = paragraph.size >= _LARGER * body
    bold = paragraph.bold and text[0].isalnum() and _is_large_enough(paragraph, body, below)
    italic = not (larger or bold)
    if italic and not _is_italic_heading(paragraph, below):
        return None
    numbered = _NUMBERED.match(text)
    if numbered and (not italic or "." in numbered.group(1)):
        return min(2 + numbered.group(1).count("."), 6)
    return 2 + min(sizes.index(paragraph.size) if larger else len(sizes), 3) + italic


def _is_large_enough(paragraph: Paragraph, body: float, below: Paragraph | None) -> bool:
    """Bold type smaller than the body's is a heading's only right above running text; elsewhere it is a table's or figure's."""
    if paragraph.size > 0.9 * body:
        return True
    leads = below is not None and abs(below.size - body) < 0.6 and _is_running_text(below)
    return leads and paragraph.lines <= 2 and paragraph.size > 0.7 * body


def _is_italic_heading(paragraph: Paragraph, below: Paragraph | None) -> bool:
    """A line of its own, in italic type, right above upright running text of the same size."""
    if not paragraph.italic or paragraph.lines > 1 or not _WORDS.match(paragraph.text) or below is None or below.italic:
        return False
    return abs(below.size - paragraph.size) < 0.6 and _is_running_text(below)


def _is_running_text(paragraph: Paragraph) -> bool:
    return not paragraph.verbatim and (len(paragraph.text) > _MIN_TEXT or paragraph.text.endswith("."))


def heading(text: str) -> str:
    """The reference list is called the same in every document, so that it can be found."""
    return "References" if _REFERENCES.fullmatch(text) else text


def _is_short(paragraph: Paragraph) -> bool:
    text = paragraph.text
    fits = paragraph.lines <= _MAX_LINES and 3 < len(text) <= _MAX_CHARS and any(c.isalpha() for c in text)
    return fits and not text.endswith((".", ",", ";")) and not text.startswith("(")


def take_title(found: list[list[Paragraph]], body: float, known: str | None) -> str | None:
    """The title of a PDF, set in front of the first page that has text; None if none can be told.

    It is what the metadata call so (`known`), else the longest piece in the largest type near the top.
    """
    page = next((p for p in found if p), [])
    first = [p for p in page[:_FIRST_BLOCKS] if not p.verbatim and not _MASTHEAD.search(p.text)]
    named = [p for p in first if known and len(p.text) < 2 * len(known) and _letters(p.text) == _letters(known)]
    large = named or [p for p in first if p.size >= _TITLE_LARGER * body and p.lines <= 2 * _MAX_LINES]
    if not large:
        return None
    largest = max(p.size for p in large)
    best = max((p for p in large if p.size >= 0.9 * largest), key=lambda p: len(p.text))
    begin = end = page.index(best)
    while end < len(page) and page[end].size == best.size and end < begin + (1 if named else 4):
        end += 1
    title = one_line(" ".join(p.text for p in page[begin:end]))
    if not 8 <= len(title) <= 400:
        return None
    page[begin:end] = []
    page.insert(0, Paragraph(title, best.size, best.bold, best.lines, is_title=True))
    return title


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def body_size(pieces: Iterable[Paragraph | Line]) -> float:
    """The size in points that most characters have."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.size] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0
