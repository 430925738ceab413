"""The view of a page that the vision-language model is shown."""

from typing import Final, NamedTuple

OLMOCR: Final = "olmocr"
"""Name of the engine, in the settings (`l1.ocr.engine`) and in the tables."""


class PageView(NamedTuple):
    """A page index (from 0), its clockwise rotation in degrees, and its longest side in pixels."""

    page: int
    turn: int
    longest_side: int
