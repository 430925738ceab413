"""Requests, tasks and worker configurations for tests of inference, and what the journal holds after a task."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.pandas.types import to_arrow_schema

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.inference.images import Images
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.prompts import Prompt
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.task import Check, Task, make_task
from darwin_spark.inference.worker.worker import WorkerConfig, send_batches

MODEL = ModelSettings(model="some/model")
PROMPT = Prompt(version="1", digest="0" * 16, system="", user_template="{text}")
STAMP = {"model": MODEL.model, "prompt_version": PROMPT.version, "run_id": "run"}
"""The columns of the response store that a worker fills with the same values for every response."""


def accept(_text: str, output: str | None, _finish_reason: str | None) -> Checked:
    """The check of a task that accepts every output."""
    return Checked(output or "")


def task_for(
    engine: str, model: ModelSettings = MODEL, images: Images | None = None, check: Check = accept, **more: Any
) -> Task:
    """A task named l5, unless `more` has another name."""
    return make_task(more.pop("name", "l5"), engine, model, PROMPT, check, images=images, **more)


def request(number: int, text: str, attempt: int = 1) -> dict[str, Any]:
    """One row of REQUESTS."""
    return {"request_id": f"r{number}", "task": "l5", "attempt": attempt, "messages": [{"role": "user", "content": text}]}


def batches(texts: list[str], size: int = 7, pulled: list[int] | None = None) -> Iterator[pa.RecordBatch]:
    """Arrow batches of `size` requests each; the number of rows of each batch is appended to `pulled` when it is pulled."""
    for start in range(0, len(texts), size):
        rows = [request(start + i, text) for i, text in enumerate(texts[start : start + size])]
        if pulled is not None:
            pulled.append(len(rows))
        yield pa.RecordBatch.from_pylist(rows, schema=to_arrow_schema(REQUESTS))


def worker_config(
    folder: Path, engine: str, model: ModelSettings = MODEL, images: Images | None = None, **settings: Any
) -> WorkerConfig:
    """The configuration of a worker whose journal lies in `folder`; `settings` are those of InferenceSettings."""
    queue = Queue(str(folder), "queue")
    return WorkerConfig(task_for(engine, model, images), InferenceSettings(**settings), queue, STAMP["run_id"])


def run_task(config: WorkerConfig, requests: Iterable[pa.RecordBatch], attempt: int = 0) -> int:
    """Do what a Spark task does in one of its attempts. Return how many responses it wrote to the journal."""
    (report,) = send_batches(requests, config, 0, 100 + attempt, attempt)
    (row,) = report.to_pylist()
    return int(row["answers"])


def journal_rows(queue: Queue) -> list[dict[str, Any]]:
    """The rows of the queue's files, file by file."""
    return [row for entry in journal.entries(queue) for row in pq.read_table(f"{queue.folder}/{entry.name}").to_pylist()]
