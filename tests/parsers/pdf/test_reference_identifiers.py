"""References of PDFs: what closes one stays with it."""

import pytest
from pdf_inputs import at, column, flat, pdf, prose, text_of


@pytest.mark.parametrize(
    "tail", ["[PMID: 12345678]", "[https://lamps.org/a]", "[CrossRef]", "PMID: 12345678", "doi: 10.1000/182"]
)
def test_an_identifier_below_a_short_line_belongs_to_its_reference(tail: str) -> None:
    lines = [*prose(3), "1. Keeper A, Ropes B. The lamps of the coast of the", "winter. Lamp J 2001; 3: 4.", tail]
    lines += ["2. Harbour C, Oil D. Wicks and oil of the keepers of", "lamps. Lamp J 2002; 4: 5.", tail]
    text = text_of(pdf(at(*column(72, 700, lines))))
    assert f"2001; 3: 4. {tail}\n\n2. Harbour" in text
    assert flat(text).endswith(tail)
