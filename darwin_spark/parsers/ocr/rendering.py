"""Render a PDF page as an image within the size limits of the settings."""

import math
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium_c
from PIL import Image

from darwin_spark.config.l1 import OcrSettings
from darwin_spark.parsers.ocr.engine import OcrError, Picture

_POINTS_PER_INCH = 72
_ROUNDING = 0.01  # pixels; pdfium rounds the page size up, and a rounding error could make the page a pixel too large
FAINT = 24  # a page counts as blank if its darkest and its lightest pixel differ by at most this many grey levels
_IMAGES = (pdfium_c.FPDF_PAGEOBJ_IMAGE,)
_MAX_FORM_DEPTH = 4  # maximum nesting of form objects in which images are searched


class Rendered(NamedTuple):
    """The image of a page, and the size of one of its pixels in points."""

    picture: Picture
    points: float


def render(document: Any, index: int, settings: OcrSettings) -> Rendered | None:
    """Render a page in grey levels, rotated by its /Rotate entry; return None if the page is blank.

    At `dpi`, or less for a page of more than `max_pixels`. Raises OcrError for an image of more than `max_image_pixels`.
    """
    with closing(document[index]) as page:
        _check_image_sizes(page, settings.max_image_pixels)
        width, height = page.get_size()
        scale = settings.dpi / _POINTS_PER_INCH
        scale *= min(1.0, math.sqrt(settings.max_pixels / max(width * height * scale**2, 1.0)))
        with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as bitmap:
            picture = np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(bitmap.height, bitmap.width)
    return Rendered(picture, 1 / scale) if np.ptp(picture) > FAINT else None


def draw(document: Any, index: int, longest: int, most_image_pixels: int) -> Image.Image:
    """Return page `index` in RGB, rotated by /Rotate, longer side `longest` pixels. Raises OcrError for an oversized image."""
    with closing(document[index]) as page:
        _check_image_sizes(page, most_image_pixels)
        scale = (longest - _ROUNDING) / max(page.get_size())
        with closing(page.render(scale=scale, may_draw_forms=False)) as bitmap:
            picture: Image.Image = bitmap.to_pil()
    return picture.convert("RGB")


def _check_image_sizes(page: Any, limit: int) -> None:
    """Raise OcrError for an image of more than `limit` pixels: pdfium decodes images in full at any scale."""
    for image in page.get_objects(filter=_IMAGES, max_depth=_MAX_FORM_DEPTH):
        image_width, image_height = image.get_px_size()
        if image_width * image_height > limit:
            raise OcrError(f"an image of {image_width} x {image_height} pixels, more than l1.ocr.max_image_pixels={limit}")
