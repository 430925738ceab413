"""A level that was left with nothing to do is not looked at again, until something changes that its work depends on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from contexts import context_of
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.pipeline import noop_check, registry
from darwin_spark.pipeline.level import AnyLevel
from darwin_spark.pipeline.run_context import RunContext
from darwin_spark.storage import delta, staging
from darwin_spark.storage.workspace import Workspace

L1 = registry.find("l1")


def row(spark: SparkSession, verdict: str = "kept", reason: str | None = None, attempts: int = 1) -> DataFrame:
    schema = "doc_id string, bucket string, verdict string, reason string, attempts int"
    return spark.createDataFrame([("d", "all", verdict, reason, attempts)], schema)


def note(context: RunContext, level: AnyLevel = L1, commits: int = 1) -> str:
    last = delta.last_commit(context.workspace, level.name)
    return noop_check.note(noop_check.fingerprint(context, level), last, commits)


def is_unchanged(context: RunContext, level: AnyLevel = L1) -> bool:
    last = delta.last_commit(context.workspace, level.name)
    return noop_check.is_unchanged(noop_check.fingerprint(context, level), last)


@pytest.fixture
def workspace(spark: SparkSession, tmp_path: Path) -> Workspace:
    return Workspace.at(spark, str(tmp_path))


@pytest.fixture
def unchanged(spark: SparkSession, workspace: Workspace) -> RunContext:
    """A workspace whose L1 was left with nothing to do."""
    context = context_of(workspace)
    assert not is_unchanged(context)
    delta.write(row(spark), workspace, "l0")
    assert not is_unchanged(context)
    delta.write(row(spark), workspace, "l1", metadata=note(context))
    assert is_unchanged(context)
    return context


def add_below(context: RunContext) -> None:
    delta.write(row(context.workspace.spark), context.workspace, "l0")


def delete_by_hand(context: RunContext) -> None:
    context.workspace.spark.sql(f"DELETE FROM {context.workspace.name('l1')}")


def delete_in_the_middle_of_a_run(context: RunContext) -> None:
    noted_before = note(context)
    delete_by_hand(context)
    delta.write(row(context.workspace.spark), context.workspace, "l1", metadata=noted_before)


def recreate_below(context: RunContext) -> None:
    staging.clean(context.workspace, "l0")
    add_below(context)


@pytest.mark.parametrize("change", [add_below, delete_by_hand, delete_in_the_middle_of_a_run, recreate_below])
def test_whatever_changes_is_looked_at(unchanged: RunContext, change: Callable[[RunContext], None]) -> None:
    change(unchanged)
    assert not is_unchanged(unchanged)


def test_the_last_of_several_commits_bears_the_note(unchanged: RunContext, spark: SparkSession) -> None:
    noted_before = note(unchanged, commits=2)
    for text in (None, noted_before):
        delta.write(row(spark), unchanged.workspace, "l1", metadata=text)
    assert is_unchanged(unchanged)


def test_a_store_tells_the_last_commit_as_the_log_on_a_disk_does(unchanged: RunContext, spark: SparkSession) -> None:
    store = Workspace.at(spark, f"file://{unchanged.workspace.folder}")
    assert not store.is_local
    on_disk, in_store = (delta.last_commit(place, "l1") for place in (unchanged.workspace, store))
    assert on_disk
    assert in_store
    assert (in_store.version, in_store.metadata) == (on_disk.version, on_disk.metadata)
    assert delta.last_commit(store, "l2") is None


def test_more_attempts_are_looked_for(unchanged: RunContext) -> None:
    assert not is_unchanged(context_of(unchanged.workspace, "pipeline.max_attempts=9"))


def test_another_variant_is_looked_for(spark: SparkSession, workspace: Workspace) -> None:
    context, l4 = context_of(workspace), registry.find("l4")
    delta.write(row(spark), workspace, "l4", metadata=note(context, l4))
    assert is_unchanged(context, l4)
    assert not is_unchanged(context_of(workspace, "l4.engine=vllm"), l4)
    assert not is_unchanged(context_of(workspace, "l4.engine=vllm", "l4.prepass=rules"), l4)


@pytest.mark.parametrize(
    ("failed", "finished"),
    [(("failed", "unreadable", 1), False), (("failed", "unreadable", 3), True), (("failed", "no_text_layer", 1), True)],
)
def test_a_level_is_finished_when_nothing_is_worth_another_attempt(
    spark: SparkSession, workspace: Workspace, failed: tuple[str, str, int], finished: bool
) -> None:
    context = context_of(workspace, "pipeline.max_attempts=3")
    counts = {f"{failed[0]}.{failed[1]}": 1}
    assert noop_check.is_finished(context, L1, row(spark, *failed), counts) == finished
