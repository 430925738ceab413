"""Underscores that TeX draws as rules between two words are underscores."""

import pytest
from pdf_inputs import flat, raw_pdf, text_of


def _text(*, rule: str = "", gap: float = 3.6, font: str = "ABCDEF+CMR10") -> str:
    """Return the text of "the file" and "name here", with a gap and a rule between them; a letter is 6 points wide."""
    content = f"{rule} BT /U 10 Tf 1 0 0 1 72 700 Tm (the file) Tj 1 0 0 1 {72 + 48 + gap} 700 Tm (name here) Tj ET"
    return flat(text_of(raw_pdf(content).replace(b"/Helvetica", f"/{font}".encode())))


@pytest.mark.parametrize("gap", [3.5, 3.6, 4.1])
def test_a_rule_between_two_words_is_an_underscore(gap: float) -> None:
    assert _text(rule=f"120.6 700 {gap * 0.83:.2f} 0.4 re f", gap=gap) == "the file_name here"


@pytest.mark.parametrize(
    "rule",
    ["", "72 698 48 0.4 re f", "72 700 200 0.4 re f", "120.6 706 3 0.4 re f", "120.6 680 3 0.4 re f", "120.6 698 3 8 re f"],
)
def test_other_rules_and_blanks_are_no_underscores(rule: str) -> None:
    assert _text(rule=rule) == "the file name here"


def test_rules_of_other_programs_are_no_underscores() -> None:
    assert _text(rule="120.6 700 3 0.4 re f", font="Arial") == "the file name here"
