"""Indexes in PDFs: each entry on its own line, also if it is in a fixed-width font."""

from itertools import pairwise

import pytest
from pdf_inputs import at, column, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

_ENTRIES = [
    "barrel, 3",
    "bell, 12, 14",
    "candle",
    "harbour, 8",
    "keeper, 7–9",
    "lamp, 4",
    "lantern, 21",
    "oil, see lamp",
    "rope, 5",
]


def _column(lines: list[str], font: str = "Times-Roman") -> str:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, 10)
        at(*column(72, 740, lines))(canvas)

    return text_of(pdf(draw))


@pytest.mark.parametrize("font", ["Times-Roman", "Courier"])
def test_each_entry_of_an_index_is_a_line_of_text(font: str) -> None:
    text = _column(_ENTRIES, font)
    assert all(f"{above}\n{below}" in text for above, below in pairwise(_ENTRIES))
    assert "```" not in text


def test_page_numbers_on_a_line_of_their_own_belong_to_the_entry_above() -> None:
    text = _column([*_ENTRIES[:4], "keeper, 7, 8, 19,", "23, 25", *_ENTRIES[5:]])
    assert "harbour, 8\nkeeper, 7, 8, 19, 23, 25\nlamp, 4" in text


@pytest.mark.parametrize(
    "lines",
    [
        [
            f"{name.capitalize()} and others, {1990 + i}"
            for i, name in enumerate(("barrel", "bell", "cape", "lamp", "oil", "rope"))
        ],
        [f"{line}, {i}" for i, line in enumerate(prose(8), 3)],
    ],
    ids=["years", "no order"],
)
def test_lines_that_end_with_years_or_come_in_no_order_are_no_index(lines: list[str]) -> None:
    assert not any(f"{above}\n{below}" in _column(lines) for above, below in pairwise(lines))
