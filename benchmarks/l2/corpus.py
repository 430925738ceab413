"""Real documents as L1 makes them, for the benchmarks of L2."""

import os
import tarfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.registry import PARSERS

SHARED = Path(os.environ.get("DARWIN_SHARED", Path(__file__).parents[3] / "shared" / "data"))
ARCHIVES = ("plos", "elife", "pmc")
_FILES = {
    "application/epub+zip": "epub/*.epub",
    "text/html": "html/**/*.html",
    "text/markdown": "text/**/*.md",
    "text/plain": "text/**/*.txt",
    "application/pdf": "pdf/openjournals/*.pdf",
}
_SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))


def parse(media_type: str, content: bytes) -> str:
    """The text of a document; empty where it cannot be read."""
    try:
        return str(PARSERS[media_type].load()(content, _SETTINGS).text)
    except ParseFailure:
        return ""


def articles(limit: int | None = None) -> Iterator[tuple[str, str]]:
    """Names and texts of the JATS articles, at most `limit` of each archive."""
    for archive in ARCHIVES:
        with tarfile.open(SHARED / "jats" / f"{archive}.tar.xz") as tar:
            members = (member for member in tar if member.name.endswith(".xml"))
            for member in islice(members, limit):
                file = tar.extractfile(member)
                if file is not None:
                    yield f"{archive}/{member.name}", parse("application/jats+xml", file.read())


def mixed(count: int, max_chars: int) -> list[tuple[str, str]]:
    """Names and texts of `count` documents of at most `max_chars`: up to ten of every other format, the rest articles."""
    found = [
        (str(file.relative_to(SHARED)), parse(media_type, file.read_bytes()))
        for media_type, pattern in _FILES.items()
        for file in sorted(SHARED.glob(pattern))[:10]
    ]
    found.extend(articles(2 * count))
    return [(name, text) for name, text in found if text.strip() and len(text) <= max_chars][:count]
