"""Find the headings of a PDF and their levels, and the title of the document."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from darwin_spark.parsers.pdf.captions import CAPTION, TABLE_CAPTION
from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph
from darwin_spark.text.normalize_markdown import one_line

_HEADING_SIZE_RATIO = 1.12
_TITLE_SIZE_RATIO = 1.2
"""Minimum font size of a heading and of the title, relative to the body."""
_NUMBERED_SIZE_RATIO = 1.05  # the same of a heading with the number of a section
_MIN_CHARS, _MAX_CHARS, _MAX_LINES = 3, 160, 6  # a heading of at most 3 characters is looked at; maximum of any
_MIN_REFERENCES_CHARS, _MAX_REFERENCES_CHARS = 10, 30  # characters of the heading of a list of references
_MIN_TEXT_SHARE = 0.3  # minimum share of the characters of a document that stand before its list of references
_MIN_CAPITALS, _MOST_CAPITALS = 7, 0.9  # minimum number of letters of a heading in capitals, and share of capitals
_RUNNING_TEXT_CHARS = 80  # a paragraph with more characters is running text
_TEXT_CHARS = 200  # a paragraph between two headings with more characters is their text
_SMALLER = 0.95  # type of less than this share of a size is smaller
_TITLE_PARAGRAPHS = 20  # the title is searched among this many paragraphs of its page
_NOT_A_HEADING = re.compile(r"doi\b|10\.\d{4,9}/|.{0,200}?(?:@|://|www\.)", re.IGNORECASE)
"""DOIs and addresses: these are no headings. Nor are lines with superscripts: names with affiliation marks."""
_CAPTION = re.compile(rf"{CAPTION.pattern}|{TABLE_CAPTION.pattern}", re.IGNORECASE)
"""Captions, which are headings only in larger type than the text: sections of a supplement, for example."""
_SENTENCE_END = re.compile(r"[^\W\d]{3}[.!?] ")
_CODE = re.compile(r"=|[;{}<>]$|^[-./$>#]")
"""What a line of code has that the name of a function, set as a heading, has not."""
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")
_LETTERED = re.compile(r"(?:([IVX]{1,6})|([A-Z]))\.\s+(?=[^\W\d_]*[A-Z])\S")
"""A section numbered as IEEE and REVTeX do: Roman numerals for sections, letters for subsections."""
_APPENDIX = re.compile(r"[A-Z]((?:\.\d{1,2}){1,4})\.?\s+\S")
_CAPITALS = re.compile(r"(?:(?:\d{1,2}(?:\.\d{1,2}){0,4}|[IVX]{1,6}|[A-Z])\.?\s+)[A-Z][A-Z\d\s,.:&()/’'–-]{3,}")
"""A numbered heading in capitals or small capitals."""
_HEADING_WORDS = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+)?[^\W\d_a-z].*[a-z]{3}")
"""A text that begins like a heading and contains a word; excludes formulas, whose letters are italic too."""
_REFERENCES = re.compile(r"(?:\d{1,2}\.?\s|[IVX]+\.\s)?(?:references|bibliography|literature cited)\W?", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:\d{1,2}\.?\s)?(?:abstract|article info(?:rmation)?|"
    r"summary|keywords|introduction|background|(?:materials? and )?methods|results|discussion|"
    r"conclusions?|acknowledge?ments?|references|bibliography|literature cited|appendix)\W?",
    re.IGNORECASE,
)
"""Names of sections that are always of level 2, in any type."""
_FRONT_OR_BACK = re.compile(
    r"abstract|article|summary|keywords|acknowledg|references|bibliography|literature|appendix", re.IGNORECASE
)
"""Names of sections that are no titles of documents."""
_SUBSECTION = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){1,4}\.?\s")
_PLAIN_SUBSECTION = re.compile(r"(\d{1,2}(?:\.\d{1,3}){1,4})\.?\s+[^\W\d_a-z][^=]*[^\W\d_]{3}[^=]*$")
_MASTHEAD = re.compile(
    r"^(?:\S+ ){0,6}(?:journal|proceedings)\b.{0,60}$|^(?:research|review|original|short|case) (?:article|paper|report)s?$",
    re.IGNORECASE,
)
"""Text that a first page prints in type as large as its title."""


class HeadingStyle(NamedTuple):
    """The type of a heading: font size, and whether it is bold, in capitals, italic."""

    size: float
    bold: bool
    capitals: bool
    italic: bool


def is_heading(paragraph: Paragraph, body: float, below: Paragraph | None) -> bool:
    """Return whether a paragraph is a heading.

    `body`: font size of the running text. `below`: the next paragraph of the page that is no heading itself, if any.
    """
    if paragraph.is_title or paragraph.is_run_in:
        return True
    if (
        paragraph.is_list_item
        or paragraph.verbatim
        or paragraph.is_masthead
        or paragraph.is_row
        or not _is_short(paragraph, below)
    ):
        return False
    text = paragraph.text
    if _NOT_A_HEADING.match(text) or ("^{" in text and not _NUMBERED.match(text)) or (paragraph.mono and _CODE.search(text)):
        return False
    if _CAPTION.match(text):
        return is_larger(paragraph, body)
    if is_section_name(paragraph):
        return True
    if paragraph.lines <= 2 and _CAPITALS.fullmatch(text) and below is not None and not below.verbatim:
        return True
    if is_larger(paragraph, body) or _is_numbered_and_larger(paragraph, body, below):
        return True
    if paragraph.bold and text[0].isalnum() and _is_bold_heading_size(paragraph, body, below):
        return True
    if not _is_italic_heading(paragraph, below):
        return False
    numbered = _NUMBERED.match(text)
    return (
        numbered is None or "." in numbered.group(1) or numbered_level(text) is None or _HEADING_WORDS.match(text) is not None
    )


def subsection_number(paragraph: Paragraph, below: Paragraph | None) -> str:
    """Return the number of a line like "2.1. Lamps of the coast" directly above text, in whatever type; empty if it is none."""
    match = _PLAIN_SUBSECTION.match(paragraph.text) if paragraph.text[:1].isdecimal() else None
    is_line = paragraph.lines == 1 and not (paragraph.verbatim or paragraph.is_row or paragraph.is_list_item)
    return match.group(1) if match and is_line and below and _is_short(paragraph, below) else ""


def is_section_name(paragraph: Paragraph) -> bool:
    """Return whether the paragraph is the name of a section of a paper, such as "Abstract" or "2. Methods"."""
    text = paragraph.text
    return paragraph.lines == 1 and not text[0].islower() and _SECTION.fullmatch(text) is not None


def is_larger(type_: "Paragraph | HeadingStyle", body: float) -> bool:
    """Return whether the type is larger than that of the running text."""
    return type_.size >= _HEADING_SIZE_RATIO * body


def numbered_level(text: str) -> int | None:
    """Return the level that a section number says: 2 for "3" and "IV", 3 for "3.1", "A.1" and "B."; None without a number."""
    if numbered := _NUMBERED.match(text):
        return min(2 + numbered.group(1).count("."), 6)
    if appendix := _APPENDIX.match(text):
        return 2 + appendix.group(1).count(".")
    lettered = _LETTERED.match(text)
    return None if lettered is None else 2 if lettered.group(1) else 3


def style_of(paragraph: Paragraph) -> HeadingStyle:
    """Return the type of a heading; capitals count from seven on, since fewer may be an abbreviation."""
    return HeadingStyle(paragraph.size, paragraph.bold, _is_in_capitals(paragraph.text), paragraph.italic)


@lru_cache(maxsize=4_096)
def _is_in_capitals(text: str) -> bool:
    letters = list(filter(str.isalpha, text))
    return len(letters) >= _MIN_CAPITALS and sum(map(str.isupper, letters)) > _MOST_CAPITALS * len(letters)


def _is_bold_heading_size(paragraph: Paragraph, body: float, below: Paragraph | None) -> bool:
    """Whether bold type is large enough for a heading: over 90 % of the body size, or over 70 % directly above running text."""
    if paragraph.size > 0.9 * body:
        return True
    if paragraph.text[0].isdigit() and not _NUMBERED.match(paragraph.text):
        return False
    is_above_text = below is not None and abs(below.size - body) < 0.6 and is_running_text(below)
    return is_above_text and paragraph.lines <= 2 and paragraph.size > 0.7 * body


def _is_numbered_and_larger(paragraph: Paragraph, body: float, below: Paragraph | None) -> bool:
    """Whether a line with the number of a section, in type a little larger than the text, stands directly above text."""
    is_larger_type = paragraph.size >= _NUMBERED_SIZE_RATIO * body
    return is_larger_type and below is not None and is_running_text(below) and numbered_level(paragraph.text) is not None


def _is_italic_heading(paragraph: Paragraph, below: Paragraph | None) -> bool:
    """Whether the paragraph is one line of italic type directly above running text in upright type of the same size."""
    if not paragraph.italic or paragraph.lines > 1 or not _HEADING_WORDS.match(paragraph.text) or below is None or below.italic:
        return False
    return abs(below.size - paragraph.size) < 0.6 and is_running_text(below)


def is_running_text(paragraph: Paragraph) -> bool:
    """Return whether the paragraph is long, or ends like a sentence."""
    return not paragraph.verbatim and (len(paragraph.text) > _RUNNING_TEXT_CHARS or paragraph.text.endswith("."))


def heading(text: str) -> str:
    """Return the text of a heading; the heading of a reference list becomes References, so that later steps find the list."""
    return "References" if is_references(text) else text


def is_references(text: str) -> bool:
    """Return whether this is the heading of a list of references."""
    return _MIN_REFERENCES_CHARS <= len(text) <= _MAX_REFERENCES_CHARS and _REFERENCES.fullmatch(text) is not None


def _is_short(paragraph: Paragraph, below: Paragraph | None) -> bool:
    """Whether the paragraph is as short as a heading, and ends like one: with a full stop only directly above running text."""
    text = paragraph.text
    if paragraph.lines > _MAX_LINES or len(text) > _MAX_CHARS or text.endswith((",", ";")) or text.startswith("("):
        return False
    is_above_text = below is not None and is_running_text(below)
    if text.endswith("."):
        if not is_above_text or len(text) > _RUNNING_TEXT_CHARS or paragraph.lines > 1:
            return False
        return _SENTENCE_END.search(text, 0, len(text) - 1) is None and any(map(str.isalpha, text))
    if len(text) <= _MIN_CHARS:
        return is_above_text and len(text) > 1 and text.isalpha() and text[0].isupper()
    return any(map(str.isalpha, text))


def take_title(found: list[list[Paragraph]], body: float, known: str | None) -> str | None:
    """Move the title to the front of its page in `found` (the first page that has text) and return it; None if none is found.

    The title is the paragraph equal to the metadata title (`known`), else the longest in about the largest type near the top of
    the page, joined with up to three following paragraphs of its size.
    """
    page = next((p for p in found if p), [])
    first = [p for p in page[:_TITLE_PARAGRAPHS] if not (p.verbatim or _MASTHEAD.search(p.text) or _SUBSECTION.match(p.text))]
    metadata_matches = [p for p in first if known and len(p.text) < 2 * len(known) and _letters(p.text) == _letters(known)]
    candidates = metadata_matches or [
        p
        for p in first
        if p.size >= _TITLE_SIZE_RATIO * body
        and p.lines <= _MAX_LINES
        and (not is_section_name(p) or _is_title_of_all(p, found))
    ]
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
    for paragraph in page[:begin]:
        paragraph.is_masthead = not is_section_name(paragraph)
    page[begin:end] = []
    page.insert(0, Paragraph(title, best.size, best.bold, best.lines, is_title=True))
    return title


def _is_title_of_all(name: Paragraph, found: list[list[Paragraph]]) -> bool:
    """Whether the name of a section is the title: the first text, larger than all other, as in a supplement "Methods"."""
    if _FRONT_OR_BACK.match(name.text) or name is not next(p for page in found for p in page):
        return False
    return all(p is name or p.size < _SMALLER * name.size for page in found for p in page)


def _before_text(candidates: list[Paragraph], page: list[Paragraph]) -> list[Paragraph]:
    """Return the candidates without those below running text that are not larger than the first: these are headings."""
    places = [page.index(p) for p in candidates]
    text = next(
        (i for i in range(places[0], places[-1]) if len(page[i].text) > _TEXT_CHARS and page[i] not in candidates), places[-1]
    )
    return [p for p, place in zip(candidates, places, strict=True) if place <= text or p.size > candidates[0].size]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def body_size(pieces: Iterable[Paragraph | Line]) -> float:
    """Return the font size in points that most characters have, those of the list of references apart; 10 without text."""
    sizes: Counter[float] = Counter()
    above: Counter[float] = Counter()
    for piece in pieces:
        length = len(piece.text)
        if _MIN_REFERENCES_CHARS <= length <= _MAX_REFERENCES_CHARS and is_references(piece.text):
            above = sizes.copy()
        sizes[piece.size] += length
    if above.total() > _MIN_TEXT_SHARE * sizes.total():
        sizes = above
    return max(sizes, key=sizes.__getitem__, default=10.0)
