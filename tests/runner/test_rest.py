"""A level that was left with nothing to do is not looked at again, until something moves that its work hangs on."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from darwin_spark import levels, tables
from darwin_spark.config import load
from darwin_spark.runner import rest
from darwin_spark.runner.context import Budget, Climb, ignore
from darwin_spark.tables import Workspace

L1 = levels.find("l1")


def climb(spark: SparkSession, folder: Path, *assignments: str) -> Climb:
    settings = load([], assignments)
    place = Workspace.parse(str(folder))
    return Climb(spark, place, settings, ignore, "climb", itertools.count(1), Budget(settings.generation.brakes))


def row(spark: SparkSession, verdict: str = "kept", reason: str | None = None, attempts: int = 1) -> DataFrame:
    schema = "doc_id string, bucket string, verdict string, reason string, attempts int"
    return spark.createDataFrame([("d", "all", verdict, reason, attempts)], schema)


@pytest.fixture
def left(spark: SparkSession, tmp_path: Path) -> Climb:
    """A workspace whose L1 was left with nothing to do."""
    context = climb(spark, tmp_path)
    tables.write(row(spark), context.workspace, "l0")
    assert not is_left(context)
    tables.write(row(spark), context.workspace, "l1", note=rest.note(context, L1))
    assert is_left(context)
    return context


def is_left(context: Climb) -> bool:
    return rest.is_left_so(context, L1, rest.note(context, L1))


def more_below(context: Climb) -> None:
    tables.write(row(context.spark), context.workspace, "l0")


def delete_by_hand(context: Climb) -> None:
    context.spark.sql(f"DELETE FROM {context.workspace.name('l1')}")


def make_below_anew(context: Climb) -> None:
    tables.drop(context.spark, context.workspace, "l0")
    tables.write(row(context.spark), context.workspace, "l0")


@pytest.mark.parametrize("move", [more_below, delete_by_hand, make_below_anew])
def test_whatever_moves_is_looked_at(left: Climb, move: Callable[[Climb], None]) -> None:
    move(left)
    assert not is_left(left)


def test_more_attempts_are_looked_for(left: Climb, spark: SparkSession) -> None:
    assert not is_left(climb(spark, Path(left.workspace.folder), "runner.max_attempts=9"))


@pytest.mark.parametrize(
    ("failed", "through"),
    [(("failed", "unreadable", 1), False), (("failed", "unreadable", 3), True), (("failed", "no_text_layer", 1), True)],
)
def test_a_level_is_through_when_nothing_is_worth_another_try(
    spark: SparkSession, tmp_path: Path, failed: tuple[str, str, int], through: bool
) -> None:
    context = climb(spark, tmp_path, "runner.max_attempts=3")
    counts = {f"{failed[0]}.{failed[1]}": 1}
    assert rest.is_through(context, L1, row(spark, *failed), counts) == through
