"""Running heads and page numbers of a PDF are left out; headings that count, titles of slides and last lines stay."""

import re
from collections.abc import Callable

import pytest
from pdf_inputs import at, column, flat, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

ROMAN = ("i", "ii", "iii", "iv", "v", "vi")


def _pages(head: str, number: int = 6, *, font: str = "Times-Roman", size: float = 10, y: float = 760, x: float = 72) -> str:
    """Return the text of pages of prose, each with a line at `y`: `{n}` is its number, `{r}` its Roman number."""

    def page(n: int):  # type: ignore[no-untyped-def]
        def draw(canvas: Canvas) -> None:
            canvas.setFont(font, size)
            canvas.drawString(x, y, head.format(n=n + 1, r=ROMAN[n], R=ROMAN[n].upper(), s="ABCDEF"[n]))
            canvas.setFont("Times-Roman", 10)
            at(*column(72, 700, prose(20, n)))(canvas)

        return draw

    return text_of(pdf(*(page(n) for n in range(number))))


@pytest.mark.parametrize(
    "head",
    [
        "Problem {n}",
        "Lecture {n}",
        "Figure S{n}",
        "Exercise {n}.",
        "Day {n}",
        "Protocol {n}: wicks",
        "Chapter {n}",
        "Table {n}",
        "Appendix {s}",
        "Week {n}",
        "Question {n} (4 points)",
    ],
)
@pytest.mark.parametrize(("font", "size"), [("Times-Bold", 14), ("Times-Bold", 10), ("Times-Roman", 10)])
def test_headings_that_count_stay(head: str, font: str, size: float) -> None:
    text = _pages(head, font=font, size=size)
    assert all(head.format(n=n + 1, s="ABCDEF"[n]).rstrip(".") in text for n in range(6))


@pytest.mark.parametrize(
    "head",
    [
        "Lamps of the Harbours",
        "Journal of Lamps 12 ({n}) 45",
        "Lamps of the Harbours {n}",
        "{n} Lamps of the Harbours",
        "Lamps and Keepers | Page {n}",
        "Page {n} of 6",
        "- {n} -",
        "{n}",
        "{r}",
        "{R}",
        "– {n} –",
        "Seite {n}",
    ],
)
@pytest.mark.parametrize("y", [760, 30])
def test_running_heads_and_page_numbers_go(head: str, y: float) -> None:
    text = flat(_pages(head, y=y))
    assert text == " ".join(" ".join(prose(20, n)) for n in range(6))


def test_heads_that_differ_on_odd_and_even_pages_go() -> None:
    pages = [
        at(
            (72 if n % 2 else 480, 760, f"{n + 1}"),
            (200, 760, ("Lamps of the Harbours", "The Keepers")[n % 2]),
            *column(72, 700, prose(20, n)),
        )
        for n in range(6)
    ]
    assert flat(text_of(pdf(*pages))) == " ".join(" ".join(prose(20, n)) for n in range(6))


def test_page_numbers_go_though_the_first_page_has_none() -> None:
    pages = [at(*([(300, 30, str(n + 1))] if n else []), *column(72, 700, prose(20, n))) for n in range(5)]
    assert not re.search(r"\d", text_of(pdf(*pages)))


def test_roman_numbers_and_then_arabic_ones_go() -> None:
    names = ["i", "ii", "iii", "1", "2", "3"]
    pages = [at((300, 30, name), *column(72, 700, prose(20, n))) for n, name in enumerate(names)]
    assert flat(text_of(pdf(*pages))) == " ".join(" ".join(prose(20, n)) for n in range(6))


@pytest.mark.parametrize("last", ["1994.", "12.5", "in 1994", "1994", "(3)", "p. 12"])
def test_a_last_line_that_looks_like_a_number_stays(last: str) -> None:
    page = at(*column(72, 400, prose(30)), (72, 400 - 12 * 30, last))
    other = at(*column(72, 700, prose(20, 1)))
    assert last in text_of(pdf(page, other))


def test_titles_of_slides_stay() -> None:
    def slide(n: int):  # type: ignore[no-untyped-def]
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica-Bold", 28)
            canvas.drawString(50, 360, ("Results", "Methods", "Results", "Results")[n])
            canvas.setFont("Helvetica", 18)
            at(*column(60, 300, [f"Point {'abcd'[n]} of the slide", "and the other point"], 30))(canvas)
            canvas.setFont("Helvetica", 8)
            canvas.drawString(60, 12, "Keepers' meeting")
            canvas.drawString(560, 12, str(n + 1))

        return draw

    text = text_of(pdf(*(slide(n) for n in range(4)), size=(640, 400)))
    assert text.count("Results") == 3
    assert "meeting" not in text
    assert not re.search(r"\d", text)


def test_rows_of_a_table_over_pages_stay() -> None:
    pages = [
        at(
            *(
                (x, 770 - 14 * i, cell)
                for i in range(50)
                for x, cell in zip((72, 200, 300), (f"row {n * 50 + i}", str(i % 7), "1.5"), strict=True)
            )
        )
        for n in range(4)
    ]
    text = text_of(pdf(*pages))
    assert all(f"| row {i} | {i % 50 % 7} | 1.5 |" in text for i in range(200))


