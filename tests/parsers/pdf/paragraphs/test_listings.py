"""Text in fixed-width fonts keeps its blanks, line breaks and blank lines; words around it keep theirs."""

import pytest
from pdf_inputs import flat, prose, raw_pdf, text_of

_COURIER = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>"
_SIZE, _LEADING = 10, 12


def _page(*shown: tuple[float, float, str, str], size: int = _SIZE) -> str:
    """Return the text of a page: x, y, font (T: Times, C: Courier) and text of each piece."""
    lines = " ".join(f"/{font} {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('cp1252').hex()}> Tj" for x, y, font, text in shown)
    content = raw_pdf(f"BT {lines} ET", objects=[_COURIER])
    return text_of(content.replace(b"/T 5 0 R", b"/T 5 0 R /C 9 0 R"))


def _code(*lines: str, top: float = 700, x: float = 72) -> list[tuple[float, float, str, str]]:
    """Return pieces for `_page`: a word of each line for each piece, without blanks, as TeX sets them."""
    found = []
    for i, line in enumerate(lines):
        at = 0
        for word in line.split():
            at = line.index(word, at)
            found.append((x + 6 * at, top - _LEADING * i, "C", word))
            at += len(word)
    return found


@pytest.mark.parametrize("line", ["1 - + - -", "4 - + - + ;", "[ 0 ]", "B Q", "x = [ 1 ]   [ Inf ]", "a  b  c"])
def test_blanks_between_single_letters_stay(line: str) -> None:
    assert _page(*_code("A4 (x)", line, "G3 (y)")) == f"```\nA4 (x)\n{line}\nG3 (y)\n```\n"


def test_a_blank_between_roman_and_fixed_width_words_stays() -> None:
    pieces = [(72, 700, "T", "in "), (82.2, 700, "C", "~/.local/share/harbours/north.jl ")]
    assert flat(_page(*pieces)) == "in ~/.local/share/harbours/north.jl"


def test_blank_lines_stay_where_half_of_the_lines_are_blank() -> None:
    lines = ["open(harbour)", "", "light(lamp)", "", "close(harbour)", "done()"]
    assert _page(*_code(*lines)) == "```\n" + "\n".join(lines) + "\n```\n"


def _alone(line: str, gap: float = 19, font: str = "C") -> str:
    """Return the text of a page with one line of code between two paragraphs."""
    above = [(72.0, 700 - 13.0 * i, "T", text) for i, text in enumerate(prose(4))]
    below = [(72.0, 661 - 2 * gap - 13.0 * i, "T", text) for i, text in enumerate(prose(4, 1))]
    return _page(*above, (84, 661 - gap, font, line), *below)


@pytest.mark.parametrize(
    "line",
    ["int glp_bf_updated(glp_prob *P);", "fig = beam.plot()", "operate!(add_mul, c[i])", "$ gcc sample.c -lm", "> x <- 3"],
)
def test_a_statement_that_stands_apart_is_a_listing(line: str) -> None:
    assert f"\n\n```\n{line}\n```\n\n" in _alone(line)


@pytest.mark.parametrize("line", ["http://www.example.org/lamps", "endfunction", "lamps of October 2006 (JKD)"])
def test_other_lines_in_a_fixed_width_font_are_none(line: str) -> None:
    assert "```" not in _alone(line)


def test_a_line_of_code_within_a_paragraph_is_no_listing() -> None:
    assert "```" not in _alone("fig = beam.plot()", gap=13)


def test_a_statement_in_the_font_of_the_text_is_no_listing() -> None:
    assert "```" not in _alone("fig = beam.plot()", font="T")


def _text(*lines: str, top: float = 700, x: float = 72) -> list[tuple[float, float, str, str]]:
    return [(x, top - _LEADING * i, "T", line) for i, line in enumerate(lines)]


_PROSE = (
    "The lamps of the harbour are lit at dusk, and the master of the",
    "harbour counts all of the boats that the long mole protects in",
)


@pytest.mark.parametrize("end", ["light_all(lamps).", "lights"])
def test_a_name_that_ends_a_paragraph_is_no_code(end: str) -> None:
    below = _code("open(harbour)", "light(lamp)", top=700 - 4 * _LEADING)
    text = _page(*_text(*_PROSE), *_code(end, top=700 - 2 * _LEADING), *below)
    assert text == f"{' '.join(_PROSE)} {end}\n\n```\nopen(harbour)\nlight(lamp)\n```\n"


def test_code_that_follows_a_colon_or_a_short_line_is_code() -> None:
    code = _code("open(harbour)", "light(lamp)", top=700 - 2 * _LEADING)
    for text in ((_PROSE[0], f"{_PROSE[1]}:"), (_PROSE[0], "so call")):
        assert _page(*_text(*text), *code) == f"{' '.join(text)}\n\n```\nopen(harbour)\nlight(lamp)\n```\n"


