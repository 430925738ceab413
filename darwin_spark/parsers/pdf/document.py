"""Parse PDFs to Markdown with pypdfium2: text fragments, columns, paragraphs, headings, pages.

A page whose text layer is missing or broken is read by OCR (`ocr`), then processed in the same way, or left to a model. Left
out on purpose: running headers, page numbers, numbers of lines, repeated rotated stamps, text that is hidden, clipped or off
the page, furniture in a side column (`front.py`).
"""

import re
from collections.abc import Collection, Mapping
from contextlib import closing
from typing import Any

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.isolation.heartbeat import beat
from darwin_spark.parsers.ocr.pages import OcrPages, Source, require_text
from darwin_spark.parsers.parsed import Page, Parsed, ParseFailure, UnreadPage
from darwin_spark.parsers.pdf.dehyphenation import vocabulary
from darwin_spark.parsers.pdf.fragments import PageText, read_page
from darwin_spark.parsers.pdf.headings.heading_levels import heading_levels
from darwin_spark.parsers.pdf.headings.headings import body_size, heading, take_title
from darwin_spark.parsers.pdf.headings.run_in_heads import split_run_in_heads
from darwin_spark.parsers.pdf.lines import lines
from darwin_spark.parsers.pdf.open_books import by_image, single_pages
from darwin_spark.parsers.pdf.page_furniture.front import front_matter, is_sidebar, remove_page_furniture
from darwin_spark.parsers.pdf.page_furniture.running_heads import remove_running_heads
from darwin_spark.parsers.pdf.page_furniture.turned import remove_stamps, turned_paragraphs
from darwin_spark.parsers.pdf.paragraphs.contents import join_entries
from darwin_spark.parsers.pdf.paragraphs.list_items import nested
from darwin_spark.parsers.pdf.paragraphs.page_breaks import continue_paragraph
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph, paragraphs
from darwin_spark.parsers.pdf.pdfium.opening import open_pdf
from darwin_spark.parsers.pdf.reading_order.columns import columns
from darwin_spark.parsers.pdf.tables.cells import with_tables
from darwin_spark.parsers.pdf.tables.cut_tables import join_cut_tables
from darwin_spark.parsers.pdf.words.hidden import has_layers
from darwin_spark.parsers.pdf.words.reading import Reading
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

ENGINE = "pypdfium2"
_MIN_PLAIN = 0.2  # minimum share of the text that is not bold where bold type marks headings
_MAX_WARNING = 200  # characters of a warning about a page
_PLACEHOLDER_TITLE = re.compile(r"untitled|microsoft word|\.(?:dvi|docx?|tex|pdf|indd|qxd|rtf)\b|^\W*\d*\W*$", re.IGNORECASE)
"""Titles in the metadata that are no titles: "untitled", names of programs or files, digits only."""


def parse(content: bytes, settings: L1Settings) -> Parsed:
    """Parse a PDF to Markdown. Raises ParseFailure encrypted, corrupt_pdf, too_many_pages, no_text_layer, empty."""
    damage: list[str] = []
    with closing(open_pdf(content, damage)) as document:
        count = len(document)
        if count > settings.max_pages:
            raise ParseFailure("too_many_pages", f"{count} pages, more than l1.max_pages={settings.max_pages}")
        ocr = OcrPages(settings.ocr)
        reading = Reading(layers=has_layers(content))
        pages, warnings = _read(document, count, ocr, reading)
        metadata = document.get_metadata_dict()
    if not ocr.left:
        _require_text(pages, ocr)
    text, title, spans = compose(pages, ocr.sources, _metadata_title(metadata), ocr.left)
    declared = front_matter(fragment.text for page in pages[:1] for fragment in page.fragments)
    if keywords := one_line(metadata.get("Keywords", "")):
        declared["keywords"] = keywords
    unread = tuple(UnreadPage(index, _layer_markdown(page)) for index, page in ocr.left.items())
    return Parsed(text, title, spans, (*damage, *warnings, *ocr.warnings()), declared, unread)


