"""A PDF's page as a picture, never larger than the settings allow."""

import math
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium_c
from PIL import Image

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.ocr.engine import OcrError, Picture

_POINTS_AN_INCH = 72
_ROUNDING = 0.01
"""Pixels; pdfium rounds a page's size up, and its last bits must not make it a pixel larger."""
FAINT = 24
"""Grey levels between the darkest and the lightest point of a page on which nothing can be seen."""
_IMAGES = (pdfium_c.FPDF_PAGEOBJ_IMAGE,)
_DEPTH = 4
"""Forms inside forms that are searched for images."""


class Rendered(NamedTuple):
    """The picture, and the points that one of its pixels measures."""

    picture: Picture
    points: float


def render(document: Any, index: int, settings: OcrSettings) -> Rendered | None:
    """The page in grey, upright as its /Rotate says; None if nothing is on it. Raises OcrError for a giant bitmap."""
    with closing(document[index]) as page:
        _refuse_giants(page, settings.max_image_pixels)
        width, height = page.get_size()
        scale = settings.dpi / _POINTS_AN_INCH
        scale *= min(1.0, math.sqrt(settings.max_pixels / max(width * height * scale**2, 1.0)))
        with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as bitmap:
            picture = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
    return Rendered(picture, 1 / scale) if np.ptp(picture) > FAINT else None


def draw(document: Any, index: int, longest: int, most_image_pixels: int) -> Image.Image:
    """The page in colour, upright as its /Rotate says, `longest` pixels high or wide. Raises OcrError for a giant bitmap."""
    with closing(document[index]) as page:
        _refuse_giants(page, most_image_pixels)
        scale = (longest - _ROUNDING) / max(page.get_size())
        with closing(page.render(scale=scale, may_draw_forms=False)) as bitmap:
            picture: Image.Image = bitmap.to_pil()
    return picture.convert("RGB")


def image_share(document: Any, index: int) -> float:
    """The share of the page that its largest image covers, 0 to 1."""
    with closing(document[index]) as page:
        width, height = page.get_size()
        shares = [_covered(image.get_bounds(), width, height) for image in page.get_objects(filter=_IMAGES, max_depth=_DEPTH)]
    return max(shares, default=0.0)


def _covered(bounds: tuple[float, float, float, float], width: float, height: float) -> float:
    left, bottom, right, top = bounds
    across, along = min(right, width) - max(left, 0), min(top, height) - max(bottom, 0)
    return max(across, 0) * max(along, 0) / max(width * height, 1.0)


def _refuse_giants(page: Any, limit: int) -> None:
    """pdfium decodes a bitmap whole, whatever the size at which it is drawn."""
    for image in page.get_objects(filter=_IMAGES, max_depth=_DEPTH):
        across, along = image.get_px_size()
        if across * along > limit:
            raise OcrError(f"an image of {across} x {along} pixels, more than l1.ocr.max_image_pixels={limit}")
