"""Which requests go first is SQL over what is known of a document."""

import time
from pathlib import Path

import pytest
from contexts import context_of
from pyspark.sql import SparkSession

from darwin_spark.config.inference import CircuitBreakerSettings
from darwin_spark.config.loading import ConfigError, load
from darwin_spark.inference.budget import Budget
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.priority import with_priority
from darwin_spark.storage import delta
from darwin_spark.storage.workspace import Workspace

L4 = registry.find("l4")


def test_priority_is_sql_over_a_document_s_rows(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    rows = "SELECT *, 7 AS attempts FROM VALUES ('a', 'all', 10), ('b', 'all', 30) AS t(doc_id, bucket, bytes)"
    delta.write(spark.sql(rows), workspace, "l0")
    delta.write(spark.sql("SELECT 'a' AS doc_id, 'all' AS bucket, 'physics' AS discipline, 7 AS attempts"), workspace, "l3")
    documents = spark.createDataFrame([("a", "all", 1), ("b", "all", 2)], "doc_id string, bucket string, attempts int")
    expression = "CASE WHEN l3.discipline = 'physics' THEN 100 ELSE l0.bytes END"
    physics = context_of(workspace, f"inference.priority={expression}")
    found = {row.doc_id: (row.attempts, row.priority) for row in with_priority(physics, L4, documents).collect()}
    assert found == {"a": (1, 100.0), "b": (2, 30.0)}
    with pytest.raises(ConfigError, match=r"inference\.priority: 'l3\.colour'"):
        with_priority(context_of(workspace, "inference.priority=l3.colour"), L4, documents)
    assert [row.priority for row in with_priority(context_of(workspace), L4, documents).collect()] == [None, None]


def limits(*assignments: str) -> CircuitBreakerSettings:
    return load([], [f"inference.circuit_breaker.{assignment}" for assignment in assignments]).inference.circuit_breaker


def test_a_climb_s_budget_counts_down() -> None:
    limited = Budget(limits("max_requests=10", "max_gpu_hours=1"), requests=4, gpu_seconds=8 * 225.0)
    assert (limited.requests_left(), limited.seconds_left(8)) == (6, 225.0)
    with limited.spend(requests=100, gpus=8):
        time.sleep(0.05)
    assert limited.requests_left() == 0
    left = limited.seconds_left(8)
    assert left is not None
    assert 225.0 - 5 < left <= 225.0 - 0.05
    exhausted = Budget(limits("max_gpu_hours=1"), gpu_seconds=8 * 1_225.0)
    assert exhausted.seconds_left(8) == 0.0
    assert Budget(limits()).seconds_left(1) is None
    assert Budget(limits()).requests_left() > 10**15


def test_a_block_that_fails_has_spent_its_requests() -> None:
    limited = Budget(limits("max_requests=10"))
    with pytest.raises(KeyboardInterrupt), limited.spend(requests=7, gpus=1):
        raise KeyboardInterrupt
    assert limited.requests_left() == 3
