"""Scans climb to L1 by olmOCR's way: pages drawn, asked, turned, asked again, and never asked twice."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from page_reader import COLOURS
from PIL import Image, ImageDraw, ImageFont
from pyspark.sql import SparkSession
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from support import QUICKSTART, log, snapshot

from darwin_spark.config.loading import load
from darwin_spark.events import Counts
from darwin_spark.observe.audit import audit
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage.workspace import Workspace

READER = [
    "tracking.enabled=false",
    "l1.ocr.engine=olmocr",
    "l1.ocr.olmocr.engine=page_reader:PageReader",
    "l1.ocr.olmocr.model.model=fake/reader",
    "l1.ocr.olmocr.max_attempts=2",
]
LAYER = "This page says what it says in letters of its own, and the sentence goes"
SHIFTED = " ".join("Wkh fhoo lv wkh vpdoohvw xqlw ri olih wkdw fdq glylgh rq lwv rzq" for _ in range(10))


def page(*colours: str, turned: int = 0) -> Image.Image:
    """A scan of 600 x 900 pixels with patches of colour from its upper left corner on; `turned` degrees clockwise."""
    scan = Image.new("RGB", (600, 900), "white")
    draw = ImageDraw.Draw(scan)
    for number, colour in enumerate(colours):
        draw.rectangle((10 + 60 * number, 10, 60 + 60 * number, 60), fill=COLOURS[colour])
    draw.text((60, 300), "The words of a scan", fill="black", font=ImageFont.load_default(40))
    return scan.rotate(-turned, expand=True)


def pdf(*pages: Image.Image | str, over: str = "") -> bytes:
    """Pages with a text layer, or scans, with the text `over` them in a layer that cannot be seen."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for content in pages:
        if isinstance(content, str):
            canvas.setPageSize((600, 900))
            canvas.drawString(40, 800, content)
        else:
            canvas.setPageSize(content.size)
            canvas.drawImage(ImageReader(content), 0, 0, *content.size)
            text = canvas.beginText(20, 190)
            text.setTextRenderMode(3)
            for start in range(0, len(over), 60):
                text.textLine(over[start : start + 60])
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pages_of(file: Path, indexes: Sequence[int]) -> bytes:
    with pdfium.PdfDocument(file) as whole, pdfium.PdfDocument.new() as some:
        some.import_pages(whole, list(indexes))
        buffer = io.BytesIO()
        some.save(buffer)
    return buffer.getvalue()


class Ladder:
    """A folder of scans, and a workspace that climbs to L1 over and over."""

    def __init__(self, spark: SparkSession, folder: Path, files: dict[str, bytes]) -> None:
        self.spark, self.corpus = spark, folder / "corpus"
        self.place = Workspace.at(spark, str(folder / "workspace"))
        self.corpus.mkdir()
        for name, content in files.items():
            (self.corpus / name).write_bytes(content)
        self.first: list[str] = []
        """What the first climb asked."""

    def climb(self, *assignments: str, reprocess: tuple[str, ...] = ()) -> tuple[Counts, list[str]]:
        """What L1 judged, and what was asked. The scans are acquired by the first climb."""
        before = len(log("DARWIN_ENGINE_LOG"))
        settings = load([QUICKSTART], [*READER, *assignments])
        sources = [] if Path(self.place.folder).exists() else [str(self.corpus)]
        judged = Pipeline(self.place, settings).climb(sources, to="l1", reprocess=reprocess)
        return judged["l1"], log("DARWIN_ENGINE_LOG")[before:]

    def rows(self) -> dict[str, dict[str, object]]:
        names = {row.doc_id: row.source_id for row in self.place.read("l0").collect()}
        return {names[row.doc_id]: row.asDict(recursive=True) for row in self.place.read("l1").collect()}


MIXED = pdf(LAYER, page("red"), "on, over the scan between its two halves.", page("blue"), page("red", turned=90))


