"""A level that was left with nothing to do is not looked at again, until something moves that its work hangs on."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from darwin_spark.storage.tables import Workspace
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.config.loading import load
from darwin_spark.pipeline import noop_check, registry
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Budget, Climb, ignore
from darwin_spark.storage import tables

L1 = registry.find("l1")


def climb(spark: SparkSession, folder: str, *assignments: str) -> Climb:
    settings = load([], assignments)
    place = Workspace.parse(folder)
    return Climb(spark, place, settings, ignore, "climb", itertools.count(1), Budget(settings.inference.circuit_breaker))


def row(spark: SparkSession, verdict: str = "kept", reason: str | None = None, attempts: int = 1) -> DataFrame:
    schema = "doc_id string, bucket string, verdict string, reason string, attempts int"
    return spark.createDataFrame([("d", "all", verdict, reason, attempts)], schema)


def note(context: Climb, level: Level = L1, commits: int = 1) -> str:
    own = tables.last_commit(context.spark, context.workspace, level.table)
    return noop_check.note(noop_check.below(context, level), own, commits)


def is_left(context: Climb, level: Level = L1) -> bool:
    return noop_check.is_left_so(
        noop_check.below(context, level), tables.last_commit(context.spark, context.workspace, level.table)
    )


@pytest.fixture
def left(spark: SparkSession, tmp_path: Path) -> Climb:
    """A workspace whose L1 was left with nothing to do."""
    context = climb(spark, str(tmp_path))
    assert not is_left(context)
    tables.write(row(spark), context.workspace, "l0")
    assert not is_left(context)
    tables.write(row(spark), context.workspace, "l1", note=note(context))
    assert is_left(context)
    return context


def more_below(context: Climb) -> None:
    tables.write(row(context.spark), context.workspace, "l0")


def delete_by_hand(context: Climb) -> None:
    context.spark.sql(f"DELETE FROM {context.workspace.name('l1')}")


def delete_in_the_middle_of_a_run(context: Climb) -> None:
    recorded_suspects = note(context)
    delete_by_hand(context)
    tables.write(row(context.spark), context.workspace, "l1", note=recorded_suspects)


def make_below_anew(context: Climb) -> None:
    tables.drop(context.spark, context.workspace, "l0")
    tables.write(row(context.spark), context.workspace, "l0")


@pytest.mark.parametrize("move", [more_below, delete_by_hand, delete_in_the_middle_of_a_run, make_below_anew])
def test_whatever_moves_is_looked_at(left: Climb, move: Callable[[Climb], None]) -> None:
    move(left)
    assert not is_left(left)


def test_the_last_of_several_commits_bears_the_note(left: Climb, spark: SparkSession) -> None:
    recorded_suspects = note(left, commits=2)
    for text in (None, recorded_suspects):
        tables.write(row(spark), left.workspace, "l1", note=text)
    assert is_left(left)


def test_a_store_tells_the_last_commit_as_the_log_on_a_disk_does(left: Climb, spark: SparkSession) -> None:
    store = Workspace.parse(f"file://{left.workspace.folder}")
    assert not store.is_local
    on_disk, told = (tables.last_commit(spark, place, "l1") for place in (left.workspace, store))
    assert on_disk
    assert told
    assert (told.version, told.note) == (on_disk.version, on_disk.note)
    assert tables.last_commit(spark, store, "l2") is None


def test_more_attempts_are_looked_for(left: Climb, spark: SparkSession) -> None:
    assert not is_left(climb(spark, left.workspace.folder, "pipeline.max_attempts=9"))


def test_another_variant_is_looked_for(spark: SparkSession, tmp_path: Path) -> None:
    context, l4 = climb(spark, str(tmp_path)), registry.find("l4")
    tables.write(row(spark), context.workspace, "l4", note=note(context, l4))
    assert is_left(context, l4)
    assert not is_left(climb(spark, str(tmp_path), "l4.engine=vllm"), l4)
    assert not is_left(climb(spark, str(tmp_path), "l4.engine=vllm", "l4.prepass=rules"), l4)


@pytest.mark.parametrize(
    ("failed", "through"),
    [(("failed", "unreadable", 1), False), (("failed", "unreadable", 3), True), (("failed", "no_text_layer", 1), True)],
)
def test_a_level_is_through_when_nothing_is_worth_another_try(
    spark: SparkSession, tmp_path: Path, failed: tuple[str, str, int], through: bool
) -> None:
    context = climb(spark, str(tmp_path), "pipeline.max_attempts=3")
    counts = {f"{failed[0]}.{failed[1]}": 1}
    assert noop_check.is_through(context, L1, row(spark, *failed), counts) == through
