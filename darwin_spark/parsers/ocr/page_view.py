"""The view of a page (which page, how rotated, how large) that is drawn for the vision-language model."""

from typing import Final, NamedTuple

OLMOCR: Final = "olmocr"
"""Name of the engine, in the settings (`l1.ocr.engine`) and in the tables."""


class PageView(NamedTuple):
    """A page index (from 0), its clockwise rotation in degrees, and its longest side in pixels."""

    page: int
    turn: int
    longest_side: int
