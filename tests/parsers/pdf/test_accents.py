"""Accents that a PDF sets as characters of their own are composed with their letters."""

import unicodedata

import pytest
from pdf_inputs import flat, parsed, raw_pdf, text_of

_UNICODE = {
    0x41: "ı",
    0x42: "̸",
    0x43: "̇",
    0x44: "̧",
    0x45: "ˇ",
    0x46: "˚",
    0x47: "˝",
    0x48: "˘",
    0x49: "˛",
    0x4A: "̣",
    0x4B: "=",
    0x4C: "ˆ",
    0x4D: "˜",
    0x4E: "¨",
    0x4F: "´",
    0x50: "`",
    0x51: "¯",
    0x52: "¸",
    0x53: "˙",
    0x54: "ʹ",
}
_CODES = {text: code for code, text in _UNICODE.items()}


def _word(before: str, letter: str, accent: str, after: str, *, accent_first: bool = True, gap: str = "") -> str:
    """Set a word as TeX does: the accent is printed over its letter (6 points each), `gap` between both."""
    code = f"\\{_CODES[accent]:03o}"
    x, parts = 72 + 6 * len(before), []
    over = f"/U 10 Tf 1 0 0 1 {x} 702 Tm ({code}) Tj"
    letters = f"/U 10 Tf 1 0 0 1 {x} 700 Tm ({letter if letter.isascii() else chr(_CODES[letter])}) Tj"
    first, second = (over, letters) if accent_first else (letters, over)
    parts = [f"BT /U 10 Tf 1 0 0 1 72 700 Tm ({before}) Tj" if before else "BT", first, gap, second]
    parts += [f"1 0 0 1 {x + 6} 700 Tm ({after}) Tj ET" if after else "ET"]
    return text_of(raw_pdf(" ".join(parts), unicode=_UNICODE)).strip()


@pytest.mark.parametrize("accent_first", [True, False])
@pytest.mark.parametrize(
    ("letter", "accent", "composed"),
    [("o", "¨", "ö"), ("e", "´", "é"), ("a", "`", "à"), ("o", "ˆ", "ô"), ("n", "˜", "ñ"), ("a", "¯", "ā"), ("g", "˘", "ğ"),
     ("z", "˙", "ż"), ("a", "˚", "å"), ("c", "¸", "ç"), ("u", "˝", "ű"), ("s", "ˇ", "š"), ("e", "˛", "ę"), ("ı", "´", "í"),
     ("ı", "¨", "ï"), ("i", "̇", "i̇"), ("s", "̧", "ş"), ("t", "̣", "ṭ")],
)  # fmt: skip
def test_an_accent_over_a_letter_within_a_word(letter: str, accent: str, composed: str, accent_first: bool) -> None:
    assert _word("r", letter, accent, "sner", accent_first=accent_first) == unicodedata.normalize("NFC", f"r{composed}sner")


def test_an_accent_at_the_begin_and_the_end_of_a_word() -> None:
    assert _word("", "s", "ˇ", "koda") == "škoda"
    assert _word("caf", "e", "´", "") == "café"


def test_a_blank_between_accent_and_letter_does_not_part_them() -> None:
    assert _word("r", "o", "¨", "sner", gap="( ) Tj") == "rösner"


@pytest.mark.parametrize("word", ["Zukal, an essay of the keepers", "an essay of the keepers, Zukal"])
def test_an_accent_that_is_printed_after_other_words(word: str) -> None:
    x = 72 + 6 * word.index("Z")
    accent = f"1 0 0 1 {x} 702.5 Tm (\\{_CODES['´']:03o}) Tj"
    content = f"BT /U 10 Tf 1 0 0 1 72 700 Tm ({word}) Tj {accent} 1 0 0 1 72 688 Tm (and of others.) Tj ET"
    assert flat(text_of(raw_pdf(content, unicode=_UNICODE))) == f"{word.replace('Z', 'Ź')} and of others."


def test_composed_accents_are_not_hidden_text() -> None:
    over = f"1 0 0 1 72 702 Tm (\\{_CODES['¨']:03o}) Tj 1 0 0 1 72 700 Tm (oder) Tj"
    content = f"BT /U 10 Tf 1 0 0 1 72 714 Tm (Lamps) Tj {over} 1 0 0 1 72 686 Tm (oil) Tj ET"
    assert parsed(raw_pdf(content, unicode=_UNICODE)).warnings == ()


def test_a_slash_over_an_equals_sign_is_not_equal() -> None:
    assert _word("", "=", "̸", "") == "≠"


@pytest.mark.parametrize(
    ("text", "same"), [("a ~ b and c^2 of x", "a ~ b and c^2 of x"), ("the `quoted` word", "the `quoted` word")]
)
def test_signs_that_stand_beside_letters_are_no_accents(text: str, same: str) -> None:
    assert flat(text_of(raw_pdf(f"BT /T 10 Tf 72 700 Td ({text}) Tj ET"))) == same
