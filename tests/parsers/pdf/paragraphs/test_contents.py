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


def test_an_index_of_two_columns_keeps_its_letters_and_lists_of_pages() -> None:
    def draw(canvas: Canvas) -> None:
        for x, names in ((50, ["N", "next", "nodes", "O", "open", "order", "output"]), (300, ["pop", "print", "push", "R"])):
            for i, name in enumerate([*names, *(f"{names[-1].lower()}x{k}" for k in range(4))]):
                y = 700 - 14 * i
                canvas.drawString(x + (90 if len(name) == 1 else 0), y, name)
                if len(name) > 1:
                    canvas.drawString(x + 60, y, ". " * 20)
                    canvas.drawRightString(x + 200, y, "9, 10" if i % 2 else "12")

    text = text_of(pdf(draw))
    assert text.startswith(("N\n", "# N\n", "## N\n", "###### N\n"))
    assert "next ...... 9, 10\n" in text
    assert text.index("outputx3 ......") < text.index("pop ...... 12\nprint ...... 9, 10\npush ...... 12\n")


def test_sections_with_pages_but_no_leaders_are_entries() -> None:
    text = _contents([""] * 5, ["1", "1", "7", "12", "13"])
    assert "1 Lamps ...... 1\n1.1 Lamps of the coast ...... 1\n1.2 Oil ...... 7\n2 Keepers ...... 12\n2.1 Duties" in text


def test_numbered_rows_whose_numbers_go_down_are_no_table_of_contents() -> None:
    assert "| 2 Keepers | 3 |" in _contents([""] * 5, ["9", "7", "4", "3", "1"])
