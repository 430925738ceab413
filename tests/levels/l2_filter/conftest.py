"""Real articles as plain text, and a stage in memory."""

import csv
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from pyspark.sql import SparkSession

from darwin_spark.verdicts import Stage


@pytest.fixture(scope="session")
def articles(shared: Path) -> dict[str, str]:
    """English research articles: the first twelve of PLOS."""
    found = dict(text for text, _ in zip(_texts(shared / "jats" / "plos.tar.xz"), range(12), strict=False))
    assert len(found) == 12
    return found


@pytest.fixture(scope="session")
def versions(shared: Path) -> list[tuple[str, str]]:
    """(current, older) texts of eLife articles that were published more than once: the first twelve pairs."""
    with (shared / "neardup" / "elife_version_pairs.tsv").open() as file:
        pairs = [(row["current_file"], row["older_file"]) for row in csv.DictReader(file, delimiter="\t")][:12]
    current = _some(shared / "jats" / "elife.tar.xz", {new for new, _ in pairs})
    assert len(pairs) == 12
    older = _some(shared / "neardup" / "elife_older_versions.tar.xz", {old for _, old in pairs})
    return [(current[new], older[old]) for new, old in pairs]


@pytest.fixture(scope="session")
def stage(spark: SparkSession) -> Stage:
    """Compute a DataFrame once and cut its lineage, in memory."""
    return lambda frame, _: spark.createDataFrame(frame.toArrow(), frame.schema)


def _some(archive: Path, names: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, text in _texts(archive, names):
        found[name] = text
        if len(found) == len(names):
            break
    return found


def _texts(archive: Path, names: set[str] | None = None) -> Iterator[tuple[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, recover=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith(".xml") else None
            if file is None or (names is not None and member.name not in names):
                continue
            paragraphs = etree.parse(file, parser).getroot().iter("article-title", "title", "p", "td")
            yield member.name, "\n\n".join(" ".join("".join(p.itertext()).split()) for p in paragraphs)
