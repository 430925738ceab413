"""Justified lines of narrow columns, whose blanks are as wide as the gaps between columns."""

from pdf_inputs import at, in_order, pdf, text_of
from reportlab.pdfbase.pdfmetrics import stringWidth

_WIDTH = 150


def _stretched(y: float, *words: str, left: float = 60) -> list[tuple[float, float, str]]:
    """Return words spread evenly over the width of the column (Times of 10 points; a letter is taken for 5 points)."""
    right = 60 + _WIDTH
    free = right - left - sum(map(_width, words))
    found, x = [], left
    for word in words:
        found.append((x, y, word))
        x += _width(word) + free / (len(words) - 1)
    return found


def _width(word: str) -> float:
    return float(stringWidth(word, "Times-Roman", 10))


def _solid(y: float, text: str) -> list[tuple[float, float, str]]:
    """Return a line that fills the column with ordinary blanks: its last word is set at the right edge."""
    head, _, last = text.rpartition(" ")
    return [(60, y, head), (60 + _WIDTH - _width(last), y, last)]


_ABOVE, _BELOW = "the harbours were quiet in those long", "winter nights when lanterns burned at"


def test_stretched_lines_are_text_and_no_table() -> None:
    rows = [("non-linear.", "Then", "the"), ("co-operation.", "Then", "a"), ("wild-type.", "And", "they")]
    lines = _solid(700, _ABOVE)
    for i, row in enumerate(rows):
        lines += _stretched(688 - 24 * i, *row) + _solid(676 - 24 * i, _BELOW)
    text = text_of(pdf(at(*lines)))
    assert "|" not in text
    assert in_order(text, "those long non-linear. Then the winter", "co-operation. Then a winter", "wild-type. And they winter")


def test_stretched_lines_below_each_other_are_one_text() -> None:
    lines = _solid(700, _ABOVE) + [line for i in range(4) for line in _stretched(688 - 12 * i, f"word{i}", "and", f"more{i}")]
    text = text_of(pdf(at(*lines)))
    assert "|" not in text
    assert in_order(text, "those long word0 and more0 word1 and more1", "word3 and more3")


def test_rows_of_a_table_below_text_stay_a_table() -> None:
    lines = _solid(700, _ABOVE)
    lines += [(x, 680 - 12 * i, cell) for i in range(4) for x, cell in ((60, f"name{i}"), (120, f"{i}.5"), (180, f"{i}7"))]
    assert "| name1 | 1.5 | 17 |" in text_of(pdf(at(*lines)))


def test_the_first_line_of_a_stretched_heading_is_one_line() -> None:
    lines = [line for i in range(10) for line in _solid(500 - 12 * i, _BELOW if i % 2 else _ABOVE)]
    text = text_of(pdf(at(*_stretched(530, "Structure", "of", "the"), (60, 516, "wings"), *lines)))
    assert in_order(text, "Structure of the wings", "the harbours")


def test_rows_of_several_words_with_one_wide_gap_are_a_table() -> None:
    names = ("Powers of a number", "Product and quotient", "Sums and differences", "Comparison of all")
    cells = []
    for i, name in enumerate(names):
        cells += [(60, 688 - 12 * i, name), (60 + _WIDTH - _width(f"{i}th"), 688 - 12 * i, f"{i}th")]
    text = text_of(pdf(at(*_solid(700, _ABOVE), *cells)))
    assert "| Product and quotient | 1th |" in text
