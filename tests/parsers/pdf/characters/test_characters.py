"""Characters of a PDF: ligatures, hyphens and glyphs without a character."""

import pytest
from pdf_inputs import flat, parsed, pdf, raw_pdf, text_of
from reportlab.pdfgen.canvas import Canvas


def _text(line: str, unicode: dict[int, str] | None = None, font: str = "U") -> str:
    return flat(text_of(raw_pdf(f"BT /{font} 10 Tf 72 700 Td ({line}) Tj ET", unicode=unicode)))


@pytest.mark.parametrize(
    ("code", "ligature"),
    [("\\013", "ff"), ("\\014", "fi"), ("\\015", "fl"), ("\\016", "ffi"), ("\\017", "ffl"), ("\\033", "ff"), ("\\034", "fi")],
)
def test_ligatures_that_arrive_as_control_codes(code: str, ligature: str) -> None:
    unicode = {int(code[1:], 8): chr(int(code[1:], 8)), **{c: chr(c) for c in range(0x20, 0x7F)}}
    assert _text(f"an o{code}ce of lamps", unicode) == f"an o{ligature}ce of lamps"


@pytest.mark.parametrize(("ligature", "letters"), [("ﬁ", "fi"), ("ﬄ", "ffl"), ("ﬆ", "st")])
def test_ligatures_of_unicode_are_letters(ligature: str, letters: str) -> None:
    assert _text("a Az", {0x41: ligature, **{c: chr(c) for c in range(0x61, 0x7B)}, 0x20: " "}) == f"a {letters}z"


def test_one_code_may_be_several_letters() -> None:
    assert _text("oAce", {0x41: "ffi", **{c: chr(c) for c in range(0x61, 0x7B)}}) == "office"


def test_a_soft_hyphen_at_a_line_end_joins_the_word() -> None:
    content = "BT /T 10 Tf 12 TL 72 700 Td (The lamps of the har\\255) Tj T* (bours were lit at dusk.) Tj ET"
    assert flat(text_of(raw_pdf(content))) == "The lamps of the harbours were lit at dusk."


def test_letters_beyond_16_bits_are_whole() -> None:
    assert _text("aA", {0x41: "𝑥", 0x61: "𠀋"}) == "𠀋x"


def test_a_glyph_without_a_character_is_counted_or_shown() -> None:
    unicode = {0x41: "\ufffe", **{c: chr(c) for c in range(0x61, 0x7B)}, 0x20: " "}
    text = parsed(raw_pdf("BT /U 10 Tf 72 700 Td (the lAmp) Tj ET", unicode=unicode)).text
    assert "l-mp" not in text
    assert text.startswith("the l")


def test_blanks_set_by_position_part_words() -> None:
    content = "BT /T 10 Tf 72 700 Td [(the) -300 (lamp) -300 (of) -300 (the) -300 (harbour)] TJ ET"
    assert flat(text_of(raw_pdf(content))) == "the lamp of the harbour"


def test_kerning_parts_no_word() -> None:
    content = "BT /T 10 Tf 72 700 Td [(T) 80 (o) -90 (wards t) -60 (he harb) 40 (our)] TJ ET"
    assert flat(text_of(raw_pdf(content))) == "Towards the harbour"


def test_a_line_in_many_sizes_is_read() -> None:
    sentence = "All sizes of type stand here in one long line"

    def draw(canvas: Canvas) -> None:
        line = canvas.beginText(72, 700)
        for size, word in enumerate(sentence.split(), start=6):
            line.setFont("Times-Roman", size)
            line.textOut(f"{word} ")
        canvas.drawText(line)

    assert text_of(pdf(draw)) == f"{sentence}\n"


def _with_font(name: str, line: str, unicode: dict[int, str]) -> str:
    content = raw_pdf(f"BT /U 10 Tf 72 700 Td ({line}) Tj ET", unicode={**{c: chr(c) for c in range(0x20, 0x7F)}, **unicode})
    return flat(text_of(content.replace(b"/Helvetica", f"/{name}".encode())))


@pytest.mark.parametrize(
    ("font", "sign", "character"),
    [("ABCDEF+SymbolMT", "\uf061", "α"), ("Symbol", "\uf0b3", "≥"), ("Symbol", "\uf0a2", "′"),
     ("ABCDEF+Wingdings-Regular", "\uf0a7", "▪"),
     ("MTExtra", "\uf04c", "⋯"), ("AdvP4C4E74", "\uf02d", "-"),
     ("ABCDEF+MinionMath-Capt", "\U000f8020", "′"), ("ABCDEF+Arial", "\uf041", "A"), ("ABCDEF+Arial", "\uf0e9", "é"),
     ("MinionExpert", "\uf731", "1"), ("MinionExpert", "\uf761", "a"), ("AdvPSSym", "\uf6d9", "©")],
)  # fmt: skip
def test_private_use_characters_by_their_font(font: str, sign: str, character: str) -> None:
    assert _with_font(font, "lamp A lit", {0x41: sign}) == f"lamp {character} lit"


def test_icons_are_left_out() -> None:
    assert _with_font("FontAwesome", "A lamp", {0x41: "\uf0e0"}) == "lamp"


@pytest.mark.parametrize(
    ("pieces", "bracket"),
    [("\uf8f1\uf8f2\uf8f3", "{"), ("⎫⎬⎭", "}"), ("\uf8eb\uf8ec\uf8ed", "("), ("\uf8f9\uf8fa\uf8fb", "]"), ("⌠⎮⌡", "∫")],
)
def test_pieces_of_a_large_bracket_are_one(pieces: str, bracket: str) -> None:
    unicode = {0x41 + i: piece for i, piece in enumerate(pieces)}
    shown = " ".join(f"1 0 0 1 72 {700 - 9 * i} Tm ({chr(c)}) Tj" for i, c in enumerate(unicode))
    assert flat(text_of(raw_pdf(f"BT /U 10 Tf {shown} ET", unicode=unicode))) == bracket


def test_large_operators_of_tex_are_no_letters() -> None:
    content = raw_pdf("BT /U 10 Tf 72 700 Td (Xa) Tj /T 10 Tf ( = X) Tj ET").replace(b"/Helvetica", b"/ABCDEF+CMEX10")
    encoding = b"/Encoding << /Type /Encoding /Differences [88 /summationdisplay 97 /hatwide] >> "
    assert flat(text_of(content.replace(b"/FirstChar 0 /LastChar 255", encoding + b"/FirstChar 0 /LastChar 255"))) == "∑∐ = X"
