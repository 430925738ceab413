"""Headings of PDFs: numbered as IEEE and REVTeX do, in capitals, bold, large, or run in."""

import pytest
from pdf_inputs import at, column, pdf, prose, text_of
from reportlab.pdfgen.canvas import Canvas


def _headings(head: str, font: str = "Times-Bold", size: float = 10, *, centred: bool = False) -> list[str]:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        canvas.setFont(font, size)
        canvas.drawString(150 if centred else 72, 600, head)
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 580, prose(8, 1)))(canvas)

    return [line for line in text_of(pdf(draw)).split("\n") if line.startswith("#")]


@pytest.mark.parametrize(
    ("head", "font", "level"),
    [
        ("I. INTRODUCTION", "Times-Roman", 2),
        ("IV. LAMPS AND OIL", "Times-Roman", 2),
        ("A. Lamps of the coast", "Times-Italic", 3),
        ("II. Methods of counting", "Times-Bold", 2),
        ("3 Methods of counting", "Times-Bold", 2),
        ("3.1 Barrels", "Times-Bold", 3),
        ("3.1.2 Barrels of oil", "Times-Bold", 4),
        ("2. THE KEEPERS", "Times-Roman", 2),
        ("Conclusion", "Times-Bold", 2),
        ("Acknowledgements", "Times-Roman", 2),
    ],
)
@pytest.mark.parametrize("centred", [False, True])
def test_a_heading_and_its_level(head: str, font: str, level: int, centred: bool) -> None:
    assert _headings(head, font, centred=centred) == [f"{'#' * level} {head}"]


@pytest.mark.parametrize(
    "head", ["Figure 1: Lamps of the coast", "Table 2. Keepers", "(a) Lamps", "E = mc 2", "3.5", "and so on"]
)
def test_other_lines_are_no_headings(head: str) -> None:
    assert _headings(head, "Times-Roman") == []


def test_a_list_of_references_has_its_usual_name() -> None:
    assert _headings("BIBLIOGRAPHY") == ["## References"]


@pytest.mark.parametrize("lead", ["2.1. Lamps of the coast.", "A. Keepers of lamps:"])
def test_a_numbered_heading_that_runs_into_its_paragraph(lead: str) -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, 600, lead)
        x = 72 + canvas.stringWidth(f"{lead} ", "Times-Bold", 10)
        canvas.setFont("Times-Roman", 10)
        body = prose(8, 1)
        at((x, 600, body[0]), *column(72, 588, body[1:]))(canvas)

    text = text_of(pdf(draw))
    assert f"### {lead.rstrip('.:')}\n\n{prose(8, 1)[0]}" in text


def _levels(*heads: tuple[str, str, float]) -> list[str]:
    """Return the headings of pages with one heading (text, font, size) above text on each."""

    def page(head: tuple[str, str, float]) -> object:
        def draw(canvas: Canvas) -> None:
            canvas.setFont(*head[1:])
            canvas.drawString(72, 700, head[0])
            canvas.setFont("Times-Roman", 10)
            at(*column(72, 600, prose(12, len(head[0]))))(canvas)

        return draw

    return [line for line in text_of(pdf(*map(page, heads))).split("\n") if line.startswith("#")]  # type: ignore[arg-type]


def test_the_level_of_a_type_is_that_of_the_named_or_numbered_headings_in_it() -> None:
    bold, large = "Times-Bold", 13.0
    found = _levels(
        ("1 Introduction", bold, large),
        ("Lamps", bold, large),
        ("1.1 Oil and wicks", bold, 11),
        ("Ropes", bold, 11),
        ("Bells", bold, 10),
    )
    assert found == ["## 1 Introduction", "## Lamps", "### 1.1 Oil and wicks", "### Ropes", "#### Bells"]


def test_bold_type_ranks_above_italic_type_of_the_same_size_as_the_text() -> None:
    found = _levels(("Methods", "Times-Bold", 9.5), ("Lamps of the coast", "Times-Italic", 10), ("Keepers", "Times-Bold", 9.5))
    assert found == ["## Methods", "### Lamps of the coast", "## Keepers"]


def test_capitals_rank_above_other_letters_of_the_same_type() -> None:
    found = _levels(("INTRODUCTION", "Times-Bold", 10), ("Lamps of the coast", "Times-Bold", 10), ("Oil", "Times-Bold", 10))
    assert found == ["## INTRODUCTION", "### Lamps of the coast", "### Oil"]


def test_the_sections_of_an_appendix_are_one_level_below_it() -> None:
    assert _levels(("A.1 Lamps", "Times-Bold", 12), ("B.2.3 Oil", "Times-Bold", 12)) == ["### A.1 Lamps", "#### B.2.3 Oil"]


@pytest.mark.parametrize("head", ["1. Introduction.", "Lamps of the coast.", "Oil", "FAQ"])
def test_short_headings_and_headings_with_a_full_stop(head: str) -> None:
    assert [line.lstrip("# ") for line in _headings(head)] == [head]


def test_small_headings_directly_above_each_other() -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        for y, size, head in ((600, 9.0, "Present means"), (584, 8.0, "Lamps of the coast")):
            canvas.setFont("Times-Bold", size)
            canvas.drawString(72, y, head)
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 566, prose(8, 1)))(canvas)

    assert [line for line in text_of(pdf(draw)).split("\n") if line.startswith("#")] == [
        "## Present means",
        "### Lamps of the coast",
    ]


def test_the_head_of_a_table_is_no_heading() -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(8)))(canvas)
        canvas.setFont("Times-Bold", 10)
        at((72, 600, "Lamp"), (200, 600, "Keeper"), (300, 600, "Height of the tower"))(canvas)
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 580, prose(8, 1)))(canvas)

    assert "#" not in text_of(pdf(draw))


