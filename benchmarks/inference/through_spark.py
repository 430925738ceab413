"""vLLM in a Python worker of Spark, journal on. Answers each line `TURN` on its input with JSON: tokens, seconds.

Timed is the Spark job that asks: from its start until every answer is durable in the journal. A few requests go before it,
for Spark ends a worker that idles for a minute, and the engine in it.
"""

import json
import sys
import tempfile
import time
from typing import Any

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from benchmarks.inference.chats import chats, model
from darwin_spark.config.inference import InferenceSettings
from darwin_spark.inference.engines.protocol import Answer
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.worker.worker import WorkerConfig, ask, engine_workers
from darwin_spark.storage.session import spark_session


def main() -> None:
    with spark_session() as spark, engine_workers(spark), tempfile.TemporaryDirectory() as root:
        print("ready", flush=True)
        for line in sys.stdin:
            _ask(spark, root, 0, f"warm-{line.strip()}", 4)
            print(json.dumps(_ask(spark, root, int(line), f"turn-{line.strip()}", None)), flush=True)


def _ask(spark: SparkSession, root: str, turn: int, name: str, limit: int | None) -> dict[str, Any]:
    settings = InferenceSettings()
    stamp = {"model": "smollm2", "prompt_version": "1", "run_id": name}
    asking = WorkerConfig("vllm", model(), settings, Queue(root, name), stamp, _useless)
    rows = [
        {"request_id": f"{turn}-{number:04d}", "task": "l4", "attempt": 1, "messages": chat}
        for number, chat in enumerate(chats(turn)[:limit])
    ]
    requests = spark.createDataFrame(rows, REQUESTS)
    begun = time.monotonic()
    ask(requests, asking).collect()
    seconds = time.monotonic() - begun
    files = [pq.read_table(f"{asking.queue.folder}/{entry.name}") for entry in journal.entries(asking.queue)]
    tokens = sum(sum(table["completion_tokens"].to_pylist()) for table in files)
    return {"tokens": tokens, "seconds": seconds, "requests": sum(table.num_rows for table in files)}


def _useless(_messages: list[dict[str, Any]], answer: Answer) -> bool:
    return answer.error is not None


if __name__ == "__main__":
    main()
