"""Blanks that Ghostscript writes as character spacing, or writes and takes back."""

from pdf_inputs import pdf, raw_pdf, text_of
from reportlab.pdfgen.canvas import Canvas

_LINE = "BT /T 10 Tf 72 {} Td ({}) Tj ET\n"


def _of(line: str) -> str:
    """Return the text of a line written by these operators, between two plain lines."""
    above, below = (_LINE.format(y, "A line of plain text stands here and is long") for y in (700, 676))
    return text_of(raw_pdf(f"{above}BT /T 10 Tf 72 688 Td {line} ET\n{below}"))


def test_character_spacing_inside_a_short_object_is_a_blank() -> None:
    line = "(we understand ho) Tj 3.4 Tc 68.6 0 Td (wg) Tj 0 Tc 15.6 0 Td (lobal states are encoded) Tj"
    assert "we understand how global states are encoded" in _of(line)


def test_letterspaced_words_stay_whole() -> None:
    line = "1.8 Tc (RES) Tj 22.5 0 Td (ULTS) Tj 0 Tc 60 0 Td (are printed wide in this line) Tj"
    assert "RESULTS are printed" in _of(line)


def test_a_blank_that_the_next_letter_covers_is_none() -> None:
    assert "the evolved and levels of it" in _of("[(the ev )269(olv)(ed and lev )269(els of it)] TJ")


def test_a_narrow_blank_between_two_words_stays() -> None:
    assert "the Journal of Pharmacy" in _of("[(the Journal of )130(Pharmacy)] TJ")


def test_a_word_broken_at_a_typographic_hyphen_is_joined() -> None:
    unicode = {code: chr(code) for code in range(32, 127)} | {1: "\u2010"}
    lines = ["these are hundreds of pro\x01", "teins that were found"]
    content = "".join(f"BT /U 10 Tf 72 {700 - 12 * i} Td ({line}) Tj ET\n" for i, line in enumerate(lines))
    assert "hundreds of proteins that" in text_of(raw_pdf(content, unicode=unicode))


def test_a_hyphen_set_apart_at_the_end_of_a_line_belongs_to_the_word() -> None:
    lines = ["(the malaria para) Tj 65.6 0 Td (-) Tj", "(site was found in most samples) Tj"]
    content = "".join(f"BT /T 10 Tf 72 {700 - 12 * i} Td {line} ET\n" for i, line in enumerate(lines))
    assert "the malaria parasite was found" in text_of(raw_pdf(content))


def test_character_spacing_as_wide_as_a_gap_between_cells_parts_them() -> None:
    line = "(the) Tj 12.2 0 Td 40 Tc (y4) Tj 0 Tc 50 0 Td (9.3) Tj"
    assert "they49.3" not in _of(line)


def test_letters_that_are_written_one_by_one_are_words_on_a_page_of_two_lines() -> None:
    lines = ["The letters of these lines are each written alone, on the last page of", "a paper."]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 14)
        for y, line in zip((760, 747), lines, strict=True):
            x = 72.0
            for letter in line:
                if letter != " ":
                    canvas.drawString(x, y, letter)
                x += canvas.stringWidth(letter, "Times-Roman", 14) if letter != " " else 7

    assert text_of(pdf(draw)) == " ".join(lines) + "\n"


def test_a_kerned_blank_between_letters_of_their_own_is_one() -> None:
    """Browsers write each letter apart; the blank of "P A" is then so narrow that pdfium takes it for none."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        x = 72.0
        for letter in "the binding of BiP~ATPase to it":
            if letter not in " ~":
                canvas.drawString(x, 700, letter)
            x += 0.14 * 12 if letter == "~" else canvas.stringWidth(letter, "Helvetica", 12)

    assert "binding of BiP ATPase to it" in text_of(pdf(draw))
