"""OCR of scans as scanners make them: python -m benchmarks.l1.ocr_variants [--engine rapidocr] [--pages 2] [--only skew]

1. Variants of some pages of each old book (skew, dark borders, resolution, noise, contrast, light), and open books: character
   error rate of the engine's lines as they come ("engine"), and of the text of L1.
2. Old layers: the same pages with a hidden layer that has wrong characters: error rate of the layer and of L1's text, and how
   many pages were read again.

Letter case is left out of account in 1. All takes about 40 CPU minutes; `--only` takes the variants whose names
contain a word, or "layer".
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import pypdfium2 as pdfium
from rapidfuzz.distance import Levenshtein

from benchmarks.l1.ocr import BOOKS, ENGINE, HEADING, L1, comparable, engine_text, l1_text, rows_of, sample
from benchmarks.l1.ocr_inputs import VARIANTS, garbled, image_pdf, open_book
from benchmarks.l1.pairs import SHARED
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.ocr.engine import Picture
from darwin_spark.parsers.ocr.rendering import render
from darwin_spark.parsers.pdf import document

_MAX_WRONG = 0.05  # share of wrong characters of the file's own reading of a page that is taken


class Scan(NamedTuple):
    """The image of a page, and its true text."""

    picture: Picture
    truth: str


def variants(pages: Sequence[Scan], settings: L1Settings, word: str) -> None:
    """Print the error rates of the variants whose names contain `word`."""
    for name, make in VARIANTS.items():
        if word in name:
            print_rates(name, [(image_pdf(make(page)), truth) for page, truth in pages], settings)
    for degrees in (0, 1.5) if word in "open book" else ():
        spreads = [
            (image_pdf(open_book(left, right, degrees)), f"{truth}\n{other}")
            for (left, truth), (right, other) in pairwise(pages)
            if left.shape == right.shape  # pages of one book
        ]
        print_rates(f"open book, skew of {degrees} degrees", spreads, settings)


def print_rates(name: str, pages: Sequence[tuple[bytes, str]], settings: L1Settings) -> None:
    """Print the error rates of (PDF of one page, true text), letter case aside."""
    wrong, chars = Counter[str](), 0
    for page, truth in pages:
        wanted = comparable(truth).lower()
        chars += len(wanted)
        for reader, read in ((ENGINE, engine_text), (L1, l1_text)):
            wrong[reader] += Levenshtein.distance(wanted, comparable(read(page, settings)).lower())
    print(f"{name}: {'  '.join(f'{reader} {count / chars:.4f}' for reader, count in wrong.items())}", flush=True)


def scans(shared: Path, settings: L1Settings, count: int) -> Iterator[Scan]:
    """Yield the images and true texts of `count` pages of each book."""
    for book in BOOKS:
        with closing(pdfium.PdfDocument(shared / "scan" / f"oldbook_{book}.pdf")) as whole:
            for row in sample([row for row in rows_of(shared, book) if _is_of_page(row)], count):
                rendered = render(whole, row["pdf_page"] - 1, settings.ocr)
                if rendered:
                    yield Scan(rendered.picture, row["ground_truth"])


def _is_of_page(row: dict[str, Any]) -> bool:
    """Whether the true text is that of the page: some truths have a paragraph more, or lack the labels of a drawing."""
    truth = comparable(row["ground_truth"])
    return Levenshtein.distance(truth, comparable(row["tesseract_minimum"])) < _MAX_WRONG * len(truth)


def layers(pages: Sequence[Scan], settings: L1Settings) -> None:
    """Print the error rates of hidden layers with more and more wrong characters, and of the text that L1 makes of them."""
    print_rates("no layer", [(image_pdf(picture), truth) for picture, truth in pages], settings)
    for share in (0, 0.01, 0.02, 0.04, 0.08):
        before = after = chars = again = 0
        for picture, truth in pages:
            layer = garbled("\n".join(wrap(truth, 90)), share)
            found = document.parse(image_pdf(picture, layer), settings)
            wanted = comparable(truth)
            chars += len(wanted)
            again += found.pages[0].engine == settings.ocr.engine
            before += Levenshtein.distance(wanted, comparable(layer))
            after += Levenshtein.distance(wanted, comparable(HEADING.sub("", found.text)))
        print(
            f"hidden layer: {before / chars:.4f}, L1 {after / chars:.4f}; {again} of {len(pages)} pages read again", flush=True
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--shared", type=Path, default=SHARED)
    arguments.add_argument("--engine", choices=("rapidocr", "tesseract", "rapidocr+tesseract"), default="rapidocr")
    arguments.add_argument("--pages", type=int, default=2, help="pages a book; 2 for open books")
    arguments.add_argument("--only", default="", help="a word in the names of the variants, or layer")
    given = arguments.parse_args()
    settings = L1Settings(ocr=OcrSettings(engine=given.engine))
    pages = list(scans(given.shared, settings, given.pages))
    variants(pages, settings, given.only)
    if given.only in "hidden layer":
        layers(pages, settings)


if __name__ == "__main__":
    main()
