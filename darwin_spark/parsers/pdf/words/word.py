"""A word of a PDF page."""

from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple

from darwin_spark.parsers.pdf.characters.styles import Style


class Word(NamedTuple):
    """A word, or adjacent words of one style. In points: `left` and `right` along the text direction, `baseline` across it."""

    text: str
    left: float
    right: float
    baseline: float
    style: Style
    spaced: bool  # whether white space precedes the word
    inside: bool = True  # whether the word is inside the visible box of the page
    begins_column: bool = False  # whether a narrow gutter parts the word from the one before it on its line
    begin: int = -1  # index of the first character on the page, as pdfium counts; -1: unknown
    mirrored: bool = False  # whether the page is mirrored, because it is of a right-to-left script
    tall: tuple[float, float] | None = None  # top and bottom of a part of a formula that is higher than a line


def words_of(*columns: Sequence[Any]) -> list[Word]:
    """Return the words whose fields, up to `begin`, are in these columns. Calling the class takes four times as long."""
    return list(map(partial(tuple.__new__, Word), zip(*columns, repeat(False), repeat(None), strict=False)))
