"""Parse page images (PNG, JPEG, WebP, BMP, multi-page TIFF) to Markdown: OCR first, then the layout analysis of PDF pages.

Drawings and photographs are left out. Transparent pixels are drawn on white. Each frame of an animation is a page.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import closing

import numpy as np
from PIL import Image, ImageOps

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.isolation.heartbeat import beat
from darwin_spark.parsers.ocr.engine import EngineMissing, OcrError, Picture
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.fragments import image_text, with_even_sizes
from darwin_spark.parsers.ocr.page_view import OLMOCR
from darwin_spark.parsers.ocr.pages import Source, confidence
from darwin_spark.parsers.ocr.reading import read_page
from darwin_spark.parsers.ocr.rendering import FAINT
from darwin_spark.parsers.parsed import Page, Parsed, ParseFailure, UnreadPage
from darwin_spark.parsers.pdf.document import compose
from darwin_spark.parsers.pdf.fragments import PageText

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_DAMAGED = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, AttributeError, LookupError, ArithmeticError, RuntimeError,
    struct.error,
)  # fmt: skip
"""Exceptions that Pillow raises for damaged files: its readers rely on fields that a file may lack."""
_NO_TEXT_VISIBLE = "no text can be seen on the image"
_PAGE_HEIGHT = 842.0  # points (A4); every page is assumed to be A4, because the resolution stored in an image is often wrong


def parse(content: bytes, settings: L1Settings) -> Parsed:
    """Read the pages of an image file by OCR and return them as Markdown. A page that cannot be decoded costs that page only.

    With `l1.ocr.engine=olmocr` no text is read; all pages that are not blank are returned as `unread`, for the model. Raises
    ParseFailure corrupt_image, too_large, too_many_pages, no_text_layer (no OCR engine, or OCR failed), empty.
    """
    with closing(open_image(content)) as image:
        warnings: list[str] = []
        count = _count_pages(image, warnings)
        if count > settings.max_pages:
            raise ParseFailure("too_many_pages", f"{count} pages, more than l1.max_pages={settings.max_pages}")
        if settings.ocr.engine == OLMOCR:
            return _leave_to_model(image, count, settings.ocr, warnings)
        try:
            pictures = _pictures(image, count, settings.ocr, warnings)
            read = [_read(picture, settings.ocr, f"page {index + 1}", warnings) for index, picture in enumerate(pictures)]
        except (EngineMissing, OcrError) as error:
            raise ParseFailure("no_text_layer", f"an image has no text but what OCR reads: {error}") from error
    if not any(page.fragments for page, _ in read):
        raise ParseFailure("empty", _NO_TEXT_VISIBLE)
    pages = with_even_sizes([page for page, _ in read])
    sources = {index: source for index, (_, source) in enumerate(read)}
    text, title, spans = compose(pages, sources, None)
    return Parsed(text, title, spans, tuple(warnings))


def draw(content: bytes, index: int, longest: int, settings: OcrSettings) -> Image.Image:
    """Return page `index` (from 0) in RGB, upright, on white, longer side `longest` pixels. Raises corrupt_image, too_large."""
    with closing(open_image(content)) as image:
        page = _decode_page(image, index, _count_pages(image, []), settings).convert("RGB")
    scale = longest / max(page.size)
    size = [max(round(side * scale), 1) for side in page.size]
    return page.resize((size[0], size[1]), Image.Resampling.LANCZOS)


def _leave_to_model(image: Image.Image, count: int, settings: OcrSettings, warnings: list[str]) -> Parsed:
    """Return a Parsed of `count` empty pages; `unread` are those that are not blank. Raises ParseFailure empty if all are."""
    not_blank = []
    for index, picture in enumerate(_pictures(image, count, settings, warnings)):
        if picture is not None and np.ptp(picture) > FAINT:
            not_blank.append(UnreadPage(index, None))
        beat()
    if not not_blank:
        raise ParseFailure("empty", _NO_TEXT_VISIBLE)
    return Parsed("", None, tuple(Page(0, 0, OLMOCR) for _ in range(count)), tuple(warnings), unread=tuple(not_blank))


def open_image(content: bytes) -> Image.Image:
    """Return the image opened with Pillow. Raises ParseFailure too_large (decompression bomb), corrupt_image."""
    try:
        return Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise ParseFailure("too_large", f"a bitmap that large is not decoded: {error}") from error
    except _DAMAGED as error:
        raise ParseFailure("corrupt_image", f"Pillow cannot open it: {error}") from error


def _count_pages(image: Image.Image, warnings: list[str]) -> int:
    """Return the number of pages of an image file. It ends at a page whose header is damaged, which is named in `warnings`."""
    try:
        return int(getattr(image, "n_frames", 1))
    except _DAMAGED:
        pass  # some page is damaged
    count = 1
    try:
        while True:
            image.seek(count)
            count += 1
    except EOFError:
        return count
    except _DAMAGED:
        warnings.append(f"page {count + 1} and those after it cannot be found: a header is damaged")
        return count


def _pictures(image: Image.Image, count: int, settings: OcrSettings, warnings: list[str]) -> Iterator[Picture | None]:
    """Yield the pages in grey levels, at most `max_pixels` large, one at a time, so that only one page is in memory.

    A page that cannot be decoded is None and is named in `warnings`. Raises the ParseFailure of the last page if none can be.
    """
    failures = 0
    for index in range(count):
        try:
            picture = _grey(_decode_page(image, index, count, settings), settings.max_pixels)
        except ParseFailure as failure:
            failures += 1
            if failures == count:
                raise
            warnings.append(str(failure))
            yield None
        else:
            yield picture


def _decode_page(image: Image.Image, index: int, count: int, settings: OcrSettings) -> Image.Image:
    """Return page `index` upright (by EXIF), on white, 8 bits per channel. Raises ParseFailure too_large, corrupt_image."""
    try:
        image.seek(index)
        _check_size(image.size, settings.max_image_pixels)
        return _on_white(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise ParseFailure("too_large", f"page {index + 1} of {count} is too large to be decoded: {error}") from error
    except _DAMAGED as error:
        raise ParseFailure("corrupt_image", f"page {index + 1} of {count} cannot be decoded: {error}") from error


def _check_size(size: tuple[int, int], limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise ParseFailure("too_large", f"{width} x {height} pixels, more than l1.ocr.max_image_pixels={limit}")


def _on_white(page: Image.Image) -> Image.Image:
    if page.has_transparency_data:
        page = page.convert("RGBA")
        page = Image.alpha_composite(Image.new("RGBA", page.size, "white"), page)
    if page.mode.startswith("I"):  # 16 or 32 bits: scale to 8
        pixels = np.asarray(page, dtype=np.float64)
        page = Image.fromarray((pixels * (255 / max(float(pixels.max()), 1.0))).astype(np.uint8))
    page.load()  # decode here, where the caller turns errors into corrupt_image
    return page


def _grey(page: Image.Image, pixel_limit: int) -> Picture:
    grey = page.convert("L")
    shrink = (pixel_limit / (grey.width * grey.height)) ** 0.5
    if shrink < 1:
        grey = grey.resize((max(int(grey.width * shrink), 1), max(int(grey.height * shrink), 1)), Image.Resampling.BOX)
    return np.asarray(grey)


def _read(picture: Picture | None, settings: OcrSettings, name: str, warnings: list[str]) -> tuple[PageText, Source]:
    """Return the text of a page (`name` in `warnings`) and what read it. A page that could not be decoded has no text."""
    reader = engine(settings)
    if picture is None:
        return PageText(_PAGE_HEIGHT, _PAGE_HEIGHT), Source(reader.name, None)
    readings = read_page(picture, settings)
    beat()
    warnings += sorted({f"{name}: {reading.problem}" for reading in readings if reading.problem})
    lines = [line for reading in readings for line in reading.lines]
    return image_text(readings, _PAGE_HEIGHT / readings[0].picture.shape[0]), Source(reader.name, confidence(lines))
