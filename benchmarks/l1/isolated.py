"""The cost of parsing with isolation, as in a Spark worker: python -m benchmarks.l1.isolated [--rounds 5]

CPU seconds of the worker and of its parser process together. Raw pypdfium2 reads the same PDFs in the same run, in turn with
`supervisor.parse` document by document, so that a busy machine slows both; start-up and imports are done before. The figures
are medians over the rounds. JATS is also given for a machine where raw pypdfium2 does 305 pages/s, which is what its floor
(60 documents/s) was set for.
"""

import argparse
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from statistics import median
from typing import NamedTuple

import psutil

from benchmarks.l1.fidelity import raw_pages
from benchmarks.l1.throughput import PDFS, SETTINGS, samples
from darwin_spark.parsers.isolation import supervisor
from darwin_spark.parsers.parsed import ParseFailure

JATS = ("jats/pmc.tar.xz",)
_EVERY = 4
"""One article of so many is parsed."""
_REFERENCE = 305.0


class Round(NamedTuple):
    """CPU seconds for all documents once."""

    raw: float
    pdf: float
    jats: float


def spent() -> float:
    """CPU seconds of this process and its parser process so far."""
    return time.process_time() + sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children())


def isolated(media_type: str, content: bytes) -> int:
    """The pages of a document."""
    with suppress(ParseFailure):
        return len(supervisor.parse(media_type, content, SETTINGS).pages)
    return 0


def one_round(pdfs: Sequence[bytes], articles: Sequence[bytes]) -> Round:
    """The clock of the child is read once a format: it ticks in hundredths of a second."""
    begin, raw = spent(), 0.0
    for content in pdfs:
        before = time.process_time()
        raw_pages(content)
        raw += time.process_time() - before
        isolated("application/pdf", content)
    between = spent()
    for content in articles:
        isolated("application/jats+xml", content)
    return Round(raw, between - begin - raw, spent() - between)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5, help="how often all documents are parsed")
    rounds = options.parse_args().rounds
    pdfs, articles = list(samples(PDFS)), list(samples(JATS))[::_EVERY]
    pages = sum(isolated("application/pdf", content) for content in pdfs)
    isolated("application/jats+xml", articles[0])
    found = [one_round(pdfs, articles) for _ in range(rounds)]

    raw = median(pages / r.raw for r in found)
    ratios = [r.raw / r.pdf for r in found]
    jats = median(len(articles) / r.jats for r in found)
    at_reference = [len(articles) / r.jats * _REFERENCE / (pages / r.raw) for r in found]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"medians of {rounds} rounds; load of the machine {load} on {os.cpu_count()} cores")
    print(f"{'raw pypdfium2':26} {raw:8.1f} pages/s of CPU")
    print(
        f"{'pdf, isolated':26} {median(pages / r.pdf for r in found):8.1f} pages/s of CPU, {median(ratios):.3f} of raw"
        f" pypdfium2's speed ({min(ratios):.3f} to {max(ratios):.3f})"
    )
    print(
        f"{'jats, isolated':26} {jats:8.1f} documents/s of CPU, {median(at_reference):.1f} where raw does {_REFERENCE:.0f}"
        f" pages/s ({min(at_reference):.1f} to {max(at_reference):.1f})"
    )


if __name__ == "__main__":
    main()
