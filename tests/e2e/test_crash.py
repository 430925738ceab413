"""A climb that breaks off goes on where it was, and ends where an unbroken one ends; nothing is parsed or asked twice."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from support import CORPUS, ENGINE, HERE, MANIFEST, QUICKSTART, go, log, run_python, snapshot

from darwin_spark.events import Event
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.observe.audit import audit
from darwin_spark.observe.explain import explain
from darwin_spark.storage.workspace import Workspace

BOUNDARIES = ["l1:staged", "l2:side_tables", "l2:published"]


def test_each_document_is_parsed_once_and_each_question_asked_once(
    examples: tuple[Path, list[str]], unbroken: tuple[Workspace, list[str]]
) -> None:
    workspace, asked = unbroken
    rows = workspace.read("l1").where("parser IS NOT NULL").collect()
    # What is empty is refused before a parser sees it.
    assert Counter(examples[1]) == Counter(row.parser for row in rows if row.reason != "empty")
    answers = workspace.read("generations").collect()
    assert len(asked) == len(set(asked)) == len(answers) > 20
    assert {row.attempt for row in answers} == {1}


@pytest.mark.slow
def test_a_climb_that_is_killed_at_each_boundary_ends_where_the_unbroken_one_does(
    spark: SparkSession, examples: tuple[Path, list[str]], tmp_path: Path
) -> None:
    workspace = Workspace.at(spark, str(tmp_path / "workspace"))
    settings = [text for assignment in ENGINE for text in ("--set", assignment)]
    inputs = ["--input", str(CORPUS), "--manifest", str(MANIFEST), "--config", str(QUICKSTART), "--workspace", workspace.folder]
    for boundary in BOUNDARIES:
        killed = run_python(str(HERE / "climb_and_die.py"), boundary, *inputs, "--to", "l2", *settings)
        assert killed.returncode == -9, killed.stdout + killed.stderr
        assert killed.stdout.splitlines()[-1] == boundary
    go(workspace, CORPUS, "l2")
    assert audit(workspace) == []
    levels = ("l0", "l1", "l2", "signatures")
    assert snapshot(workspace, levels) == snapshot(Workspace.at(spark, str(examples[0])), levels)
    assert not list(Path(workspace.path("staging")).glob("*"))


@pytest.fixture
def below(spark: SparkSession, examples: tuple[Path, list[str]], tmp_path: Path) -> Workspace:
    """A workspace in which L5 is still to come."""
    shutil.copytree(examples[0] / "tables", tmp_path / "workspace" / "tables")
    return Workspace.at(spark, str(tmp_path / "workspace"))


def test_stored_responses_survive_limits_and_a_crash_and_are_not_asked_again(
    unbroken: tuple[Workspace, list[str]], below: Workspace
) -> None:
    before = len(log("DARWIN_ENGINE_LOG"))
    limits = ["inference.circuit_breaker.max_requests=7", "inference.priority=l0.bytes"]
    with pytest.raises(StoppedError, match=r"l5: stopped after 7 of \d+ requests"):
        go(below, None, "l5", assignments=limits)
    assert below.read("generations").count() == 7
    with pytest.raises(StoppedError, match="max_gpu_hours"):
        go(below, None, "l5", assignments=["inference.circuit_breaker.max_gpu_hours=0"])

    def crash(event: Event) -> None:
        if (event.level, event.step) == ("l5", "answered"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(below, None, "l5", crash)
    asked = log("DARWIN_ENGINE_LOG")[before:]
    assert len(asked) == len(set(asked)) == below.read("generations").count()
    go(below, None, "l5")
    assert log("DARWIN_ENGINE_LOG")[before:] == asked
    names = ("l5", "generations")
    assert snapshot(below, names) == snapshot(unbroken[0], names)


def test_answers_in_the_journal_survive_the_death_of_a_worker_with_the_engine_in_it(
    unbroken: tuple[Workspace, list[str]], below: Workspace
) -> None:
    before = len(log("DARWIN_ENGINE_LOG"))
    kill = Path(os.environ["DARWIN_ENGINE_LOG"] + ".kill")
    kill.write_text(f"15 {below.folder}/journal")
    with pytest.raises(Exception, match=r"[Ww]orker|crashed"):
        go(below, None, "l5", assignments=["inference.flush_seconds=0.5"])
    assert not kill.exists()
    assert below.read("generations").count() == 14
    go(below, None, "l5")
    asked = Counter(log("DARWIN_ENGINE_LOG")[before:])
    assert sorted(asked.values())[-2:] == [1, 2]  # only what was in flight is asked again
    names = ("l5", "generations")
    assert snapshot(below, names) == snapshot(unbroken[0], names)
    assert audit(below) == []


def test_documents_under_95_per_cent_fail_and_are_asked_again_with_another_seed(
    unbroken: tuple[Workspace, list[str]],
) -> None:
    workspace = unbroken[0]
    before = {row.doc_id: row for row in workspace.read("l5").collect()}
    papers = [row for row in before.values() if row.windows is not None]
    failed = {row.doc_id for row in papers if row.windows_ok < 0.95 * row.windows}
    assert failed
    assert {row.doc_id for row in papers if (row.verdict, row.reason) == ("failed", "generation_incomplete")} == failed
    assert {row.verdict for row in before.values() if row.windows is None} <= {"passed"}

    assert go(workspace, None, "l5")["l5"] == {"kept": len(failed)}
    after = {row.doc_id: row for row in workspace.read("l5").collect()}
    assert {doc_id for doc_id in after if after[doc_id].attempts == 2} == failed
    for doc_id in failed:
        assert after[doc_id].windows_ok == after[doc_id].windows
        assert after[doc_id].text.count("That step matters") == after[doc_id].windows
    answers = workspace.read("generations").collect()
    cut = {row.request_id for row in answers if row.finish_reason == "length"}
    assert {row.request_id for row in answers if row.attempt == 2} == cut
    assert audit(workspace) == []
    told = "\n".join(explain(workspace, sorted(failed)[0]))
    assert "attempt 1 (10 + 20 tokens): rejected: cut_by_length" in told
    assert "attempt 2 (10 + 20 tokens): accepted" in told
