"""Make inputs for the benchmark of OCR from real scans: variants as scanners make them, open books, and old OCR layers."""

import io
import random
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.parsers.ocr.engine import Picture

_SEED = 5
_DPI = 300  # resolution of the pages that variants are made of
_BED = 20  # grey level of a scanner's bed around the page
_CONFUSIONS = dict(zip("ecnuhbloatmi", ("c", "e", "u", "n", "b", "h", "1", "0", "s", "f", "rn", "l"), strict=True))


def turned(picture: Picture, degrees: float, fill: int = 255) -> Picture:
    """Return the image rotated counter-clockwise, enlarged so that all of it is seen."""
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=fill))


def _in_bed(picture: Picture, degrees: float = 0) -> Picture:
    """Return the page with a dark border all around, rotated on it."""
    page = turned(np.pad(picture, 40, constant_values=245), degrees, _BED)
    return np.pad(page, page.shape[1] // 20, constant_values=_BED)


def _at(picture: Picture, dpi: int) -> Picture:
    size = [round(side * dpi / _DPI) for side in picture.shape[::-1]]
    return np.asarray(Image.fromarray(picture).resize((size[0], size[1]), Image.Resampling.BOX))


def _with_specks(picture: Picture) -> Picture:
    chance = np.random.default_rng(_SEED).random(picture.shape)
    return np.where(chance < 0.01, 0, np.where(chance > 0.99, 255, picture)).astype(np.uint8)


def _with_grain(picture: Picture) -> Picture:
    grain = np.random.default_rng(_SEED).normal(0, 40, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _in_shade(picture: Picture) -> Picture:
    return np.asarray(picture * np.linspace(0.45, 1, picture.shape[1])).astype(np.uint8)


VARIANTS: dict[str, Callable[[Picture], Picture]] = {
    "as it is": lambda page: page,
    **{f"skew of {degrees} degrees": partial(turned, degrees=degrees) for degrees in (0.5, -1.5, 3, -5, 5)},
    "dark border": _in_bed,
    "dark border, skew of 2 degrees": lambda page: _in_bed(page, 2),
    **{f"{dpi} dpi": partial(_at, dpi=dpi) for dpi in (200, 150, 100)},
    "specks": _with_specks,
    "grain": _with_grain,
    "low contrast": lambda page: (140 + page * (60 / 255)).astype(np.uint8),
    "shade": _in_shade,
}
"""Name -> function that makes the variant of an image at 300 dpi."""


def open_book(left: Picture, right: Picture, degrees: float = 0, *, fold: bool = True) -> Picture:
    """Return two pages beside each other, with the shadow of a fold between them."""
    height = max(len(left), len(right))
    pages = [np.pad(page, ((0, height - len(page)), (0, 0)), constant_values=255) for page in (left, right)]
    both = np.concatenate(pages, axis=1)
    distance = (np.arange(both.shape[1]) - left.shape[1]) / (0.012 * both.shape[1])
    shaded = both * (1 - 0.85 * np.exp(-(distance**2))) if fold else both
    return turned(shaded.astype(np.uint8), degrees)


def image_pdf(picture: Picture, layer: str = "") -> bytes:
    """Return a PDF of the image, with a hidden text layer over it."""
    height, width = (side * 72 / _DPI for side in picture.shape)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.drawImage(ImageReader(Image.fromarray(picture)), 0, 0, width, height)
    text = canvas.beginText(0.08 * width, 0.92 * height)
    text.setTextRenderMode(3)
    text.setFont("Times-Roman", 9, 0.84 * height / max(layer.count("\n") + 1, 1))
    text.textLines(layer)
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


def garbled(text: str, share: float) -> str:
    """Return the text with this share of its characters misread, the same ones in every run."""
    draw = random.Random(_SEED)
    able = sum(char in _CONFUSIONS for char in text)
    chance = share * len(text) / max(able, 1)
    return "".join(_CONFUSIONS[c] if c in _CONFUSIONS and draw.random() < chance else c for c in text)
