"""The bundled examples climb the whole ladder, again and again, and each time only what changed is judged."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from mlflow import MlflowClient
from pyspark.sql import DataFrame, SparkSession
from support import CORPUS, MANIFEST, QUICKSTART, ROOT, snapshot

from darwin_spark.cli import app
from darwin_spark.config.loading import load
from darwin_spark.events import Event
from darwin_spark.observe import explain
from darwin_spark.observe.audit import audit
from darwin_spark.observe.funnel import funnel
from darwin_spark.observe.views import open_views
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage.workspace import Workspace

NOTHING = {f"l{number}": {} for number in range(5)}


class Ladder:
    """The examples and a copy of the workspace in which they stand at L4, for climbing over and over."""

    def __init__(self, spark: SparkSession, folder: Path, workspace: Path) -> None:
        self.spark = spark
        self.corpus = CORPUS
        self.place = Workspace.at(spark, str(folder / "workspace"))
        self.events: list[Event] = []
        shutil.copytree(workspace, self.place.folder)

    def climb(self, *assignments: str, reprocess: tuple[str, ...] = ()) -> dict[str, dict[str, int]]:
        pipeline = Pipeline(self.place, load([QUICKSTART], assignments), self.events.append)
        sources = [] if reprocess else [f"corpus={self.corpus}"]  # named on purpose: another folder may take its place
        found = pipeline.climb(sources, to="l4", manifest=str(MANIFEST), reprocess=reprocess)
        return {level: dict(counts) for level, counts in found.items()}

    def read(self, table: str) -> DataFrame:
        return self.place.read(table)

    def ids(self, table: str, where: str = "verdict IN ('kept', 'passed')") -> set[str]:
        return {row.doc_id for row in self.read(table).where(where).select("doc_id").collect()}

    def run_ids(self, table: str) -> dict[str, str]:
        return {row.doc_id: row.run_id for row in self.read(table).select("doc_id", "run_id").collect()}


@pytest.fixture(scope="module")
def ladder(spark: SparkSession, examples: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    ladder = Ladder(spark, tmp_path_factory.mktemp("ladder"), examples[0])
    yield ladder
    assert audit(ladder.place) == []


def test_every_object_ends_where_the_examples_say(ladder: Ladder) -> None:
    rows = list(csv.DictReader((ROOT / "examples" / "expected.csv").open()))
    expected = {row["source_id"]: (row["level"], row["verdict"], row["reason"] or None) for row in rows}
    found = {}
    names = {row.doc_id: row.source_id for row in ladder.read("l0").select("doc_id", "source_id").collect()}
    for level in range(5):
        for row in ladder.read(f"l{level}").select("doc_id", "verdict", "reason").collect():
            found[names[row.doc_id]] = (f"l{level}", row.verdict, row.reason)
    assert found == expected


def test_the_climb_conserves_documents(ladder: Ladder) -> None:
    assert audit(ladder.place) == []
    for level in range(1, 5):
        assert set(ladder.run_ids(f"l{level}")) == ladder.ids(f"l{level - 1}")


def test_the_same_climb_again_finds_nothing_and_changes_nothing(ladder: Ladder) -> None:
    before = snapshot(ladder.place)
    runs = {table: ladder.run_ids(table) for table in NOTHING}
    count = ladder.read("runs").count()
    staging = Path(ladder.place.folder) / "tables" / "staging"
    (staging / "climb" / "l1" / "step_changes").mkdir(parents=True)  # as of a climb that died before its first run
    ladder.events.clear()
    assert ladder.climb() == NOTHING
    assert not list(staging.glob("*"))
    assert {event.step for event in ladder.events if event.level != "l0"} == {"found", "done"}  # no look at any table
    assert snapshot(ladder.place) == before
    assert {table: ladder.run_ids(table) for table in NOTHING} == runs
    assert ladder.read("runs").count() == count


def test_a_commit_by_hand_means_one_look_and_no_more(ladder: Ladder) -> None:
    before = snapshot(ladder.place)
    ladder.spark.sql(f"ALTER TABLE {ladder.place.name('l3')} SET TBLPROPERTIES ('seen' = 'by hand')")
    for looked_at in ({"l3", "l4"}, set()):
        ladder.events.clear()
        assert ladder.climb("tracking.enabled=false") == NOTHING
        assert {event.level for event in ladder.events if event.step == "staging changes"} == looked_at
    assert snapshot(ladder.place) == before


def test_mlflow_shows_the_climb_with_the_tables_numbers(ladder: Ladder) -> None:
    client = MlflowClient(f"sqlite:///{ladder.place.folder}/mlflow.db")
    experiment = client.get_experiment_by_name("darwin-spark")
    runs = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"])
    parent = next(run for run in runs if "level" not in run.data.tags)
    children = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id]
    assert [run.data.tags["level"] for run in sorted(children, key=lambda run: run.data.tags["level"])] == list(NOTHING)
    assert {run.info.status for run in runs} == {"FINISHED"}
    for run in children:
        table = run.data.tags["level"]
        verdicts = Counter(row.verdict for row in ladder.read(table).select("verdict").collect())
        assert run.data.metrics["rows"] == sum(verdicts.values())
        assert {verdict: run.data.metrics[verdict] for verdict in verdicts} == dict(verdicts)
    assert next(run for run in children if run.data.tags["level"] == "l2").data.params["l2.min_bytes"] == "2000"


def test_sql_sees_every_verdict_and_the_corpus(ladder: Ladder) -> None:
    names = open_views(ladder.place)
    assert {"l0", "l4", "l1_kept", "l3_kept", "verdicts", "corpus", "runs", "signatures"} <= set(names)
    (rows,) = ladder.spark.sql("SELECT count(*) AS rows FROM verdicts").collect()
    assert rows.rows == sum(line.rows for line in funnel(ladder.place))
    corpus = ladder.spark.sql("SELECT * FROM corpus").collect()
    assert {row.doc_id for row in corpus} == ladder.ids("l4")
    assert all(row.level == 4 and row.text and row.doc_type for row in corpus)


def test_a_wrong_query_is_told_in_a_sentence(ladder: Ladder, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        app.main(["sql", "SELECT titel FROM corpus", "--workspace", ladder.place.folder])
    told = capfd.readouterr().err.strip()
    assert end.value.code == 2
    assert "`titel` cannot be resolved" in told
    assert told.startswith("darwin: ")
    assert len(told.splitlines()) == 1


def test_explain_tells_a_documents_way_with_its_numbers(ladder: Ladder) -> None:
    doc_id = explain.find_document(ladder.place, "heat-engines-chapter.txt")
    first, *lines = explain.explain(ladder.place, doc_id)
    told = "\n".join(lines)
    assert first == f"document {doc_id}"
    assert [line[:2] for line in told.splitlines() if line[0] != " "] == ["L0", "L1", "L2", "L3", "L4"]
    assert "duplicate_of" not in told
    removed = [line.strip()[1:] for line in told.splitlines() if line.startswith("      -")]
    assert "HEAT ENGINES" in removed
    dropped = explain.find_document(ladder.place, "markdown/enzyme-kinetics.md")
    told = "\n".join(explain.explain(ladder.place, dropped))
    assert "L2 Rule-based Filtering: dropped (near_duplicate)" in told
    assert explain.find_document(ladder.place, "enzyme-kinetics-revised.md") in told


def test_whatever_l3_dropped_says_by_which_label_how_sure_and_by_which_rule(ladder: Ladder) -> None:
    rows = ladder.read("l3").where("verdict = 'dropped'").select("doc_id", "rule").collect()
    assert rows
    for row in rows:
        assert all(value not in (None, "") for value in row.rule), row
        told = "\n".join(explain.explain(ladder.place, row.doc_id))
        assert f"    rule: {row.rule.label} is {row.rule.value} (" in told
        assert f"{row.rule.probability:.2f} sure), {row.rule.when} {row.rule.threshold}" in told


def test_new_changed_and_reprocessed_documents_are_the_only_ones_judged(ladder: Ladder, tmp_path: Path) -> None:
    ladder.corpus = tmp_path / "corpus"
    shutil.copytree(CORPUS, ladder.corpus)
    new = "# Foucault's pendulum\n\n" + "The plane of the swing turns with the sine of the latitude. " * 3
    text = "\n\n".join(f"{new} In case {number} the period is {32 / number:.1f} hours." for number in range(1, 14))
    (ladder.corpus / "markdown" / "foucault.md").write_text(text)
    changed = ladder.corpus / "markdown" / "minhash.md"
    changed.write_text(changed.read_text().replace("**Abstract.**", "**Abstract.** A remark, added later: it has no bias.", 1))
    before = ladder.run_ids("l4")
    assert ladder.climb("tracking.enabled=false") == {f"l{number}": {"kept": 2} for number in range(5)}
    after = ladder.run_ids("l4")
    assert len(after.keys() - before.keys()) == 1
    (doc_id,) = (doc_id for doc_id in before if after[doc_id] != before[doc_id])
    (row,) = ladder.read("l4").where(f"doc_id = '{doc_id}'").collect()
    assert "added later" in row.text

    smallest = sorted(row.text_bytes for row in ladder.read("l2").where("verdict = 'kept'").collect())
    limit = smallest[4]
    predicted = ladder.ids("l2", f"verdict = 'kept' AND text_bytes < {limit}")
    kept = ladder.ids("l2", "verdict = 'kept'")
    same = {row.doc_id: row.run_id for row in ladder.read("l4").collect() if row.doc_id not in predicted}
    ladder.climb("tracking.enabled=false", f"l2.min_bytes={limit}", reprocess=("l2",))
    assert ladder.ids("l2", "verdict = 'kept'") == kept - predicted
    assert ladder.ids("l2", "reason = 'too_small'") >= predicted
    for table in ("l3", "l4"):
        assert not set(ladder.run_ids(table)) & predicted
    assert ladder.run_ids("l4") == same
