"""Headings in small capitals that a program made of two sizes of one font."""

import pytest
from pdf_inputs import at, column, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _small_capitals(canvas: Canvas, x: float, y: float, text: str, size: float = 11, *, upper: bool = True) -> None:
    for c in text:
        now = 0.7 * size if c.islower() else size
        canvas.setFont("Times-Roman", now)
        canvas.drawString(x, y, c.upper() if upper else c)
        x += canvas.stringWidth(c.upper() if upper else c, "Times-Roman", now)


@pytest.mark.parametrize("upper", [True, False])
@pytest.mark.parametrize(
    "lines",
    [
        ("II. Lamps of the northern coast",),
        ("3. Lamps of the northern coast and", "winter harbours"),
        ("I. Lamps of D.", "keeper"),
    ],
)
def test_a_numbered_heading_in_small_capitals(lines: tuple[str, ...], upper: bool) -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        for i, line in enumerate(lines):
            _small_capitals(canvas, 72, 600 - 14 * i, line, upper=upper)
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 560, prose(8, 1)))(canvas)

    head = " ".join(lines)
    assert f"\n\n## {head.upper() if upper else head}\n\n" in text_of(pdf(draw))


def test_small_capitals_that_come_in_both_kinds_of_letters() -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(72, 600, "II. rIbosoMe profIlIng of er stress In")
        canvas.setFont("Times-Roman", 7.7)
        canvas.drawString(72, 586, "MaMMalIan cells")
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 560, prose(8, 1)))(canvas)

    assert "II. rIbosoMe profIlIng of er stress In MaMMalIan cells\n\n" in text_of(pdf(draw))


def test_a_large_first_word_does_not_make_small_capitals_of_a_line() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 14)
        canvas.drawString(72, 720, "Lighthouse")
        canvas.setFont("Times-Roman", 10)
        at((142, 720, prose(2)[0]), *column(72, 708, prose(12, 1)))(canvas)

    assert "#" not in text_of(pdf(draw))