def compose(
    pages: list[PageText], sources: Mapping[int, Source], known: str | None, left: Collection[int] = ()
) -> tuple[str, str | None, tuple[Page, ...]]:
    """Return (Markdown of all pages, title, span of each page in the Markdown). Raises ParseFailure empty.

    `sources`: engine and confidence by index of each page read by OCR. `known`: metadata title, by which the title is
    found, and the fallback. `left`: indices of pages that are empty here because a model is to read them: no paragraph
    continues across them, the text may be empty.
    """
    found = by_image(_paragraphs_of_pages(single_pages(pages), left), pages)
    found = split_run_in_heads(found)

    _unmark_bold(found)
    body = body_size(p for page in found for p in page)
    title = take_title(found, body, known)
    title = title and title.replace("\u2010", "-")
    text, spans = _assemble(found, body)
    text = text.replace("\u2010", "-")  # left at ends of lines by hyphenation, see `dehyphenation.py`
    if not text and not left:
        raise ParseFailure("empty", "no text is left without page numbers and running heads")
    page_spans = [span._replace(**sources[index]._asdict()) if index in sources else span for index, span in enumerate(spans)]
    return text, title or known, tuple(page_spans)


def _layer_markdown(page: PageText) -> str | None:
    """Return the text layer of one page as Markdown, None if the page has no text."""
    try:
        return compose([page], {}, None)[0]
    except ParseFailure:
        return None


def _read(document: Any, count: int, ocr: OcrPages, reading: Reading) -> tuple[list[PageText], list[str]]:
    """Return the text of each page, by OCR where needed, and warnings. A page that cannot be read is empty, with a warning."""
    pages, warnings = [], []
    for index in range(count):
        try:
            pages.append(read_page(document, index, reading))
            ocr.look(document, index, pages[-1])
        except Exception as error:  # whatever is wrong with a page costs this page, not the document
            pages[index:] = [PageText(0, 0)]
            warnings.append(f"page {index + 1} cannot be read: {error or type(error).__name__}"[:_MAX_WARNING])
        beat()
    return ocr.merged(pages), [*warnings, *reading.warnings()]


def _require_text(pages: list[PageText], ocr: OcrPages) -> None:
    """Raise ParseFailure empty, or no_text_layer for a scan that no OCR engine has read, if too few pages have text."""
    blank = [page for page in pages if not page.fragments]
    unread = ocr.missing or next(iter(ocr.problems), None)
    require_text(len(blank), len(pages), unread, scanned=any(page.has_image for page in blank))


def _paragraphs_of_pages(pages: list[PageText], left: Collection[int]) -> list[list[Paragraph]]:
    """Return the paragraphs of each page in reading order; rotated text comes last."""
    kept = join_cut_tables(remove_running_heads(pages))
    words = vocabulary(fragment.text for page in kept for fragment in page)
    edges: set[float] = set()
    laid_out = [
        [lines(column) for column in columns(with_tables(join_entries(page), words, above), edges)]
        for above, page in zip([[], *kept], kept, strict=False)
    ]
    body = body_size(line for page in laid_out for column in page for line in column)
    found: list[list[Paragraph]] = []
    above: list[Paragraph] = []
    for index, (turned, page_columns) in enumerate(zip(remove_stamps(pages), laid_out, strict=True)):
        blocks: list[Paragraph] = []
        for column in page_columns:
            below = nested(paragraphs(column, words))
            if not found and is_sidebar(column, page_columns, body):
                below = remove_page_furniture(below)
            continue_paragraph(blocks or above, below, body, words)
            blocks += below
        blocks += turned_paragraphs(turned, words)
        found.append(blocks)
        above = [] if index in left else blocks or above
    return found


def _unmark_bold(found: list[list[Paragraph]]) -> None:
    """Take bold type for plain, in place, where almost all of a document is set in it: it marks no headings there."""
    paragraphs_of_all = [p for page in found for p in page]
    plain = sum(len(p.text) for p in paragraphs_of_all if not p.bold)
    if plain < _MIN_PLAIN * sum(len(p.text) for p in paragraphs_of_all):
        for paragraph in paragraphs_of_all:
            paragraph.bold = False


def _metadata_title(metadata: dict[str, str]) -> str | None:
    title = one_line(metadata.get("Title", ""))
    return title if title and not _PLACEHOLDER_TITLE.search(title) else None


def _assemble(found: list[list[Paragraph]], body: float) -> tuple[str, tuple[Page, ...]]:
    """Return the Markdown of all pages and the span of each page in it. A separator between pages belongs to the first."""
    levels = heading_levels(found, body)
    parts: list[str] = []
    starts: list[int] = []
    length, in_list = 0, False
    for page in found:
        start = None
        for paragraph in page:
            block = _block(paragraph, levels.get(id(paragraph), 0))
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


def _block(paragraph: Paragraph, level: int) -> str:
    text = normalize_markdown(paragraph.text).strip("\n")
    return f"{'#' * level} {heading(text)}" if level and text else text
