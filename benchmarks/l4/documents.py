"""Every real document of ../shared/data as L1 writes it: 1,600 documents in about two CPU minutes, a sample in seconds."""

import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks.l1.pairs import SHARED
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import parser_for

_TYPES = {
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".tex": "text/x-tex",
}
_ARCHIVES = {"plos": ".jats", "pmc": ".jats", "elife": ".jats", "openlogic": ".tex", "hott-book": ".tex"}
_FOLDERS = ("pdf", "json", "epub", "html", "text", "latex")
_SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))


def documents(shared: Path = SHARED, every: int = 1, only: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str]]:
    """Name and text of every `every`-th document that L1 can read. `only`: prefixes of archives and paths."""
    for place, (name, content, media_type) in enumerate(_files(shared, only)):
        if place % every == 0:
            with suppress(ParseFailure):
                yield name, parser_for(media_type).load()(content, _SETTINGS).text


def _files(shared: Path, only: tuple[str, ...]) -> Iterator[tuple[str, bytes, str]]:
    for path in sorted(path for folder in _FOLDERS for path in (shared / folder).rglob("*") if path.suffix in _TYPES):
        if str(path.relative_to(shared)).startswith(only):
            yield str(path.relative_to(shared)), path.read_bytes(), _TYPES[path.suffix]
    for archive, kind in _ARCHIVES.items():
        if not archive.startswith(only):
            continue
        with tarfile.open(shared / ("jats" if kind == ".jats" else "latex") / f"{archive}.tar.xz") as members:
            for member in members:
                file = members.extractfile(member) if kind == ".jats" or member.name.endswith(kind) else None
                if file is not None:
                    yield member.name, file.read(), "application/jats+xml" if kind == ".jats" else _TYPES[kind]
