"""What the refiner without a model keeps and removes: python -m benchmarks.l4.rules

Papers of openjournals with PDF and JATS, read by our L1. The truth is abstract and body without what §3 L4 deletes
(`truth.py`); texts are compared by their words (runs of letters, lower case).

- entries: entries of the reference list that the PDF's text holds, and those of them that are still there afterwards. An
  entry is there if half of its title's word 3-grams are, without those that the article's own text has.
- lost: body words that L1's text holds in order (longest common subsequence) and the refined text does not.
- F1 of the word 3-grams: the refined text; raw text with repeated lines removed and cut at "References"; L1's text; and the
  refined text against title, abstract and body as they stand, addresses and acknowledgements included.
- speed: documents and MB of text a CPU second of one core, over the same texts and 72 articles of PLOS.
"""

import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from benchmarks.l1.fidelity import parsed_text, raw_pages
from benchmarks.l1.ngrams import Grams, score, trigrams, words
from benchmarks.l1.pairs import SHARED
from benchmarks.l4.truth import Truth, read_truth
from darwin_spark.levels.l4_refine.rules import refine

_REFERENCES = re.compile(r"^\W*references\W*$", re.I | re.M)


class Paper(NamedTuple):
    """Counts of entries and words; F1 between 0 and 1."""

    name: str
    entries: int
    left: int
    body: int
    lost: int
    cut_f1: float
    parsed_f1: float
    f1: float
    cut_as_it_stands: float
    f1_as_it_stands: float


def measure(name: str, pages: Sequence[str], text: str, truth: Truth) -> Paper:
    """`pages` are raw, `text` is L1's."""
    refined = refine(text).text
    as_it_stands = f"{truth.article.title} {truth.article.core}"
    own = trigrams(truth.article.core)
    entries = [grams for entry in truth.entries if (grams := trigrams(entry) - own)]
    found = [grams for grams in entries if _holds(trigrams(text), grams)]
    held, kept = (aligned(truth.kept, part) for part in (text, refined))
    return Paper(
        name,
        len(found),
        sum(_holds(trigrams(refined), grams) for grams in found),
        len(words(truth.kept)),
        len(held - kept),
        score(truth.kept, cut_at_references(pages)).f1,
        score(truth.kept, text).f1,
        score(truth.kept, refined).f1,
        score(as_it_stands, cut_at_references(pages)).f1,
        score(as_it_stands, refined).f1,
    )


def _holds(text: Grams, entry: Grams) -> bool:
    return 2 * (text & entry).total() >= entry.total()


def aligned(truth: str, text: str) -> set[int]:
    """The positions of the truth's words that the text has, in order."""
    blocks = LCSseq.opcodes(words(truth), words(text))
    return {place for block in blocks if block.tag == "equal" for place in range(block.src_start, block.src_end)}


def cut_at_references(pages: Sequence[str]) -> str:
    """The simple way: lines that come back on a third of the pages (three at least) go, and all from "References" on."""
    kept = [[re.sub(r"\d+", "#", line.strip()) for line in page.splitlines()] for page in pages]
    seen = Counter(line for lines in kept for line in set(lines))
    repeated = {line for line, count in seen.items() if count >= max(3, len(pages) / 3)}
    pairs = zip(kept, (page.splitlines() for page in pages), strict=True)
    text = "\n".join(line for keys, lines in pairs for key, line in zip(keys, lines, strict=True) if key not in repeated)
    heading = list(_REFERENCES.finditer(text))
    return text[: heading[-1].start()] if heading else text


def openjournals(shared: Path = SHARED) -> Iterator[Paper]:
    for xml in sorted((shared / "pdf" / "openjournals").glob("*.jats.xml")):
        pdf = xml.with_name(xml.name.replace(".jats.xml", ".pdf")).read_bytes()
        name = xml.name.removesuffix(".jats.xml")
        yield measure(name, raw_pages(pdf), parsed_text(pdf, "application/pdf"), read_truth(xml.read_bytes()))


def speed(texts: Sequence[str]) -> tuple[float, float]:
    """Documents and MB of text a CPU second."""
    refine(texts[0])
    begin = time.process_time()
    for text in texts:
        refine(text)
    spent = time.process_time() - begin
    return len(texts) / spent, sum(map(len, texts)) / 1e6 / spent


def _texts(shared: Path = SHARED) -> Iterator[str]:
    for pdf in sorted((shared / "pdf" / "openjournals").glob("*.pdf")):
        yield parsed_text(pdf.read_bytes(), "application/pdf")
    with tarfile.open(shared / "jats" / "plos.tar.xz") as archive:
        for member in archive:
            if file := archive.extractfile(member):
                yield parsed_text(file.read(), "application/jats+xml")


def main() -> None:
    papers = list(openjournals())
    print(f"{'openjournals':14} entries left  body words lost   share  F1 cut   L1's refined  as it stands: cut refined")
    for paper in papers:
        print(
            f"{paper.name:14} {paper.entries:7} {paper.left:4} {paper.body:11} {paper.lost:4} {paper.lost / paper.body:7.4f}"
            f" {paper.cut_f1:7.3f} {paper.parsed_f1:6.3f} {paper.f1:7.3f}"
            f" {paper.cut_as_it_stands:18.3f} {paper.f1_as_it_stands:7.3f}"
        )
    entries, left, body, lost = (sum(column) for column in list(zip(*papers, strict=True))[1:5])
    means = [mean(column) for column in list(zip(*papers, strict=True))[5:]]
    worst = [min(column) for column in list(zip(*papers, strict=True))[5:]]
    print(f"{'all, mean F1':14} {entries:7} {left:4} {body:11} {lost:4} {lost / body:7.4f}", end=" ")
    print("{:7.3f} {:6.3f} {:7.3f} {:18.3f} {:7.3f}".format(*means))
    print(f"{'worst F1':14} {'':37}", "{:7.3f} {:6.3f} {:7.3f} {:18.3f} {:7.3f}".format(*worst))
    print(f"reference-list entries removed: {1 - left / max(entries, 1):.4f}; body words lost: {lost / body:.4f}")
    documents, size = speed(list(_texts()))
    print(f"speed: {documents:.1f} documents/s and {size:.2f} MB/s a core")


if __name__ == "__main__":
    main()
