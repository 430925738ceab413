"""Render one page of a PDF or an image file as PNG. Runs in the parser's child process, because the input is not trusted."""

import io
from contextlib import closing

import pypdfium2 as pdfium
from PIL import Image

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers import image
from darwin_spark.parsers.ocr import rendering
from darwin_spark.parsers.ocr.engine import OcrError
from darwin_spark.parsers.ocr.page_view import PageView
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf.pdfium.opening import open_pdf

_PDF = "application/pdf"
_CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow transposition for a clockwise rotation in degrees; Pillow itself rotates counter-clockwise."""


def draw(media_type: str, content: bytes, view: PageView, settings: OcrSettings) -> bytes:
    """Return the page of `view` as PNG bytes. Raises ParseFailure if the page cannot be opened or drawn."""
    page = (
        _draw_pdf_page(content, view, settings)
        if media_type == _PDF
        else image.draw(content, view.page, view.longest_side, settings)
    )
    if view.turn:
        page = page.transpose(_CLOCKWISE[view.turn])
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()


def _draw_pdf_page(content: bytes, view: PageView, settings: OcrSettings) -> Image.Image:
    with closing(open_pdf(content)) as document:
        try:
            return rendering.draw(document, view.page, view.longest_side, settings.max_image_pixels)
        except (OcrError, pdfium.PdfiumError) as error:
            raise ParseFailure("render_failed", f"page {view.page + 1} cannot be drawn: {error}") from error
