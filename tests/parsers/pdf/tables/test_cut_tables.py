"""Tables of PDFs that a page break cuts."""

from pdf_inputs import at, column, pdf, prose, text_of

_XS = (72.0, 200.0, 300.0)
_ROWS = [("Harbour", "Keepers", "Oil"), ("North", "3", "120"), ("East", "2", "75"), ("West", "5", "9"), ("Cape", "1", "44")]


def _cells(rows: list[tuple[str, ...]], top: float) -> list[tuple[float, float, str]]:
    return [(x, top - 14 * i, cell) for i, row in enumerate(rows) for x, cell in zip(_XS, row, strict=True)]


def test_one_or_two_rows_on_the_other_side_of_a_page_break_are_rows() -> None:
    for cut in range(1, len(_ROWS)):
        first = at(*column(72, 700, prose(30)), *_cells(_ROWS[:cut], 320))
        second = at(*_cells(_ROWS[cut:], 740), *column(72, 600, prose(8, 1)))
        text = text_of(pdf(first, second))
        assert all(f"| {' | '.join(row)} |" in text for row in _ROWS)


def test_short_words_on_both_sides_of_a_page_break_in_other_columns_are_no_table() -> None:
    first = at(*column(72, 700, prose(30)), (72, 320, "Lamps"), (200, 320, "Oil"), (300, 320, "Boats"))
    second = at((72, 740, "A. Writer"), (180, 740, "B. Reader"), (270, 740, "C. Third"), *column(72, 700, prose(8, 1)))
    assert "|" not in text_of(pdf(first, second))


def test_a_table_with_wrapped_cells_goes_on_under_its_repeated_head() -> None:
    def rows(top: float, keys: str) -> list[tuple[float, float, str]]:
        cells = [(x, top, cell) for x, cell in zip(_XS, _ROWS[0], strict=True)]
        for i, key in enumerate(keys):
            y = top - 20 - 36 * i
            cells += [(72, y, f"Harbour {key}"), (200, y, f"kept {key}"), *column(300, y, ["oil lamps", "of the", "tower"])]
        return cells

    first = at(*column(72, 700, prose(12)), (72, 420, "Table 1: Lamps"), *rows(400, "ABC"))
    text = text_of(pdf(first, at(*rows(740, "DEF"), *column(72, 500, prose(8, 1)))))
    assert "| Harbour B | kept B | oil lamps of the tower |" in text
    assert "| Harbour | Keepers | Oil |\n| --- | --- | --- |\n| Harbour D | kept D | oil lamps of the tower |" in text
