"""Drop capitals of a PDF are joined with the word that they begin."""

import pytest
from pdf_inputs import at, flat, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _text(capital: str, rest: str, *, lines: int = 2, first: bool = True, colour: str = "black", gap: float = 2) -> str:
    def draw(canvas: Canvas) -> None:
        size = 10 + 12 * (lines - 1) / 0.7
        width = canvas.stringWidth(capital, "Times-Bold", size)
        body = [rest, *prose(6)]

        def initial() -> None:
            canvas.setFont("Times-Bold", size)
            canvas.setFillColor(colour)
            canvas.drawString(72, 700 - 12 * (lines - 1), capital)
            canvas.setFillColor("black")
            canvas.setFont("Times-Roman", 10)

        if first:
            initial()
        at(*((72 + (width + gap if i < lines else 0), 700 - 12 * i, line) for i, line in enumerate(body)))(canvas)
        if not first:
            initial()

    return flat(text_of(pdf(draw)))


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("lines", [2, 3, 4])
def test_a_capital_over_several_lines(lines: int, first: bool) -> None:
    rest = "he lamps were lit at dusk in all of the harbours"
    assert _text("T", rest, lines=lines, first=first) == f"T{rest} {' '.join(prose(6))}"


@pytest.mark.parametrize("colour", ["red", "gray", "navy"])
def test_a_capital_in_colour(colour: str) -> None:
    assert _text("W", "hen the lamps were lit at dusk, all was still", colour=colour).startswith("When the lamps")


def test_a_capital_that_is_a_word() -> None:
    assert _text("A", "keeper of lamps was sent to each of the harbours").startswith("A keeper of lamps")
    assert _text("I", "was the keeper of the lamps of the harbour then").startswith("I was the keeper")


def test_a_capital_that_begins_a_word_though_it_could_be_one() -> None:
    assert _text("A", "fter the lamps were lit at dusk, all was still").startswith("After the lamps")
    assert _text("I", "n the winter the lamps were lit at noon, not at").startswith("In the winter")


def test_a_quotation_mark_before_the_capital_stays() -> None:
    assert _text('"T', 'he lamps," he said, "were lit at dusk in all of').startswith('"The lamps,"')


def test_the_rest_of_the_word_in_capitals() -> None:
    assert _text("T", "HE LAMPS were lit at dusk in all of the harbours").startswith("THE LAMPS were lit")


def test_a_heading_of_one_capital_letter_is_not_joined() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 24)
        canvas.drawString(72, 740, "A")
        canvas.setFont("Times-Roman", 10)
        at(*((72, 700 - 12 * i, line) for i, line in enumerate(["abbot of the harbour", *prose(6)])))(canvas)

    assert "Aabbot" not in text_of(pdf(draw))


def test_a_capital_that_covers_the_first_word() -> None:
    """As WeasyPrint sets it: only the second line leaves it room."""

    def draw(canvas: Canvas) -> None:
        at((72, 700, "he lamps were lit at dusk in all of the harbours"), (98, 688, "and the keepers of the lamps went home"))(
            canvas
        )
        canvas.setFont("Times-Bold", 32)
        canvas.drawString(72, 686, "T")

    assert flat(text_of(pdf(draw))).startswith("The lamps were lit at dusk in all of the harbours and the keepers")
