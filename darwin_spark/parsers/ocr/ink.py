"""Tell ink from paper on a page image, at reduced size, for measures that need no letters."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from darwin_spark.parsers.ocr.engine import Picture

Ink = npt.NDArray[np.bool_]
"""Mask of ink, shape (height, width)."""
_DARKER = 0.75  # ink is darker than this share of the paper around it
_BLOCK = 32  # pixels of the squares in which the paper is measured
_PAPER = 80  # percentile of the grey levels of a square that counts as its paper
_SOLID_BLOCK = 8  # pixels of the squares in which solid areas are measured
_MAX_SOLID = 0.6  # a square with a larger share of ink is a picture or a border, not text


class ReducedInk(NamedTuple):
    """Mask of the ink of a reduced image without solid areas, and how many pixels of the image a pixel of it stands for."""

    marks: Ink
    scale: float


def reduced_ink(picture: Picture, long_side: int) -> ReducedInk:
    """Return the ink of the image, reduced to `long_side` pixels on its longer side; solid areas (pictures) are left out."""
    small, scale = reduced(picture, long_side)
    ink = small < _DARKER * _paper(small)
    return ReducedInk(ink & ~_solid(ink), scale)


def reduced(picture: Picture, long_side: int) -> tuple[Picture, float]:
    """Return the image with at most `long_side` pixels on its longer side, and the factor by which it is smaller."""
    scale = max(max(picture.shape) / long_side, 1.0)
    size = (max(round(picture.shape[1] / scale), 1), max(round(picture.shape[0] / scale), 1))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX)), scale


def _paper(small: Picture) -> npt.NDArray[np.float64]:
    """Return the grey level of the paper around each pixel: light comes unevenly on the pages of a book."""
    blocks = _in_blocks(small, _BLOCK, 255)
    levels: npt.NDArray[np.float64] = _spread(np.percentile(blocks, _PAPER, axis=(1, 3)), _BLOCK, small.shape)
    return levels


def _solid(ink: Ink) -> Ink:
    share = _in_blocks(ink, _SOLID_BLOCK, 0).mean(axis=(1, 3))
    solid: Ink = _spread(share > _MAX_SOLID, _SOLID_BLOCK, ink.shape)
    return solid


def _in_blocks(image: npt.NDArray[Any], side: int, fill: int) -> npt.NDArray[Any]:
    """Return the image cut in squares, shape (rows, side, columns, side); the last ones are filled up."""
    height, width = image.shape
    padded = np.pad(image, ((0, -height % side), (0, -width % side)), constant_values=fill)
    return padded.reshape(padded.shape[0] // side, side, padded.shape[1] // side, side)


def _spread(values: npt.NDArray[Any], side: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return an array of `shape` in which each value fills a square."""
    return np.repeat(np.repeat(values, side, axis=0), side, axis=1)[: shape[0], : shape[1]]
