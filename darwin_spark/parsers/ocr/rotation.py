"""Setting a picture upright: by quarters, and level."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from darwin_spark.parsers.ocr.engine import Picture

MAX_TILT = 0.4
"""Degrees; a page that lies more askew is levelled before it is read."""


def turned(picture: Picture, quarters: int) -> Picture:
    """Counter-clockwise."""
    return np.ascontiguousarray(np.rot90(picture, quarters))


def levelled(picture: Picture, tilt: float) -> Picture:
    """Lines that fall to the right by `tilt` degrees run level; what comes in at the corners is white."""
    return np.asarray(Image.fromarray(picture).rotate(tilt, Image.Resampling.BILINEAR, fillcolor=255))


def tilt(slopes: Sequence[tuple[float, float]]) -> float:
    """Degrees by which a page's lines fall to the right, from (across, down) of its lines; the wide ones are heard."""
    widest = max((across for across, _ in slopes), default=0.0)
    angles = [np.degrees(np.arctan2(down, across)) for across, down in slopes if 2 * across > widest]
    return float(np.median(angles)) if angles else 0.0
