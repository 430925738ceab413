"""vLLM in a Python worker of Spark, with the journal. Answers each line `TURN` on its input with JSON: tokens, seconds.

The time is that of the Spark job, until every response is in the journal. A few requests are sent before it, because Spark
ends a worker that is idle for a minute, and the engine in it.
"""

import json
import sys
import tempfile
import time
from typing import Any

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from benchmarks.inference.chats import chats, model
from benchmarks.inference.occupancy import accept
from darwin_spark.config.inference import InferenceSettings
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.prompts import load as load_prompt
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.task import make_task
from darwin_spark.inference.worker.worker import WorkerConfig, engine_workers, send
from darwin_spark.storage.session import spark_session


def main() -> None:
    with spark_session() as spark, engine_workers(spark), tempfile.TemporaryDirectory() as root:
        print("ready", flush=True)
        for line in sys.stdin:
            _send(spark, root, 0, f"warm-{line.strip()}", 4)
            print(json.dumps(_send(spark, root, int(line), f"turn-{line.strip()}", None)), flush=True)


def _send(spark: SparkSession, root: str, turn: int, name: str, limit: int | None) -> dict[str, Any]:
    task = make_task("l4", "vllm", model(), load_prompt("darwin_spark.levels.l4_refine", "prompt.md"), accept)
    config = WorkerConfig(task, InferenceSettings(), Queue(root, name), name)
    rows = [
        {"request_id": f"{turn}-{number:04d}", "task": "l4", "attempt": 1, "messages": chat}
        for number, chat in enumerate(chats(turn)[:limit])
    ]
    requests = spark.createDataFrame(rows, REQUESTS)
    begun = time.monotonic()
    send(requests, config).collect()
    seconds = time.monotonic() - begun
    files = [pq.read_table(f"{config.queue.folder}/{entry.name}") for entry in journal.entries(config.queue)]
    tokens = sum(sum(table["completion_tokens"].to_pylist()) for table in files)
    return {"tokens": tokens, "seconds": seconds, "requests": sum(table.num_rows for table in files)}


if __name__ == "__main__":
    main()
