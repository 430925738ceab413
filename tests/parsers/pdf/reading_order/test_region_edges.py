"""Titles above columns, headings below columns, and headings that a column or page cuts."""

import pytest
from pdf_inputs import at, column, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

Line = tuple[float, float, str, str, float]


def _columns(canvas: Canvas, *columns: tuple[float, float, list[str]]) -> None:
    canvas.setFont("Times-Roman", 10)
    for x, top, lines in columns:
        at(*column(x, top, lines))(canvas)


def _large(canvas: Canvas, *lines: tuple[float, float, str], size: float = 11.5) -> None:
    canvas.setFont("Times-Bold", size)
    at(*lines)(canvas)


_LEFT, _RIGHT = 72, 320


@pytest.mark.parametrize("width", [3, 2])
def test_the_last_line_of_a_title_above_columns_belongs_to_it(width: int) -> None:
    xs = (60, 240, 420) if width == 3 else (_LEFT, _RIGHT)
    size = 7 if width == 3 else 10

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 18)
        canvas.drawCentredString(300, 740, "Lanterns, harbours and the keepers of the coast in")
        canvas.drawCentredString(300, 718, "winter" if width == 3 else "the winter of the barrels of copper"[:14])
        canvas.setFont("Times-Roman", size)
        for i, x in enumerate(xs):
            at(*column(x, 690, prose(14, i)))(canvas)

    text = text_of(pdf(draw))
    assert text.startswith("# Lanterns, harbours and the keepers of the coast in ")
    assert text.count("#") == 1


def test_a_heading_below_columns_stands_before_the_wide_text_below() -> None:
    def draw(canvas: Canvas) -> None:
        _columns(canvas, (_LEFT, 720, prose(12)), (_RIGHT, 720, prose(12, 1)))
        _large(canvas, (_LEFT, 560, "Lamps of oil"))
        wide = [f"{a} {b}" for a, b in zip(prose(6, 2), prose(6, 3), strict=True)]
        _columns(canvas, (_LEFT, 540, wide))

    text = text_of(pdf(draw))
    assert text.index(prose(12, 1)[0]) < text.index("Lamps of oil") < text.index(prose(6, 2)[0])


def test_a_heading_below_the_last_columns_of_a_page_stands_after_them() -> None:
    def draw(canvas: Canvas) -> None:
        _columns(canvas, (_LEFT, 720, prose(13)[:12]), (_RIGHT, 720, [prose(3)[1], *prose(11, 1)]))
        _large(canvas, (_LEFT, 560, "Lamps of oil"))

    text = text_of(pdf(draw, lambda canvas: _columns(canvas, (_LEFT, 720, prose(8, 2)))))
    assert text.index(prose(11, 1)[-1]) < text.index("Lamps of oil") < text.index(prose(8, 2)[0])


def test_a_heading_at_the_foot_of_the_left_column_whose_text_follows_in_the_right_one_stays() -> None:
    def draw(canvas: Canvas) -> None:
        _columns(canvas, (_LEFT, 720, prose(12)), (_RIGHT, 720, prose(12, 1)))
        _large(canvas, (_LEFT, 560, "Lamps of oil"))

    text = text_of(pdf(draw))
    assert text.index(prose(12)[-1]) < text.index("## Lamps of oil") < text.index(prose(12, 1)[0])


@pytest.mark.parametrize("rest", ["winter and in spring", "Winter and in Spring"])
def test_a_heading_that_a_column_cuts_is_one_heading(rest: str) -> None:
    def draw(canvas: Canvas) -> None:
        _columns(canvas, (_LEFT, 720, prose(12)), (_RIGHT, 700, prose(11, 1)))
        _large(canvas, (_LEFT, 565, "Lanterns of the northern harbour pilots in"), (_RIGHT, 720, rest))

    assert f"\n\n## Lanterns of the northern harbour pilots in {rest}\n\n{prose(11, 1)[0]}" in text_of(pdf(draw))


def test_two_headings_at_the_break_of_a_column_are_two() -> None:
    def draw(canvas: Canvas) -> None:
        _columns(canvas, (_LEFT, 720, prose(12)), (_RIGHT, 700, prose(11, 1)))
        _large(canvas, (_LEFT, 565, "2 The lamps"), (_RIGHT, 720, "2.1 Winter lamps"))

    text = text_of(pdf(draw))
    assert "## 2 The lamps\n" in text
    assert "### 2.1 Winter lamps\n" in text


def test_a_heading_of_five_short_lines_in_a_narrow_column() -> None:
    words = ["Observation of the", "lanterns and the", "harbours of the", "northern coast in", "the winter"]

    def draw(canvas: Canvas) -> None:
        _columns(canvas, (_LEFT, 720, prose(12)))
        _large(canvas, *((_LEFT, 560 - 17 * i, line) for i, line in enumerate(words)))
        _columns(canvas, (_LEFT, 465, prose(12, 1)))

    assert f"## {' '.join(words)}\n" in text_of(pdf(draw))


def test_the_last_line_of_a_wide_paragraph_above_columns_belongs_to_it() -> None:
    wide = [f"{a} {b}" for a, b in zip(prose(3, 2), prose(3, 3), strict=True)]
    draw = at(
        *column(_LEFT, 740, wide),
        (_LEFT, 704, "21:978-991. Cited."),
        *column(_LEFT, 670, prose(12)),
        *column(_RIGHT, 670, prose(12, 1)),
    )
    assert f"{wide[-1]} 21:978-991. Cited." in text_of(pdf(draw))


def test_a_line_below_columns_in_plain_type_that_is_near_the_wide_text_below_belongs_to_it() -> None:
    wide = [f"{a} {b}" for a, b in zip(prose(3, 2), prose(3, 3), strict=True)]
    draw = at(
        *column(_LEFT, 740, prose(12)),
        *column(_RIGHT, 740, prose(12, 1)),
        (_LEFT, 580, "> Cite as:"),
        *column(_LEFT, 568, wide),
    )
    text = text_of(pdf(draw))
    assert text.index(prose(12, 1)[0]) < text.index("Cite as:") < text.index(wide[0])
