"""PDF: layouts of real papers, recall against their JATS, broken and generated files."""

import io
import re
from pathlib import Path
from statistics import mean

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from benchmarks.l1 import fidelity
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.pdf.dehyphenation import joined, vocabulary
from darwin_spark.parsers.pdf.document import parse
from darwin_spark.text.normalize_markdown import normalize_markdown


def _parse(file: Path) -> Parsed:
    return parse(file.read_bytes(), L1Settings())


def _pdf(*pages: list[tuple[float, float, str]], **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800), **options)
    for page in pages:
        canvas.setFont("Times-Roman", 10)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _text(*pages: list[tuple[float, float, str]]) -> str:
    return parse(_pdf(*pages), L1Settings()).text


def test_text_agrees_with_the_jats_of_the_paper(shared: Path) -> None:
    """Floors of `benchmarks.l1.fidelity`; 0.99, 0.92 and 0.86 are what L1 promises. No text of the worst pair's PDF could pass
    0.870: its references shorten first names and long lists of authors, which the JATS has in full. Against the XML as it is
    filed no text could pass 0.913, the worst pair 0.856; ours is next to that.
    """
    rows = list(fidelity.openjournals(shared))
    assert len(rows) == 12
    assert mean(row.recall for row in rows) >= 0.99  # measured: 0.999; raw pypdfium2: 0.994
    assert min(row.recall for row in rows) >= 0.98
    assert mean(row.f1 for row in rows) >= 0.92  # measured: 0.938, ceiling 0.941; raw: 0.900
    assert min(row.f1 for row in rows) >= 0.86  # measured: 0.867; raw: 0.833
    assert mean(row.filed_ceiling - row.filed_f1 for row in rows) <= 0.003  # measured: 0.002
    assert sum(row.headings for row in rows) >= 0.9 * sum(row.titles for row in rows)
    assert not any(row.running_heads for row in rows)


def test_two_columns_are_read_one_after_the_other(shared: Path) -> None:
    parsed = _parse(shared / "pdf" / "juliacon" / "jcon.00093.pdf")
    text = parsed.text
    assert parsed.title == "MutableArithmetics: An API for mutable operations"
    assert text.startswith(f"# {parsed.title}\n")
    headings = ["## 1. Introduction", "## 2. Design consideration", "### 2.1 May mutate", "## 6. Conclusion", "## References"]
    assert [text.index(f"\n{heading}\n") for heading in headings] == sorted(text.index(f"\n{h}\n") for h in headings)
    assert "an accumulator that can be modified in-place to contain the result, e.g., when summing" in text
    assert "do not modify their arguments. However" in text
    assert "```\nfunction sum(x::Vector)\n    acc = zero(eltype(x))\n    for el in x\n        acc = acc + el\n    end\n" in text
    assert "Proceedings of JuliaCon" not in text


def test_journal_layout_keeps_formulas_scripts_and_sections(shared: Path) -> None:
    parsed = _parse(shared / "pdf" / "pmc" / "PMC4889806.pdf")
    assert parsed.title == "A Review on Medicinal Properties of Orientin"
    assert "C_{21}H_{20}O_{11}" in parsed.text
    assert "\n\nFigure 1: Chemical structure of orientin.\n\n" in parsed.text
    assert not re.search(r"^(?:\d )?Advances in Pharmacological Sciences(?: \d)?$", parsed.text, re.MULTILINE)


@pytest.mark.parametrize(
    "name", ["juliacon/jcon.00091", "openjournals/jose.00021", "pmc/PMC5771181", "openjournals/jose.00260"]
)
def test_pages_cover_the_text_and_the_text_is_normalized(shared: Path, name: str) -> None:
    parsed = _parse(shared / "pdf" / f"{name}.pdf")
    bounds = [bound for page in parsed.pages for bound in (page.start, page.end)]
    assert bounds == sorted(bounds)
    assert bounds[0] == 0
    assert "".join(parsed.text[page.start : page.end] for page in parsed.pages) == parsed.text
    assert parsed.text == normalize_markdown(parsed.text)
    assert {(page.engine, page.confidence) for page in parsed.pages} == {("pypdfium2", None)}


