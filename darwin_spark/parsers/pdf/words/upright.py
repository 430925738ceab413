"""Read the words of a page upright: text that lies on its side as the page is shown is read as if the page were turned.

pdfium finds lines, hyphens and blanks only where text is upright.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from darwin_spark.parsers.pdf.pdfium.page_box import PageBox
from darwin_spark.parsers.pdf.words.reading import Reading
from darwin_spark.parsers.pdf.words.word import Word
from darwin_spark.parsers.pdf.words.words import read_words


def upright_words(page: Any, box: PageBox, reading: Reading) -> tuple[dict[int, list[Word]], int]:
    """Return the words of an open page by angle, and how many characters hidden text has.

    The page is turned for a moment if most of its text lies on its side.
    """
    known = reading.line_numbers.copy()
    with closing(page.get_textpage()) as textpage:
        words, hidden = read_words(textpage, box, reading)
    rotation, main = page.get_rotation(), main_angle(words)
    if main == rotation or main % 90:
        return words, hidden
    reading.line_numbers = known
    page.set_rotation(main)
    try:
        with closing(page.get_textpage()) as textpage:
            return read_words(textpage, box, reading)
    finally:
        page.set_rotation(rotation)


def main_angle(words: Mapping[int, Sequence[Word]]) -> int:
    """Return the direction of most letters in degrees; 0 without words. `words`: the words by their angle."""
    if len(words) < 2:
        return next(iter(words), 0)
    return max(words, key=lambda angle: sum(len(word.text) for word in words[angle]))
