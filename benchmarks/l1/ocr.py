"""OCR engines on real pages: python -m benchmarks.l1.ocr [--engine rapidocr] [--pages 4]

1. Old books: character error rate of the pages in scan/ against ocr/oldbooks_pairs.jsonl, beside that file's two columns
   of tesseract (its scans binarised in two ways). Truth and readings are compared without line ends, hyphens at line
   ends, and the shapes of quotation marks and dashes.
2. openjournals: PDFs rasterised at 200 dpi and read back; share of the JATS's abstract and body 3-grams that are found.
3. Text layers: how many good pages the rule of `ocr.legible` would read again (none should be).
"""

import argparse
import io
import json
import re
import resource
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from rapidfuzz.distance import Levenshtein

from benchmarks.l1 import ngrams
from darwin_spark.config import L1Settings, OcrSettings
from darwin_spark.l1_normalize import jats
from darwin_spark.l1_normalize.ocr.engines import engine
from darwin_spark.l1_normalize.ocr.pages import needs_ocr
from darwin_spark.l1_normalize.ocr.rendering import render
from darwin_spark.l1_normalize.pdf import document
from darwin_spark.l1_normalize.pdf.glyphs import read_page

_SHAPES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "`": "'", "—": "-", "–": "-", "‑": "-"})
_COLUMNS = ("tesseract_minimum", "tesseract_otsu")
_BOOKS = "abcde"


class Errors(NamedTuple):
    """Wrong characters and characters of the truth, per reading."""

    wrong: dict[str, int]
    chars: int


def cpu_seconds() -> float:
    """Of this process and the programs that it has run."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in used)


def comparable(text: str) -> str:
    """Text without what a page's lines do to it, and with one shape for quotation marks and dashes."""
    joined = re.sub(r"(?<=\w)[-¬]\s*\n\s*(?=[a-z])", "", text).translate(_SHAPES).replace("''", '"')
    return re.sub(r"\s*-+\s*", "-", re.sub(r"\s+", " ", joined)).strip()


def book_errors(shared: Path, book: str, settings: OcrSettings, pages: int | None) -> Errors:
    """The engine's lines of one book, and the file's two columns, against the truth."""
    with (shared / "ocr" / "oldbooks_pairs.jsonl").open() as pairs:
        rows = [row for row in map(json.loads, pairs) if row["in_pdf"] and row["book"] == book]
    wrong, chars = dict.fromkeys((settings.engine, *_COLUMNS), 0), 0
    with closing(pdfium.PdfDocument(shared / "scan" / f"oldbook_{book}.pdf")) as document:
        for row in islice(rows, pages):
            truth = comparable(row["ground_truth"])
            read = {settings.engine: _lines(document, row["pdf_page"] - 1, settings), **{c: row[c] for c in _COLUMNS}}
            for name, text in read.items():
                wrong[name] += Levenshtein.distance(truth, comparable(text))
            chars += len(truth)
    return Errors(wrong, chars)


def _lines(document: Any, index: int, settings: OcrSettings) -> str:
    rendered = render(document, index, settings)
    lines = engine(settings).read(rendered.picture).lines if rendered else []
    return "\n".join(line.text for line in lines if line.confidence >= settings.min_confidence)


def rasterised(file: Path, dpi: int) -> bytes:
    """The PDF as a scan of itself: one grey picture a page, no text layer."""
    with closing(pdfium.PdfDocument(file)) as document:
        pages = [document[i].render(scale=dpi / 72, grayscale=True).to_pil().convert("L") for i in range(len(document))]
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=95)
    return buffer.getvalue()


def read_back(shared: Path, settings: L1Settings, dpi: int, documents: int | None) -> Iterator[tuple[str, int, ngrams.Score]]:
    """Name, pages and score of each openjournals paper."""
    for truth in islice(sorted((shared / "pdf" / "openjournals").glob("*.jats.xml")), documents):
        name = truth.name.removesuffix(".jats.xml")
        wanted = jats.parse(truth.read_bytes(), settings).text.split("## References")[0]
        found = document.parse(rasterised(truth.with_name(f"{name}.pdf"), dpi), settings)
        yield name, len(found.pages), ngrams.score(wanted, found.text)


def false_alarms(shared: Path) -> tuple[int, list[str]]:
    """Pages of the born-digital PDFs that have text, and those of them that the rule would read again."""
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=Path(__file__).parents[3] / "shared" / "data")
    arguments.add_argument("--engine", choices=("rapidocr", "tesseract"), default="rapidocr")
    arguments.add_argument("--pages", type=int, help="pages a book and papers; all by default")
    given = arguments.parse_args()
    settings = OcrSettings(engine=given.engine)

    total, wrong = 0, dict.fromkeys((given.engine, *_COLUMNS), 0)
    for book in _BOOKS:
        errors = book_errors(given.shared, book, settings, given.pages)
        total += errors.chars
        for name, count in errors.wrong.items():
            wrong[name] += count
        rates = "  ".join(f"{name} {count / errors.chars:.4f}" for name, count in errors.wrong.items())
        print(f"old book {book}: character error rate  {rates}", flush=True)
    print("old books:  character error rate  " + "  ".join(f"{name} {count / total:.4f}" for name, count in wrong.items()))

    begin, pages, recalls = cpu_seconds(), 0, []
    for name, count, score in read_back(given.shared, L1Settings(ocr=settings), 200, given.pages):
        pages += count
        recalls.append(score.recall)
        print(f"{name} at 200 dpi: {score.recall:.4f} of the 3-grams found", flush=True)
    spent = (cpu_seconds() - begin) / pages
    print(
        f"openjournals at 200 dpi: mean {sum(recalls) / len(recalls):.4f}, worst {min(recalls):.4f}, {spent:.2f} CPU s a page"
    )

    count, fired = false_alarms(given.shared)
    print(f"text layers read again without need: {len(fired)} of {count} pages {fired}")


if __name__ == "__main__":
    main()
