"""Requests in, answers out, as Spark frames: one task an engine, one Python worker an engine.

Spark hands a task's rows on only when the task ends. Who pays for answers therefore makes them durable inside the worker:
`answer_batches` is the stream to do it on. Today the ledger is written at the job's end: a crash before it costs the job's
answers.
"""

import itertools
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema

from darwin_spark.arrow import Row, rows
from darwin_spark.config import ModelSettings
from darwin_spark.generation.ahead import ahead
from darwin_spark.generation.engine import Answer, EngineError, Request, open_engine
from darwin_spark.generation.pictures import Pictures, drawn
from darwin_spark.generation.requests import ANSWERS, REQUESTS

FLUSH_ANSWERS = 64
FLUSH_SECONDS = 30.0
"""Answers leave the stream after so many of them, or when the oldest has waited so long at the next one's arrival."""

DRAWN_AHEAD = 16
"""Pictures that are ready before the engine asks for them: drawing one takes a tenth of a second, in which it would wait."""

_OWN_POOL = "spark.sql.execution.pyspark.udf.faulthandler.enabled"


@contextmanager
def engine_workers(spark: SparkSession) -> Iterator[None]:
    """Jobs within run in Python workers of their own; without it a second engine may be built beside an idle first one.

    Spark hands out idle workers in turn, whoever used them before, and keeps them by their environment. Turning on Python's
    fault handler changes that environment (and prints the stack of an engine that crashes in native code). Both this and
    the lazy frame's computation must be inside: `with engine_workers(spark): write(generate(...))`.
    """
    before = spark.conf.get(_OWN_POOL, "false") or "false"
    spark.conf.set(_OWN_POOL, "true")
    try:
        yield
    finally:
        spark.conf.set(_OWN_POOL, before)


def generate(
    requests: DataFrame, engine: str, model: ModelSettings, engines: int, pictures: Pictures | None = None
) -> DataFrame:
    """One row of ANSWERS for every row of REQUESTS; (`request_id`, `attempt`) must be unique.

    With `pictures`, `requests` are the documents that they come from (`pictures.with_documents`), and a question whose
    document is out of reach has no row. Lazy, and paid for at every computation: write it once. No `limit` or `take` behind
    it: they throw the engine away.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return answer_batches(batches, engine, model, pictures=pictures)

    asked = requests if pictures else requests.select(*REQUESTS.names)
    return asked.repartition(engines).mapInArrow(run, ANSWERS)


def answer_batches(
    batches: Iterable[pa.RecordBatch],
    engine: str,
    model: ModelSettings,
    flush_answers: int = FLUSH_ANSWERS,
    flush_seconds: float = FLUSH_SECONDS,
    pictures: Pictures | None = None,
) -> Iterator[pa.RecordBatch]:
    """What runs in the Python worker: batches of REQUESTS to batches of ANSWERS, while later requests still run.

    An empty partition opens no engine. Raises EngineError if the engine did not answer each request once.
    """
    schema = to_arrow_schema(ANSWERS)
    pending: list[dict[str, Any]] = []
    oldest = 0.0
    asked = ahead(drawn(rows(batches), pictures.open), DRAWN_AHEAD) if pictures else rows(batches)
    for answer in _answers(asked, engine, model):
        oldest = oldest if pending else time.monotonic()
        pending.append(answer)
        if len(pending) >= flush_answers or time.monotonic() - oldest >= flush_seconds:
            yield pa.RecordBatch.from_pylist(pending, schema=schema)
            pending = []
    if pending:
        yield pa.RecordBatch.from_pylist(pending, schema=schema)


def _answers(asked: Iterator[Row], engine: str, model: ModelSettings) -> Iterator[dict[str, Any]]:
    """Rows of ANSWERS; `task` waits here, since engines know nothing of it, as do the questions that cannot be put to one."""
    tasks: dict[tuple[str, int], str] = {}
    refused: list[dict[str, Any]] = []

    def pull() -> Iterator[Request]:
        for row in asked:
            key = (row["request_id"], row["attempt"])
            if key in tasks:
                raise EngineError(f"request {key[0]}, attempt {key[1]}, is asked twice; requests must be unique")
            if row.get("error"):
                refused.append(_refusal(row))
                continue
            tasks[key] = row["task"]
            yield Request(row["request_id"], row["attempt"], row["messages"])

    requests = pull()
    first = next(requests, None)
    answers = open_engine(engine, model).answer(itertools.chain([first], requests)) if first else ()
    for answer in answers:
        task = tasks.pop((answer.request_id, answer.attempt), None)
        if task is None:
            raise EngineError(f"engine {engine} answered {answer.request_id}, which is not open: never asked, or done")
        yield asdict(answer) | {"task": task}
    if tasks:
        raise EngineError(f"engine {engine} left {len(tasks)} requests without an answer, one of them {next(iter(tasks))[0]}")
    yield from refused


def _refusal(row: Row) -> dict[str, Any]:
    """The answer to a question that never reached an engine."""
    answer = Answer(row["request_id"], row["attempt"], None, None, None, None, 0, "none", row["error"])
    return asdict(answer) | {"task": row["task"]}
