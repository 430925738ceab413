"""The text of PDFs by our parser and by its peers: python -m benchmarks.l1.comparison [--readers ours,pdfium]

Each reader (`peers`) runs in a process of its own, the peers in `.cache/bench-text`, over the papers of `pairs`. Means over the
papers of a set, against the JATS (`jats_truth`); a file that a reader fails on counts as an empty text:

- recall: of the word 3-grams of abstract and body;
- F1: of the word 3-grams of all that a reader of the page sees, and its share of the ceiling that the truth allows
  (`fidelity.ceiling`, with the reference list as our text has it);
- headings found, of those in the JATS, and right, of those in the text; tables of the text that are none in the JATS
  (`structure`). Only Markdown has headings and tables: a reader of bare text shows "-";
- pages a second of CPU time, all threads together.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import pypdfium2 as pdfium

from benchmarks.environments import provide
from benchmarks.l1 import peers, structure
from benchmarks.l1.fidelity import ceiling
from benchmarks.l1.jats_truth import read_article
from benchmarks.l1.ngrams import score
from benchmarks.l1.pairs import SETS, Pair

_MAX_SECONDS = 600
"""A reader that takes longer has failed on the file it is at."""

Texts = dict[str, dict[str, Any]]
"""By the path of a PDF: what `peers.reading` returns."""


class Paper(NamedTuple):
    """One reader's text of one paper against its JATS."""

    recall: float
    f1: float
    ceiling: float
    structure: structure.Structure


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--readers", default=",".join((*peers.OURS, *peers.PEERS)), help="separated by commas; 'ours' is one")
    readers = options.parse_args().readers.split(",")
    theirs = provide("bench-text") if set(readers) & peers.PEERS.keys() else None
    sets = {name: list(read()) for name, read in SETS.items()}
    paths = [str(pair.pdf) for pairs in sets.values() for pair in pairs]
    texts = {
        name: read_all(theirs if theirs and name in peers.PEERS else Path(sys.executable), name, paths)
        for name in dict.fromkeys(("ours", *readers))
    }
    for title, pairs in sets.items():
        print_set(title, pairs, {name: texts[name] for name in readers}, texts["ours"])


def read_all(python: Path, reader: str, paths: Sequence[str]) -> Texts:
    """Return the texts of one reader; it is started anew behind a file that ends its process."""
    texts: Texts = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "texts.jsonl"
        while left := [path for path in paths if path not in texts]:
            error = _run(python, reader, out, left)
            if not out.exists():
                return {path: {"error": error} for path in paths}
            texts |= {line["path"]: line for line in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
            if stopped_at := next((path for path in left if path not in texts), None):
                texts[stopped_at] = {"error": error}
    return texts


def _run(python: Path, reader: str, out: Path, paths: Sequence[str]) -> str:
    """Run a reader; return how it ended."""
    try:
        done = subprocess.run(
            [python, peers.__file__, reader, out, *paths], capture_output=True, check=False, timeout=_MAX_SECONDS * len(paths)
        )
    except subprocess.TimeoutExpired:
        return f"no end after {_MAX_SECONDS} seconds a file"
    told = done.stderr.decode(errors="replace").strip().splitlines()
    return f"exit code {done.returncode}: {told[-1] if told else ''}"


def measure(pair: Pair, text: str, our_text: str) -> Paper:
    """Compare a text of a paper with its JATS."""
    article = read_article(pair.xml)
    return Paper(
        score(article.core, text).recall,
        score(article.whole, text, article.notices).f1,
        score(article.whole, ceiling(article, our_text)).f1,
        structure.measure(pair.xml, text),
    )


def print_set(title: str, pairs: Sequence[Pair], readers: dict[str, Texts], ours: Texts) -> None:
    """Print a line for each reader, and what it failed on."""
    pages = {str(pair.pdf): _pages(pair.pdf) for pair in pairs}
    print(f"\n{title}: {len(pairs)} papers, {sum(pages.values())} pages")
    print(f"{'':14} recall     F1  of ceiling  headings found  right  false tables  pages/s")
    for name, texts in readers.items():
        papers = [measure(pair, _text(texts, pair), _text(ours, pair)) for pair in pairs]
        read, failed = ([path for path in pages if ("seconds" in texts[path]) is good] for good in (True, False))
        seconds = sum(texts[path]["seconds"] for path in read)
        speed = sum(pages[path] for path in read) / seconds if seconds else 0.0
        print(f"{name:14} {_shares(papers, bare=name in peers.BARE)}  {speed:7.1f}")
        for path in failed:
            print(f"{'':14} failed on {Path(path).name}: {texts[path]['error']}")


def _shares(papers: Sequence[Paper], *, bare: bool) -> str:
    f1, best = mean(paper.f1 for paper in papers), mean(paper.ceiling for paper in papers)
    total = structure.Structure(*(sum(column) for column in zip(*(paper.structure for paper in papers), strict=True)))
    found = right = false = "-"
    if not bare and total.printed:
        found, right = f"{total.found}/{total.wanted} {total.found / total.wanted:.2f}", f"{total.found / total.printed:.2f}"
    if not bare and total.tables:
        false = f"{total.false_tables}/{total.tables}"
    return f"{mean(paper.recall for paper in papers):6.3f} {f1:6.3f} {f1 / best:11.3f} {found:>15} {right:>6} {false:>13}"


def _text(texts: Texts, pair: Pair) -> str:
    return str(texts[str(pair.pdf)].get("text", ""))


def _pages(pdf: Path) -> int:
    with pdfium.PdfDocument(pdf) as document:
        return len(document)


if __name__ == "__main__":
    main()
