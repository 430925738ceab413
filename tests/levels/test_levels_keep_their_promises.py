"""Our own levels keep the promises of every level, over small real documents: `darwin_spark.testing.check_level`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.l4 import L4Settings
from darwin_spark.config.l5 import L5Settings
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section
from darwin_spark.pipeline import registry
from darwin_spark.testing import check_level

CORPUS = Path(__file__).parents[2] / "examples" / "corpus"
MARKDOWN = sorted((CORPUS / "markdown").glob("*.md"))
TYPES = {".md": "text/markdown", ".txt": "text/plain", ".xml": "application/jats+xml", ".html": "text/html"}
FILES = [*MARKDOWN[:2], CORPUS / "jats" / "oil-drop.xml", CORPUS / "html" / "doppler.html", CORPUS / "oddities" / "empty.txt"]
Document = Mapping[str, Any]

OBJECTS: list[Document] = [
    {"media_type": TYPES[file.suffix], "content": file.read_bytes(), "bytes": file.stat().st_size} for file in FILES
]
"""What L1 reads; an empty file among it, which fails."""

TEXTS = [file.read_text() for file in MARKDOWN] + [(CORPUS / "oddities" / "lichtgeschwindigkeit.txt").read_text()]
"""enzyme-kinetics.md is in it twice, the second time revised."""


def papers(kind: str) -> list[Document]:
    return [{"text": text, "doc_type": kind if number else "book"} for number, text in enumerate(TEXTS[:5])]


FAKE = ModelSettings(model="fake/rewriter", tokenizer="characters")
CASES: dict[str, tuple[list[Document], Section | None]] = {
    "l1": (OBJECTS, None),
    "l2": ([{"source": "web", "text": text} for text in TEXTS], L2Settings(min_bytes=500)),
    "l3": ([{"media_type": "text/markdown", "text": text} for text in TEXTS], None),
    "l4": ([{"text": text} for text in TEXTS], L4Settings(engine="rules")),
    "l5": (papers("paper"), L5Settings(engine="engines:Rewriter", window_tokens=256, model=FAKE)),
}


def test_each_level_above_the_acquisition_is_checked() -> None:
    assert [*CASES] == [level.name for level in registry.OWN if level.below]


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("name", CASES)
def test_level_keeps_its_promises(name: str) -> None:
    documents, settings = CASES[name]
    check_level(registry.find(name), documents, settings)
