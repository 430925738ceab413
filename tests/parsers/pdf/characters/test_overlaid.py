"""Signs that TeX prints over each other are one sign."""

import pytest
from pdf_inputs import flat, raw_pdf, text_of


def _over(sign: str, relation: str, off: float = 0.0, rise: float = 0.0) -> str:
    """Return the text of "x", a sign with a relation `off` points right of it, and "y"."""
    codes = {ord("A"): sign, ord("B"): relation}
    content = (
        f"BT /U 10 Tf 1 0 0 1 72 700 Tm (x) Tj 1 0 0 1 82 {700 + rise} Tm (A) Tj "
        f"1 0 0 1 {82 + off} 700 Tm (B) Tj 1 0 0 1 {92 + off} 700 Tm (y) Tj ET"
    )
    return flat(text_of(raw_pdf(content, unicode={**codes, ord("x"): "x", ord("y"): "y"})))


@pytest.mark.parametrize(
    ("sign", "relation", "composed"),
    [("6", "=", "≠"), ("6", "<", "≮"), ("6", "≡", "≢"), ("6", "⊂", "⊄"), ("6", "∼", "≁"), ("/", "∈", "∉"), ("/", "=", "≠")],
)
def test_a_stroke_over_a_relation_negates_it(sign: str, relation: str, composed: str) -> None:
    assert _over(sign, relation) == f"x {composed} y"


@pytest.mark.parametrize(("sign", "relation"), [("∼", "="), ("=", "∼")])
def test_a_tilde_over_an_equals_sign_is_one_relation(sign: str, relation: str) -> None:
    assert _over(sign, relation, rise=2.4 if sign == "∼" else -2.4) == "x ≅ y"


@pytest.mark.parametrize(("sign", "relation"), [("6", "="), ("/", "="), ("∼", "=")])
def test_signs_beside_each_other_stay_two(sign: str, relation: str) -> None:
    assert _over(sign, relation, off=6) == f"x {sign}{relation} y"
