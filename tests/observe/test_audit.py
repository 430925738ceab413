"""The audit names each broken promise of a workspace with the documents that break it."""

from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import SparkSession

from darwin_spark.observe.audit import audit
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.changes import table_schema
from darwin_spark.storage import delta
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import Workspace


def write(workspace: Workspace, table: str, verdicts: dict[str, tuple[str, str | None]], times: int = 1) -> None:
    """Rows of documents with a verdict and a reason, so many of each."""
    schema = table_schema(registry.find(table))
    said = [
        {"doc_id": doc_id, "bucket": "all", "verdict": verdict, "reason": reason, "processed_at": datetime.now(UTC)}
        for doc_id, (verdict, reason) in verdicts.items()
    ]
    rows = [{**dict.fromkeys(schema.fieldNames()), **row} for row in said * times]
    delta.write(frame_of_rows(workspace.spark, rows, schema), workspace, table)


def test_each_broken_promise_is_told_with_its_documents(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    assert audit(workspace) == []
    kept, failed = ("kept", None), ("failed", "empty")
    write(workspace, "l0", dict.fromkeys(("right", "lost", "twice", "unclear"), kept) | {"failed": failed})
    write(workspace, "l1", {"right": kept, "unclear": ("kept", "empty"), "failed": failed})
    write(workspace, "l1", {"twice": kept}, times=2)
    found = {(finding.table, finding.promise.split(" (")[0]): (finding.count, finding.ids) for finding in audit(workspace)}
    assert found == {
        ("l1", "one row a doc_id"): (1, ("twice",)),
        ("l1", "a known verdict, and a reason unless kept"): (1, ("unclear",)),
        ("l1", "every document that climbs from below has a row"): (1, ("lost",)),
        ("l1", "every row has a document that climbs from below"): (1, ("failed",)),
    }


def test_a_level_that_stands_on_nothing_has_only_orphans(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    write(workspace, "l1", {"left": ("kept", None)})
    (finding,) = audit(workspace)
    assert (finding.promise, finding.ids) == ("every row has a document that climbs from below", ("left",))


def test_all_that_break_a_promise_are_counted_and_the_first_are_named(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    write(workspace, "l0", {f"{number:02d}": ("kept", "why") for number in range(25)})
    (finding,) = audit(workspace)
    assert (finding.count, len(set(finding.ids))) == (25, 20)


def test_a_table_of_other_columns_is_told_and_nothing_else_is_asked_of_it(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    delta.write(spark.createDataFrame([("d", 1)], "doc_id string, verdict int"), workspace, "l0")
    (finding,) = audit(workspace)
    assert (finding.table, finding.promise) == ("l0", "the columns of its level")
    assert "verdict: int, wanted string" in finding.ids
