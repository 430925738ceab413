"""Born-digital PDF to Markdown by pypdfium2: fragments, running heads out, columns, paragraphs, headings, pages."""

import re
from contextlib import closing
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from darwin_spark.config import L1Settings
from darwin_spark.l1_normalize.parsed import Page, Parsed, ParseFailure
from darwin_spark.l1_normalize.pdf_glyphs import PageText, read_page
from darwin_spark.l1_normalize.pdf_headings import body_size, heading, level_of, sizes_of_headings, take_title
from darwin_spark.l1_normalize.pdf_joining import vocabulary
from darwin_spark.l1_normalize.pdf_layout import columns, lines, without_running_heads
from darwin_spark.l1_normalize.pdf_paragraphs import Paragraph, continue_paragraph, paragraphs
from darwin_spark.l1_normalize.tidy import one_line, tidy

ENGINE = "pypdfium2"
_MAX_EMPTY = 2 / 3
"""Share of pages without text above which a PDF counts as a scan."""
_NO_TITLE = re.compile(r"untitled|microsoft word|\.(?:dvi|docx?|tex|pdf|indd|qxd|rtf)\b|^\W*\d*\W*$", re.IGNORECASE)


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
    body = body_size(p for page in found for p in page)
    known = _metadata_title(metadata)
    title = take_title(found, body, known)
    text, spans = _assemble(found, body)
    if not text:
        raise ParseFailure("empty", "no text is left without page numbers and running heads")
    declared = {"keywords": keywords} if (keywords := one_line(metadata.get("Keywords", ""))) else {}
    return Parsed(text, title or known, spans, tuple(warnings), declared)


def _open(content: bytes) -> Any:
    try:
        return pdfium.PdfDocument(content)
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
    words = vocabulary(line.text for page in laid for column in page for line in column)
    body = body_size(line for page in laid for column in page for line in column)
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


def _metadata_title(metadata: dict[str, str]) -> str | None:
    title = one_line(metadata.get("Title", ""))
    return title if title and not _NO_TITLE.search(title) else None


def _assemble(found: list[list[Paragraph]], body: float) -> tuple[str, tuple[Page, ...]]:
    """The text, and where each page lies in it. What stands between two pages belongs to the first of them."""
    sizes = sizes_of_headings((p for page in found for p in page), body)
    parts: list[str] = []
    starts: list[int] = []
    length, in_list = 0, False
    for page in found:
        start = None
        for paragraph in page:
            block = _block(paragraph, body, sizes)
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


def _block(paragraph: Paragraph, body: float, sizes: list[float]) -> str:
    text = tidy(paragraph.text).strip("\n")
    level = level_of(paragraph, body, sizes)
    return f"{'#' * level} {heading(text)}" if level and text else text
