"""Interface of an OCR engine: an image of a page in, its lines of text out.

A vision-language model is not such an engine, because it returns the text of a whole page at once. Pages for such a model
are left empty here and are read through the inference package (`levels/l1_normalize/olmocr/`).
"""

from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Grey levels, shape (height, width), first row at the top; 0 is black."""


class OcrLine(NamedTuple):
    """A line of text or a part of one, its box in pixels of the upright image (y downwards), and its confidence (0 to 1)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    sure: tuple[float, ...] = ()
    """Confidence of each character, 0 to 1; empty if the engine gives none."""


class Reading(NamedTuple):
    """The lines of a page, and the page image as it was read: rotated upright and deskewed where needed."""

    lines: list[OcrLine]
    picture: Picture
    problem: str = ""
    """Why the second of two engines did not read the page; empty if all engines read it."""


class Engine(Protocol):
    """An OCR engine. It reads one page at a time on one thread, because the process has one core."""

    name: str

    def read(self, picture: Picture) -> Reading:
        """Return a page's lines and the upright image that their boxes refer to. Raises OcrError for an unreadable page."""


class OcrError(Exception):
    """The engine cannot read this page, or the page cannot be rendered for it."""


class EngineMissing(Exception):  # noqa: N818  (a state of the installation)
    """No engine can be used: the chosen one is not installed, or OCR is off. The message says what to install or to set."""
