"""OCR: which pages are read, by which engine, how well, and limits on hostile pages."""

import io
import json
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.ocr import text_layer_quality
from darwin_spark.parsers.ocr.engine import OcrLine, Picture
from darwin_spark.parsers.ocr.fragments import page_text, with_even_sizes
from darwin_spark.parsers.ocr.pages import needs_ocr
from darwin_spark.parsers.ocr.rendering import render
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf.document import parse
from darwin_spark.parsers.pdf.fragments import read_page

pytest.importorskip("rapidocr", reason="the extra ocr is not installed")
_IS_INSTALLED = pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")
ENGINES = ["rapidocr", pytest.param("tesseract", marks=_IS_INSTALLED)]
PROSE = [
    "The cell is the smallest unit of life that can",
    "divide on its own. Robert Hooke saw it in 1665, in",
    "a thin slice of cork, and gave it the name.",
]


def _settings(engine: str = "rapidocr", **more: Any) -> L1Settings:
    return L1Settings(ocr=OcrSettings.model_validate({"engine": engine, **more}))


def _scan(lines: Sequence[str], size: int = 36) -> Image.Image:
    """A page of 5 x 3 inches at 200 dpi, as a scanner sees it."""
    page = Image.new("L", (1000, 600), 255)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        draw.text((60, 80 + number * 52), line, fill=0, font=ImageFont.load_default(size))
    return page


