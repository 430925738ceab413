"""Born-digital PDF to Markdown by pypdfium2: fragments, running heads out, columns, paragraphs, headings, pages."""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from darwin_spark.config import L1Settings
from darwin_spark.l1_normalize.parsed import Page, Parsed, ParseFailure
from darwin_spark.l1_normalize.pdf_glyphs import Fragment, PageText, open_document, read_page
from darwin_spark.l1_normalize.pdf_layout import columns, lines, without_running_heads
from darwin_spark.l1_normalize.pdf_paragraphs import (
    Paragraph,
    continue_paragraph,
    heading_level,
    heading_sizes,
    heading_text,
    paragraphs,
    vocabulary,
)
from darwin_spark.l1_normalize.tidy import one_line, tidy

ENGINE = "pypdfium2"
_MAX_EMPTY = 2 / 3
"""Share of pages without text above which a PDF counts as a scan."""
_NO_TITLE = re.compile(r"untitled|microsoft word|\.(?:dvi|docx?|tex|pdf|indd|qxd|rtf)\b|^\W*\d*\W*$", re.IGNORECASE)

_MASTHEAD = re.compile(
    r"^(?:\S+ ){0,6}(?:journal|proceedings)\b.{0,60}$|^(?:research|review|original|short|case) (?:article|paper|report)s?$",
    re.IGNORECASE,
)
"""What a first page prints as large as its title."""


def parse(content: bytes, settings: L1Settings) -> Parsed:
    """Raises ParseFailure encrypted, corrupt_pdf, too_many_pages, no_text_layer, empty."""
    with closing(_open(content)) as document:
        count = len(document)
        if count > settings.max_pages:
            raise ParseFailure("too_many_pages", f"{count} pages, more than l1.max_pages={settings.max_pages}")
        pages, warnings = _read(document, count)
        metadata = document.get_metadata_dict()
    _require_text(pages)
    found = _paragraphs_of_pages(pages)
    body = _common_size(p for page in found for p in page)
    known = _metadata_title(metadata)
    title = _take_title(found, body, known)
    text, spans = _assemble(found, body, title)
    if not text:
        raise ParseFailure("empty", "no text is left without page numbers and running heads")
    declared = {"keywords": keywords} if (keywords := one_line(metadata.get("Keywords", ""))) else {}
    return Parsed(text, title or known, spans, tuple(warnings), declared)


def _open(content: bytes) -> Any:
    try:
        return open_document(content)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise ParseFailure("encrypted", "the PDF asks for a password") from error
        raise ParseFailure("corrupt_pdf", f"pdfium cannot open it: {error}") from error


def _read(document: Any, count: int) -> tuple[list[PageText], list[str]]:
    """All pages; one that cannot be read stays empty, with a warning."""
    pages, warnings = [], []
    for index in range(count):
        try:
            pages.append(read_page(document, index))
        except pdfium.PdfiumError as error:
            pages.append(PageText(0, 0))
            warnings.append(f"page {index + 1} cannot be read: {error}")
    return pages, warnings


def _require_text(pages: list[PageText]) -> None:
    blank = [page for page in pages if not page.fragments]
    if len(blank) > _MAX_EMPTY * len(pages) or not pages:
        scanned = any(page.has_image for page in blank)
        reason = "no_text_layer" if scanned else "empty"
        raise ParseFailure(
            reason, f"{len(blank)} of {len(pages)} pages have no text" + (" but images: OCR is needed" if scanned else "")
        )


def _paragraphs_of_pages(pages: list[PageText]) -> list[list[Paragraph]]:
    """The paragraphs of each page; text set at an angle comes last."""
    kept = without_running_heads(pages)
    laid = [[lines(column) for column in columns(fragments)] for fragments in kept]
    words = vocabulary(line for page in laid for column in page for line in column)
    body = _common_size(f for page in kept for f in page)
    found: list[list[Paragraph]] = []
    above: list[Paragraph] = []
    for page, of_page in zip(pages, laid, strict=True):
        blocks: list[Paragraph] = []
        for column in of_page:
            below = paragraphs(column, words)
            continue_paragraph(blocks or above, below, body, words)
            blocks += below
        blocks += [Paragraph(f.text, f.size, False, 9) for f in page.turned if len(f.text) > 1]
        found.append(blocks)
        above = blocks or above
    return found


def _common_size(pieces: Iterable[Fragment | Paragraph]) -> float:
    """The size most characters have: the body's."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.size] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _take_title(found: list[list[Paragraph]], body: float, known_title: str | None) -> str | None:
    """The paragraph that the metadata calls the title, else the longest piece in the largest type near the top of the first page with text, moved to the front of that page."""
    page = next((p for p in found if p), [])
    large = [p for p in page[:20] if p.size >= 1.2 * body and p.lines <= 6 and not p.verbatim and not _MASTHEAD.search(p.text)]
    known = _letters(known_title or "")
    named = [p for p in page[:20] if known and _letters(p.text) == known]
    large = named or large
    if not large:
        return None
    largest = max(p.size for p in large)
    best = max((p for p in large if p.size >= 0.9 * largest), key=lambda p: len(p.text))
    at = page.index(best)
    end = next((i for i in range(at + 1, len(page)) if page[i].size != best.size or i > at + 3), len(page))
    title = one_line(" ".join(p.text for p in page[at:end]))
    if not 8 <= len(title) <= 400:
        return None
    page[at:end] = []
    page.insert(0, Paragraph(title, best.size, best.bold, best.lines))
    return title


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _metadata_title(metadata: dict[str, str]) -> str | None:
    title = one_line(metadata.get("Title", ""))
    return title if title and not _NO_TITLE.search(title) else None


def _assemble(found: list[list[Paragraph]], body: float, title: str | None) -> tuple[str, tuple[Page, ...]]:
    """The text, and where each page lies in it. What stands between two pages belongs to the first of them."""
    sizes = heading_sizes((p for page in found for p in page if p.text != title), body)
    parts: list[str] = []
    starts: list[int] = []
    length, in_list = 0, False
    for page in found:
        start = None
        for paragraph in page:
            block = _block(paragraph, body, sizes, title)
            if not block:
                continue
            glue = ("\n" if in_list and paragraph.is_list_item else paragraph.glue) if parts else ""
            in_list = paragraph.is_list_item
            length += len(glue)
            start = length if start is None else start
            parts += [glue, block]
            length += len(block)
        starts.append(length if start is None else start)
    text = "".join([*parts, "\n"]) if parts else ""
    ends = [*starts[1:], len(text)]
    return text, tuple(Page(start, end, ENGINE) for start, end in zip(starts, ends, strict=True))


def _block(paragraph: Paragraph, body: float, sizes: list[float], title: str | None) -> str:
    text = tidy(paragraph.text).strip("\n")
    if title is not None and paragraph.text == title:
        return f"# {text}"
    level = heading_level(paragraph, body, sizes)
    return f"{'#' * level} {heading_text(text)}" if level and text else text