@pytest.fixture(scope="module")
def ladder(spark: SparkSession, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    tiff = io.BytesIO()
    page("blue").save(tiff, "TIFF", save_all=True, append_images=[page("red", turned=180)])
    files = {
        "mixed.pdf": MIXED,
        "copy.pdf": MIXED,
        "book.pdf": pages_of(shared / "scan" / "oldbook_c.pdf", (2, 3)),
        "letter.pdf": (shared / "scan" / "lincoln_letter.pdf").read_bytes(),
        "pages.tiff": tiff.getvalue(),
        "layer.pdf": pdf(page("green"), over=SHIFTED),
        "hopeless.pdf": pdf(page("green")),
        "doubtful.pdf": pdf(page("magenta")),
        "words.txt": b"Words that need nobody to read them.",
    }
    ladder = Ladder(spark, tmp_path_factory.mktemp("olmocr"), files)
    ladder.first = ladder.climb()[1]
    yield ladder
    assert audit(ladder.place) == []


def text_of(row: dict[str, object], number: int) -> str:
    pages = row["pages"]
    assert isinstance(pages, list)
    return str(row["text"])[pages[number]["start"] : pages[number]["end"]]


def engines(row: dict[str, object]) -> list[tuple[str, float | None]]:
    return [(page["engine"], page["confidence"]) for page in row["pages"]]  # type: ignore[attr-defined]


def test_a_mixed_pdf_is_read_by_two_engines_in_the_order_of_its_pages(ladder: Ladder) -> None:
    row = ladder.rows()["mixed.pdf"]
    assert engines(row) == [("pypdfium2", None), ("olmocr", None), ("pypdfium2", None), ("olmocr", None), ("olmocr", None)]
    assert row["warnings"] == ["read by olmocr: pages 2, 4-5"]
    assert row["text"] == (
        f"{LAYER}\n\nThe red page is 859 by 1288 pixels and its text has no end on, over the scan between its two halves.\n\n"
        "The blue page is 859 by 1288 pixels and its text has no end\n\n"
        "The red page is 859 by 1288 pixels and its text has no end\n"
    )
    assert text_of(row, 3).startswith("The blue page")


def test_every_kind_of_scan_ends_with_a_verdict(ladder: Ladder) -> None:
    found = {name: (row["verdict"], row["reason"]) for name, row in ladder.rows().items()}
    assert found.pop("hopeless.pdf") == ("failed", "no_text_layer")
    assert set(found.values()) == {("kept", None)}
    garbage = ladder.rows()["hopeless.pdf"]
    assert garbage["text"] is None
    assert garbage["warnings"][1] == "page 1: olmocr gives no usable answer (missing_front_matter)"  # type: ignore[index]


def test_real_scans_are_shown_whole(ladder: Ladder) -> None:
    book, letter = ladder.rows()["book.pdf"], ladder.rows()["letter.pdf"]
    assert text_of(book, 1) == "The plain page is 873 by 1288 pixels and its text has no end\n"
    assert letter["text"] == "The plain page is 1044 by 1288 pixels and its text has no end\n"
    assert engines(book) == [("olmocr", None)] * 2


def test_a_page_that_keeps_failing_falls_back_to_its_layer(ladder: Ladder) -> None:
    row = ladder.rows()["layer.pdf"]
    assert engines(row) == [("text_layer", None)]
    assert str(row["text"]).startswith("Wkh fhoo lv wkh vpdoohvw")
    (warning,) = row["warnings"]  # type: ignore[misc]
    assert warning.startswith("page 1: olmocr gives no usable answer (missing_front_matter); the text layer stands")


def test_a_page_that_never_stands_upright_keeps_its_last_answer(ladder: Ladder) -> None:
    row = ladder.rows()["doubtful.pdf"]
    assert "The magenta page" in str(row["text"])
    assert any("doubts" in warning for warning in row["warnings"])  # type: ignore[attr-defined]


def test_a_page_is_asked_as_often_as_it_needs_and_copies_once(ladder: Ladder) -> None:
    assert len(set(ladder.first)) == len(ladder.first)
    attempts = Counter(line.split()[0] for line in ladder.first)
    at_once, turned_or_cut, never = 1 + 2 + 1, 2 + 2, 3
    assert Counter(attempts.values()) == {1: at_once, 2: turned_or_cut + never}


def test_the_same_climb_again_asks_nothing_and_a_reprocessing_reads_the_response_store(ladder: Ladder) -> None:
    before = snapshot(ladder.place, ["l1", "generations"])
    assert ladder.climb() == ({}, [])
    judged, asked = ladder.climb(reprocess=("l1",))
    assert (sum(judged.values()), asked) == (9, [])
    after = snapshot(ladder.place, ["l1", "generations"])
    assert after["generations"] == before["generations"]
    assert [row.split('"config_hash"')[0] for row in after["l1"]] == [row.split('"config_hash"')[0] for row in before["l1"]]
