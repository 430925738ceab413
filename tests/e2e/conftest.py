"""One climb to L5 that several modules look at; its helpers are importable by name."""

import shutil
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

sys.path.insert(0, str(Path(__file__).parent))

from support import CORPUS, go, log


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the examples, among them duplicates and bad input."""
    folder = tmp_path_factory.mktemp("some") / "corpus"
    for name in ("jats", "markdown", "oddities"):
        shutil.copytree(CORPUS / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def unbroken(spark: SparkSession, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], list[str]]:
    """The workspace of one climb to L5 without a crash, what was parsed and what was asked meanwhile."""
    workspace = tmp_path_factory.mktemp("unbroken") / "workspace"
    parsed, asked = len(log("DARWIN_PARSE_LOG")), len(log("DARWIN_ENGINE_LOG"))
    go(spark, corpus, workspace, "l5")
    return workspace, log("DARWIN_PARSE_LOG")[parsed:], log("DARWIN_ENGINE_LOG")[asked:]