@pytest.mark.parametrize("comment", ["/* the lamps first */", "// the lamps first", "# lamps"])
def test_a_comment_in_another_font_stays_in_its_listing(comment: str) -> None:
    above, below = _code("open(harbour)"), _code("light(lamp)", top=700 - 2 * _LEADING)
    text = _page(*above, *_text(comment, top=700 - _LEADING), *below)
    assert text == f"```\nopen(harbour)\n{comment}\nlight(lamp)\n```\n"


def test_a_line_of_text_between_listings_is_text() -> None:
    above, below = _code("open(harbour)", "close(harbour)"), _code("light(lamp)", "leave()", top=700 - 5 * _LEADING)
    assert _page(*above, *_text("where lamps are # signs", top=700 - 3 * _LEADING), *below).count("```") == 4


def _numbered(*lines: str, size: int = 6) -> str:
    """Return the text of a page with a listing whose lines are numbered in small type, between two paragraphs."""
    above = [(72.0, 700 - 13.0 * i, "T", text) for i, text in enumerate(prose(4))]
    below = [(72.0, 480 - 13.0 * i, "T", text) for i, text in enumerate(prose(4, 1))]
    pieces = "".join(
        f"/{font} {points} Tf 1 0 0 1 {x} {y} Tm <{text.encode('cp1252').hex()}> Tj "
        for font, points, x, y, text in (
            *(("T", 10, *place) for place in ((x, y, text) for x, y, _, text in (*above, *below))),
            *(("T", size, 62 - 3 * (i > 8), 630 - 12 * i, str(i + 1)) for i in range(len(lines))),
            *(("C", 10, 80 + 6 * (len(t) - len(t.lstrip())), 630 - 12 * i, t.strip()) for i, t in enumerate(lines) if t),
        )
    )
    return text_of(raw_pdf(f"BT {pieces} ET", objects=[_COURIER]).replace(b"/T 5 0 R", b"/T 5 0 R /C 9 0 R"))


@pytest.mark.parametrize("size", [6, 10])
def test_the_numbers_of_the_lines_of_a_listing_are_left_out(size: int) -> None:
    lines = [
        "using Lamps",
        "",
        "function light(lamp)",
        "    if isdark(sky)",
        "        turn_on(lamp)",
        "    end",
        "end",
        "",
        "a = 1",
        "b = 2",
    ]
    assert "\n\n```\n" + "\n".join(lines) + "\n```\n\n" in _numbered(*lines, size=size)


def test_numbers_that_begin_the_lines_of_a_listing_stay() -> None:
    lines = ["1 3", "2 1", "3 1"]
    assert "```\n1 3\n2 1\n3 1\n```" in _page(*_code(*lines))


def _beside(left: list[str], right: list[str], at: int) -> str:
    pieces = [*_code(*left), *((72 + 6 * at, y, font, text) for _, y, font, text in _whole(*right))]
    return _page(*pieces)


def _whole(*lines: str) -> list[tuple[float, float, str, str]]:
    return [(72, 700 - _LEADING * i, "C", line) for i, line in enumerate(lines)]


def test_comments_beside_code_stay_on_its_lines() -> None:
    code = [
        "int rows,",
        "int columns,",
        "    const int pointers[],",
        "const int indices[]",
        "double values[]",
        "    int info[]",
    ]
    comments = [f"/* what the argument {word} is good for */" for word in ("one", "two", "three", "four", "five", "six")]
    text = _beside(code, comments, 28)
    assert all(f"{line:28}{comment}\n" in text for line, comment in zip(code, comments, strict=True))


def test_a_table_in_a_fixed_width_stays_whole() -> None:
    names = ["NEG_BYTES", "BAD_ROW_NUM", "BAD_ELEM_NUM", "NOT_ASCII_COL", "NO_NULL", "BAD_DIMEN", "BAD_PIX"]
    texts = [f"what the lamp says of {word}" for word in ["one", "two", "three", "four", "five", "six", "seven"]]
    assert all(f"{name:20}{text}\n" in _beside(names, texts, 20) for name, text in zip(names, texts, strict=True))


def test_two_columns_of_code_are_read_one_after_the_other() -> None:
    left = [f"i {word} s 2000 -0.0135956678 44 b f" for word in "abcdefgh"]
    right = [f"j {word} l 0 0.2536245487364 f" for word in "abcdefgh"]
    text = _beside(left, right, 45)
    assert text.index(left[7]) < text.index(right[0])
