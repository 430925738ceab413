"""Tables of PDFs by white space; numbered equations and lists are none."""

import pytest
from pdf_inputs import at, column, flat, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _between(lines: list[tuple[float, float, str]]) -> str:
    return text_of(pdf(at(*column(72, 740, prose(8)), *lines, *column(72, 400, prose(8, 1)))))


def test_rows_of_cells_are_a_table() -> None:
    rows = [("Harbour", "Keepers", "Oil"), ("North", "3", "120"), ("East", "2", "75"), ("West", "5", "9")]
    text = _between([(x, 600 - 14 * i, c) for i, row in enumerate(rows) for x, c in zip((72, 200, 300), row, strict=True)])
    assert "| Harbour | Keepers | Oil |\n| --- | --- | --- |\n| North | 3 | 120 |\n| East | 2 | 75 |\n| West | 5 | 9 |" in text


def test_numbers_aligned_at_the_right_are_in_one_column() -> None:
    rows = [("North", "1,120.5"), ("East", "75.25"), ("West", "9.0"), ("Cape", "1,000,000.0")]
    text = _between([p for i, (a, b) in enumerate(rows) for p in ((72, 600 - 14 * i, a), (300 - 5 * len(b), 600 - 14 * i, b))])
    assert all(f"| {a} | {b} |" in text for a, b in rows)


def test_numbered_equations_are_no_table() -> None:
    equations = ["E = m c", "a + b = c", "x = y + z", "p = q r"]
    text = _between([p for i, e in enumerate(equations) for p in ((200, 600 - 24 * i, e), (320, 600 - 24 * i, f"({i + 1})"))])
    assert "|" not in text
    assert all(f"{e} ({i + 1})" in text for i, e in enumerate(equations))


@pytest.mark.parametrize("label", ["{}.", "({})", "[{}]", "•"])
def test_a_list_is_no_table(label: str) -> None:
    lines = [p for i, line in enumerate(prose(6)) for p in ((72, 600 - 14 * i, label.format(i + 1)), (100, 600 - 14 * i, line))]
    text = _between(lines)
    assert "|" not in text
    assert all(line in text for line in prose(6))


def test_text_below_a_captioned_table_is_not_its_row() -> None:
    rows = [("North", "3", "120"), ("East", "2", "75"), ("West", "5", "9"), ("Cape", "1", "4")]
    table = [(x, 600.0 - 14 * i, c) for i, row in enumerate(rows) for x, c in zip((72, 200, 300), row, strict=True)]
    text = text_of(pdf(at((72, 620, "Table 1: Keepers of lamps"), *table, *column(72, 540, prose(8)))))
    assert "| Cape | 1 | 4 |\n\nHarbour pepper" in text


def test_a_table_is_found_if_the_file_has_its_notes_before_it() -> None:
    rows = [("North", "lamps of", "the old tower"), ("East", "lamps of", "the pier"), ("West", "a buoy", "far outside")]
    table: list[tuple[float, float, str]] = []
    for y, (name, first, second) in zip((600.0, 576.0, 552.0), rows, strict=True):
        table += [
            (72, y, name),
            (160, y, first),
            (160, y - 12, second),
            (260, y - 12, "12"),
            (300, y, "kept"),
            (300, y - 12, "dry"),
        ]
    notes = [(72.0, 480.0, "N: number of lamps, counted twice in every year of the survey"), (72.0, 468.0, "by both keepers")]
    text = text_of(pdf(at((72, 620, "Continued Table 1"), *notes, *table)))
    assert "| East | lamps of the pier | 12 | kept dry |" in text
    assert text.endswith("|\n\nN: number of lamps, counted twice in every year of the survey by both keepers\n")


def test_text_close_below_the_last_cell_is_no_part_of_it() -> None:
    lines = [(60.0, 700.0, "Table 1. Values of both samples in the whole survey.")]
    lines += [
        (x, 688.0 - 12 * i, cell) for i in range(4) for x, cell in ((60.0, f"name{i}"), (220.0, f"{i}.5"), (330.0, f"{i}7"))
    ]
    lines += column(60, 640, prose(10))
    text = text_of(pdf(at(*lines)))
    assert "| name3 | 3.5 | 37 |" in text
    assert "37 Harbour" not in flat(text)


def _two_columns(cells: list[tuple[str, str]]) -> str:
    return _between([p for i, (a, b) in enumerate(cells) for p in ((72, 600 - 14 * i, a), (250, 600 - 14 * i, b))])


def test_a_formula_of_several_lines_is_no_table() -> None:
    text = _two_columns([("x + y =", "a (b + c) / 2"), ("f(x) =", "g(y) + h"), ("2x", "z = 3y"), ("b =", "(a c)s")])
    assert "\nx + y = a (b + c) / 2\nf(x) = g(y) + h\n2x z = 3y\nb = (a c)s\n" in text


def test_a_table_of_formulas_under_a_head_of_words_stays_a_table() -> None:
    text = _two_columns([("Name", "Rule"), ("Ohm", "U = R I"), ("Hooke", "F = k x"), ("Newton", "F = m a")])
    assert "| Hooke | F = k x |" in text