def test_page_offsets_name_the_page() -> None:
    pages = [[(72, 700, f"Only page {word} says this.")] for word in ("one", "two", "three")]
    parsed = parse(_pdf(pages[0], pages[1], [], pages[2]), L1Settings())
    said = [parsed.text[page.start : page.end].strip() for page in parsed.pages]
    assert said == ["Only page one says this.", "Only page two says this.", "", "Only page three says this."]


def test_running_heads_and_page_numbers_are_removed() -> None:
    pages = [
        [(72, 780, f"Journal of Cells {n}"), (300, 20, str(n)), (72, 600, f"The text of sheet {'abcd'[n]} is here.")]
        for n in range(4)
    ]
    text = _text(*pages)
    assert text.count("The text of sheet") == 4
    assert "Journal" not in text
    assert not re.search(r"^\d$", text, re.MULTILINE)


def test_a_sentence_continues_over_a_page_break_of_a_pdf() -> None:
    first = [(72, 760 - 12 * i, "A line of running text that fills the width of the page well.") for i in range(4)]
    text = _text([*first, (72, 712, "It ends in the mid-")], [(72, 700, "dle of a word, which is mended.")])
    assert "It ends in the middle of a word, which is mended." in text


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("their argu-", "ments are", "their arguments are"),
        ("a water-", "soluble compound", "a water-soluble compound"),
        ("the well-", "known result", "the well-known result"),
        ("Jean-", "Paul said", "Jean-Paul said"),
        ("pages 25–", "28 say", "pages 25–28 say"),
        ("as water-", "and fat-soluble salts", "as water- and fat-soluble salts"),
        ("a self-", "supervised task", "a self-supervised task"),
        ("of self-", "less people", "of selfless people"),
        ("by the soluble-", "oxide-cGMP pathway", "by the soluble-oxide-cGMP pathway"),
        ("and so", "on", "and so on"),
    ],
)
def test_hyphens_at_line_ends(above: str, below: str, whole: str) -> None:
    words = vocabulary(["water is soluble", "soluble water", "a well-known fact", "the argument"])
    assert joined(above, below, words) == whole


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("Zenodo. https:", "//doi.org/10.5281/zenodo.1", "Zenodo. https://doi.org/10.5281/zenodo.1"),
        ("at https://doi.org/10.", "3233/978", "at https://doi.org/10.3233/978"),
        ("from https://CRAN.", "R-project.org/package=x", "from https://CRAN.R-project.org/package=x"),
        ("(https://rsc.org/future-in-", "chemistry)", "(https://rsc.org/future-in-chemistry)"),
        ("at www.example.org/how_to_argu-", "ment.md", "at www.example.org/how_to_argument.md"),
        ("see https://example.org.", "Then go on.", "see https://example.org. Then go on."),
        ("see https://example.org", "and go on", "see https://example.org and go on"),
    ],
)
def test_urls_broken_by_a_line_end_are_whole(above: str, below: str, whole: str) -> None:
    assert joined(above, below, vocabulary(["the argument"])) == whole


def test_columns_of_short_cells_become_a_table() -> None:
    rows = [("Name", "Mass", "Charge"), ("proton", "1.007", "+1"), ("neutron", "1.009", "0"), ("electron", "0.001", "-1")]
    page = [(x, 700 - 14 * i, cell) for i, row in enumerate(rows) for x, cell in zip((72, 200, 320), row, strict=True)]
    assert "| Name | Mass | Charge |\n| --- | --- | --- |\n| proton | 1.007 | +1 |\n" in _text(page)


def test_cells_of_several_lines_become_one_table_under_its_caption() -> None:
    cells = [
        (72, 0, "Plant"), (200, 0, "How it was"), (200, 12, "prepared"), (400, 0, "Outcome"),
        (72, 40, "Aloe vera"), (200, 36, "Boiled in water for"), (200, 48, "an hour"), (400, 40, "Better than before"),
        (72, 80, "Ocimum"), (200, 76, "Dried, ground and"), (200, 88, "mixed with ethanol"), (400, 80, "No change"),
    ]  # fmt: skip
    page = [(72.0, 720.0, "Table 1: Plants and what they do"), *((x, 700.0 - y, text) for x, y, text in cells)]
    assert (
        "| Plant | How it was prepared | Outcome |\n| --- | --- | --- |\n"
        "| Aloe vera | Boiled in water for an hour | Better than before |\n"
        "| Ocimum | Dried, ground and mixed with ethanol | No change |"
    ) in _text(page)


