"""Every real document, members of archives included, becomes text or has a reason why it does not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import pytest

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l0 import L0Settings
from darwin_spark.config.l1 import L1Settings, OcrSettings
from darwin_spark.levels.l0_acquire import tex_listing
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.levels.l1_normalize.normalize import normalize
from darwin_spark.storage import uri_reader

SETTINGS = L1Settings(ocr=OcrSettings(engine="none"))
"""Scans are read in tests/parsers/test_ocr.py: sixty pages take minutes."""

EXPECTED = {
    "epub": {("application/epub+zip", None): 5},
    "html": {("text/html", None): 8},
    "jats": {("application/jats+xml", None): 1_077},
    "json": {("application/pdf", None): 1, ("application/tei+xml", None): 1, ("application/x-s2orc+json", None): 1},
    "latex": {
        ("application/pdf", None): 2,
        ("application/pdf", "empty"): 1,  # a logo that is drawn
        ("application/x-tex-project", None): 11,
        ("application/yaml", "unsupported_media_type"): 1,
        ("text/x-tex", None): 19,
        ("text/x-tex", "empty"): 16,  # options and page formats of the HoTT book
    },
    "pdf": {("application/jats+xml", None): 12, ("application/pdf", None): 37},
    "scan": {("application/pdf", "no_text_layer"): 6, ("text/plain", None): 3},
    "text": {
        ("application/yaml", "unsupported_media_type"): 4,
        ("text/html", None): 4,
        ("text/markdown", None): 4,
        ("text/plain", None): 8,
    },
}
"""By folder: how many objects of each media type end with each reason; None is `kept`."""


def objects_of(folder: Path) -> Iterator[Row]:
    """The rows of L0 for a folder, without Spark."""
    root = uri_reader.address(str(folder))
    for listed in tex_listing.group(root, [root]):
        file = {"source": folder.name, "source_file": uri_reader.path_below(root, listed.uri), **asdict(listed)}
        for row in acquire(file, L0Settings()):
            yield {"content": None, "content_ref": None, "title": None, "bucket": "", **row}


def found_in(folder: Path, every: int = 1) -> Counter[tuple[str, str | None]]:
    """How often each media type ends with each reason, over every `every`-th object."""
    found: Counter[tuple[str, str | None]] = Counter()
    for row in islice(objects_of(folder), 0, None, every):
        assert row["verdict"] == "kept"
        answer = normalize(row, SETTINGS)
        assert (answer["verdict"] == "kept") == bool(answer.get("text")), row["source_id"]
        found[row["media_type"], answer.get("reason")] += 1
    return found


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind == "jats")) for kind in EXPECTED])
def test_every_document_becomes_text_or_has_a_reason(kind: str, shared: Path) -> None:
    assert found_in(shared / kind) == EXPECTED[kind]


def test_every_fourth_jats_article_becomes_text(shared: Path) -> None:
    assert found_in(shared / "jats", every=4) == {("application/jats+xml", None): 270}