def test_the_name_of_a_section_beside_the_page_number_goes_though_each_section_has_one_such_page() -> None:
    def page(number: int) -> object:
        return at(
            (72, 40, str(number)), (350, 40, f"Section {number}. Lamps of {prose(9)[number][:9]}"),
            *column(72, 700, prose(10, number)),
        )  # fmt: skip

    text = text_of(pdf(*(page(number) for number in range(3, 8))))  # type: ignore[arg-type]
    assert "Lamps of" not in text


def test_the_last_row_of_a_table_stays_though_its_first_cell_is_the_page_number() -> None:
    def page(number: int) -> object:
        rows = [(72.0, 40.0 + 12 * i, str(number - i)) for i in range(8)]
        return at(*column(72, 700, prose(10, number)), *rows, *((200.0, y, f"lamp {n}") for _, y, n in rows))

    text = text_of(pdf(*(page(number) for number in range(10, 15))))  # type: ignore[arg-type]
    assert all(f"| {number} | lamp {number} |" in text for number in range(10, 15))


def test_words_that_repeat_on_one_page_are_no_running_heads() -> None:
    words = [(72 + 60 * i, 780 - 3 * i, "tide") for i in range(8)]
    assert text_of(pdf(at(*words))).count("tide") == 8


@pytest.mark.parametrize(("y", "stays"), [(760, False), (744, True)])
def test_authors_on_one_page_go_only_where_other_pages_have_their_running_heads(y: float, stays: bool) -> None:
    title, authors = "Of lamps and the men who keep them", "Ana Reyes Soto et al"

    def page(n: int):  # type: ignore[no-untyped-def]
        return at((72, y if n == 1 else 760, authors if n == 1 else title), *column(72, 700, prose(20, n)))

    text = text_of(pdf(*(page(n) for n in range(3))))
    assert title not in text
    assert (authors in text) is stays


def test_a_head_with_the_volume_on_the_second_of_two_pages_is_dropped() -> None:
    head = ((82, 760, "Proceedings of Lamps"), (262, 760, "1(1), 2021"))
    lines = column(72, 740, prose(12), 13)
    text = text_of(pdf(at(*lines), at(*head, *column(72, 740, prose(12, 1), 13))))
    assert "2021" not in text
    assert "Proceedings" not in text
    assert "1(1), 2021" in text_of(pdf(at(*head, *lines)))
    assert "1(1), 2021" in text_of(pdf(at(*lines), at((72, 760, "Lamps of"), (120, 760, "1(1), 2021"), *lines)))


def _prose_page(n: int, *lines: tuple[float, float, str], top: float = 660) -> Callable[[Canvas], None]:
    return at(*lines, *column(72, top, prose(20, n)))


@pytest.mark.parametrize("name", ["Lamps of the Harbours", "Section {n}. Tides"])
def test_the_outermost_line_goes_though_the_margin_is_wide(name: str) -> None:
    pages = [_prose_page(n, (72, 695, name.format(n=n)), (500, 695, str(n + 9))) for n in range(6)]
    assert flat(text_of(pdf(*pages))) == " ".join(" ".join(prose(20, n)) for n in range(6))


@pytest.mark.parametrize(("y", "size"), [(672, 10), (695, 14)])
def test_a_line_below_the_margin_stays_where_it_is_near_the_text_or_large(y: float, size: float) -> None:
    def page(n: int):  # type: ignore[no-untyped-def]
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Times-Roman", size)
            canvas.drawString(72, y, "Options")
            canvas.setFont("Times-Roman", 10)
            _prose_page(n)(canvas)

        return draw

    assert text_of(pdf(*map(page, range(6)))).count("Options") == 6


@pytest.mark.parametrize("is_last", [True, False])
def test_lines_of_the_text_that_repeat_on_a_few_pages_stay(is_last: bool) -> None:
    line = (72, 40 if is_last else 748, "Options of lamps")
    words = [(72.0, 52.0 if is_last else 760.0, f"{first[:12]} it") for first in prose(15)]
    pages = [_prose_page(n, words[n], *([line] if n in (0, 1, 14) else [])) for n in range(15)]
    assert text_of(pdf(*pages)).count("Options of lamps") == 3


def test_a_line_of_two_heads_goes_though_it_is_on_two_pages_only() -> None:
    pages = [_prose_page(n, *([(72, 760, "Reyes, Soto"), (400, 760, "LAMPS")] if n in (4, 5) else [])) for n in range(8)]
    text = text_of(pdf(*pages))
    assert "Soto" not in text
    assert "LAMPS" not in text


def test_the_head_of_a_printed_listing_stays() -> None:
    def page(n: int):  # type: ignore[no-untyped-def]
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Courier", 9)
            at((72, 695, "GLPK REPORT"), (450, 695, str(n + 1)), *column(72, 670, ["x = 1;", "y = 2;"]))(canvas)

        return draw if n < 2 else _prose_page(n)

    assert text_of(pdf(*map(page, range(6)))).count("GLPK REPORT") == 2