def test_hyphen_in_a_cell_is_read_as_in_the_text(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC6281068.pdf").text
    assert "| Randomized, triple blind, controlled trial in 345 subjects-compared with CHX |" in text


def test_wide_table_of_a_page_in_two_columns_is_whole(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC4889806.pdf").text
    assert "| Passiflora species | Ethanol or water | (i) TLC (ii) HPLC | (i) 3.36 mg of orientin per gram of dried P." in text


def test_numbers_at_the_foot_of_a_page_are_not_page_numbers_beside_text() -> None:
    pages = [
        [(72, 700, f"Text of page {tree}."), (72, 30, f"apples of tree {tree}"), (300, 30, f"17{n}"), (300, 12, str(n))]
        for n, tree in enumerate("abc", 1)
    ]
    assert re.findall(r"\d+", _text(*pages)) == ["171", "172", "173"]


def test_numbered_run_in_headings_are_separated_from_their_paragraphs(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC4889806.pdf").text
    assert "\n\n### 4.3. Anti-Inflammatory\n\nInflammation is a biological" in text


def test_list_items_are_separated_whatever_the_line_above() -> None:
    wide = "A line of running text that fills the width of the page well enough"
    page = [(72.0, 700.0 - 12 * i, text) for i, text in enumerate((f"{wide}:", f"1. {wide},", f"2. {wide}", f"• {wide}"))]
    assert [block[:5] for block in _text(page).split("\n\n")] == ["A lin", "1. A ", "2. A ", "- A l"]


def test_headings_in_italic_and_in_small_bold_type_are_told_from_text(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC5771181.pdf").text
    ranks = ["\n### Phytotherapy\n", "\n#### Garlic: Allium sativum\n", "\n## Phytotherapy in Combination\n"]
    assert [text.index(heading) for heading in ranks] == sorted(text.index(heading) for heading in ranks)
    assert "\nKeywords: ashwagandha" in text


def test_two_headings_in_a_row_are_two(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC6281068.pdf").text
    assert "\n## Results\n\n### Single herbal preparations\n\n#### Aloe vera (Aloe)\n" in text


def test_letters_of_formulas_beyond_16_bits_are_plain_letters(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC4889806.pdf").text
    assert "nuclear factor-κB (NF-κB) level" in text
    assert "at the maximum nontoxic dose of 0.048 μg/mL" in text


def test_narrow_spaces_between_fonts_separate_words(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC4889806.pdf").text
    assert "leaves [35], and Thlaspi arvense (Field Pennycress)" in text


def test_a_stamp_in_the_margin_of_every_page_is_removed() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    for word in ("first", "second", "third"):
        canvas.drawString(72, 700, f"This is what the {word} page says, at some length.")
        canvas.rotate(90)
        canvas.drawString(300, -20, "Author manuscript")
        canvas.showPage()
    canvas.save()
    text = parse(buffer.getvalue(), L1Settings()).text
    assert "third page" in text
    assert "manuscript" not in text


def test_rotated_text_keeps_its_spaces_and_comes_last() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.drawString(72, 700, "The body of the page is upright and longer than the rest.")
    canvas.saveState()
    canvas.rotate(45)
    canvas.drawString(300, 100, "leaning note")
    canvas.restoreState()
    canvas.rotate(90)
    canvas.drawString(100, -50, "note in the margin")
    canvas.save()
    text = parse(buffer.getvalue(), L1Settings()).text
    assert text.split("\n\n") == [
        "The body of the page is upright and longer than the rest.",
        "leaning note",
        "note in the margin\n",
    ]


def test_side_column_of_the_first_page_is_declared_and_left_out(shared: Path) -> None:
    parsed = _parse(shared / "pdf" / "openjournals" / "jose.00193.pdf")
    assert dict(parsed.declared) == {"doi": "10.21105/jose.00193", "license": "CC BY 4.0"}
    assert "Submitted:" not in parsed.text
    assert "retain copyright" not in parsed.text


def test_heading_over_footnotes_stays_with_its_text(shared: Path) -> None:
    text = _parse(shared / "pdf" / "openjournals" / "jose.00193.pdf").text
    assert "^{†}co-first author\n\n## Statement of need\n\nArgo (Riser" in text


def test_keywords_beside_an_abstract_are_not_mixed_into_it(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC6281068.pdf").text
    assert "among prevalent oral health problems which may ultimately lead to severe complications in oral cavity" in text


def test_a_rotated_page_is_read_upright() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.rotate(90)
    canvas.drawString(100, -200, "First line of a turned page")
    canvas.drawString(100, -220, "and the second line of it.")
    canvas.save()
    assert parse(buffer.getvalue(), L1Settings()).text == "First line of a turned page and the second line of it.\n"


def test_scan_without_ocr_has_no_text_layer(shared: Path) -> None:
    settings = L1Settings(ocr=OcrSettings(engine="none"))
    with pytest.raises(ParseFailure, match="OCR") as failure:
        parse((shared / "scan" / "oldbook_a.pdf").read_bytes(), settings)
    assert failure.value.reason == "no_text_layer"


def test_text_outside_the_page_is_removed() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    window = canvas.beginPath()
    window.rect(72, 400, 300, 200)
    canvas.clipPath(window, stroke=0)
    canvas.drawString(80, 605, "A row that the page before shows")
    canvas.drawString(80, 590, "A row that this page shows")
    canvas.drawString(400, 580, "A cell beyond the edge")
    canvas.drawString(80, 390, "A row of the next page")
    canvas.save()
    assert parse(buffer.getvalue(), L1Settings()).text == "A row that this page shows\n"


@pytest.mark.parametrize("lines", range(30, 54, 4))
def test_clipped_text_is_found_wherever_its_object_is_in_memory(lines: int) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.saveState()
    window = canvas.beginPath()
    window.rect(72, 10, 300, 20)
    canvas.clipPath(window, stroke=0)
    canvas.drawString(80, 780, "A row that the page before shows")
    canvas.restoreState()
    for i in range(lines):
        canvas.drawString(80, 740 - 12 * i, f"Row {i} of this page")
    canvas.save()
    text = parse(buffer.getvalue(), L1Settings()).text
    assert "before" not in text
    assert f"Row {lines - 1} of" in text


def test_table_that_runs_on_is_a_table_on_every_page_and_says_each_row_once(shared: Path) -> None:
    text = _parse(shared / "pdf" / "pmc" / "PMC6281068.pdf").text
    assert (
        "\n\nContinued Table 1\n\n| Aloe vera 50% | Dentifrice | Randomized, double-blind, parallel, clinical trial in 30"
        in text
    )
    assert text.count("| Aloe vera 50% |") == 1


def test_what_is_filled_into_a_form_is_text() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(600, 800))
    canvas.drawString(72, 700, "Name of the sample:")
    canvas.acroForm.textfield(name="sample", x=200, y=690, value="basalt of 1906")
    canvas.save()
    assert "basalt of 1906" in parse(buffer.getvalue(), L1Settings()).text


def test_an_empty_password_opens() -> None:
    page = [(72.0, 700.0, "Some text.")]
    content = _pdf(page, encrypt=StandardEncryption("", ownerPassword="owner"))
    assert parse(content, L1Settings()).text == "Some text.\n"


def test_bad_files_fail_with_a_reason() -> None:
    page = [(72.0, 700.0, "Some text.")]
    whole = _pdf(page, page)
    cases = {
        "corrupt_pdf": whole[: len(whole) // 3],
        "encrypted": _pdf(page, encrypt=StandardEncryption("secret")),
        "empty": _pdf([]),
    }
    for reason, content in cases.items():
        with pytest.raises(ParseFailure) as failure:
            parse(content, L1Settings())
        assert failure.value.reason == reason
    with pytest.raises(ParseFailure) as failure:
        parse(whole, L1Settings(max_pages=1))
    assert failure.value.reason == "too_many_pages"
