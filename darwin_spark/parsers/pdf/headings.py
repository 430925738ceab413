"""Find the headings of a PDF and their levels, and the title of the document."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from darwin_spark.parsers.pdf.captions import CAPTION, TABLE_CAPTION
from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.paragraphs import Paragraph
from darwin_spark.text.normalize_markdown import one_line

_HEADING_SIZE_RATIO = 1.12
_TITLE_SIZE_RATIO = 1.2
"""Minimum font size of a heading and of the title, relative to the body."""
_MAX_CHARS, _MAX_LINES = 160, 3  # maximum of a heading
_RUNNING_TEXT_CHARS = 80  # a paragraph with more characters is running text
_TEXT_CHARS = 200  # a paragraph between two headings with more characters is their text
_TITLE_PARAGRAPHS = 20  # the title is searched among this many paragraphs of its page
_NOT_A_HEADING = re.compile(
    rf"{CAPTION.pattern}|{TABLE_CAPTION.pattern}|doi\b|10\.\d{{4,9}}/|.{{0,200}}?(?:@|://|www\.)|.*\^\{{", re.IGNORECASE
)
"""Captions, DOIs, addresses, and lines with superscripts (names with affiliation marks): these are no headings."""
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")
_LETTERED = re.compile(r"(?:([IVX]{1,6})|([A-Z]))\.\s+(?=[^\W\d_]*[A-Z])\S")
"""A section numbered as IEEE and REVTeX do: Roman numerals for sections, letters for subsections."""
_CAPITALS = re.compile(r"(?:(?:\d{1,2}(?:\.\d{1,2}){0,4}|[IVX]{1,6}|[A-Z])\.?\s+)[A-Z][A-Z\d\s,:&()/’'–-]{3,}")
"""A numbered heading in capitals or small capitals."""
_HEADING_WORDS = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+)?[^\W\d_a-z].*[a-z]{3}")
"""A text that begins like a heading and contains a word; excludes formulas, whose letters are italic too."""
_REFERENCES = re.compile(r"(?:\d{1,2}\.?\s|[IVX]+\.\s)?(?:references|bibliography|literature cited)\W?", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:\d{1,2}\.?\s)?(?:abstract|summary|keywords|introduction|background|(?:materials? and )?methods|results|discussion|"
    r"conclusions?|acknowledge?ments?|references|bibliography|literature cited|appendix)\W?",
    re.IGNORECASE,
)
"""Names of sections that are always of level 2, in any type."""
_MASTHEAD = re.compile(
    r"^(?:\S+ ){0,6}(?:journal|proceedings)\b.{0,60}$|^(?:research|review|original|short|case) (?:article|paper|report)s?$",
    re.IGNORECASE,
)
"""Text that a first page prints in type as large as its title."""


def heading_sizes(found: Iterable[Paragraph], body: float) -> list[float]:
    """Return the font sizes of headings in larger type than the body, largest first."""
    return sorted(
        {p.size for p in found if p.size >= _HEADING_SIZE_RATIO * body and not p.is_title and _is_short(p)}, reverse=True
    )


def level_of(paragraph: Paragraph, body: float, sizes: Sequence[float], below: Paragraph | None) -> int | None:
    """Return the heading level of a paragraph, 1 (title) to 6; None if it is not a heading.

    A section number or a name like "Abstract" sets the level; else larger type ranks above bold, bold above italic. `sizes` is
    from `heading_sizes`.
    """
    if paragraph.is_title:
        return 1
    text = paragraph.text
    if paragraph.is_list_item or paragraph.verbatim or not _is_short(paragraph) or _NOT_A_HEADING.match(text):
        return None
    if _SECTION.fullmatch(text) and paragraph.lines == 1 and not text[0].islower():
        return 2
    lettered = _LETTERED.match(text)
    if paragraph.lines <= 2 and _CAPITALS.fullmatch(text) and below is not None and not below.verbatim:
        return _numbered_level(text) or 2
    is_larger = paragraph.size >= _HEADING_SIZE_RATIO * body
    bold = paragraph.bold and text[0].isalnum() and _is_bold_heading_size(paragraph, body, below)
    italic = not (is_larger or bold)
    if italic and not _is_italic_heading(paragraph, below):
        return None
    numbered = _NUMBERED.match(text)
    if lettered or (numbered and (not italic or "." in numbered.group(1))):
        return _numbered_level(text)
    return 2 + min(sizes.index(paragraph.size) if is_larger else len(sizes), 3) + italic


def _numbered_level(text: str) -> int | None:
    """Return the level that a section number says: 2 for "3" and "IV", 3 for "3.1" and "B"; None without a number."""
    if numbered := _NUMBERED.match(text):
        return min(2 + numbered.group(1).count("."), 6)
    lettered = _LETTERED.match(text)
    return None if lettered is None else 2 if lettered.group(1) else 3


def _is_bold_heading_size(paragraph: Paragraph, body: float, below: Paragraph | None) -> bool:
    """Whether bold type is large enough for a heading: over 90 % of the body size, or over 70 % directly above running text."""
    if paragraph.size > 0.9 * body:
        return True
    is_above_text = below is not None and abs(below.size - body) < 0.6 and _is_running_text(below)
    return is_above_text and paragraph.lines <= 2 and paragraph.size > 0.7 * body


def _is_italic_heading(paragraph: Paragraph, below: Paragraph | None) -> bool:
    """Whether the paragraph is one line of italic type directly above running text in upright type of the same size."""
    if not paragraph.italic or paragraph.lines > 1 or not _HEADING_WORDS.match(paragraph.text) or below is None or below.italic:
        return False
    return abs(below.size - paragraph.size) < 0.6 and _is_running_text(below)


def _is_running_text(paragraph: Paragraph) -> bool:
    return not paragraph.verbatim and (len(paragraph.text) > _RUNNING_TEXT_CHARS or paragraph.text.endswith("."))


def heading(text: str) -> str:
    """Return the text of a heading; the heading of a reference list becomes References, so that later steps find the list."""
    return "References" if _REFERENCES.fullmatch(text) else text


def _is_short(paragraph: Paragraph) -> bool:
    text = paragraph.text
    is_short = paragraph.lines <= _MAX_LINES and 3 < len(text) <= _MAX_CHARS and any(c.isalpha() for c in text)
    return is_short and not text.endswith((".", ",", ";")) and not text.startswith("(")


def take_title(found: list[list[Paragraph]], body: float, known: str | None) -> str | None:
    """Move the title to the front of its page in `found` (the first page that has text) and return it; None if none is found.

    The title is the paragraph equal to the metadata title (`known`), else the longest in about the largest type near the top of
    the page, joined with up to three following paragraphs of its size.
    """
    page = next((p for p in found if p), [])
    first = [p for p in page[:_TITLE_PARAGRAPHS] if not p.verbatim and not _MASTHEAD.search(p.text)]
    metadata_matches = [p for p in first if known and len(p.text) < 2 * len(known) and _letters(p.text) == _letters(known)]
    candidates = metadata_matches or [p for p in first if p.size >= _TITLE_SIZE_RATIO * body and p.lines <= 2 * _MAX_LINES]
    if not candidates:
        return None
    largest = max(p.size for p in candidates)
    best = max(_before_text([p for p in candidates if p.size >= 0.9 * largest], page), key=lambda p: len(p.text))
    begin = end = page.index(best)
    while end < len(page) and page[end].size == best.size and end < begin + (1 if metadata_matches else 4):
        end += 1
    title = one_line(" ".join(p.text for p in page[begin:end]))
    if not 8 <= len(title) <= 400:
        return None
    page[begin:end] = []
    page.insert(0, Paragraph(title, best.size, best.bold, best.lines, is_title=True))
    return title


def _before_text(candidates: list[Paragraph], page: list[Paragraph]) -> list[Paragraph]:
    """Return the candidates without those below running text that are not larger than the first: these are headings."""
    places = [page.index(p) for p in candidates]
    text = next(
        (i for i in range(places[0], places[-1]) if len(page[i].text) > _TEXT_CHARS and page[i] not in candidates), places[-1]
    )
    return [p for p, place in zip(candidates, places, strict=True) if place <= text or p.size > candidates[0].size]


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def body_size(pieces: Iterable[Paragraph | Line]) -> float:
    """Return the font size in points that most characters have; 10 without text."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.size] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0
