"""Formulas of PDFs are read in the order of their lines: operators, brackets, fractions, roots, matrices."""

import pytest
from pdf_inputs import flat, pdf, text_of
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.parsers.pdf.characters.styles import Style
from darwin_spark.parsers.pdf.paragraphs.page_breaks import continue_paragraph
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph
from darwin_spark.parsers.pdf.words.formulas.matrices import with_rows
from darwin_spark.parsers.pdf.words.formulas.operator_limits import with_operators
from darwin_spark.parsers.pdf.words.formulas.parts import Part, written
from darwin_spark.parsers.pdf.words.word import Word


def _letters(text: str, left: float, baseline: float, size: float = 10.0) -> Part:
    word = Word(text, left, left + 0.5 * size * len(text), baseline, Style(size), spaced=False)
    return Part(word, baseline - 0.7 * size, baseline + 0.2 * size)


def _sign(text: str, left: float, top: float, bottom: float, width: float = 10.0) -> Part:
    """Return a glyph of TeX's extension font: its baseline is at its top."""
    return Part(Word(text, left, left + width, top, Style(10.0, operators=True), spaced=False), top, bottom, text)


def _text(*parts: Part) -> str:
    return written(with_rows(with_operators(parts)))


def test_limits_of_a_display_sum_follow_the_sign() -> None:
    upper, lower = _letters("n", 116, 88, 7), _letters("k=1", 113, 113, 7)
    assert (
        _text(_letters("s =", 90, 100), upper, _sign("∑", 113, 90, 105), lower, _letters("x", 126, 100)) == "s = ∑_{k=1}^{n} x"
    )


def test_limits_beside_an_integral_follow_the_sign() -> None:
    limits = _letters("b", 121, 91, 7), _letters("a", 118, 108, 7)
    assert _text(_letters("I =", 90, 100), _sign("∫", 112, 89, 106), *limits, _letters("f", 129, 100)) == "I = ∫_{a}^{b} f"


def test_an_exponent_of_a_tall_bracket_is_one() -> None:
    inner = _sign("(", 100, 87, 108, 5), _letters("x + y", 105, 100), _sign(")", 131, 87, 108, 5)
    assert _text(_letters("a", 92, 100), *inner, _letters("2", 137, 89, 7), _letters(".", 142, 100)) == "a (x + y)^{2}."


def test_what_stands_below_lim_is_its_limit() -> None:
    assert _text(_letters("lim", 100, 100), _letters("t→0", 102, 107, 7), _letters("f", 120, 100)) == "lim_{t→0} f"


def test_a_small_part_of_the_next_word_is_no_limit() -> None:
    assert _text(_sign("∑", 100, 90, 105), _letters("x", 113, 100), _letters("i", 118, 102, 7)) == "∑ x_{i}"


def test_rows_between_tall_brackets_are_read_row_by_row() -> None:
    rows = [_letters(text, x, y) for y, cells in ((93, "12"), (106, "34")) for text, x in zip(cells, (110, 125), strict=True)]
    brackets = _sign("(", 103, 84, 111, 6), _sign(")", 131, 84, 111, 6)
    assert _text(_letters("A =", 80, 100), brackets[0], *rows, brackets[1]) == "A = (1 2 3 4)"


def test_cases_after_a_brace_are_read_row_by_row() -> None:
    rows = [_letters(text, x, y) for text, x, y in (("0,", 110, 93), ("if a", 125, 93), ("1,", 110, 106), ("if b", 125, 106))]
    assert _text(_letters("f =", 80, 100), _sign("{", 103, 84, 111, 6), *rows) == "f = {0, if a 1, if b"


def _fraction(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "The density of a body is")
    canvas.setFont("Symbol", 10)
    canvas.drawString(176, 700, "ρ")
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(186, 700, "=")
    canvas.drawCentredString(220, 706.8, "mass of it")
    canvas.drawCentredString(220, 693.1, "volume")
    half = canvas.stringWidth("mass of it", "Times-Roman", 10) / 2
    canvas.line(220 - half, 702.5, 220 + half, 702.5)
    canvas.drawString(243, 700, "and has a unit.")
    canvas.drawString(72, 685, "It depends on the temperature.")


def test_a_fraction_is_read_in_its_line() -> None:
    assert "The density of a body is ρ = (mass of it)/volume and has a unit." in flat(text_of(pdf(_fraction)))


@pytest.mark.parametrize("width", [60, 200])
def test_an_underlined_word_above_another_is_no_fraction(width: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 706, "Contents")
        canvas.line(72, 704, 72 + width, 704)
        canvas.drawString(72, 694, "Preface")
        canvas.setFont("Symbol", 10)
        canvas.drawString(72, 650, "αβγ")

    text = text_of(pdf(draw))
    assert "Contents" in text
    assert "/" not in text


def test_a_root_is_read_before_what_its_line_covers() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The length is")
        canvas.setFont("Symbol", 10)
        canvas.drawString(129, 700, "√")
        begin = 129 + canvas.stringWidth("√", "Symbol", 10)
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(begin, 700, "a + b, as said.")
        end = begin + canvas.stringWidth("a + b", "Times-Roman", 10)
        canvas.line(begin, 708.4, end, 708.4)

    assert flat(text_of(pdf(draw))) == "The length is √(a + b), as said."


def test_a_fraction_in_a_common_font_is_read_by_a_sign_on_its_page() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "The mean of it is")
        canvas.drawCentredString(160, 706.8, "sum")
        canvas.drawCentredString(160, 693.1, "count")
        half = canvas.stringWidth("count", "Times-Roman", 10) / 2
        canvas.line(160 - half, 702.5, 160 + half, 702.5)
        canvas.drawString(178, 700, "here.")
        canvas.setFont("Symbol", 10)
        canvas.drawString(72, 650, "∑")

    assert flat(text_of(pdf(draw))).startswith("The mean of it is sum/count here.")


def test_an_inline_formula_that_is_tall_does_not_cut_its_paragraph() -> None:
    def draw(canvas: Canvas) -> None:
        for i in range(4):
            canvas.drawString(72, 760 - 12 * i, f"Line {i} of a paragraph whose lines are all about as wide as the column is.")
        canvas.setFont("Symbol", 10)
        canvas.drawString(72, 703, "∑")
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(82, 703, "is a sum, and a fraction in the text is")
        half = canvas.stringWidth("count", "Times-Roman", 10) / 2
        canvas.drawCentredString(260, 709.8, "sum")
        canvas.drawCentredString(260, 696.1, "count")
        canvas.line(260 - half, 705.5, 260 + half, 705.5)
        canvas.drawString(280, 703, "which is tall here.")
        canvas.drawString(72, 683, "Its paragraph goes on below the formula and ends on this line of the text.")

    assert "a fraction in the text is sum/count which is tall here. Its paragraph goes on" in text_of(pdf(draw))


def test_a_formula_at_the_end_of_a_page_stays_above_a_footnote() -> None:
    above = [Paragraph("Lm ≤ am1x1 + . . . + amnxn ≤ Um", 10, False, 1), Paragraph("^{1}A note at the foot.", 8, False, 1)]
    below = [Paragraph("y a las cotas de las variables", 10, False, 1)]
    texts = [paragraph.text for paragraph in above]
    continue_paragraph(above, below, 10, {})
    assert [paragraph.text for paragraph in above] == texts
    assert below[0].glue == "\n\n"
