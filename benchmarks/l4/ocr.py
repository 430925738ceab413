"""Refinement by rules of OCR output: python -m benchmarks.l4.ocr

144 pages of old books as tesseract read them (two ways of binarising) against their human ground truth, before and after
the rules. Character error rate: edit distance over the length of the ground truth. Each page is refined as a document of its
own, and all pages of a book in order as one document: only there repetitions from page to page are visible.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from benchmarks.l1.pairs import SHARED
from darwin_spark.levels.l4_refine.rules import refine

COLUMNS = ("tesseract_minimum", "tesseract_otsu")


def pages(shared: Path = SHARED) -> list[dict[str, Any]]:
    """Rows with page, book, ground_truth and the two readings."""
    with (shared / "ocr" / "oldbooks_pairs.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def errors(truth: str, text: str) -> int:
    """Edit distance, line breaks included; white space at both ends does not count."""
    return Levenshtein.distance(truth.strip(), text.strip())


def main() -> None:
    rows = pages()
    chars = sum(len(row["ground_truth"].strip()) for row in rows)
    books = defaultdict(list)
    for row in rows:
        books[row["book"]].append(row)
    print(f"{len(rows)} pages, {chars:,} characters: character error rate")
    for column in COLUMNS:
        before = sum(errors(row["ground_truth"], row[column]) for row in rows)
        after = [errors(row["ground_truth"], refine(row[column]).text) for row in rows]
        worse = sum(a > errors(row["ground_truth"], row[column]) for a, row in zip(after, rows, strict=True))
        whole = sum(
            errors("\n\n".join(r["ground_truth"] for r in book), refine("\n\n".join(r[column] for r in book)).text)
            for book in books.values()
        )
        apart = sum(
            errors("\n\n".join(r["ground_truth"] for r in book), "\n\n".join(r[column] for r in book))
            for book in books.values()
        )
        print(
            f"{column:18} {before / chars:.4f} -> {sum(after) / chars:.4f} page by page ({worse} pages worse);"
            f" {apart / chars:.4f} -> {whole / chars:.4f} book by book"
        )


if __name__ == "__main__":
    main()
