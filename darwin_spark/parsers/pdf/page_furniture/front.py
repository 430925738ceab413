"""Read DOI and licence from the first page of an article, and find the narrow side column that holds them."""

import re
from collections.abc import Iterable, Sequence

from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph

_DOI = re.compile(r"(?:\bdoi:?\s?|doi\.org/)(10\.\d{4,9}/[^\s\"<>{},;]+)", re.IGNORECASE)
_LICENCE_URL = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[a-z\-]+/\d\.\d", re.IGNORECASE)
_LICENCE = re.compile(
    r"Creative Commons [A-Z][\w\s-]{0,60}?Licen[cs]e(?: \(CC[\w\s.-]+\))?|\bCC[ -](?:BY|0)[A-Z-]*(?: \d\.\d)?", re.IGNORECASE
)
_MAX_SIDEBAR_WIDTH = 0.35  # maximum width of a side column, as a share of the width of the text on the first page
_PAGE_FURNITURE = re.compile(
    r"(?:submitted|received|revised|accepted|published|available online)\b.{0,60}|(?:https?://)?(?:doi\b|dx\.doi|doi\.org).{0,80}|"
    r".{0,150}(?:\blicen[cs]e|\bcopyright|©).{0,150}|\S+(?: \S+)?",
    re.IGNORECASE,
)
"""Paragraphs of a side column without content: dates, the DOI, the licence, the labels of links (one or two words)."""


def front_matter(texts: Iterable[str]) -> dict[str, str]:
    """Return `doi` (if the texts of a first page name exactly one) and `license` (its URL, else its name), as far as found."""
    text = " ".join(texts)
    dois = {doi.rstrip(".)]").lower() for doi in _DOI.findall(text)}
    licence = _LICENCE_URL.search(text) or _LICENCE.search(text)
    metadata = {"doi": dois.pop()} if len(dois) == 1 else {}
    return {**metadata, "license": licence.group()} if licence else metadata


def is_sidebar(column: Sequence[Line], page: Sequence[Sequence[Line]], body: float) -> bool:
    """Whether a column of the first page is narrow, in type smaller than the body (in points), and has a DOI or a licence."""
    if not column:
        return False
    left, right = (min(line.left for c in page for line in c), max(line.right for c in page for line in c))
    width = max(line.right for line in column) - min(line.left for line in column)
    text = " ".join(line.text for line in column)
    small = all(line.size < 0.95 * body for line in column)
    return small and width < _MAX_SIDEBAR_WIDTH * (right - left) and bool(_DOI.search(text) or _LICENCE.search(text))


def remove_page_furniture(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs of a side column except dates, DOI, licence and link labels; funding, for example, is kept."""
    return [p for p in paragraphs if p.verbatim or not _PAGE_FURNITURE.fullmatch(p.text.removeprefix("- "))]
