"""Lists in lists: inner items are indented, and their dashes are bullets."""

import pytest
from pdf_inputs import pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _text(*lines: tuple[float, str]) -> str:
    """Return the text of a page with prose and, below it, these lines: x, text."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        for i, (x, line) in enumerate([*((72.0, line) for line in prose(6)), *lines]):
            canvas.drawString(x, 720 - 12 * i, line)

    return text_of(pdf(draw))


@pytest.mark.parametrize("bullet", ["•", "–", "-", "*", "o"])
def test_inner_items_are_indented(bullet: str) -> None:
    text = _text((80, "• Lanterns:"), (92, f"{bullet} of copper"), (92, f"{bullet} of glass"), (80, "• Pots"))
    assert "\n\n- Lanterns:\n  - of copper\n  - of glass\n- Pots\n" in text


def test_items_of_a_third_level_are_indented_twice() -> None:
    text = _text((80, "• Lanterns"), (92, "– of glass"), (104, "* green"), (92, "– of copper"), (80, "• Pots"))
    assert "\n\n- Lanterns\n  - of glass\n    - green\n  - of copper\n- Pots\n" in text


def test_an_inner_item_follows_a_full_line_of_its_item() -> None:
    line = prose(6)[0]
    text = _text((80, f"• {line[:-3]}"), (92, "– of glass"), (92, "– of copper"))
    assert f"\n\n- {line[:-3]}\n  - of glass\n  - of copper\n" in text


def test_dashes_in_a_numbered_item_are_bullets() -> None:
    text = _text((80, "1. Lanterns"), (92, "– of glass"), (92, "– of copper"), (80, "2. Pots"))
    assert "\n\n1. Lanterns\n\n- of glass\n- of copper\n\n2. Pots\n" in text


def test_a_dash_outside_of_lists_stays() -> None:
    text = _text((72, "The keepers said:"), (90, "– Nobody lit the lantern."), (80, "• Pots"))
    assert "\n– Nobody lit the lantern.\n\n- Pots\n" in text
