"""What of a page is shown to the model."""

from typing import Final, NamedTuple

OLMOCR: Final = "olmocr"
"""The engine's name, in the settings (`l1.ocr.engine`) and in the rows."""


class PageView(NamedTuple):
    """A page, counted from 0, the degrees by which it is turned clockwise, and the pixels of its longest side."""

    page: int
    turn: int
    longest_side: int
