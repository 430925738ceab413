"""One climb to L5 that several modules look at; its helpers are importable by name."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from pyspark.sql import SparkSession

sys.path.insert(0, str(Path(__file__).parent))

from support import CORPUS, go, log


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run of the tests, the same for all its processes."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def corpus(common: Path) -> Path:
    """A part of the examples, among them duplicates and bad input."""
    folder = common / "some" / "corpus"
    with FileLock(common / "corpus.lock"):
        for name in ("jats", "markdown", "oddities"):
            if not (folder / name).exists():
                shutil.copytree(CORPUS / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def unbroken(
    spark: SparkSession, corpus: Path, common: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str], list[str]]:
    """A copy of the workspace of one climb to L5 without a crash, what was parsed and what was asked meanwhile.

    The climb takes a minute or two, so the first process that needs it makes it for all.
    """
    original, notes = common / "unbroken", common / "unbroken.json"
    with FileLock(common / "unbroken.lock"):
        if not notes.exists():
            parsed, asked = len(log("DARWIN_PARSE_LOG")), len(log("DARWIN_ENGINE_LOG"))
            go(spark, corpus, original, "l5")
            notes.write_text(json.dumps([log("DARWIN_PARSE_LOG")[parsed:], log("DARWIN_ENGINE_LOG")[asked:]]))
    workspace = tmp_path_factory.mktemp("unbroken") / "workspace"
    shutil.copytree(original, workspace)
    parsed_names, questions = json.loads(notes.read_text())
    return workspace, parsed_names, questions
