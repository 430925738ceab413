"""One Spark job for a queue: compacted while it runs, stopped by the circuit breaker, its responses always stored."""

from pathlib import Path

import pytest
from inference_setup import request, worker_config
from pyspark.sql import SparkSession

from darwin_spark.inference import response_store
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.inference.job import run_job
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.storage.workspace import Workspace


def test_a_failing_canary_stops_the_job_with_every_response_stored(spark: SparkSession, tmp_path: Path) -> None:
    workspace = Workspace.at(spark, str(tmp_path))
    often = {"flush_responses": 10, "flush_seconds": 0.2, "compaction_seconds": 0.5}
    circuit_breaker = {"min_responses": 20, "max_failure_rate": 0.5}
    config = worker_config(tmp_path / "journal", "fakes:SlowRejecting", **often, circuit_breaker=circuit_breaker)
    rows = spark.createDataFrame([request(number, "text") for number in range(1_000)], REQUESTS)
    seen: list[int] = []
    with pytest.raises(StoppedError, match=r"stopped after \d+ of 1,000 requests: .* responses were rejected") as stopped:
        run_job(workspace, rows, config, 1_000, progress=seen.append)
    assert stopped.value.exit_code == 3
    stored = response_store.read(workspace)
    assert 20 <= stored.count() == stored.select("request_id").distinct().count() == seen[-1] < 1_000
    assert seen == sorted(seen)
    assert journal.queues(config.queue.root) == []
