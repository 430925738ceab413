"""Scripts that run from right to left or downwards are read in reading order."""

from itertools import groupby

import pytest
from pdf_inputs import flat, parsed, raw_pdf

_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
_UNICODE = {0xA0 + i: letter for i, letter in enumerate(_HEBREW)} | {c: chr(c) for c in range(0x20, 0x7F)}
_CODES = {text: code for code, text in _UNICODE.items()}
_LINES = ("שלום לכל הספינות בנמל", "והאורות דולקים כל הלילה", "עד שהבוקר עולה מן הים")
_WIDTH = 6.0  # of a letter of 10 points in the font /U


def _hex(text: str) -> str:
    return f"<{bytes(_CODES[c] for c in text).hex()}>"


def _visual(line: str) -> str:
    """Reverse a line, except runs of Latin letters and digits: as it is printed from left to right."""
    words = [w if w.isascii() else w[::-1] for w in line.split(" ")]
    merged: list[str] = []
    for word in words:  # words of a Latin run keep their order
        if merged and word.isascii() and merged[-1].isascii():
            merged[-1] += f" {word}"
        else:
            merged.append(word)
    return " ".join(reversed(merged))


def _by_lines(lines: tuple[str, ...], right: float = 500) -> str:
    """Each line printed from left to right, in visual order, aligned at the right."""
    parts = [f"1 0 0 1 {right - _WIDTH * len(line)} {700 - 14 * i} Tm {_hex(_visual(line))} Tj" for i, line in enumerate(lines)]
    return f"BT /U 10 Tf {' '.join(parts)} ET"


def _by_words(lines: tuple[str, ...], right: float = 500) -> str:
    """Each word in a place of its own, words in logical order, Hebrew letters in visual order; Latin words run to the right."""
    parts = []
    for i, line in enumerate(lines):
        x = right
        for is_latin, same in groupby(line.split(" "), key=str.isascii):
            run = list(same)
            start = x - _WIDTH * len(" ".join(run))
            for word in run:
                x -= _WIDTH * len(word)
                parts.append(
                    f"1 0 0 1 {start if is_latin else x} {700 - 14 * i} Tm {_hex(word if is_latin else word[::-1])} Tj"
                )
                x -= _WIDTH
                start += _WIDTH * (len(word) + 1)
    return f"BT /U 10 Tf {' '.join(parts)} ET"


def _text(content: str, **options: str) -> str:
    return flat(parsed(raw_pdf(content, unicode=_UNICODE, **options)).text)


@pytest.mark.parametrize("write", [_by_lines, _by_words])
def test_hebrew_is_read_from_the_right(write) -> None:  # type: ignore[no-untyped-def]
    assert _text(write(_LINES)) == " ".join(_LINES)


@pytest.mark.parametrize("write", [_by_lines, _by_words])
@pytest.mark.parametrize(
    "line",
    ["שלום לכל הספינות Lantern בנמל", "בשנת 1906 נבנה הנמל כולו", "הספינה North Star באה לנמל", "הספינה Star 12 of Haifa באה"],
)
def test_latin_words_and_numbers_in_hebrew_keep_their_order(write, line: str) -> None:  # type: ignore[no-untyped-def]
    lines = (*_LINES, line)
    assert _text(write(lines)) == " ".join(lines)


def test_hebrew_in_two_columns_begins_with_the_right_one() -> None:
    right = tuple(f"{line} אחת" for line in _LINES * 3)
    left = tuple(f"{line} שתים" for line in _LINES * 3)
    content = f"{_by_lines(left, 250)} {_by_lines(right, 500)}"
    text = _text(content)
    assert text == f"{' '.join(right)} {' '.join(left)}"


def test_a_hebrew_page_with_a_box_away_from_the_origin() -> None:
    content = f"q 1 0 0 1 -900 -900 cm {_by_lines(_LINES)} Q"
    assert _text(content, page="/MediaBox [-900 -900 -300 -100]") == " ".join(_LINES)


def test_one_hebrew_word_in_latin_text_keeps_its_letters() -> None:
    word = "שלום"
    content = f"BT /U 10 Tf 72 700 Td (The word ) Tj {_hex(word[::-1])} Tj ( is said in the harbour.) Tj ET"
    assert _text(content) == f"The word {word} is said in the harbour."


_KANJI = "日本語縦書文章港灯火守人夜朝海船風波空雲"


def test_japanese_lines_join_without_a_blank() -> None:
    unicode = {0x41 + i: c for i, c in enumerate(_KANJI)}
    codes = "".join(chr(0x41 + i) for i in range(len(_KANJI)))
    content = f"BT /U 12 Tf 14 TL 72 700 Td ({codes[:9]}) Tj T* ({codes[9:18]}) Tj ET"
    assert parsed(raw_pdf(content, unicode=unicode)).text == f"{_KANJI[:18]}\n"


