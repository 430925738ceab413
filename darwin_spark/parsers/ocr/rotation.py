"""Rotate a page image upright by quarter turns, and deskew it."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from darwin_spark.parsers.ocr.engine import Picture

MAX_SKEW = 0.4  # degrees; an engine makes a page level if its lines, once found, have more skew


def turned(picture: Picture, quarters: int) -> Picture:
    """Return an image rotated counter-clockwise by `quarters` quarter turns."""
    return np.ascontiguousarray(np.rot90(picture, quarters))


def deskew(picture: Picture, skew_degrees: float) -> Picture:
    """Return a deskewed image, given that its lines fall to the right by `skew_degrees`.

    It is larger, so that nothing is cut off; new areas in the corners are white.
    """
    return np.asarray(Image.fromarray(picture).rotate(skew_degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255))


def skew_degrees(slopes: Sequence[tuple[float, float]]) -> float:
    """Return the median angle in degrees by which lines (dx, dy) fall to the right; 0 without lines.

    Only lines over half as wide as the widest count.
    """
    widest = max((across for across, _ in slopes), default=0.0)
    angles = [np.degrees(np.arctan2(down, across)) for across, down in slopes if 2 * across > widest]
    return float(np.median(angles)) if angles else 0.0
