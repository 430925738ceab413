"""Reading order of PDF pages: columns, and what stands over or between them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_inputs import at, column, flat, in_order, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pdf.reading_order.columns import columns


def _fragment(text: str, left: float, width: float, baseline: float, size: float) -> Fragment:
    return Fragment(text, left, left + width, baseline, size, bold=False, mono=False)


_FRAGMENTS = st.lists(
    st.builds(
        _fragment,
        st.text("abc ", min_size=1, max_size=40),
        st.sampled_from([0.0, 10.0, 50.0, 51.5, 300.0, 302.0, 310.0]) | st.floats(-50, 700),
        st.sampled_from([5.0, 200.0, 280.0, 500.0]) | st.floats(0, 600),
        st.integers(0, 60).map(lambda row: 12.0 * row) | st.floats(0, 800),
        st.sampled_from([8.0, 10.0, 24.0]),
    ),
    max_size=80,
)


@given(_FRAGMENTS)
def test_every_fragment_is_in_exactly_one_column(fragments: list[Fragment]) -> None:
    found = [f for part in columns(fragments) for f in part]
    assert Counter(map(id, found)) == Counter(map(id, fragments))


@given(st.integers(4, 40), st.integers(4, 40), st.floats(8, 60))
def test_two_columns_of_any_height_are_two(left: int, right: int, gutter: float) -> None:
    first = [_fragment("words of the first column", 50, 200, 12.0 * i, 10) for i in range(left)]
    second = [_fragment("words of the second column", 250 + gutter, 200, 12.0 * i, 10) for i in range(right)]
    rows = [f for i in range(40) for f in (*first[i : i + 1], *second[i : i + 1])]
    assert columns(rows) == [first, second]


def _two_columns(top: float, lines: int, seed: int = 0, *, by_lines: bool = True) -> list[tuple[float, float, str]]:
    """Lines in two columns, as a program writes them that goes from line to line across the page, or from column to column."""
    left, right = column(50, top, prose(lines, seed)), column(310, top, prose(lines, seed + 1))
    return [line for pair in zip(left, right, strict=True) for line in pair] if by_lines else left + right


def _whole(lines: int, seed: int) -> str:
    return " ".join(prose(lines, seed))


def _title(canvas: Canvas) -> None:
    canvas.setFont("Times-Bold", 18)
    canvas.drawString(50, 740, "Lamps of the northern harbours and their keepers")
    canvas.setFont("Times-Roman", 10)
    at(*_two_columns(700, 30))(canvas)


def _table(canvas: Canvas) -> None:
    canvas.drawString(50, 760, "Table 1: What the keepers of each harbour were paid for the winter")
    rows = [
        ("Harbour", "Keepers", "Oil", "Winter"),
        ("North", "3", "120", "40.5"),
        ("East", "2", "75", "31.0"),
        ("West", "5", "9", "12"),
    ]
    for i, row in enumerate(rows):
        at(*((x, 740 - 12 * i, cell) for x, cell in zip((50, 200, 330, 460), row, strict=True)))(canvas)
    at(*_two_columns(660, 30))(canvas)


def _figure(canvas: Canvas) -> None:
    canvas.rect(60, 600, 480, 150)
    for x in range(80, 540, 60):
        canvas.drawString(x, 610, str(x))
    canvas.drawString(
        50, 580, "Figure 1: Oil that the lamps of the harbours burned in each of the winters, in barrels of the old measure"
    )
    at(*_two_columns(550, 30))(canvas)


def _long_line(canvas: Canvas) -> None:
    canvas.drawString(50, 740, " ".join(prose(2, 9)))
    at(*_two_columns(716, 30))(canvas)


@pytest.mark.parametrize("draw", [_title, _table, _figure, _long_line])
def test_two_columns_under_something_as_wide_as_the_page_are_not_mixed(draw: object) -> None:
    text = flat(text_of(pdf(draw)))  # type: ignore[arg-type]
    assert in_order(text, _whole(30, 0), _whole(30, 1))


def test_the_table_above_two_columns_is_a_table() -> None:
    assert "| North | 3 | 120 | 40.5 |" in text_of(pdf(_table))


@pytest.mark.parametrize("by_lines", [True, False])
def test_two_columns_may_be_parted_by_a_table_as_wide_as_the_page(by_lines: bool) -> None:
    wide = [
        (50.0, 500.0, "Table 2: Harbours"),
        *((x, 480.0 - 12 * i, f"c{i}{j}") for i in range(5) for j, x in enumerate((50, 200, 400))),
    ]
    page = at(*_two_columns(700, 14, by_lines=by_lines), *wide, *_two_columns(400, 20, 4, by_lines=by_lines))
    text = text_of(pdf(page))
    assert in_order(text, _whole(14, 0), _whole(14, 1), "Table 2", "| c10 | c11 | c12 |", _whole(20, 4), _whole(20, 5))


@pytest.mark.parametrize("gutter", [8, 9, 10, 12, 20])
@pytest.mark.parametrize("by_lines", [True, False])
def test_columns_with_a_narrow_gutter_are_not_mixed(gutter: float, by_lines: bool) -> None:
    width = 238

    def draw(canvas: Canvas) -> None:
        rows = (
            [(50, 700 - 12 * i, side) for i, side in enumerate(prose(30))],
            [(50 + width + gutter, 700 - 12 * i, side) for i, side in enumerate(prose(30, 1))],
        )
        lines = [line for pair in zip(*rows, strict=True) for line in pair] if by_lines else [*rows[0], *rows[1]]
        for x, y, text in lines:
            words = text.split()
            blank = (width - sum(canvas.stringWidth(word, "Times-Roman", 10) for word in words)) / (len(words) - 1)
            for word in words:
                canvas.drawString(x, y, word)
                x += canvas.stringWidth(word, "Times-Roman", 10) + blank

    assert in_order(text_of(pdf(draw)), _whole(30, 0), _whole(30, 1))


def test_ragged_columns_are_not_mixed() -> None:
    left = [" ".join(line.split()[: 3 + i * 5 % 4]) for i, line in enumerate(prose(30))]
    right = [" ".join(line.split()[: 3 + i * 7 % 4]) for i, line in enumerate(prose(30, 1))]
    pairs = zip(column(50, 700, left), column(300, 700, right), strict=True)
    text = text_of(pdf(at(*(line for pair in pairs for line in pair))))
    assert in_order(text, " ".join(left), " ".join(right))


def test_three_columns_are_read_one_after_the_other() -> None:
    sides = [[" ".join(line.split()[:4]) for line in prose(20, seed)] for seed in range(3)]
    rows = zip(*(column(x, 700, side) for x, side in zip((50, 230, 410), sides, strict=True)), strict=True)
    text = text_of(pdf(at(*(line for row in rows for line in row))))
    assert in_order(text, *(" ".join(side) for side in sides))


def test_the_number_of_columns_may_change_within_a_page() -> None:
    three = [[" ".join(line.split()[:4]) for line in prose(10, seed)] for seed in (5, 6, 7)]
    rows = zip(*(column(x, 300, side) for x, side in zip((50, 230, 410), three, strict=True)), strict=True)
    wide = column(50, 400, [" ".join(prose(2, seed)) for seed in range(10, 14)])
    page = at(*_two_columns(700, 20), *wide, *(line for row in rows for line in row))
    text = text_of(pdf(page))
    assert in_order(text, _whole(20, 0), _whole(20, 1), wide[0][2], wide[3][2], *(" ".join(side) for side in three))


def test_columns_of_different_line_distance_are_not_mixed() -> None:
    left, right = column(50, 700, prose(30)), column(310, 697, prose(24, 1), 15)
    lines = sorted([*left, *right], key=lambda line: -line[1])
    assert in_order(text_of(pdf(at(*lines))), _whole(30, 0), _whole(24, 1))


def test_items_of_a_list_are_one_column() -> None:
    items = [
        part
        for i, line in enumerate(prose(12))
        for part in ((50.0, 700.0 - 14 * i, f"({i + 1})"), (75.0, 700.0 - 14 * i, line))
    ]
    text = text_of(pdf(at(*items)))
    assert in_order(text, *(f"({i + 1}) {line}" for i, line in enumerate(prose(12))))


@pytest.mark.parametrize("by_lines", [True, False])
@pytest.mark.parametrize("number", [2, 3, 6])
def test_a_short_second_column_is_read_after_the_first(number: int, by_lines: bool) -> None:
    """As on the last page of a paper, whose columns are not balanced."""
    width = 230

    def draw(canvas: Canvas) -> None:
        rows = [(50, 700 - 12 * i, line) for i, line in enumerate(prose(30))]
        short = [(300, 700 - 12 * i, line) for i, line in enumerate(prose(number, 1))]
        lines = sorted([*rows, *short], key=lambda line: -line[1]) if by_lines else [*rows, *short]
        for x, y, text in lines:
            words = text.split()
            blank = (width - sum(canvas.stringWidth(word, "Times-Roman", 10) for word in words)) / (len(words) - 1)
            canvas.drawString(x, y, text, wordSpace=blank - canvas.stringWidth(" ", "Times-Roman", 10))

    text = text_of(pdf(draw))
    assert in_order(text, _whole(30, 0), _whole(number, 1))
    assert "|" not in text


def test_a_line_that_sticks_out_of_its_column_does_not_part_the_page() -> None:
    left, right = prose(14), prose(14, 1)
    left[6] = f"{left[6]} a_name_of_a_file"
    text = text_of(pdf(at(*column(60, 740, left), *column(300, 734, right))))
    assert in_order(text, left[0][:20], left[5], left[6], left[13], right[0], right[13])


def test_a_title_between_columns_that_ends_behind_the_gutter_parts_the_page() -> None:
    title = "A title over both columns that ends right behind the gutter ok"
    columns_above = (*column(60, 740, prose(8)), *column(300, 740, prose(8, 1)))
    columns_below = (*column(60, 600, prose(8, 2)), *column(300, 600, prose(8, 3)))
    text = text_of(pdf(at(*columns_above, (60, 625, title), *columns_below)))
    assert in_order(text, prose(8)[0], prose(8, 1)[7], title, prose(8, 2)[0], prose(8, 3)[7])


def test_the_last_lines_of_two_columns_are_two_columns() -> None:
    first = at(*column(60, 740, prose(30)), *column(300, 740, prose(30, 1)))
    last = at(*column(60, 740, prose(3, 2)), *column(300, 740, prose(3, 3)))
    text = text_of(pdf(first, last))
    assert "|" not in text
    assert in_order(text, prose(30, 1)[29], *prose(3, 2), *prose(3, 3))


def test_the_last_lines_of_three_columns_may_end_in_a_short_one() -> None:
    columns = [column(60 + 170 * k, 740, [line[:30] for line in prose(30, k)], 13) for k in range(3)]
    ends = [column(60 + 170 * k, 740, [line[:30] for line in prose(4, 7 + k)[: 4 - k // 2]], 13) for k in range(3)]
    ends[2][-1] = (*ends[2][-1][:2], "hunger.")
    text = text_of(pdf(at(*columns[0], *columns[1], *columns[2]), at(*ends[0], *ends[1], *ends[2])))
    assert "|" not in text
    assert in_order(text, *(line for end in ends for _, _, line in end))


def test_the_last_lines_of_two_columns_above_a_wide_paragraph_are_two_columns() -> None:
    wide = [f"{a} {b}" for a, b in zip(prose(4, 4), prose(4, 5), strict=True)]
    first = at(*column(60, 740, prose(30)), *column(300, 740, prose(30, 1)))
    ends = column(60, 740, prose(2, 2)), column(300, 740, prose(2, 3))
    last = at(*(line for pair in zip(*ends, strict=True) for line in pair), *column(60, 690, wide))
    text = text_of(pdf(first, last))
    assert "|" not in text
    assert in_order(text, prose(30, 1)[29], *prose(2, 2), *prose(2, 3), *wide)


def test_a_heading_under_two_columns_and_above_a_wide_paragraph_is_read_after_both() -> None:
    wide = [f"{a} {b}" for a, b in zip(prose(4, 4), prose(4, 5), strict=True)]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 18)
        canvas.drawString(50, 760, "Lamps of the northern harbours and their keepers")
        canvas.setFont("Times-Roman", 10)
        at(*_two_columns(740, 12), *column(50, 560, wide))(canvas)
        canvas.setFont("Times-Bold", 13)
        canvas.drawString(50, 580, "Of Lamps")

    text = text_of(pdf(draw))
    assert in_order(text, prose(12)[11], prose(12, 1)[0], prose(12, 1)[11], "## Of Lamps", wide[0])


def test_a_caption_under_two_columns_is_read_after_both() -> None:
    caption = "Table 3. Lamps and the harbours."
    text = text_of(pdf(at(*_two_columns(740, 12), (50, 580, caption))))
    assert in_order(text, prose(12)[11], prose(12, 1)[0], prose(12, 1)[11], caption)


def test_one_line_beside_a_column_goes_on_with_its_text() -> None:
    def draw(canvas: Canvas) -> None:
        for y, text in [(700 - 12 * i, line) for i, line in enumerate(prose(20))]:
            words = text.split()
            blank = (230 - sum(canvas.stringWidth(word, "Times-Roman", 10) for word in words)) / (len(words) - 1)
            canvas.drawString(50, y, text, wordSpace=blank - canvas.stringWidth(" ", "Times-Roman", 10))
            if y == 700:
                canvas.drawString(300, 700, "until the morning.")

    assert in_order(text_of(pdf(draw)), *prose(20), "until the morning.")
