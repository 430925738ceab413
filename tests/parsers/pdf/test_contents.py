"""Tables of contents in PDFs: each entry on its own line, with a short leader."""

import pytest
from pdf_inputs import at, column, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

_TITLES = ["1 Lamps", "1.1 Lamps of the coast", "1.2 Oil", "2 Keepers", "2.1 Duties of a keeper"]


def _contents(leaders: list[str], pages: list[str]) -> str:
    def draw(canvas: Canvas) -> None:
        for i, (title, leader, page) in enumerate(zip(_TITLES, leaders, pages, strict=True)):
            y = 700 - 14 * i
            canvas.drawString(72, y, title)
            x = 72 + canvas.stringWidth(title + " ")
            canvas.drawString(x, y, leader * int((500 - x) / max(canvas.stringWidth(leader), 1)) if leader else "")
            canvas.drawRightString(520, y, page)
        at(*column(72, 560, prose(8)))(canvas)

    return text_of(pdf(draw))


@pytest.mark.parametrize("leader", [". ", ".", "· ", "_", "… "])
def test_each_entry_is_a_line_with_a_short_leader(leader: str) -> None:
    text = _contents([leader] * 5, ["1", "1", "7", "12", "13"])
    assert "1 Lamps ...... 1\n1.1 Lamps of the coast ...... 1\n1.2 Oil ...... 7\n2 Keepers ...... 12\n2.1 Duties" in text
    assert "|" not in text
    assert "#" not in text


def test_chapters_without_a_leader_and_roman_pages_are_entries() -> None:
    text = _contents(["", ". ", ". ", "", ". "], ["iv", "iv", "ix", "12", "13"])
    assert (
        "1 Lamps iv\n1.1 Lamps of the coast ...... iv\n1.2 Oil ...... ix\n2 Keepers 12\n2.1 Duties of a keeper ...... 13"
        in text
    )


def test_leaders_written_apart_do_not_cut_the_page_into_columns() -> None:
    names = [f"{i}.{k} Lamps" for i in range(1, 5) for k in range(1, 6)]
    parts = [(72.0, 700.0 - 14 * n, name) for n, name in enumerate(names)]
    parts += [(x, y, ". . .") for _, y, _ in parts for x in (200.0, 260.0, 320.0)]
    text = text_of(pdf(at(*parts, *((380.0, 700.0 - 14 * n, f". . . {n + 3}") for n in range(len(names))))))
    assert "\n".join(f"{name} ...... {n + 3}" for n, name in enumerate(names)) in text


def test_a_table_of_numbers_is_no_table_of_contents() -> None:
    rows = [(72.0, 700.0 - 14 * i, name) for i, name in enumerate(("Lamp", "Oil", "Rope", "Bell"))]
    text = text_of(pdf(at(*rows, *((300.0, y, str(n)) for n, (_, y, _) in enumerate(rows, 3)))))
    assert "| Oil | 4 |" in text
