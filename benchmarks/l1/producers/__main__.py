"""Inputs of every kind of PDF, made by several producers, read and checked: python -m benchmarks.l1.producers [--kind NAME]

Documents of real prose (`kinds.py`) are set by each producer that can set them, and each text is checked against what it was
made of (`check.py`): at least 0.995 of the words of the body come in order, and of all footnotes, at most 0.005 of the
words are others, no numbers of lines or pages among them; nothing hidden shows; headings are headings, and nothing else is; a
table is found row by row, and none where none is. Printed: how many were made, and how many hold, kind by producer. Producers
that are not installed are named. Sources and PDFs are kept in .cache/producers, and made anew only if the source changes.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Protocol

from benchmarks.l1.producers.after import changed
from benchmarks.l1.producers.check import Fault, faults
from benchmarks.l1.producers.dvi import DviPdfMx, DviPs
from benchmarks.l1.producers.html import Chromium, WeasyPrint
from benchmarks.l1.producers.kinds import KINDS
from benchmarks.l1.producers.model import Document
from benchmarks.l1.producers.office import LibreOffice
from benchmarks.l1.producers.platypus import ReportLab
from benchmarks.l1.producers.roff import Ghostscript, Groff
from benchmarks.l1.producers.tex import LuaTex, PdfTex
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.pdf.document import parse

CACHE = Path(".cache/producers")
_NUMBERS, _MAX_NUMBER = 10, 16
_SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))


class Producer(Protocol):
    """A program that sets documents: its name, what it can set, and the suffix of its sources."""

    name: str
    features: frozenset[str]
    suffix: str

    def missing(self) -> str | None:
        """Return the program that is not installed; None if nothing is missing."""

    def source(self, document: Document) -> str:
        """Return the source of a document."""

    def make(self, sources: list[Path], folder: Path) -> None:
        """Write a PDF for each source, with its name, to the folder."""


PRODUCERS: tuple[Producer, ...] = (
    PdfTex(), DviPs(), DviPdfMx(), LuaTex(), LibreOffice(), Groff(), Ghostscript(), Chromium(), WeasyPrint(), ReportLab()
)  # fmt: skip


_ONLY: dict[str, Callable[[Document], bool]] = {
    "luatex": lambda document: document.script != "latin",
    "dvips": lambda document: document.accents_apart,
    "dvipdfmx": lambda document: document.accents_apart,
}


def pdfs(producer: Producer, documents: Sequence[Document]) -> Iterable[tuple[Document, Path]]:
    """Yield each document with its PDF, made where it is not yet; the file may be missing if the producer failed."""
    folder = CACHE / producer.name
    folder.mkdir(parents=True, exist_ok=True)
    sources = []
    for document in documents:
        text = producer.source(document)
        path = folder / f"{document.kind.replace(' ', '-')}-{document.number}-{sha256(text.encode()).hexdigest()[:12]}"
        sources.append(path.with_suffix(producer.suffix))
        sources[-1].write_text(text)
    producer.make([source for source in sources if not source.with_suffix(".pdf").exists()], folder)
    return zip(documents, (source.with_suffix(".pdf") for source in sources), strict=True)


def can_set(producer: Producer, document: Document) -> bool:
    """Return whether a producer can set a document; some set only what few others can."""
    is_wanted = _ONLY.get(producer.name)
    return document.features <= producer.features and (is_wanted is None or is_wanted(document))


def documents_for(producer: Producer, make: Callable[[int], Document]) -> list[Document]:
    """Return the first documents of a kind that a producer can set: ten, if there are as many."""
    found = (document for document in map(make, range(_MAX_NUMBER)) if can_set(producer, document))
    return list(islice(found, _NUMBERS))


def checked(document: Document, pdf: Path) -> list[Fault]:
    """Return what does not hold of the text of a PDF."""
    try:
        content = changed(pdf.read_bytes(), document)
        parsed = parse(content, _SETTINGS)
    except ParseFailure as failure:
        return [Fault("failed", f"{failure}")]
    pdf.with_suffix(".md").write_text("".join(f"<!-- {w} -->\n" for w in parsed.warnings) + parsed.text)
    return faults(document, parsed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", action="append", help="only these kinds")
    parser.add_argument("--producer", action="append", help="only these producers")
    parser.add_argument("--faults", action="store_true", help="print what does not hold")
    arguments = parser.parse_args()
    used = [p for p in PRODUCERS if not arguments.producer or p.name in arguments.producer]
    for producer in used:
        if missing := producer.missing():
            print(f"{producer.name} is not measured: {missing} is not installed")
    used = [p for p in used if not p.missing()]
    print(f"{'':16}" + "".join(f"{p.name:>13}" for p in used))
    total: Counter[str] = Counter()
    for kind, make in KINDS.items():
        if arguments.kind and kind not in arguments.kind:
            continue
        row, details = [f"{kind:16}"], []
        for producer in used:
            documents = documents_for(producer, make)
            made = [(d, pdf) for d, pdf in pdfs(producer, documents) if pdf.exists()]
            results = [(d, pdf, checked(d, pdf)) for d, pdf in made]
            held = sum(not found for _, _, found in results)
            row.append(f"{held:>4} of {len(made):>2}" if documents else "-")
            total.update({"held": held, "made": len(made), "failed": len(documents) - len(made)})
            details += [f"    {pdf}: {fault.name}: {fault.detail}" for _, pdf, found in results for fault in found]
        print(row[0] + "".join(f"{cell:>13}" for cell in row[1:]), flush=True)
        if arguments.faults:
            print("\n".join(details), flush=True)
    print(f"{total['held']} of {total['made']} hold; {total['failed']} could not be made")
    return 0


if __name__ == "__main__":
    sys.exit(main())