def _pdf(*pages: Image.Image | str | None, over: str = "") -> bytes:
    """Pages of 360 x 216 points, or 216 x 360: a scan (with the text `over` it), a text layer, or nothing."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(360, 216))
    for page in pages:
        if isinstance(page, str):
            for number, line in enumerate(page.split("\n")):
                canvas.drawString(20, 180 - 14 * number, line)
        elif page is not None:
            size = (360, 216) if page.width > page.height else (216, 360)
            canvas.setPageSize(size)
            canvas.drawImage(ImageReader(page), 0, 0, *size)
            canvas.drawString(20, 10, over)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_scan_is_read_as_a_paragraph(engine: str) -> None:
    parsed = parse(_pdf(_scan(PROSE)), _settings(engine))
    assert parsed.text.count("\n") == 1
    assert Levenshtein.normalized_similarity(parsed.text.strip(), " ".join(PROSE)) > 0.97
    assert parsed.warnings == (f"read by {engine}: page 1",)
    assert parsed.pages[0].engine == engine
    assert (parsed.pages[0].confidence or 0) > 0.9


@pytest.mark.parametrize("turn", [180, 270, 4])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_rotated_scan_is_set_upright(engine: str, turn: int) -> None:
    scan = _scan([*PROSE, "", "Others had seen small animals in water before him."])
    parsed = parse(_pdf(scan.rotate(turn, expand=True, fillcolor=255)), _settings(engine, dpi=200))
    assert Levenshtein.normalized_similarity(" ".join(PROSE), parsed.text.split("\n\n")[0]) > 0.95


def test_only_pages_without_a_text_layer_are_read() -> None:
    sentence = "This page says what it says in letters of its own."
    parsed = parse(_pdf(sentence, _scan(PROSE[:1]), None, sentence.replace("page", "sheet")), _settings())
    assert [page.engine for page in parsed.pages] == ["pypdfium2", "rapidocr", "pypdfium2", "pypdfium2"]
    assert [page.confidence is not None for page in parsed.pages] == [False, True, False, False]
    assert parsed.warnings == ("read by rapidocr: page 2",)
    assert PROSE[0] in parsed.text


def test_a_stamp_over_a_scan_is_not_its_text() -> None:
    parsed = parse(_pdf(_scan(PROSE), over="Downloaded from a library"), _settings())
    assert PROSE[0] in parsed.text
    assert "Downloaded from a library" in parsed.text


def test_an_empty_page_is_no_ocr_page() -> None:
    with pytest.raises(ParseFailure) as failure:
        parse(_pdf(None, Image.new("L", (1000, 600), 255)), _settings())
    assert failure.value.reason == "empty"


def test_without_an_engine_a_scan_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ParseFailure, match=r"l1\.ocr\.engine") as off:
        parse(_pdf(_scan(PROSE)), _settings("none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ParseFailure, match="apt-get install tesseract-ocr") as no_program:
        parse(_pdf(_scan(PROSE)), _settings("tesseract", languages=("eng", "lat")))
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(ParseFailure, match=r"darwin-spark\[ocr\]") as no_extra:
        parse(_pdf(_scan(PROSE)), _settings(min_confidence=0.51))
    assert {failure.value.reason for failure in (off, no_program, no_extra)} == {"no_text_layer"}


def test_rapidocr_never_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a network connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert "smallest unit" in parse(_pdf(_scan(PROSE)), _settings(min_confidence=0.52)).text


def test_giant_pages_and_bitmaps_stay_small_in_memory() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(14_400, 14_400))
    canvas.rect(100, 100, 5_000, 5_000, fill=1)
    canvas.save()
    with pdfium.PdfDocument(buffer.getvalue()) as document:
        rendered = render(document, 0, OcrSettings(max_pixels=1_000_000))
    assert rendered is not None
    assert rendered.picture.size <= 1_010_000
    with pytest.raises(ParseFailure, match="max_image_pixels") as failure:
        parse(_pdf(Image.new("1", (3_000, 3_000))), _settings(max_image_pixels=8_000_000))
    assert failure.value.reason == "no_text_layer"


def test_good_text_layers_are_left_alone(shared: Path) -> None:
    files = [*sorted((shared / "pdf").rglob("*.pdf"))[::5], shared / "pdf" / "books" / "glpk.pdf"]
    assert len(files) > 5
    for file in files:
        with pdfium.PdfDocument(file) as document:
            for index in range(0, len(document), 3):
                layer = read_page(document, index)
                text = " ".join(fragment.text for fragment in [*layer.fragments, *layer.turned])
                assert not needs_ocr(document, index, text, layer.image_share), f"{file.name} page {index + 1}"


@pytest.mark.parametrize("shift", [1, 3, 13, 22])
def test_shifted_letters_are_garbage(shared: Path, shift: int) -> None:
    text = parse((shared / "pdf" / "openjournals" / "jose.00173.pdf").read_bytes(), _settings("none")).text[:3000]
    assert not text_layer_quality.is_garbage(text)
    assert text_layer_quality.is_garbage(
        "".join(chr(97 + (ord(c) - 97 + shift) % 26) if "a" <= c <= "z" else c for c in text.lower())
    )


@given(st.text(alphabet=st.characters(categories=("Co",)), min_size=1))
def test_characters_of_no_script_are_garbage(text: str) -> None:
    assert text_layer_quality.is_garbage(text)


@given(st.text())
def test_measures_lie_between_zero_and_one(text: str) -> None:
    assert 0 <= text_layer_quality.broken(text) <= 1
    assert 0 <= text_layer_quality.wordlike(text) <= 1


def _scan_with_layer(layer: str) -> bytes:
    """A scan with an invisible text layer from another OCR program."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(360, 216))
    canvas.drawImage(ImageReader(_scan(PROSE)), 0, 0, 360, 216)
    text = canvas.beginText(20, 190)
    text.setTextRenderMode(3)
    for start in range(0, len(layer), 60):
        text.textLine(layer[start : start + 60])
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()


BAD_OCR = "Thc ce11 is tbe sm@llest un;t 0f 1ife tbat c^n d'vide 0n :ts 0wn. R0b'rt H00ke s@w 1t jn l66S, ;n a tb1n s1;ce "
GOOD_OCR = " ".join([*PROSE, "The rest of the page is said in words that the picture of this test does not show."])
SHIFTED = "".join(chr(ord(c) + 3) if c.isalpha() else c for c in " ".join(PROSE))


