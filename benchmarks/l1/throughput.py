"""Pages and documents per CPU second of every parser, in this one process: python -m benchmarks.l1.throughput [--seconds 5]

Raw pypdfium2 (`get_text_range` of every page) and our PDF parser take turns document by document, so that a busy machine
slows both. Isolation, Spark and OCR are not included. Libraries are imported before the measurement starts.
"""

import argparse
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from typing import NamedTuple

from benchmarks.l1.fidelity import raw_pages
from benchmarks.l1.pairs import SHARED
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import PARSERS, Parse

_SAMPLES = {
    "application/jats+xml": ("jats/pmc.tar.xz",),
    "application/tei+xml": ("json/*.tei.xml",),
    "application/x-s2orc+json": ("json/*.json",),
    "text/x-tex": ("latex/whitehead-41568/41568-t/*.tex",),
    "text/html": ("html/**/*.html",),
    "application/epub+zip": ("epub/*.epub",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("**/*.docx",),
    "text/markdown": ("text/**/*.md",),
    "text/plain": ("text/**/*.txt",),
}
PDFS = ("pdf/openjournals/*.pdf", "pdf/pmc/*.pdf", "pdf/juliacon/*.pdf")
_MAX_DOCUMENTS = 300
SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))


class Speed(NamedTuple):
    """Documents, pages and bytes that one parser read in `seconds` of CPU time."""

    documents: int = 0
    pages: int = 0
    size: int = 0
    seconds: float = 0.0

    def plus(self, pages: int, size: int, seconds: float) -> "Speed":
        return Speed(self.documents + 1, self.pages + pages, self.size + size, self.seconds + seconds)


def samples(patterns: tuple[str, ...]) -> Iterator[bytes]:
    """Files by pattern, or the members of an archive."""
    for pattern in patterns:
        for file in sorted(SHARED.glob(pattern)):
            if file.name.endswith(".tar.xz"):
                with tarfile.open(file) as archive:
                    yield from (member.read() for info in archive if (member := archive.extractfile(info)))
            else:
                yield file.read_bytes()


def _pages(parse: Parse, content: bytes) -> int:
    try:
        return len(parse(content, SETTINGS).pages)
    except ParseFailure:
        return 0


def _timed(speed: Speed, work: Callable[[bytes], int], content: bytes) -> Speed:
    begin = time.process_time()
    pages = work(content)
    return speed.plus(pages, len(content), time.process_time() - begin)


def pdf_speed(limit_s: float) -> tuple[Speed, Speed]:
    """Raw pypdfium2 and our parser on the same PDFs."""
    ours_of = partial(_pages, PARSERS["application/pdf"].load())
    contents = list(samples(PDFS))
    ours_of(contents[0])
    raw, ours = Speed(), Speed()
    while raw.seconds + ours.seconds < limit_s:
        for content in contents:
            raw = _timed(raw, lambda pdf: len(raw_pages(pdf)), content)
            ours = _timed(ours, ours_of, content)
    return raw, ours


def parser_speed(media_type: str, limit_s: float) -> Speed | None:
    """The speed over all samples, in cycles until `limit_s`; None without samples. Stops early only after 4 x `limit_s`."""
    contents = list(islice(samples(_SAMPLES.get(media_type, ())), _MAX_DOCUMENTS))
    if not contents:
        return None
    work = partial(_pages, PARSERS[media_type].load())
    work(contents[0])
    speed = Speed()
    for content in cycle(contents):
        if speed.seconds > (limit_s if speed.documents >= len(contents) else 4 * limit_s):
            return speed
        speed = _timed(speed, work, content)
    return speed


def _print(name: str, speed: Speed, more: str = "") -> None:
    pages = f"{speed.pages / speed.seconds:8.1f} pages/s" if speed.pages else " " * 16
    mb = speed.size / speed.seconds / 1e6
    print(f"{name:26} {speed.documents / speed.seconds:8.1f} documents/s {pages} {mb:7.2f} MB/s {more}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=5.0, help="CPU seconds a parser, at least")
    seconds = options.parse_args().seconds
    print(f"a CPU second of one process; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    raw, ours = pdf_speed(2 * seconds)
    _print("raw pypdfium2", raw)
    _print("pdf", ours, f"{raw.seconds / ours.seconds:.3f} of raw pypdfium2's speed")
    for media_type, parser in PARSERS.items():
        if media_type != "application/pdf" and media_type in _SAMPLES:
            speed = parser_speed(media_type, seconds)
            if speed is None:
                print(f"{parser.name:26} no samples")
            else:
                _print(parser.name, speed)


if __name__ == "__main__":
    main()
