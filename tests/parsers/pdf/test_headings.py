"""Headings of PDFs: numbered as IEEE and REVTeX do, in capitals, bold, large, or run in."""

import pytest
from pdf_inputs import at, column, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _headings(head: str, font: str = "Times-Bold", size: float = 10, *, centred: bool = False) -> list[str]:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        canvas.setFont(font, size)
        canvas.drawString(150 if centred else 72, 600, head)
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 580, prose(8, 1)))(canvas)

    return [line for line in text_of(pdf(draw)).split("\n") if line.startswith("#")]


@pytest.mark.parametrize(
    ("head", "font", "level"),
    [
        ("I. INTRODUCTION", "Times-Roman", 2),
        ("IV. LAMPS AND OIL", "Times-Roman", 2),
        ("A. Lamps of the coast", "Times-Italic", 3),
        ("II. Methods of counting", "Times-Bold", 2),
        ("3 Methods of counting", "Times-Bold", 2),
        ("3.1 Barrels", "Times-Bold", 3),
        ("3.1.2 Barrels of oil", "Times-Bold", 4),
        ("2. THE KEEPERS", "Times-Roman", 2),
        ("Conclusion", "Times-Bold", 2),
        ("Acknowledgements", "Times-Roman", 2),
    ],
)
@pytest.mark.parametrize("centred", [False, True])
def test_a_heading_and_its_level(head: str, font: str, level: int, centred: bool) -> None:
    assert _headings(head, font, centred=centred) == [f"{'#' * level} {head}"]


@pytest.mark.parametrize(
    "head", ["Figure 1: Lamps of the coast", "Table 2. Keepers", "(a) Lamps", "E = mc 2", "3.5", "and so on"]
)
def test_other_lines_are_no_headings(head: str) -> None:
    assert _headings(head, "Times-Roman") == []


def test_a_list_of_references_has_its_usual_name() -> None:
    assert _headings("BIBLIOGRAPHY") == ["## References"]


@pytest.mark.parametrize("lead", ["2.1. Lamps of the coast.", "A. Keepers of lamps:"])
def test_a_numbered_heading_that_runs_into_its_paragraph(lead: str) -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, 600, lead)
        x = 72 + canvas.stringWidth(f"{lead} ", "Times-Bold", 10)
        canvas.setFont("Times-Roman", 10)
        body = prose(8, 1)
        at((x, 600, body[0]), *column(72, 588, body[1:]))(canvas)

    text = text_of(pdf(draw))
    assert f"### {lead.rstrip('.:')}\n\n{prose(8, 1)[0]}" in text
