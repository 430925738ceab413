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


def _around(name: str, font: str = "CMTT10") -> str:
    """Return the text of a name between two words, each "_" of it drawn as a rule of 3.15 points after a kern of 0.63."""
    x, shown, rules = 72.0, "1 0 0 1 72 700 Tm (see) Tj", []
    x += 3 * 6 + 6
    for part in name.replace("_", " _ ").split():
        if part == "_":
            rules.append(f"{x + 0.63:.2f} 700 3.15 0.4 re f")
            x += 3.78
        else:
            shown += f" 1 0 0 1 {x:.2f} 700 Tm ({part}) Tj"
            x += 6 * len(part)
    shown += f" 1 0 0 1 {x + 6:.2f} 700 Tm (here) Tj"
    content = f"{' '.join(rules)} BT /U 10 Tf {shown} ET"
    return flat(text_of(raw_pdf(content).replace(b"/Helvetica", f"/{font}".encode())))


@pytest.mark.parametrize("font", ["CMTT10", "CMR10", "NimbusRomNo9L-Regu"])
@pytest.mark.parametrize(
    "name", ["amd_order", "amd_l_order", "order_", "_order", "SY______.PFB", "__init__", "_dl_", "glp_set_row_bnds:glp_prob"]
)
def test_drawn_underscores_stand_anywhere_in_a_name(name: str, font: str) -> None:
    assert _around(name, font) == f"see {name} here"


def test_an_underscore_may_end_a_line() -> None:
    content = "96.5 700 3 0.4 re f BT /U 10 Tf 72 700 Td (ffuk) Tj 0 -12 Td (ffun) Tj ET"
    assert flat(text_of(raw_pdf(content).replace(b"/Helvetica", b"/CMR10"))) == "ffuk_ ffun"


def test_rules_of_other_programs_are_no_underscores() -> None:
    assert _text(rule="120.6 700 3 0.4 re f", font="Arial") == "the file name here"