def test_letters_written_from_right_to_left_one_by_one_are_not_turned() -> None:
    """Each word is one array of letters, each of which goes back over the width of two."""
    parts = []
    for i, line in enumerate(_LINES):
        x = 500.0
        for word in line.split():
            letters = " 1200 ".join(map(_hex, word))
            parts.append(f"1 0 0 1 {x - _WIDTH} {700 - 14 * i} Tm [{letters}] TJ")
            x -= _WIDTH * len(word) + 4
    assert flat(parsed(raw_pdf(f"BT /U 10 Tf {' '.join(parts)} ET", unicode=_UNICODE)).text) == " ".join(_LINES)


def test_short_columns_of_indented_paragraphs_are_read_one_after_the_other() -> None:
    left, right = ("בנמל בנמל שלום לכל הספינות", "דולקים והאורות כל הלילה")
    parts = [
        f"1 0 0 1 {edge - indent - _WIDTH * len(text)} {700 - 12 * i} Tm {_hex(_visual(text))} Tj"
        for edge, text in ((500, left), (250, right))
        for i, indent in enumerate((12, 0, 12, 0, 12, 0, 12))
    ]
    text = flat(parsed(raw_pdf(f"BT /U 10 Tf {' '.join(parts)} ET", unicode=_UNICODE)).text)
    assert text == " ".join([left] * 7 + [right] * 7)


def test_letters_written_one_by_one_below_each_other_are_vertical_text() -> None:
    unicode = {0x41 + i: c for i, c in enumerate(_KANJI)}
    places = [(300 - 18 * (i // 7), 700 - 12 * (i % 7), 0x41 + i) for i in range(17)]
    parts = [f"1 0 0 1 {x} {y} Tm <{code:02x}> Tj" for x, y, code in places]
    assert parsed(raw_pdf(f"BT /U 12 Tf {' '.join(parts)} ET", unicode=unicode)).text == f"{_KANJI[: len(places)]}\n"


def test_letters_written_one_by_one_beside_each_other_are_a_line() -> None:
    unicode = {0x41 + i: c for i, c in enumerate(_KANJI)}
    parts = [f"1 0 0 1 {72 + 7.2 * (i % 9)} {700 - 14 * (i // 9)} Tm <{0x41 + i:02x}> Tj" for i in range(18)]
    assert parsed(raw_pdf(f"BT /U 12 Tf {' '.join(parts)} ET", unicode=unicode)).text == f"{_KANJI[:18]}\n"


def test_short_lines_of_chinese_characters_are_a_column() -> None:
    unicode = {0x41 + i: c for i, c in enumerate(_KANJI)}
    codes = "".join(chr(0x41 + i) for i in range(16))
    lines = [codes, codes[:2], codes[3:], codes[4:], codes[:7], codes[:9], codes[::-1], codes[5:]]
    text = " ".join(f"1 0 0 1 {x} {700 - 14 * i} Tm ({line}) Tj" for x in (72, 290) for i, line in enumerate(lines))
    found = parsed(raw_pdf(f"BT /U 12 Tf {text} ET", unicode=unicode)).text
    assert "|" not in found
    assert "".join(found.split()) == "".join(unicode[ord(c)] for line in lines * 2 for c in line)


def test_words_of_hebrew_without_blanks_are_told_by_their_gaps() -> None:
    """As TeX writes them; a kern makes some gaps narrow."""
    lines = ("שלום לכל הספינות בנמל", "דולקים כל בוקר על האור", "עד שיבוא בוקר מן הים")
    parts = []
    for i, line in enumerate(lines):
        shown = " ".join(f"{_hex(word[::-1])} -115" for word in reversed(line.split()))
        parts.append(f"1 0 0 1 {500 - _WIDTH * len(line)} {700 - 14 * i} Tm [{shown}] TJ")
    assert flat(parsed(raw_pdf(f"BT /U 10 Tf {' '.join(parts)} ET", unicode=_UNICODE)).text) == " ".join(lines)


def test_vertical_letters_get_no_blanks_where_pdfium_takes_each_for_a_line() -> None:
    """As Chromium writes them."""
    unicode = {0x41 + i: c for i, c in enumerate(_KANJI)}
    places = [(400 - 22 * (i // 8), 120 + 14.66 * (i % 8), 0x41 + i) for i in range(16)]
    parts = [f"q .75 0 0 -.75 0 792 cm BT /U 14.66 Tf 1 0 0 -1 {x} {y} Tm <{code:02x}> Tj ET Q" for x, y, code in places]
    assert parsed(raw_pdf(" ".join(parts), unicode=unicode)).text == f"{_KANJI[:16]}\n"
