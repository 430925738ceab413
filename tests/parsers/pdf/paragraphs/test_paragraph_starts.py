"""Where paragraphs of PDFs begin: below bold lines, at marks of notes, by the distance of lines of one size."""

import re

import pytest
from pdf_inputs import in_order, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas

Placed = tuple[float, float, str, str, float]


def _text(*lines: Placed) -> str:
    """Return the text of a page with these lines: x, y from the bottom, text, font, size."""

    def draw(canvas: Canvas) -> None:
        for x, y, text, font, size in lines:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)

    return text_of(pdf(draw))


def _prose(x: float, y: float, count: int, *, seed: int = 0, indent: float = 0, leading: float = 12) -> list[Placed]:
    return [(x + indent * (i == 0), y - leading * i, line, "Times-Roman", 10) for i, line in enumerate(prose(count, seed))]


_HEAD = "Harbour lanterns and the keepers of copper pots"


@pytest.mark.parametrize(("indent", "skip"), [(25, 12), (0, 15), (25, 15)])
def test_a_bold_line_as_wide_as_the_column_is_a_heading_of_the_text_below(indent: float, skip: float) -> None:
    head = (72.0, 600.0, _HEAD, "Times-Bold", 10.0)
    text = _text(*_prose(72, 720, 8), head, *_prose(72, 600 - skip, 8, seed=1, indent=indent))
    assert f"\n\n## {_HEAD}\n\n{prose(8, 1)[0]} " in text


def test_bold_words_that_begin_a_paragraph_stay_in_it() -> None:
    text = _text(*_prose(72, 720, 8), (72, 600, _HEAD, "Times-Bold", 10), *_prose(72, 588, 8, seed=1))
    assert f"{_HEAD} {prose(8, 1)[0]} " in text


@pytest.mark.parametrize("mark", ["1", "*", "a", "1,2"])
def test_a_raised_mark_begins_an_affiliation(mark: str) -> None:
    lines: list[Placed] = []
    for i, town in enumerate("ABC"):
        lines.append((72, 704 - 12 * i, mark, "Times-Roman", 6))
        lines.append((74 + 3 * len(mark), 700 - 12 * i, f"Institute of Harbours, Town {town}", "Times-Roman", 10))
    text = _text(*lines, *_prose(72, 600, 8))
    raised = mark if mark == "*" else f"^{{{mark}}}"
    assert in_order(text, f"{raised}", "Town A", raised, "Town B")
    assert re.search(r"Town A\n\n[*^].*Town B\n\n[*^].*Town C\n\n", text)


def test_a_raised_number_before_an_element_does_not_begin_a_paragraph() -> None:
    lines = _prose(72, 720, 8)
    lines[3] = (78, lines[3][1], "C labels were " + lines[3][2][:30], "Times-Roman", 10)
    text = _text(*lines[:3], (72, lines[3][1] + 4, "14", "Times-Roman", 6), *lines[3:])
    assert f"{prose(8)[2]} ^{{14}}C labels" in text


def test_small_type_below_a_title_is_not_measured_by_the_lines_of_the_title() -> None:
    title = [
        (72.0, 740.0 - 26 * i, line, "Times-Bold", 20.0)
        for i, line in enumerate(("Harbours and the", "lanterns of the", "coast in winter"))
    ]
    small = [
        (72.0, 660.0 - 26 * i, line, "Times-Roman", 9.0)
        for i, line in enumerate(("Ann Keeper and Bob Walnut", "Institute of Harbours"))
    ]
    text = _text(*title, *small)
    assert text == "## Harbours and the lanterns of the coast in winter\n\nAnn Keeper and Bob Walnut\n\nInstitute of Harbours\n"


def test_the_lines_of_a_large_heading_that_are_far_apart_are_one_heading() -> None:
    head = [(72.0, 600.0, "Harbours of the", "Times-Bold", 14.0), (72.0, 572.0, "northern coast", "Times-Bold", 14.0)]
    text = _text(*_prose(72, 770, 7, leading=24), *head, *_prose(72, 540, 8, seed=1, leading=24))
    assert "# Harbours of the northern coast\n" in text


def test_definitions_with_a_little_space_between_are_paragraphs() -> None:
    items = [
        (72.0, 614.0, "int n: The number of lanterns. Read-only.", "Times-Roman", 10.0),
        (72.0, 599.0, f"int k: {prose(2, 1)[0][:70]}", "Times-Roman", 10.0),
        (92.0, 587.0, "of the copper pots.", "Times-Roman", 10.0),
    ]
    text = _text(*_prose(72, 720, 8), (72, 629, "where the parameters are these.", "Times-Roman", 10), *items)
    assert "\n\nint n: The number of lanterns. Read-only.\n\nint k: " in text
    assert " of the copper pots.\n" in text


def test_labels_that_are_flush_right_begin_paragraphs() -> None:
    labels = ("--local", "--unilocal", "--glocal")
    lines: list[Placed] = []
    for i, label in enumerate(labels):
        lines.append((150 - 4.6 * len(label), 600 - 15 * i, label, "Times-Bold", 10))
        lines.append((155, 600 - 15 * i, f"Search the harbour of {label[2:]} for every lantern, each pot.", "Times-Roman", 10))
    text = _text(*_prose(72, 720, 8), *lines)
    assert re.search(r"\n\n--local .*\n\n--unilocal .*\n\n--glocal .*\n", text)


def test_a_displayed_line_does_not_run_into_the_text_below() -> None:
    shown = (110.0, 621.0, "lantern --copper pot", "Times-Roman", 10.0)
    text = _text(*_prose(72, 720, 8), (72, 636, "The command is:", "Times-Roman", 10), shown, *_prose(72, 606, 6, seed=1))
    assert f"The command is:\n\nlantern --copper pot\n\n{prose(6, 1)[0]}" in text


def test_terms_with_dashes_begin_paragraphs() -> None:
    terms = ("s – the lantern of the harbour", "f – the copper pot")
    lines = [(72.0, 620.0 - 12 * i, line, "Times-Roman", 10.0) for i, line in enumerate(terms)]
    assert "\n\n".join(terms) in _text(*_prose(72, 720, 8), *lines)


def test_lines_in_two_halves_far_apart_are_rows_of_their_own() -> None:
    rows = [("Journal of Lamps, volume 3", "Review article"), ("Available at lamps.example", "Open access")]
    lines = [(x, 740 - 12 * i, c, "Times-Roman", 10) for i, row in enumerate(rows) for x, c in zip((72, 450), row, strict=True)]
    text = _text(*lines, *_prose(72, 690, 8))
    assert "Journal of Lamps, volume 3 Review article\n\nAvailable at lamps.example Open access\n" in text


def test_centred_lines_of_one_text_are_one_paragraph_though_each_begins_elsewhere() -> None:
    lines = [
        "1. Department of Lamps, College of Harbours, the",
        "Coast; 2. Department of Oil, College of the",
    ]
    lines += ["Lanterns, Harbour, the Northern Coast, Islands."]

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        for i, line in enumerate(lines):
            canvas.drawCentredString(181, 740 - 12 * i, line)
        for x, y, line, _, _ in _prose(72, 660, 8):
            canvas.drawString(x, y, line)

    assert " ".join(lines) in text_of(pdf(draw))
