"""Images of pages (PNG, JPEG, WebP, BMP, TIFF with all its pages) to Markdown: read by OCR, laid out as a PDF's pages.

What an image shows beside text (drawings, photographs) is left out. Transparent is white; of an animation the frames are pages.
"""

import io
from collections.abc import Iterator
from contextlib import closing

import numpy as np
from PIL import Image, ImageOps

from darwin_spark.config import L1Settings, OcrSettings
from darwin_spark.l1_normalize.heartbeat import beat
from darwin_spark.l1_normalize.ocr.engine import EngineMissing, OcrError, Picture
from darwin_spark.l1_normalize.ocr.engines import engine
from darwin_spark.l1_normalize.ocr.fragments import page_text, with_even_sizes
from darwin_spark.l1_normalize.ocr.pages import Source, confidence
from darwin_spark.l1_normalize.parsed import Parsed, ParseFailure
from darwin_spark.l1_normalize.pdf.document import compose
from darwin_spark.l1_normalize.pdf.glyphs import PageText

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_PAGE_HEIGHT = 842.0
"""Points; what an image says of its resolution is often wrong, so every page is taken to be A4."""


def parse(content: bytes, settings: L1Settings) -> Parsed:
    """Raises ParseFailure corrupt_image, too_large, too_many_pages, no_text_layer (no OCR engine), empty."""
    with closing(_open(content)) as image:
        count = getattr(image, "n_frames", 1)
        if count > settings.max_pages:
            raise ParseFailure("too_many_pages", f"{count} pages, more than l1.max_pages={settings.max_pages}")
        try:
            read = [_read(picture, settings.ocr) for picture in _pictures(image, count, settings.ocr)]
        except (EngineMissing, OcrError) as error:
            raise ParseFailure("no_text_layer", f"an image has no text but what OCR reads: {error}") from error
    if not any(page.fragments for page, _ in read):
        raise ParseFailure("empty", "no text can be seen on the image")
    pages = with_even_sizes([page for page, _ in read])
    sources = {index: source for index, (_, source) in enumerate(read)}
    text, title, spans = compose(pages, sources, None)
    return Parsed(text, title, spans)


def _open(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise ParseFailure("too_large", f"a bitmap that large is not decoded: {error}") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ParseFailure("corrupt_image", f"Pillow cannot open it: {error}") from error


def _pictures(image: Image.Image, count: int, settings: OcrSettings) -> Iterator[Picture]:
    """One page after the other, so that only one is in memory."""
    for index in range(count):
        try:
            image.seek(index)
            _refuse_giant(image.size, settings.max_image_pixels)
            yield _grey(image, settings.max_pixels)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise ParseFailure("corrupt_image", f"page {index + 1} of {count} cannot be decoded: {error}") from error


def _refuse_giant(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ParseFailure("too_large", f"{width} x {height} pixels, more than l1.ocr.max_image_pixels={limit}")


def _grey(image: Image.Image, most: int) -> Picture:
    """The page upright (by EXIF), on white, 8 bits a pixel, at most `most` pixels."""
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
    if upright.mode.startswith("I"):  # 16 bits
        deep = np.asarray(upright, dtype=np.float64)
        upright = Image.fromarray((deep * (255 / max(float(deep.max()), 1.0))).astype(np.uint8))
    grey = upright.convert("L")
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
