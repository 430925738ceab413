"""One Spark job for a queue: folded while it runs, stopped by a brake, its answers kept whatever happens."""

from pathlib import Path

import pytest
from asked import asking, request
from darwin_spark.storage.tables import Workspace
from pyspark.sql import SparkSession

from darwin_spark.inference import response_store
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.inference.job import ask_all
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.requests import REQUESTS


def test_a_failing_canary_stops_the_job_with_every_answer_in_the_ledger(spark: SparkSession, tmp_path: Path) -> None:
    place = Workspace.parse(str(tmp_path))
    often = {"flush_responses": 10, "flush_seconds": 0.2, "compaction_seconds": 0.5}
    circuit_breaker = {"min_responses": 20, "max_failure_rate": 0.5}
    asked = asking(tmp_path / "journal", "fakes:Sluggish", **often, circuit_breaker=circuit_breaker)
    rows = spark.createDataFrame([request(number, "text") for number in range(1_000)], REQUESTS)
    seen: list[int] = []
    with pytest.raises(StoppedError, match=r"stopped after \d+ of 1,000 requests: .* answers are of no use") as stopped:
        ask_all(spark, place, rows, asked, 1_000, progress=seen.append)
    assert stopped.value.exit_code == 3
    kept = response_store.read(spark, place)
    assert 20 <= kept.count() == kept.select("request_id").distinct().count() == seen[-1] < 1_000
    assert seen == sorted(seen)
    assert journal.queues(asked.queue.root) == []