def test_what_stands_above_the_title_and_the_authors_below_it_are_no_headings() -> None:
    def draw(canvas: Canvas) -> None:
        for y, size, text in (
            (760, 14, "Annals of Coasts"), (730, 20, "On the lamps of the coast"), (700, 13, "Ann Keeper and Bo Ropes"),
        ):  # fmt: skip
            canvas.setFont("Times-Bold", size)
            canvas.drawString(72, y, text)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, 660, "Abstract")
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 640, prose(20)))(canvas)

    found = [line for line in text_of(pdf(draw)).split("\n") if line.startswith("#")]
    assert found == ["# On the lamps of the coast", "## Abstract"]


def test_small_type_of_a_long_list_of_references_is_not_that_of_the_text() -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 760, prose(12)))(canvas)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, 600, "References")
        canvas.setFont("Times-Roman", 8)
        at(*column(72, 580, prose(26, 1)))(canvas)

    assert [line for line in text_of(pdf(draw)).split("\n") if line.startswith("#")] == ["## References"]


def test_a_label_in_small_type_above_a_heading_has_its_level() -> None:
    def draw(canvas: Canvas) -> None:
        for y, size, text in ((700, 12, "CHAPTER ONE"), (670, 20, "1 Lamps"), (500, 14, "1.1 Oil")):
            canvas.setFont("Times-Bold", size)
            canvas.drawString(72, y, text)
            canvas.setFont("Times-Roman", 10)
            at(*column(72, y - 20, prose(8, y)))(canvas) if size != 12 else None

    found = [line for line in text_of(pdf(draw)).split("\n") if line.startswith("#")]
    assert found == ["## CHAPTER ONE", "## 1 Lamps", "### 1.1 Oil"]


def test_numbered_lines_in_the_type_of_the_text_are_headings_where_their_number_follows() -> None:
    found = _levels(
        ("1. Introduction", "Times-Bold", 13),
        ("1.1. Lamps of the coast", "Times-Roman", 10),
        ("1.2. Oil and wicks", "Times-Roman", 10),
        ("7.5 Barrels of oil", "Times-Roman", 10),
        ("2. Keepers", "Times-Bold", 13),
    )
    assert found == ["## 1. Introduction", "### 1.1. Lamps of the coast", "### 1.2. Oil and wicks", "## 2. Keepers"]


@pytest.mark.parametrize(
    ("head", "level"), [("Lamp.light(oil, wick)", "### "), ("brightness = lamps * oil", ""), ("light(lamp);", "")]
)
def test_a_line_of_code_in_bold_type_is_no_heading_but_the_name_of_a_function_is(head: str, level: str) -> None:
    found = _levels(("1 Lamps", "Times-Bold", 13), (head, "Courier-Bold", 10))
    assert found == ["## 1 Lamps", *([level + head] if level else [])]


def test_a_numbered_bold_line_with_a_full_stop_is_apart_from_the_lines_around_it() -> None:
    def draw(canvas: Canvas) -> None:
        at(*column(72, 720, prose(4)), *column(72, 660, prose(4, 1)))(canvas)
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, 672, "6.2.12 Barrels and oil.")

    assert "\n\n#### 6.2.12 Barrels and oil.\n\n" in text_of(pdf(draw))


@pytest.mark.parametrize("head", ["Figure 2: Results and discussion", "Table S1: Lamps", "Figure S3. Winter"])
def test_a_caption_is_a_heading_only_in_larger_type_than_the_text(head: str) -> None:
    assert _headings(head, size=11.5) == [f"## {head}"]
    assert _headings(head, size=10) == []
    assert _headings(head, "Times-Roman", size=9) == []


def test_a_numbered_heading_may_be_a_little_larger_than_the_text() -> None:
    assert _headings("II. Lamps of the coast", "Times-Roman", 10.8) == ["## II. Lamps of the coast"]
    assert _headings("Lamps of the coast", "Times-Roman", 10.8) == []


def test_initials_in_a_heading_of_capitals() -> None:
    assert _headings("I. LAMPS OF D. KEEPER", "Times-Roman") == ["## I. LAMPS OF D. KEEPER"]


@pytest.mark.parametrize(("name", "level"), [("Materials and methods", "#"), ("Abstract", "##")])
def test_the_name_of_a_section_may_be_the_title_of_a_supplement(name: str, level: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 17)
        canvas.drawCentredString(300, 740, name)
        canvas.setFont("Times-Bold", 12)
        canvas.drawString(72, 700, "Lamps of the coast")
        canvas.setFont("Times-Roman", 10)
        at(*column(72, 680, prose(12)))(canvas)

    assert f"\n{text_of(pdf(draw))}".count(f"\n{level} {name}\n") == 1


def test_no_level_is_left_out_below_a_section() -> None:
    types = ("Times-Bold", 14), ("Times-Bold", 12), ("Times-Bold", 11)
    heads = ("2 Lamps", *types[0]), ("2.1.1 Barrels", *types[1]), ("Synopsis", *types[2]), ("3 Oil", *types[0])
    assert _levels(*heads, heads[2]) == ["## 2 Lamps", "#### 2.1.1 Barrels", "##### Synopsis", "## 3 Oil", "### Synopsis"]


def test_a_short_paragraph_of_a_document_in_bold_type_is_no_heading() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Bold", 10)
        at(*column(72, 720, prose(8)))(canvas)
        canvas.drawString(72, 600, "All lamps were lit at dusk")
        at(*column(72, 580, prose(8, 1)))(canvas)

    assert "#" not in text_of(pdf(draw))
