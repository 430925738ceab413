"""What an OCR engine is: a picture of a page in, its lines of text out.

A vision-language model, which answers with a whole page of text, is no such engine: its pages are left empty here and
asked through the generation package (`olmocr/`).
"""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Grey levels, rows from top to bottom; 0 is black."""


class OcrLine(NamedTuple):
    """A piece of one line of text and its box in pixels of the upright picture, y downwards; confidence from 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float


class Reading(NamedTuple):
    """The lines of a page, and the page as it was read: turned upright by whole quarters."""

    lines: list[OcrLine]
    picture: Picture


class Engine(Protocol):
    """Reads one page at a time on one thread: the process has one core."""

    name: str

    def read(self, picture: Picture) -> Reading:
        """Raises OcrError if the page cannot be read."""


class OcrError(Exception):
    """The engine cannot read this page."""


class EngineMissing(Exception):  # noqa: N818  (a state of the installation)
    """The engine is not installed; the message says what to install."""
