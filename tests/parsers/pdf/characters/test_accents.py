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


def _shown(*parts: tuple[float, float, str]) -> str:
    """Return the text of a line made of parts: x and rise in points, text (6 points each; signs of `_UNICODE`, else ASCII)."""
    shown = [(x, y, "".join(f"\\{_CODES.get(c, ord(c)):03o}" for c in text)) for x, y, text in parts]
    content = " ".join(f"1 0 0 1 {72 + x} {700 + y} Tm ({text}) Tj" for x, y, text in shown)
    return flat(text_of(raw_pdf(f"BT /U 10 Tf {content} ET", unicode=_UNICODE)))


def test_all_accents_of_a_line_before_its_letters() -> None:
    accents = [(6, 2, "¨"), (66, 2.6, "´"), (90, 2, "ˇ")]
    assert _shown(*accents, (0, 0, "rosner and Zigest")) == "rösner and Źigešt"


def test_all_accents_of_a_line_after_its_letters() -> None:
    assert _shown((0, 0, "rosner and Zigest"), (90, 2, "ˇ"), (6, 2, "¨"), (66, 2.6, "´")) == "rösner and Źigešt"


def test_an_accent_between_other_letters_does_not_part_their_word() -> None:
    assert _shown((0, 0, "ros"), (6, 2, "¨"), (18, 0, "ner and"), (18, 2, "˜"), (66, 0, "all")) == "rösñer and all"


@pytest.mark.parametrize(
    ("letter", "sign", "composed"),
    [("s", ".", "ṣ"), ("h", ".", "ḥ"), ("o", ".", "ọ"), ("t", ",", "ț"), ("k", ",", "ķ"), ("Z", ".", "Ẓ")],
)
def test_stops_and_commas_below_a_letter(letter: str, sign: str, composed: str) -> None:
    assert _shown((0, 0, f"ku{letter}"), (12, -4, sign), (18, 0, "ed.")) == f"ku{composed}ed."
    assert _shown((0, 0, f"the {letter}"), (24, -4, sign), (30, 0, ", all")) == f"the {composed}, all"


def test_accents_above_and_below_one_letter() -> None:
    assert _shown((0, 0, "j"), (6, 2, "´"), (6, 0, "o"), (6, -4, "."), (12, 0, "di")) == "jọ́di"


@pytest.mark.parametrize(("accent", "composed"), [("¯", "ḏ"), ("˘", "ḫ")])
def test_an_accent_that_is_lowered_stands_below_its_letter(accent: str, composed: str) -> None:
    letter = unicodedata.normalize("NFD", composed)[0]
    assert _shown((0, 0, "ka"), (12, -6, accent), (12, 0, letter), (18, 0, "ib")) == f"ka{composed}ib"


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