def test_each_key_with_its_colon_begins_a_row_also_if_it_fills_its_column() -> None:
    rows = [("AOB:", ["Antioxidant of bamboo"]), ("HPLC:", ["High-performance liquid", "chromato-", "graphy"])]
    rows += [("NF-B:", ["Nuclear factor"]), ("UPLC-ESI-MS/MS: Ultra liquid", ["", "chromatography"]), ("TLC:", ["Thin layer"])]
    lines, y = [], 600.0
    for key, texts in rows:
        lines += [(72, y, key), *((162.0, y - 12 * i, text) for i, text in enumerate(texts) if text)]
        y -= 12 * len(texts)
    text = _between(lines)
    assert "| AOB: | Antioxidant of bamboo |\n" in text
    assert "| HPLC: | High-performance liquid chromatography |\n| NF-B: | Nuclear factor |\n" in text
    assert "| UPLC-ESI-MS/MS: | Ultra liquid chromatography |\n| TLC: | Thin layer |" in text


def _keys(top: float, rows: list[tuple[str, str]]) -> list[tuple[float, float, str]]:
    return [(x, top - 12 * i, cell) for i, row in enumerate(rows) for x, cell in zip((72.0, 180.0), row, strict=True)]


def test_rows_whose_next_word_would_have_had_room_above_are_not_merged() -> None:
    first = [
        ("TAB", "complete a command or the name of a variable"),
        ("doc", "list possible completions"),
        ("C-p", "enter the line"),
    ]
    second = [("SPC or C-v", "scroll forward by one screen"), ("C-l", "draw the display again"), ("g", "read a name")]
    text = _between([*_keys(600, first), *_keys(550, second), *_keys(500, first[::-1])])
    assert all(f"| {key} | {what} |" in text for key, what in (*first, *second))


def test_a_cell_whose_next_word_had_no_room_goes_on_below() -> None:
    first = [("Sharing it", "creates an analysis report"), ("widely", "anew, and shares it")]
    second = [("Publication", "puts what was found on a page"), ("at once", "for everyone")]
    text = _between([*_keys(600, first), *_keys(560, second), *_keys(520, first)])
    assert "| Sharing it widely | creates an analysis report anew, and shares it |" in text
    assert "| Publication at once | puts what was found on a page for everyone |" in text


def test_a_bold_line_between_the_rows_of_two_tables_is_a_heading() -> None:
    rows = [("TAB", "complete a command"), ("doc", "list completions"), ("C-p", "enter the line")]

    def draw(canvas: Canvas) -> None:
        at(*column(72, 740, prose(8)), *_keys(600, rows), *_keys(520, rows[::-1]), *column(72, 400, prose(8, 1)))(canvas)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, 540, "Motion in Info")

    text = text_of(pdf(draw))
    assert "| C-p | enter the line |\n\n## Motion in Info\n\n| C-p | enter the line |\n| --- | --- |\n" in text


def test_a_key_below_a_description_that_goes_on_begins_a_row() -> None:
    first = [("ls", "print the listing of the directory")]
    second = [
        ("getenv (string)", "return the value of a named"),
        ("", "variable of the shell"),
        ("system (command)", "execute a command of the shell string"),
    ]
    text = _between([*_keys(600, first), *_keys(580, first), *_keys(560, second)])
    assert "| getenv (string) | return the value of a named variable of the shell |" in text
    assert "| system (command) | execute a command of the shell string |" in text


def test_keys_that_fill_their_column_between_other_keys_are_parted_from_their_texts() -> None:
    rows = [("open", "a file"), ("close", "a file"), ("write", "formatted text"), ("read", "the next line")]
    wide = [(72.0, 576.0, "interpolate some points evenly")]
    text = _between([*_keys(600, rows[:2]), *wide, *_keys(564, rows[2:])])
    assert "| interpolate some points | evenly |" in text


def test_a_line_of_text_between_two_lists_of_keys_is_not_parted() -> None:
    rows = [("open", "a file"), ("close", "a file"), ("write", "formatted text"), ("read", "the next line")]
    line = "All of these need a file that was opened before, and give an error if there is none."
    assert f"\n{line}\n" in _between([*_keys(600, rows[:2]), (72.0, 570.0, line), *_keys(552, rows[2:])])


@pytest.mark.parametrize("count", [1, 2])
def test_rows_above_a_wide_gap_belong_to_the_table_below_if_they_stand_in_its_columns(count: int) -> None:
    rows = [("Harbour", "Keepers", "Oil"), ("All", "14", "310"), ("North", "3", "120"), ("East", "2", "75"), ("West", "5", "9")]
    ys = [614 - 14 * i if i < count else 560 - 14 * i for i in range(len(rows))]
    text = _between([(x, y, c) for y, row in zip(ys, rows, strict=True) for x, c in zip((72, 200, 300), row, strict=True)])
    assert "| Harbour | Keepers | Oil |\n| --- | --- | --- |\n| All | 14 | 310 |\n| North | 3 | 120 |\n" in text


def test_a_line_far_above_a_table_in_other_columns_is_no_row_of_it() -> None:
    rows = [("All", "14", "310"), ("North", "3", "120"), ("East", "2", "75"), ("West", "5", "9")]
    cells = [(x, 546 - 14 * i, c) for i, row in enumerate(rows) for x, c in zip((72, 200, 300), row, strict=True)]
    text = _between([(72, 600, "Lamps"), (130, 600, "of the coast"), (250, 600, "and harbours of it"), *cells])
    assert "| All | 14 | 310 |\n| --- | --- | --- |\n| North" in text
