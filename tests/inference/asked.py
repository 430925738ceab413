"""Questions put to an engine as a task of Spark puts them, and the answers as the journal holds them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.pandas.types import to_arrow_schema

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.images import Images
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.worker.worker import WorkerConfig, send_batches

MODEL = ModelSettings(model="some/model")
STAMP = {"model": "some/model", "prompt_version": "1", "run_id": "run"}


def request(number: int, text: str, attempt: int = 1) -> dict[str, Any]:
    return {"request_id": f"r{number}", "task": "l5", "attempt": attempt, "messages": [{"role": "user", "content": text}]}


def batches(texts: list[str], size: int = 7, pulled: list[int] | None = None) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(texts), size):
        rows = [request(start + i, text) for i, text in enumerate(texts[start : start + size])]
        if pulled is not None:
            pulled.append(len(rows))
        yield pa.RecordBatch.from_pylist(rows, schema=to_arrow_schema(REQUESTS))


def asking(
    folder: Path, engine: str, model: ModelSettings = MODEL, pictures: Images | None = None, **settings: Any
) -> WorkerConfig:
    queue = Queue(str(folder), "queue")
    kept = InferenceSettings(**settings)
    return WorkerConfig(engine, model, kept, queue, STAMP, lambda _messages, answer: answer.error is not None, pictures)


def ask(asked: WorkerConfig, requests: Iterable[pa.RecordBatch], attempt: int = 0) -> int:
    """What a task does at one of its attempts; answers how many answers it wrote."""
    (report,) = send_batches(requests, asked, 0, 100 + attempt, attempt)
    (row,) = report.to_pylist()
    return int(row["answers"])


def journaled(queue: Queue) -> list[dict[str, Any]]:
    """The rows of the queue's files, file by file."""
    return [row for entry in journal.entries(queue) for row in pq.read_table(f"{queue.folder}/{entry.name}").to_pylist()]
