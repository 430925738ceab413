"""Headings in the left margin of a PDF stand before the text beside them."""

import pytest
from pdf_inputs import at, column, in_order, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

_HEADS = ("Lamps", "Oil and wicks", "Keepers")


def _page(font: str, size: float = 10, x: float = 40, *, after: bool = False) -> bytes:
    def heads(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        at(*((x, 700.0 - 144 * i, head) for i, head in enumerate(_HEADS)))(canvas)
        canvas.setFont("Times-Roman", 10)

    def draw(canvas: Canvas) -> None:
        if not after:
            heads(canvas)
        for i in range(3):
            at(*column(170, 700 - 144 * i, prose(10, i)))(canvas)
        if after:
            heads(canvas)

    return pdf(draw)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("font", "size"), [("Times-Bold", 10), ("Times-Italic", 10), ("Helvetica-Bold", 9), ("Helvetica", 12)])
def test_each_head_is_before_its_text(font: str, size: float, after: bool) -> None:
    text = text_of(_page(font, size, after=after))
    assert in_order(text, *(part for i, head in enumerate(_HEADS) for part in (head, " ".join(prose(10, i)))))
    assert "|" not in text


def test_a_head_in_bold_type_is_a_heading() -> None:
    lines = text_of(_page("Times-Bold")).split("\n")
    assert [line.lstrip("# ") for line in lines if line.startswith("#")] == list(_HEADS)


def test_a_head_of_two_lines_is_one_heading() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 10)
        at((40, 700, "How the lamps"), (40, 688, "were kept"), (40, 540, "Oil"))(canvas)
        canvas.setFont("Times-Roman", 10)
        at(*column(170, 700, prose(10)), *column(170, 540, prose(10, 1)))(canvas)

    text = text_of(pdf(draw))
    assert "# How the lamps were kept\n" in text
    assert in_order(text, "How the lamps were kept", prose(10)[0], "Oil", prose(10, 1)[0])
