"""Whose questions go first is said in SQL over what is known of a document."""

from pathlib import Path

import pytest
from darwin_spark.storage.tables import Workspace
from pyspark.sql import SparkSession

from darwin_spark.config.loading import ConfigError, load
from darwin_spark.pipeline.priority import with_priority
from darwin_spark.pipeline.run_context import Budget, Climb, ignore
from darwin_spark.storage import tables


def climb(spark: SparkSession, place: Workspace, *assignments: str) -> Climb:
    settings = load([], assignments)
    return Climb(spark, place, settings, ignore, "climb", iter(()), Budget(settings.inference.circuit_breaker))


def test_priority_is_sql_over_a_document_s_rows(spark: SparkSession, tmp_path: Path) -> None:
    place = Workspace.parse(str(tmp_path))
    rows = "SELECT *, 7 AS attempts FROM VALUES ('a', 'all', 10), ('b', 'all', 30) AS t(doc_id, bucket, bytes)"
    tables.write(spark.sql(rows), place, "l0")
    tables.write(spark.sql("SELECT 'a' AS doc_id, 'all' AS bucket, 'physics' AS discipline, 7 AS attempts"), place, "l3")
    marks = spark.createDataFrame([("a", "all", 1), ("b", "all", 2)], "doc_id string, bucket string, attempts int")
    physics = climb(spark, place, "inference.priority=CASE WHEN l3.discipline = 'physics' THEN 100 ELSE l0.bytes END")
    found = {row.doc_id: (row.attempts, row.priority) for row in with_priority(physics, marks).collect()}
    assert found == {"a": (1, 100.0), "b": (2, 30.0)}
    with pytest.raises(ConfigError, match=r"generation\.priority: 'l3\.colour'"):
        with_priority(climb(spark, place, "inference.priority=l3.colour"), marks)
    assert [row.priority for row in with_priority(climb(spark, place), marks).collect()] == [None, None]


def test_a_climb_s_budget_counts_down() -> None:
    limited = Budget(
        load(
            [], ["inference.circuit_breaker.max_requests=10", "inference.circuit_breaker.max_gpu_hours=1"]
        ).inference.circuit_breaker
    )
    limited.spend(requests=4, gpus=8, seconds=225.0)
    assert (limited.requests(), limited.seconds(8)) == (6, 225.0)
    limited.spend(requests=100, gpus=8, seconds=1_000.0)
    assert (limited.requests(), limited.seconds(8)) == (0, 0.0)
    assert Budget(load().inference.circuit_breaker).seconds(1) is None
