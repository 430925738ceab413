"""Bitmap fonts of TeX have codes, but neither names of characters nor a character map: their encoding is told by the codes."""

import pytest
from pdf_inputs import flat, raw_pdf, text_of

_LINE = r"BT /F 10 Tf 72 {y} Td ({text}) Tj ET"


def _font(number: int, width: int = 0) -> str:
    """Return a Type 3 font, whose characters are boxes named by their codes."""
    names = " ".join(f"/a{code}" for code in range(256))
    procs = " ".join(f"/a{code} 9 0 R" for code in range(256))
    widths = " ".join(str(width or 40 + code % 5 * 5) for code in range(256))
    return (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 -20 80 80] /FontMatrix [0.01 0 0 0.01 0 0] /FirstChar 0 /LastChar 255 "
        f"/Encoding << /Type /Encoding /Differences [0 {names}] >> /CharProcs << {procs} >> /Widths [{widths}] >> % {number}"
    )


_GLYPH = "<< /Length 36 >>\nstream\n50 0 0 0 45 60 d1 0 0 40 60 re f    \nendstream"


def _shown(*texts: tuple[str, bytes], widths: tuple[int, ...] = (0, 0)) -> str:
    """Return the text of a page on one line: lines in the fonts F and G, encoded."""
    return flat(_page(*texts, widths=widths))


def _page(*texts: tuple[str, bytes], widths: tuple[int, ...] = (0, 0)) -> str:
    lines = b" ".join(
        b"/%s 10 Tf 1 0 0 1 72 %d Tm <%s> Tj" % (f.encode(), 700 - 14 * i, text.hex().encode())
        for i, (f, text) in enumerate(texts)
    )
    resources = "/F 10 0 R /G 11 0 R"
    fonts = [_font(i, width) for i, width in enumerate(widths)]
    content = raw_pdf(b"BT " + lines + b" ET", objects=[_GLYPH, *fonts])
    return text_of(content.replace(b"/T 5 0 R", f"/T 5 0 R {resources}".encode()))


def test_text_in_t1() -> None:
    assert _shown(("F", b"Za\xbb\xf3\xaa\xa2 g\xa6\xb1l\xa1 ja\xb9\xab. \x8a\xf3d\xb9")) == "Zażółć gęślą jaźń. Łódź"


def test_quotes_dashes_and_ligatures_of_t1() -> None:
    line = b"The o\x1ece of \x10lamps\x11 \x16 pages 3\x155, Stra\xffe"
    assert _shown(("F", line)) == "The office of “lamps” — pages 3–5, Straße"


def test_text_in_ot1() -> None:
    line = b'The o\x0ece of \\lamps" | pages 3{5 | Stra\x19e, \x1frsted, \x1aon, e\x0bects'
    assert _shown(("F", line)) == "The office of “lamps” — pages 3–5 — Straße, Ørsted, æon, effects"


@pytest.mark.parametrize(
    ("evidence", "same"),
    [(b"the e\x0bects of lamps", "the effects of lamps"), (b"Stra\xffe an der Stadt", "Straße an der Stadt")],
)
def test_a_fixed_width_font_has_its_own_signs(evidence: bytes, same: str) -> None:
    text = _shown(("F", evidence), ("G", b'if (x < "a") { y = z_1 }'), widths=(0, 50))
    assert text.replace("`", "") == f'{same} if (x < "a") {{ y = z_1 }}'


def test_letters_and_symbols_of_formulas() -> None:
    text = _shown(("F", b"the e\x0bects of lamps"), ("G", b"\x0b \x0c x; f y < \x15"))
    assert text == "the effects of lamps α β x, f y < λ"
    assert _shown(("F", b"the e\x0bects of lamps"), ("G", b"\x2a \x84")) == "the effects of lamps ∗ †"
    assert _shown(("F", b"the e\x0bects of lamps"), ("G", b"\x14 \x002 fg ! 1")) == "the effects of lamps ≤ −∈ {} → ∞"


def test_a_font_of_latin_1_without_names_is_not_of_tex() -> None:
    assert flat(text_of(raw_pdf(b"BT /T 10 Tf 72 700 Td (na\xefve caf\xe9 \x93quoted\x94) Tj ET"))) == "naïve café “quoted”"


def test_lines_in_a_bitmap_font_of_fixed_width_are_a_listing() -> None:
    lines = ("F", b"gap> light(lamps[1]);"), ("F", b"gap> IsLit(lamps[1]);"), ("F", b"true")
    code = "\n".join(line.decode() for _, line in lines)
    assert _page(*lines, widths=(50, 0)) == f"```\n{code}\n```\n"
    assert "```" not in _page(*lines, widths=(0, 0))
