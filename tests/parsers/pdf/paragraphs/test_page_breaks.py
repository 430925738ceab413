"""Paragraphs that the end of a page cuts in two."""

from collections.abc import Callable

import pytest
from pdf_inputs import pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _justified(*lines: str) -> Callable[[Canvas], None]:
    """Return a page with lines of one width."""

    def draw(canvas: Canvas) -> None:
        for i, line in enumerate(lines):
            text = canvas.beginText(72, 700 - 12 * i)
            text.setHorizScale(100 * 240 / canvas.stringWidth(line))
            text.textOut(line)
            canvas.drawText(text)

    return draw


@pytest.mark.parametrize(
    ("last", "first", "is_one"),
    [
        ("the lamps were built for the harbours of the Cape", "Town and its keepers, who came to the coast by sea and", True),
        ("and the lamps were counted by the keepers of the", "(old) harbours, which are on the coast of the winter and", True),
        ("and all the lamps were counted by keepers of boat.", "Town and its keepers, who came to the coast by sea and", False),
        ("and the lamps were counted by the keepers of boats", "2.1 Town and its keepers, who came to the coast by sea", False),
        ("and the lamps are described at https://lamps.org/a", "Town and its keepers, who came to the coast by sea and", False),
    ],
)
def test_a_sentence_that_a_page_cuts_before_a_capital_goes_on(last: str, first: str, is_one: bool) -> None:
    text = text_of(pdf(_justified(*prose(6)[:5], last), _justified(first, *prose(6, 1)[1:])))
    assert (f"{last} {first}" in text) == is_one
