"""OCR of real pages: python -m benchmarks.l1.ocr [--engine rapidocr] [--pages 6] [--papers 6] [--all] [--only PART]

1. Old books: character error rate, by page, of the pages in scan/ against ocr/oldbooks_pairs.jsonl: of the engine's lines
   as they come ("engine", what L1 gave before it prepared pages and mended words), of the text of L1, and of that file's two
   columns of tesseract (its scans binarised in two ways). Truth and readings are compared without line ends, hyphens at
   line ends, marks of headings, and the shapes of quotation marks and dashes.
2. openjournals: PDFs rasterised at 200 dpi and read back; share of the JATS's abstract and body 3-grams that are found.
3. Text layers: how many good pages the rule of `ocr.pages.needs_ocr` would read again (none should be).

Pages and papers are a sample, the same in every run, and nothing is kept from one run to the next. Each total has the
number of its pages or papers, and the interval that holds 95 % of bootstrap samples of these. rapidocr takes 4 to 8 CPU
seconds a page: 30 pages of books, each read twice, and about 22 of papers 9 minutes on a quiet core.
"""

import argparse
import io
import json
import random
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple, TypeVar
from unittest.mock import patch

import pypdfium2 as pdfium
from rapidfuzz.distance import Levenshtein

from benchmarks.l1 import ngrams
from benchmarks.l1.jats_truth import read_article
from benchmarks.l1.pairs import SHARED
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.ocr import rapidocr_engine
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.pages import needs_ocr
from darwin_spark.parsers.ocr.rendering import render
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf import document
from darwin_spark.parsers.pdf.fragments import read_page

_SHAPES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "`": "'", "—": "-", "–": "-", "‑": "-"})
HEADING = re.compile(r"^#+ ", re.MULTILINE)
ENGINE, L1 = "engine", "L1"  # readers: the engine's lines alone; the text of L1
_COLUMNS = ("tesseract_minimum", "tesseract_otsu")
BOOKS = "abcde"
_DPI = 200
_SEED = 3
_BOOTSTRAPS = 2000
T = TypeVar("T")


class Errors(NamedTuple):
    """Wrong characters of one page by reader, the number of characters of its ground truth, CPU seconds by reader."""

    page: str
    wrong: dict[str, int]
    chars: int
    seconds: dict[str, float]


class Reading(NamedTuple):
    """A rasterised paper after OCR: share of the true 3-grams that were found, CPU seconds without rasterising."""

    name: str
    pages: int
    recall: float
    seconds: float


def cpu_seconds() -> float:
    """CPU seconds of this process and the programs that it has run."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in used)


def comparable(text: str) -> str:
    """The text without line ends and hyphenation, and with one shape for quotation marks and dashes."""
    joined = re.sub(r"(?<=\w)[-¬]\s*\n\s*(?=[a-z])", "", text).translate(_SHAPES).replace("''", '"')
    return re.sub(r"\s*-+\s*", "-", re.sub(r"\s+", " ", joined)).strip()


def book_errors(shared: Path, book: str, settings: L1Settings, pages: int | None) -> Iterator[Errors]:
    """Yield the errors of each page of one book: of the engine, of L1 and of the file's two columns, against the truth."""
    with closing(pdfium.PdfDocument(shared / "scan" / f"oldbook_{book}.pdf")) as whole:
        for row in sample(rows_of(shared, book), pages):
            page, truth = single_page(whole, row["pdf_page"] - 1), comparable(row["ground_truth"])
            texts, seconds = {}, {}
            for name, read in ((ENGINE, engine_text), (L1, l1_text)):
                begin = cpu_seconds()
                texts[name] = read(page, settings)
                seconds[name] = cpu_seconds() - begin
            wrong = {
                n: Levenshtein.distance(truth, comparable(t)) for n, t in {**texts, **{c: row[c] for c in _COLUMNS}}.items()
            }
            yield Errors(row["page"], wrong, len(truth), seconds)


def rows_of(shared: Path, book: str) -> list[dict[str, Any]]:
    """Return the rows of ocr/oldbooks_pairs.jsonl of the pages of one book whose scan is at hand."""
    with (shared / "ocr" / "oldbooks_pairs.jsonl").open() as pairs:
        return [row for row in map(json.loads, pairs) if row["in_pdf"] and row["book"] == book]


def single_page(whole: Any, index: int) -> bytes:
    """Return one page of a document as a PDF."""
    with closing(pdfium.PdfDocument.new()) as one:
        one.import_pages(whole, [index])
        buffer = io.BytesIO()
        one.save(buffer)
    return buffer.getvalue()


def engine_text(page: bytes, settings: L1Settings) -> str:
    """Return the lines that the engine reads on a PDF's first page, in its order."""
    capitals_as_read = patch.object(rapidocr_engine, "lower_small_capitals", lambda text, *_: text)
    with closing(pdfium.PdfDocument(page)) as one, capitals_as_read:
        rendered = render(one, 0, settings.ocr)
        lines = engine(settings.ocr).read(rendered.picture).lines if rendered else []
    return "\n".join(line.text for line in lines if line.confidence >= settings.ocr.min_confidence)


def l1_text(page: bytes, settings: L1Settings) -> str:
    """Return the text that L1 gives a PDF of one page, without the marks of headings."""
    try:
        return HEADING.sub("", document.parse(page, settings).text)
    except ParseFailure:
        return ""


def rasterised(file: Path, dpi: int) -> bytes:
    """The PDF rasterised: one grey image for each page, no text layer."""
    with closing(pdfium.PdfDocument(file)) as document:
        pages = [document[i].render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for i in range(len(document))]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=95)
    return buffer.getvalue()


