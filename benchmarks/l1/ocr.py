"""OCR engines on real pages: python -m benchmarks.l1.ocr [--engine rapidocr] [--pages 6] [--papers 6] [--all]

1. Old books: character error rate of the pages in scan/ against ocr/oldbooks_pairs.jsonl, beside that file's two columns
   of tesseract (its scans binarised in two ways). Truth and readings are compared without line ends, hyphens at line
   ends, and the shapes of quotation marks and dashes.
2. openjournals: PDFs rasterised at 200 dpi and read back; share of the JATS's abstract and body 3-grams that are found.
3. Text layers: how many good pages the rule of `ocr.text_layer_quality` would read again (none should be).

Pages and papers are a sample, the same in every run, and nothing is kept from one run to the next. Each total has the
number of its pages or papers, and the interval that holds 95 % of bootstrap samples of these. rapidocr takes 4 to 8 CPU
seconds a page: 30 pages of books and about 22 of papers 6 minutes on a quiet core, all 56 and 44 of them (`--all`) 11.
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

import pypdfium2 as pdfium
from rapidfuzz.distance import Levenshtein

from benchmarks.l1 import ngrams
from benchmarks.l1.jats_truth import read_article
from benchmarks.l1.pairs import SHARED
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.ocr.engines import engine
from darwin_spark.parsers.ocr.pages import needs_ocr
from darwin_spark.parsers.ocr.rendering import render
from darwin_spark.parsers.pdf import document
from darwin_spark.parsers.pdf.glyphs import read_page

_SHAPES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "`": "'", "—": "-", "–": "-", "‑": "-"})
_COLUMNS = ("tesseract_minimum", "tesseract_otsu")
_BOOKS = "abcde"
_DPI = 200
_SEED = 3
_BOOTSTRAPS = 2000
T = TypeVar("T")


class Errors(NamedTuple):
    """Wrong characters of one page by reader, and the number of characters of its ground truth."""

    wrong: dict[str, int]
    chars: int


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


def book_errors(shared: Path, book: str, settings: OcrSettings, pages: int | None) -> list[Errors]:
    """The errors of the pages of one book: of the engine's lines and of the file's two columns, against the ground truth."""
    with (shared / "ocr" / "oldbooks_pairs.jsonl").open() as pairs:
        rows = [row for row in map(json.loads, pairs) if row["in_pdf"] and row["book"] == book]
    errors = []
    with closing(pdfium.PdfDocument(shared / "scan" / f"oldbook_{book}.pdf")) as document:
        for row in _sample(rows, pages):
            truth = comparable(row["ground_truth"])
            read = {settings.engine: _lines(document, row["pdf_page"] - 1, settings), **{c: row[c] for c in _COLUMNS}}
            wrong = {name: Levenshtein.distance(truth, comparable(text)) for name, text in read.items()}
            errors.append(Errors(wrong, len(truth)))
    return errors


def _lines(document: Any, index: int, settings: OcrSettings) -> str:
    rendered = render(document, index, settings)
    lines = engine(settings).read(rendered.picture).lines if rendered else []
    return "\n".join(line.text for line in lines if line.confidence >= settings.min_confidence)


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
    for truth in _sample(truths, count):
        name = truth.name.removesuffix(".jats.xml")
        scan = rasterised(truth.with_name(f"{name}.pdf"), dpi)
        begin = cpu_seconds()
        found = document.parse(scan, settings)
        spent = cpu_seconds() - begin
        yield Reading(name, len(found.pages), ngrams.score(read_article(truth.read_bytes()).core, found.text).recall, spent)


def _sample(items: Sequence[T], count: int | None) -> list[T]:
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
                if text and needs_ocr(document, index, text):
                    fired.append(f"{file.name} page {index + 1}")
    return count, fired


def books(shared: Path, settings: OcrSettings, pages: int | None) -> None:
    """Print the error rates of each book and of all."""
    begin, names, found = time.monotonic(), (settings.engine, *_COLUMNS), list[Errors]()
    for book in _BOOKS:
        errors = book_errors(shared, book, settings, pages)
        rates = "  ".join(f"{name} {_error_rate(errors, name):.4f}" for name in names)
        print(f"old book {book} ({len(errors)} pages): character error rate  {rates}  {_since(begin)}", flush=True)
        found += errors
    print(f"old books ({len(found)} pages): character error rate")
    for name in names:
        print(f"  {name:18} {_error_rate(found, name):.4f}  {_interval(found, partial(_error_rate, name=name))}")
    better = min(_COLUMNS, key=lambda name: _error_rate(found, name))
    above = _interval(found, lambda some: _error_rate(some, settings.engine) - _error_rate(some, better))
    print(f"  {settings.engine} above {better}: {above}", flush=True)


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
    arguments.add_argument("--engine", choices=("rapidocr", "tesseract"), default="rapidocr")
    arguments.add_argument("--pages", type=int, default=6, help="pages a book")
    arguments.add_argument("--papers", type=int, default=6, help="papers of openjournals, all pages of each")
    arguments.add_argument("--all", action="store_true", help="all pages and papers")
    given = arguments.parse_args()
    settings = OcrSettings(engine=given.engine)
    books(given.shared, settings, None if given.all else given.pages)
    papers(given.shared, L1Settings(ocr=settings), None if given.all else given.papers)
    count, fired = false_alarms(given.shared)
    print(f"text layers read again without need: {len(fired)} of {count} pages {fired}")


if __name__ == "__main__":
    main()
