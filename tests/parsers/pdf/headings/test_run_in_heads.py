"""Headings without section numbers that run into their paragraphs, and leads that are none."""

import pytest
from pdf_inputs import pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _text(leads: list[str], font: str = "Times-Bold", lines: int = 8) -> str:
    """Return the text of a page of paragraphs that begin with these leads."""

    def draw(canvas: Canvas) -> None:
        y = 760.0
        for i, lead in enumerate(leads):
            canvas.setFont(font, 10)
            canvas.drawString(72, y, lead)
            x = 72 + canvas.stringWidth(f"{lead} ", font, 10)
            canvas.setFont("Times-Roman", 10)
            for line in prose(lines, i):
                canvas.drawString(x, y, line)
                x, y = 72, y - 12
            y -= 8

    return text_of(pdf(draw))


def _heads(*leads: str, font: str = "Times-Bold", lines: int = 8) -> list[str]:
    return [line.lstrip("# ") for line in _text(list(leads), font, lines).split("\n") if line.startswith("#")]


@pytest.mark.parametrize(
    ("leads", "font"),
    [
        (("Keepers of lamps.", "Barrels of oil."), "Times-Bold"),
        (("1. Keepers of lamps.", "2. Barrels of oil."), "Times-Bold"),
        (("1 Keepers of lamps.", "2 Barrels of oil."), "Times-BoldItalic"),
        (("Keepers of lamps.", "Barrels of oil.", "Winter harbours."), "Times-Italic"),
    ],
)
def test_leads_that_recur_before_long_text_are_headings(leads: tuple[str, ...], font: str) -> None:
    assert _heads(*leads, font=font) == [lead.rstrip(".") for lead in leads]


@pytest.mark.parametrize("lead", ["Abstract.", "Methods:", "Materials and methods:", "Abstract—", "Conclusions."])
def test_the_name_of_a_section_is_a_heading_alone(lead: str) -> None:
    assert _heads(lead) == [lead.rstrip(".:—")]


@pytest.mark.parametrize(
    "leads",
    [
        ("Keepers of lamps.",),
        ("Keepers of lamps", "Barrels of oil"),
        ("Keepers of lamps:", "Barrels of oil:"),
        ("Theorem 1.", "Theorem 2."),
        ("Proof.", "Proof."),
        ("Figure 1. Lamps.", "Figure 2. Barrels."),
        ("S1 Table. Lamps.", "S2 Table. Barrels."),
        ("Supplementary Figure 1. Lamps.", "Extended Data Fig. 2. Barrels."),
        ("Keywords:", "Received:"),
        ("Keeper et al.", "Walnut et al."),
    ],
)
def test_other_leads_are_no_headings(leads: tuple[str, ...]) -> None:
    assert _heads(*leads) == []


def test_terms_before_short_definitions_are_no_headings() -> None:
    assert _heads("Keepers of lamps.", "Barrels of oil.", "Harbours.", lines=2) == []


def test_the_text_of_a_run_in_heading_stays_whole() -> None:
    text = _text(["Keepers of lamps.", "Barrels of oil."])
    assert text.startswith(f"## Keepers of lamps\n\n{' '.join(prose(8))}\n\n## Barrels of oil\n\n")


def test_a_heading_in_the_margin_on_the_first_line_of_its_text() -> None:
    def draw(canvas: Canvas) -> None:
        for i, head in enumerate(("Lamps of winter", "Barrels of oil")):
            y = 760 - 160 * i
            canvas.setFont("Times-Bold", 10)
            canvas.drawString(72, y, head)
            canvas.setFont("Times-Roman", 10)
            for line in prose(10, i):
                canvas.drawString(150, y, line)
                y -= 12

    text = text_of(pdf(draw))
    assert "## Lamps of winter\n\n" in text
    assert "## Barrels of oil\n\n" in text
