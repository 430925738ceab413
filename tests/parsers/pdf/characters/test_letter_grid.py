"""Listings whose letters stand on a grid, and letter-spaced text, are read without blanks between letters."""

import pytest
from pdf_inputs import flat, raw_pdf, text_of
from reportlab.pdfbase.pdfmetrics import stringWidth

_CODE = ("for boat in harbours:", "    light(boat)", "    until burning:", "        counted += boat")


def _on_grid(pitch: float) -> str:
    """Each line as one text object, each letter in the middle of its column."""
    shown = []
    for i, line in enumerate(_CODE):
        at, parts = 0.0, []
        for j, c in enumerate(line):
            if c != " ":
                width = stringWidth(c, "Times-Roman", 10)
                x = pitch * j + (pitch - width) / 2
                parts.append(f"{-100 * (x - at)} <{ord(c):02x}>")
                at = x + width
        shown.append(f"1 0 0 1 72 {700 - 12 * i} Tm [{' '.join(parts)}] TJ")
    return f"BT /T 10 Tf {' '.join(shown)} ET"


@pytest.mark.parametrize("pitch", [9, 10])
def test_a_listing_on_a_grid_is_code(pitch: float) -> None:
    assert text_of(raw_pdf(_on_grid(pitch))) == "```\n" + "\n".join(_CODE) + "\n```\n"


def test_letterspaced_words_are_words() -> None:
    content = "BT /T 10 Tf 3 Tc 72 700 Td (LAMPS) Tj 0 Tc 0 -20 Td (The lamps were lit at dusk in all of the harbours.) Tj ET"
    assert flat(text_of(raw_pdf(content))) == "LAMPS The lamps were lit at dusk in all of the harbours."


def test_a_matrix_of_digits_is_no_listing() -> None:
    rows = [[(i * 7 + j * 3) % 10 for j in range(8)] for i in range(4)]
    parts = [f"1 0 0 1 {72 + 20 * j} {700 - 14 * i} Tm ({n}) Tj" for i, row in enumerate(rows) for j, n in enumerate(row)]
    text = text_of(raw_pdf(f"BT /T 10 Tf {' '.join(parts)} ET"))
    assert "```" not in text
    assert " ".join(str(n) for n in rows[1]) in text.replace("| ", "").replace(" |", "")
