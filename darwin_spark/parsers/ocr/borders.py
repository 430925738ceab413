"""Make the dark borders white that a scanner or a camera leaves around a page.

A border is dark from the edge of the image to the edge of the paper, and behind that edge the paper is light. The dark head of
a slide or a cover, which holds light letters, is none: behind its edge there is a letter. A border is searched from each side
of the image, line by line, because it may be a wedge.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

from darwin_spark.parsers.ocr.engine import Picture
from darwin_spark.parsers.ocr.ink import reduced

_LONG_SIDE = 400  # pixels of the reduced image
_DARK = 0.45  # a border is darker than this share of the grey level of the paper
_LIGHT = 0.65  # paper behind a border is lighter than this share: shade has no such step
_PAPER = 90  # percentile of the grey levels that counts as paper
_MAX_DEPTH = 0.2  # a border is at most this share of the side that it is measured along
_MIN_DEPTH = 2  # pixels of the reduced image; a thinner border does no harm
_BEHIND = 4  # pixels of the reduced image behind a border that must be paper
_MIN_PAPER = 0.85  # share of these pixels that must be light
_MIN_LENGTH = 0.25  # a border is at least as long as this share of its side
_EDGE = 2  # pixels by which the whitened area is larger than the border: its edge is half dark

Mask = npt.NDArray[np.bool_]


def without_borders(picture: Picture) -> Picture:
    """Return the image with white in place of its dark borders, in the same size; the image itself if there are none."""
    small, _ = reduced(picture, _LONG_SIDE)
    paper = np.percentile(small, _PAPER)
    dark, light = small < _DARK * paper, small > _LIGHT * paper
    borders = np.zeros_like(dark)
    for turns in range(4):
        borders |= np.rot90(_from_top(np.rot90(dark, turns), np.rot90(light, turns)), -turns)
    if not borders.any():
        return picture
    enlarged = Image.fromarray(_grown(borders)).resize(picture.shape[::-1], Image.Resampling.NEAREST)
    cleared = picture.copy()
    cleared[np.asarray(enlarged)] = 255
    return cleared


def _from_top(dark: Mask, light: Mask) -> Mask:
    """Return the border at the top of the image; all False if there is none."""
    runs = np.logical_and.accumulate(dark, axis=0)
    depths = runs.sum(axis=0)
    deep = depths >= _MIN_DEPTH
    limit = _MAX_DEPTH * dark.shape[0]
    border = deep & (depths <= limit)
    if border.sum() < _MIN_LENGTH * dark.shape[1]:
        return np.zeros_like(dark)
    rows = depths[np.newaxis, border] + np.arange(1, _BEHIND + 1)[:, np.newaxis]
    behind = light[np.minimum(rows, dark.shape[0] - 1), np.flatnonzero(border)]
    if behind.mean() < _MIN_PAPER:
        return np.zeros_like(dark)
    found: Mask = runs & border
    return found


def _grown(mask: Mask) -> Mask:
    grown = mask.copy()
    for axis in (0, 1):
        for step in range(-_EDGE, _EDGE + 1):
            grown |= np.roll(mask, step, axis=axis)
    return grown