@pytest.mark.parametrize(
    ("layer", "engine"),
    [(4 * SHIFTED, "rapidocr"), (2 * BAD_OCR, "rapidocr"), (2 * GOOD_OCR, "pypdfium2")],
    ids=["shifted letters", "bad OCR", "good OCR"],
)
def test_a_layer_over_a_scan_stays_if_it_reads_well(layer: str, engine: str) -> None:
    parsed = parse(_scan_with_layer(layer), _settings())
    assert [page.engine for page in parsed.pages] == [engine]
    assert PROSE[0] in parsed.text


@pytest.mark.parametrize(("book", "page"), [("c", 3), ("e", 5)], ids=["sound", "taken for one on its head"])
def test_old_books_are_read_better_than_their_tesseract_columns(shared: Path, book: str, page: int) -> None:
    rows = [json.loads(line) for line in (shared / "ocr" / "oldbooks_pairs.jsonl").read_text().splitlines()]
    row = next(row for row in rows if row["book"] == book and row["pdf_page"] == page)
    with pdfium.PdfDocument(shared / "scan" / f"oldbook_{book}.pdf") as whole, pdfium.PdfDocument.new() as one:
        one.import_pages(whole, [page - 1])
        buffer = io.BytesIO()
        one.save(buffer)
    parsed = parse(buffer.getvalue(), _settings())
    assert _error_rate(row["ground_truth"], parsed.text) <= _error_rate(row["ground_truth"], row["tesseract_minimum"])


def _error_rate(truth: str, text: str) -> float:
    """Of letters alone: markup, running heads' rules and the shapes of quotation marks aside."""
    wanted, found = ("".join(c for c in t if c.isalpha()) for t in (truth, text))
    return Levenshtein.distance(wanted, found) / len(wanted)


def _lines(*rows: tuple[str, int, int]) -> tuple[list[OcrLine], Picture]:
    """Lines drawn at (y, size) with the boxes that a detector would give."""
    page = Image.new("L", (1000, 100 + max(y for _, y, _ in rows)), 255)
    draw = ImageDraw.Draw(page)
    found = []
    for text, y, size in rows:
        font = ImageFont.load_default(size)
        draw.text((50, y), text, fill=0, font=font)
        left, top, right, bottom = draw.textbbox((50, y), text, font=font)
        found.append(OcrLine(text, left - 6, top - 6, right + 6, bottom + 6, 0.99))
    return found, np.asarray(page)


def test_lines_become_fragments_with_the_size_of_their_type() -> None:
    prose = [(line, 200 + 48 * number, 32) for number, line in enumerate(PROSE)]
    page = page_text(*_lines(("On the unit of life", 60, 56), *prose), 0.3)
    (page,) = with_even_sizes([page])
    sizes = [fragment.size for fragment in page.fragments]
    assert len(set(sizes[1:])) == 1
    assert 1.5 < sizes[0] / sizes[1] < 2.0
    baselines = [fragment.baseline for fragment in page.fragments[1:]]
    assert np.diff(baselines) == pytest.approx([48 * 0.3] * 2, abs=0.6)


def test_old_style_zeros_are_digits() -> None:
    page = page_text(*_lines(("12,ooo souls in 19o9, and two wood 2o fires", 60, 32)), 0.3)
    assert page.fragments[0].text == "12,000 souls in 1909, and two wood 2o fires"


def test_large_type_on_a_scan_is_a_title() -> None:
    parsed = parse(_pdf(_heading_page()), _settings())
    assert parsed.title == "Methods of Observation"
    assert parsed.text.startswith("# Methods of Observation\n\nThe cell is the smallest unit")


def _heading_page() -> Image.Image:
    page = Image.new("L", (1000, 600), 255)
    draw = ImageDraw.Draw(page)
    draw.text((60, 40), "Methods of Observation", fill=0, font=ImageFont.load_default(60))
    for number, line in enumerate(PROSE):
        draw.text((60, 180 + number * 48), line, fill=0, font=ImageFont.load_default(32))
    return page