def read_back(shared: Path, settings: L1Settings, dpi: int, count: int | None) -> Iterator[Reading]:
    """Yield the reading of `count` openjournals papers by a parser that sees their images only; lxml alone reads the JATS."""
    engine(settings.ocr)  # its models are loaded once, before the clock
    truths = sorted((shared / "pdf" / "openjournals").glob("*.jats.xml"))
    for truth in sample(truths, count):
        name = truth.name.removesuffix(".jats.xml")
        scan = rasterised(truth.with_name(f"{name}.pdf"), dpi)
        begin = cpu_seconds()
        found = document.parse(scan, settings)
        spent = cpu_seconds() - begin
        yield Reading(name, len(found.pages), ngrams.score(read_article(truth.read_bytes()).core, found.text).recall, spent)


def sample(items: Sequence[T], count: int | None) -> list[T]:
    """The same `count` items in every run, in order; all items for None."""
    chosen = sorted(random.Random(_SEED).sample(range(len(items)), min(count or len(items), len(items))))
    return [items[i] for i in chosen]


def false_alarms(shared: Path) -> tuple[int, list[str]]:
    """The number of pages of born-digital PDFs that have text, and those of them that the rule would read again."""
    count, fired = 0, []
    for file in sorted((shared / "pdf").rglob("*.pdf")):
        with closing(pdfium.PdfDocument(file)) as document:
            for index in range(len(document)):
                layer = read_page(document, index)
                text = " ".join(fragment.text for fragment in [*layer.fragments, *layer.turned])
                count += bool(text)
                if text and needs_ocr(document, index, text, layer.image_share):
                    fired.append(f"{file.name} page {index + 1}")
    return count, fired


def books(shared: Path, settings: L1Settings, pages: int | None) -> None:
    """Print the wrong characters of each page, and the error rates of each book and of all."""
    begin, names, found = time.monotonic(), (ENGINE, L1, *_COLUMNS), list[Errors]()
    engine(settings.ocr)  # its models are loaded once, before the clock
    for book in BOOKS:
        errors = []
        for page in book_errors(shared, book, settings, pages):
            errors.append(page)
            print(f"  {page.page} ({page.chars} characters): {'  '.join(f'{n} {page.wrong[n]}' for n in names)}", flush=True)
        rates = "  ".join(f"{name} {_error_rate(errors, name):.4f}" for name in names)
        print(f"old book {book} ({len(errors)} pages): character error rate  {rates}  {_since(begin)}", flush=True)
        found += errors
    print(f"old books ({len(found)} pages), {settings.ocr.engine}: character error rate")
    for name in names:
        seconds = f"  {mean(page.seconds[name] for page in found):.2f} CPU s a page" if name in (ENGINE, L1) else ""
        print(f"  {name:18} {_error_rate(found, name):.4f}  {_interval(found, partial(_error_rate, name=name))}{seconds}")
    ratio = _interval(found, lambda some: _error_rate(some, L1) / max(_error_rate(some, ENGINE), 1e-9))
    print(f"  {L1} / {ENGINE}: {_error_rate(found, L1) / max(_error_rate(found, ENGINE), 1e-9):.3f} {ratio}", flush=True)


def _error_rate(errors: Sequence[Errors], name: str) -> float:
    return sum(page.wrong[name] for page in errors) / sum(page.chars for page in errors)


def _interval(items: Sequence[T], figure: Callable[[Sequence[T]], float]) -> str:
    """The interval that holds 95 % of the figures of samples with replacement (bootstrap)."""
    draw = random.Random(_SEED)
    figures = sorted(figure(draw.choices(items, k=len(items))) for _ in range(_BOOTSTRAPS))
    return f"[{figures[int(0.025 * _BOOTSTRAPS)]:.4f}, {figures[int(0.975 * _BOOTSTRAPS)]:.4f}]"


def papers(shared: Path, settings: L1Settings, count: int | None) -> None:
    """Print how much of each paper is read back, and the mean."""
    begin, found = time.monotonic(), []
    for reading in read_back(shared, settings, _DPI, count):
        found.append(reading)
        print(f"{reading.name} at {_DPI} dpi: {reading.recall:.4f} of the 3-grams found  {_since(begin)}", flush=True)
    recalls = [reading.recall for reading in found]
    spent = sum(reading.seconds for reading in found) / sum(reading.pages for reading in found)
    print(f"openjournals at {_DPI} dpi ({len(recalls)} papers): mean {mean(recalls):.4f} {_interval(recalls, mean)}", end=", ")
    print(f"worst {min(recalls):.4f}, {spent:.2f} CPU s a page")


def _since(begin: float) -> str:
    return f"[{time.monotonic() - begin:.0f} s]"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=SHARED)
    arguments.add_argument("--engine", choices=("rapidocr", "tesseract", "rapidocr+tesseract"), default="rapidocr")
    arguments.add_argument("--pages", type=int, default=6, help="pages a book")
    arguments.add_argument("--papers", type=int, default=6, help="papers of openjournals, all pages of each")
    arguments.add_argument("--all", action="store_true", help="all pages and papers")
    arguments.add_argument("--only", choices=("books", "papers", "layers"), help="one part alone")
    given = arguments.parse_args()
    settings = L1Settings(ocr=OcrSettings(engine=given.engine))
    parts: dict[str, Callable[[], None]] = {
        "books": lambda: books(given.shared, settings, None if given.all else given.pages),
        "papers": lambda: papers(given.shared, settings, None if given.all else given.papers),
        "layers": lambda: print_false_alarms(given.shared),
    }
    for part in (given.only,) if given.only else parts:
        parts[part]()


def print_false_alarms(shared: Path) -> None:
    """Print which good text layers would be read again."""
    count, fired = false_alarms(shared)
    print(f"text layers read again without need: {len(fired)} of {count} pages {fired}")


if __name__ == "__main__":
    main()
