"""One climb of the examples that several modules go on from; its helpers are importable by name."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from pyspark.sql import SparkSession

sys.path.insert(0, str(Path(__file__).parent))

from support import CORPUS, go, log

from darwin_spark.storage.workspace import Workspace


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run of the tests, the same for all its processes."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def examples(spark: SparkSession, common: Path) -> tuple[Path, list[str]]:
    """The workspace of the examples at L4 after one tracked climb, and what was parsed meanwhile. Go on from copies of it.

    The climb takes a minute or two, so the first process that needs it makes it for all.
    """
    workspace, notes = common / "examples", common / "examples.json"
    with FileLock(common / "examples.lock"):
        if not notes.exists():
            before = len(log("DARWIN_PARSE_LOG"))
            go(Workspace.at(spark, str(workspace)), CORPUS, "l4", assignments=["tracking.enabled=true"])
            notes.write_text(json.dumps(log("DARWIN_PARSE_LOG")[before:]))
    return workspace, json.loads(notes.read_text())


@pytest.fixture(scope="module")
def unbroken(
    spark: SparkSession, examples: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, list[str]]:
    """A workspace in which the examples went on to L5 without a crash, and what was asked meanwhile."""
    workspace = Workspace.at(spark, str(tmp_path_factory.mktemp("unbroken") / "workspace"))
    shutil.copytree(examples[0], workspace.folder)
    before = len(log("DARWIN_ENGINE_LOG"))
    go(workspace, None, "l5")
    return workspace, log("DARWIN_ENGINE_LOG")[before:]
