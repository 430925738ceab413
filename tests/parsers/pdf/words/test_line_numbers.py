"""Numbers of lines in the margin of a PDF are left out, and the text flows on; numbered tables and lists keep theirs."""

import re

import pytest
from pdf_inputs import at, column, flat, pdf, prose, text_of

Lines = list[tuple[float, float, str]]


def _numbered(lines: Lines, x: float, numbers: dict[int, int]) -> Lines:
    """Lines, each with its number, if any, before it in the content: {index of the line: number}."""
    found: Lines = []
    for i, line in enumerate(lines):
        if i in numbers:
            found.append((x, line[1], str(numbers[i])))
        found.append(line)
    return found


def _text(*pages: Lines) -> str:
    return flat(text_of(pdf(*(at(*page) for page in pages))))


def _body(number: int, seed: int = 0) -> str:
    return " ".join(prose(number, seed))


@pytest.mark.parametrize("x", [40, 50, 340])
@pytest.mark.parametrize("leading", [12, 20])
def test_a_number_on_every_line(x: float, leading: float) -> None:
    page = _numbered(column(90, 700, prose(30), leading), x, {i: i + 1 for i in range(30)})
    assert _text(page) == _body(30)


@pytest.mark.parametrize("step", [2, 3, 5, 10])
def test_a_number_on_some_lines(step: int) -> None:
    first = column(90, 760, prose(58))
    page = _numbered(first, 50, {i: i + 1 for i in range(58) if (i + 1) % step == 0})
    assert _text(page) == _body(58)


def test_numbers_that_go_on_from_page_to_page_up_to_four_digits() -> None:
    pages = [_numbered(column(90, 700, prose(30, n)), 40, {i: 955 + 30 * n + i for i in range(30)}) for n in range(3)]
    text = _text(*pages)
    assert not re.search(r"\d", text)


def test_numbers_that_begin_again_on_each_page() -> None:
    pages = [_numbered(column(90, 700, prose(30, n)), 50, {i: i + 1 for i in range(30)}) for n in range(2)]
    assert not re.search(r"\d", _text(*pages))


def test_numbers_of_each_column() -> None:
    left = _numbered(column(60, 700, prose(30)), 40, {i: i + 1 for i in range(30)})
    right = _numbered(column(330, 700, prose(30, 1)), 306, {i: i + 31 for i in range(30)})
    assert _text(left + right) == f"{_body(30)} {_body(30, 1)}"


def test_numbers_all_before_or_all_after_the_text() -> None:
    lines = column(90, 700, prose(30))
    numbers = [(50.0, y, str(i + 1)) for i, (_, y, _) in enumerate(lines)]
    assert _text([*numbers, *lines]) == _body(30)
    assert _text([*lines, *numbers]) == _body(30)


def test_numbers_of_a_last_page_with_two_lines() -> None:
    full = _numbered(column(90, 700, prose(30)), 50, {i: i + 1 for i in range(30)})
    last = _numbered(column(90, 700, prose(2, 3)), 50, {0: 31, 1: 32})
    assert _text(full, last) == f"{_body(30)} {_body(2, 3)}"


def test_numbers_of_the_lines_of_several_paragraphs_and_headings() -> None:
    lines = [*column(90, 700, prose(12)), (90.0, 540.0, "2 Lamps of the coast"), *column(90, 520, prose(12, 1))]
    text = _text(_numbered(lines, 50, {i: i + 1 for i in range(25)}))
    assert text == f"{_body(12)} 2 Lamps of the coast {_body(12, 1)}"


def test_a_table_with_numbered_rows_keeps_its_numbers() -> None:
    rows = [("1", "North", "40.5"), ("2", "East", "31.0"), ("3", "West", "12.2"), ("4", "South", "9.9"), ("5", "Cape", "7.1")]
    table = [(x, 500.0 - 14 * i, cell) for i, row in enumerate(rows) for x, cell in zip((90, 160, 300), row, strict=True)]
    text = text_of(pdf(at(*column(90, 700, prose(12)), *table, *column(90, 400, prose(12, 1)))))
    assert all(f"| {' | '.join(row)} |" in text for row in rows)


def test_a_numbered_list_keeps_its_numbers() -> None:
    items = [
        part for i, line in enumerate(prose(10)) for part in ((60.0, 700.0 - 14 * i, f"{i + 1}."), (80.0, 700.0 - 14 * i, line))
    ]
    text = _text(items)
    assert all(f"{i + 1}. {line}" in text for i, line in enumerate(prose(10)))


def test_the_years_of_a_chronicle_stay() -> None:
    items = [
        part
        for i in range(8)
        for part in ((60.0, 700.0 - 30 * i, str(1900 + 7 * i * i)), (100.0, 700.0 - 30 * i, prose(1, i)[0]))
    ]
    text = _text(items)
    assert all(str(1900 + 7 * i * i) in text for i in range(8))
