"""A climb that is killed at every boundary goes on, and ends where an unbroken one ends; nothing is done or asked twice."""

import os
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from support import CORPUS, HERE, MANIFEST, QUICKSTART, darwin, run_python, snapshot

from darwin_spark import tables
from darwin_spark.audit import audit
from darwin_spark.config import load
from darwin_spark.runner.climb import climb
from darwin_spark.runner.inputs import parse
from darwin_spark.tables import Workspace

FAKE_ENGINE = [
    "tracking.enabled=false",
    "l5.engine=engines:Rewriter",
    "l5.window_tokens=128",
    "l5.model.tokenizer=characters",
    "l5.model.model=fake/rewriter",
]
BOUNDARIES = ["l1:staged", "l2:staged", "l2:side_tables", "l2:published", "l5:answered", "l5:staged"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen of the examples, among them duplicates and bad input."""
    folder = tmp_path_factory.mktemp("some") / "corpus"
    for name in ("jats", "markdown", "oddities"):
        shutil.copytree(CORPUS / name, folder / name)
    return folder


def arguments(corpus: Path, workspace: Path) -> list[str]:
    settings = [text for assignment in FAKE_ENGINE for text in ("--set", assignment)]
    inputs = ["--input", str(corpus), "--manifest", str(MANIFEST), "--config", str(QUICKSTART)]
    return [*inputs, "--workspace", str(workspace), "--to", "l5", *settings]


def logs(folder: Path, **more: str) -> Mapping[str, str]:
    folder.mkdir(exist_ok=True)
    path = os.pathsep.join([str(HERE), str(HERE / "hooks")])
    return {"DARWIN_ENGINE_LOG": str(folder / "engine"), "DARWIN_PARSE_LOG": str(folder / "parser"), "PYTHONPATH": path, **more}


@pytest.fixture(scope="module")
def unbroken(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workspace after one climb without a crash, and the folder of what was parsed and asked meanwhile."""
    folder = tmp_path_factory.mktemp("unbroken")
    darwin("run", *arguments(corpus, folder / "workspace"), env=logs(folder / "logs"))
    return folder / "workspace", folder / "logs"


def test_each_document_is_parsed_once_and_each_question_asked_once(spark: SparkSession, unbroken: tuple[Path, Path]) -> None:
    workspace, folder = unbroken
    place = Workspace.parse(str(workspace))
    parsed = tables.read(spark, place, "l1").where("parser IS NOT NULL").collect()
    # What is empty is refused before the parser sees it.
    assert Counter((folder / "parser").read_text().split()) == Counter(row.parser for row in parsed if row.reason != "empty")
    asked = (folder / "engine").read_text().splitlines()
    answers = tables.read(spark, place, "generations").collect()
    assert len(asked) == len(set(asked)) == len(answers) > 20
    assert {row.attempt for row in answers} == {1}


def test_a_climb_that_is_killed_at_every_boundary_ends_where_the_unbroken_one_does(
    spark: SparkSession, corpus: Path, unbroken: tuple[Path, Path], tmp_path: Path
) -> None:
    env = logs(tmp_path / "logs")
    workspace = tmp_path / "workspace"
    for boundary in BOUNDARIES:
        killed = run_python(str(HERE / "climb_and_die.py"), boundary, *arguments(corpus, workspace), env=env)
        assert killed.returncode == -9, killed.stdout + killed.stderr
        assert killed.stdout.splitlines()[-1] == boundary
    # The last climb runs in this process; what was asked before the crash at l5:answered is in the ledger.
    os.environ.update(env)
    asked = (tmp_path / "logs" / "engine").read_text()
    place = Workspace.parse(str(workspace))
    climb(spark, place, load([QUICKSTART], FAKE_ENGINE), [parse(str(corpus))], manifest=str(MANIFEST))
    assert (tmp_path / "logs" / "engine").read_text() == asked
    assert len(asked.splitlines()) == len(set(asked.splitlines()))
    assert audit(spark, place) == []
    assert snapshot(spark, workspace) == snapshot(spark, unbroken[0])
    assert not list((workspace / "tables" / "staging").glob("*"))


def test_documents_under_95_per_cent_fail_and_are_asked_again_with_another_seed(
    spark: SparkSession, corpus: Path, unbroken: tuple[Path, Path]
) -> None:
    place = Workspace.parse(str(unbroken[0]))
    before = {row.doc_id: row for row in tables.read(spark, place, "l5").collect()}
    papers = [row for row in before.values() if row.windows is not None]
    failed = {row.doc_id for row in papers if row.windows_ok < 0.95 * row.windows}
    assert {row.doc_id for row in papers if (row.verdict, row.reason) == ("failed", "generation_incomplete")} == failed
    assert failed
    assert {row.verdict for row in before.values() if row.windows is None} <= {"passed"}

    counts = climb(spark, place, load([QUICKSTART], FAKE_ENGINE), [parse(str(corpus))], manifest=str(MANIFEST))
    assert counts["l5"] == {"kept": len(failed)}
    after = {row.doc_id: row for row in tables.read(spark, place, "l5").collect()}
    assert all(after[doc_id].windows_ok == after[doc_id].windows for doc_id in failed)
    assert all(after[doc_id].text.count("That step matters") == after[doc_id].windows for doc_id in failed)
    assert {doc_id for doc_id in after if after[doc_id].attempts == 2} == failed
    second = tables.read(spark, place, "generations").where("attempt = 2").collect()
    first = tables.read(spark, place, "generations").where("attempt = 1 AND finish_reason = 'length'").collect()
    assert {row.request_id for row in second} == {row.request_id for row in first}
    assert audit(spark, place) == []
