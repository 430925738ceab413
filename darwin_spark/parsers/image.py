"""Images of pages (PNG, JPEG, WebP, BMP, TIFF with all its pages) to Markdown: read by OCR, laid out as a PDF's pages.

What an image shows beside text (drawings, photographs) is left out. Transparent is white; of an animation the frames are pages.
"""

import io
from collections.abc import Iterator
from contextlib import closing

import numpy as np
from PIL import Image, ImageOps

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.isolation.heartbeat import beat
from darwin_spark.parsers.ocr.engine import EngineMissing, OcrError, Picture
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.fragments import page_text, with_even_sizes
from darwin_spark.parsers.ocr.page_view import OLMOCR
from darwin_spark.parsers.ocr.pages import Source, confidence
from darwin_spark.parsers.ocr.rendering import FAINT
from darwin_spark.parsers.parsed import Page, Parsed, ParseFailure, UnreadPage
from darwin_spark.parsers.pdf.document import compose
from darwin_spark.parsers.pdf.glyphs import PageText

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_NOTHING_SEEN = "no text can be seen on the image"
_PAGE_HEIGHT = 842.0
"""Points; what an image says of its resolution is often wrong, so every page is taken to be A4."""


def parse(content: bytes, settings: L1Settings) -> Parsed:
    """Raises ParseFailure corrupt_image, too_large, too_many_pages, no_text_layer (no OCR engine), empty."""
    with closing(open_image(content)) as image:
        count = getattr(image, "n_frames", 1)
        if count > settings.max_pages:
            raise ParseFailure("too_many_pages", f"{count} pages, more than l1.max_pages={settings.max_pages}")
        if settings.ocr.engine == OLMOCR:
            return _left(image, count, settings.ocr)
        try:
            read = [_read(picture, settings.ocr) for picture in _pictures(image, count, settings.ocr)]
        except (EngineMissing, OcrError) as error:
            raise ParseFailure("no_text_layer", f"an image has no text but what OCR reads: {error}") from error
    if not any(page.fragments for page, _ in read):
        raise ParseFailure("empty", _NOTHING_SEEN)
    pages = with_even_sizes([page for page, _ in read])
    sources = {index: source for index, (_, source) in enumerate(read)}
    text, title, spans = compose(pages, sources, None)
    return Parsed(text, title, spans)


def draw(content: bytes, index: int, longest: int, settings: OcrSettings) -> Image.Image:
    """A page in colour, upright and on white, `longest` pixels on its longest side. Raises ParseFailure as `parse` does."""
    with closing(open_image(content)) as image:
        page = _decoded(image, index, getattr(image, "n_frames", 1), settings).convert("RGB")
    scale = longest / max(page.size)
    size = [max(round(side * scale), 1) for side in page.size]
    return page.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def _left(image: Image.Image, count: int, settings: OcrSettings) -> Parsed:
    """The pages without a text, those on which something can be seen left to a model. Raises ParseFailure."""
    seen = []
    for index, picture in enumerate(_pictures(image, count, settings)):
        if np.ptp(picture) > FAINT:
            seen.append(UnreadPage(index, None))
        beat()
    if not seen:
        raise ParseFailure("empty", _NOTHING_SEEN)
    return Parsed("", None, tuple(Page(0, 0, OLMOCR) for _ in range(count)), unread=tuple(seen))


def open_image(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise ParseFailure("too_large", f"a bitmap that large is not decoded: {error}") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ParseFailure("corrupt_image", f"Pillow cannot open it: {error}") from error


def _pictures(image: Image.Image, count: int, settings: OcrSettings) -> Iterator[Picture]:
    """One page after the other, so that only one is in memory."""
    for index in range(count):
        yield _grey(_decoded(image, index, count, settings), settings.max_pixels)


def _decoded(image: Image.Image, index: int, count: int, settings: OcrSettings) -> Image.Image:
    """A page upright (by EXIF), on white, 8 bits a channel. Raises ParseFailure too_large, corrupt_image."""
    try:
        image.seek(index)
        _refuse_giant(image.size, settings.max_image_pixels)
        return _on_white(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ParseFailure("corrupt_image", f"page {index + 1} of {count} cannot be decoded: {error}") from error


def _refuse_giant(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ParseFailure("too_large", f"{width} x {height} pixels, more than l1.ocr.max_image_pixels={limit}")


def _on_white(page: Image.Image) -> Image.Image:
    if page.has_transparency_data:
        page = page.convert("RGBA")
        page = Image.alpha_composite(Image.new("RGBA", page.size, "white"), page)
    if page.mode.startswith("I"):  # 16 bits
        deep = np.asarray(page, dtype=np.float64)
        page = Image.fromarray((deep * (255 / max(float(deep.max()), 1.0))).astype(np.uint8))
    page.load()  # here, where a damaged one is told
    return page


def _grey(page: Image.Image, most: int) -> Picture:
    """8 bits a pixel, at most `most` pixels."""
    grey = page.convert("L")
    shrink = (most / (grey.width * grey.height)) ** 0.5
    if shrink < 1:
        grey = grey.resize((max(int(grey.width * shrink), 1), max(int(grey.height * shrink), 1)), Image.Resampling.BOX)
    return np.asarray(grey)


def _read(picture: Picture, settings: OcrSettings) -> tuple[PageText, Source]:
    reader = engine(settings)
    lines, upright = reader.read(picture)
    beat()
    lines = [line for line in lines if line.confidence >= settings.min_confidence]
    return page_text(lines, upright, _PAGE_HEIGHT / upright.shape[0]), Source(reader.name, confidence(lines))
