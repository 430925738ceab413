"""Requests in, answers out: what runs in the Python workers, one task an engine, one worker an engine.

Spark hands a task's rows on only when the task ends. So the workers of `ask` write answers to the journal as they come, and
the rows of their Spark job only say how many that were.
"""

import itertools
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import IntegerType, LongType, StructField, StructType

from darwin_spark.arrow_udf import Row, rows
from darwin_spark.config.inference import GenerationSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Engine, EngineError, Message, Request, close_engine, open_engine
from darwin_spark.inference.images import Pictures, drawn
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Key, Queue
from darwin_spark.inference.journal.writer import Writer
from darwin_spark.inference.worker import crash_suspects
from darwin_spark.inference.worker.crash_recovery import Group, crashed, persistent, split
from darwin_spark.inference.worker.placement import profile, settle
from darwin_spark.inference.worker.prefetch import ahead

DRAWN_AHEAD = 16
"""Pictures that are ready before the engine asks for them: drawing one takes a tenth of a second, in which it would wait."""

ENDPOINT = "endpoint"
"""The engine that is somewhere else, and takes no GPU of the task."""

LOOKED_SHARE, LOOKED_FREE = 0.02, 1.0
"""A worker spends so much of its time, and these seconds, on looking whether answers are of use; the rest go unlooked."""

REPORTS = StructType([StructField("partition", IntegerType(), False), StructField("answers", LongType(), False)])
"""What a task says when it ends: how many answers it wrote to the journal."""

_OWN_POOL = "spark.sql.execution.pyspark.udf.faulthandler.enabled"


@dataclass(frozen=True)
class Asking:
    """What a worker is told: whom to ask, how answers are kept, and what the ledger says of each beside the answer."""

    engine: str
    model: ModelSettings
    settings: GenerationSettings
    queue: Queue
    stamp: Mapping[str, Any]
    """Columns of the ledger that are the same for all answers of the queue."""
    useless: Callable[[list[Message], Answer], bool]
    """Whether the answer to these messages will be refused: what the brakes count."""
    pictures: Pictures | None = None


@contextmanager
def engine_workers(spark: SparkSession) -> Iterator[None]:
    """Jobs within run in Python workers of their own; without it a second engine may be built beside an idle first one.

    Spark hands out idle workers in turn, whoever used them before, and keeps them by their environment. Turning on Python's
    fault handler changes that environment (and prints the stack of an engine that crashes in native code). Both this and
    the lazy frame's computation must be inside: `with engine_workers(spark): ask(...).collect()`.
    """
    before = spark.conf.get(_OWN_POOL, "false") or "false"
    spark.conf.set(_OWN_POOL, "true")
    try:
        yield
    finally:
        spark.conf.set(_OWN_POOL, before)


def ask(requests: DataFrame, asking: Asking) -> DataFrame:
    """Rows of REPORTS for rows of REQUESTS, whose answers go to the journal; (`request_id`, `attempt`) must be unique.

    With `asking.pictures`, `requests` are the documents that they come from (`pictures.with_documents`), and a question whose
    document is out of reach has no answer. Lazy, and paid for at every computation: collect it once. No `limit` or `take`
    behind it: they throw the engine away.

    Each request lies in the same partition at the same place whenever Spark computes it again, urgent ones first.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        assert context is not None
        return ask_batches(batches, asking, context.partitionId(), context.taskAttemptId(), context.attemptNumber())

    request_id, priority = _place(asking.pictures)
    dealt = requests.repartition(asking.settings.engines, request_id)
    placed = None if asking.engine == ENDPOINT else profile(asking.settings, asking.model)
    return dealt.sortWithinPartitions(F.desc_nulls_last(priority), request_id).mapInArrow(run, REPORTS, profile=placed)


def _place(pictures: Pictures | None) -> tuple[Column, str | Column]:
    if pictures is None:
        return F.col("request_id"), "priority"
    return F.col("requests")[0]["request_id"], F.array_max(F.transform("requests", lambda request: request["priority"]))


def ask_batches(
    batches: Iterable[pa.RecordBatch], asking: Asking, partition: int, attempt_id: int, attempt: int
) -> Iterator[pa.RecordBatch]:
    """What runs in a task: what no earlier attempt of it has answered goes to the engine, the answers go to the journal.

    An empty partition opens no engine. Raises EngineError if the engine did not answer each request once.
    """
    settings = asking.settings
    done = journal.answered(asking.queue, partition)
    asked: Iterator[Row] = (left for row in rows(batches) if (left := _unanswered(row, done)))
    asked = ahead(drawn(asked, asking.pictures.open), DRAWN_AHEAD) if asking.pictures else asked
    begun, looking = time.monotonic(), 0.0
    engine_answers = partial(_engine_answers, asking, partition, attempt, done)
    with (
        Writer(asking.queue, partition, attempt_id, settings.flush_answers, settings.flush_seconds) as writer,
        closing(_answers(itertools.takewhile(lambda _row: not writer.stopped, asked), engine_answers)) as answers,
    ):
        for row, answer in answers:
            now = time.monotonic()
            useless = None
            if row["attempt"] == 1 and looking <= LOOKED_FREE + LOOKED_SHARE * (now - begun):
                useless = asking.useless(row["messages"], answer)
                looking += time.monotonic() - now
            writer.add({**asdict(answer), "task": row["task"], **asking.stamp, "answered_at": datetime.now(UTC)}, useless)
    report = {"partition": partition, "answers": writer.written}
    yield pa.RecordBatch.from_pylist([report], schema=to_arrow_schema(REPORTS))


def _unanswered(row: Row, done: set[Key]) -> Row | None:
    """What is left to ask of a row: a request, or a document with several."""
    if not done:
        return row
    if "requests" not in row:
        return None if (row["request_id"], row["attempt"]) in done else row
    left = [request for request in row["requests"] if (request["request_id"], request["attempt"]) not in done]
    return {**row, "requests": left} if left else None


def _engine_answers(
    asking: Asking, partition: int, attempt: int, done: set[Key], requests: Iterator[Request]
) -> Iterator[Answer]:
    """The engine's answers; what may have killed earlier attempts of the task goes first and apart."""
    groups: list[Group] = []
    noted = crash_suspects.noted(asking.queue, partition) if attempt else []
    if keys := [key for key in noted if key not in done]:
        apart, requests = crash_suspects.set_apart(requests, keys)
        if len(noted) == len(apart) == 1:
            yield crashed(apart[0])
            apart = []
        groups = split(apart)
    elif attempt >= crash_suspects.PATIENCE:
        groups = split(list(itertools.islice(requests, 2 * asking.model.max_num_seqs + asking.settings.flush_answers)))
    yield from persistent(
        opened=partial(_opened, asking),
        closed=partial(close_engine, asking.engine, asking.model),
        requests=requests,
        limit=asking.settings.engine_restarts,
        suspected=groups,
        told=partial(crash_suspects.note, asking.queue, partition),
    )


def _opened(asking: Asking) -> Engine:
    if asking.engine != ENDPOINT:
        settle(asking.model)
    return open_engine(asking.engine, asking.model)


def _answers(
    asked: Iterator[Row], engine_answers: Callable[[Iterator[Request]], Iterator[Answer]]
) -> Generator[tuple[Row, Answer], None, None]:
    """Each request with its answer. Questions that cannot be put to an engine are answered here; engines know nothing of the
    columns that go with a request.
    """
    open_: dict[Key, Row] = {}
    refused: list[tuple[Row, Answer]] = []

    def pull() -> Iterator[Request]:
        for row in asked:
            key = (row["request_id"], row["attempt"])
            if key in open_:
                raise EngineError(f"request {key[0]}, attempt {key[1]}, is asked twice; requests must be unique")
            if row.get("error"):
                refused.append((row, Answer(*key, None, None, None, None, 0, "none", row["error"])))
                continue
            open_[key] = row
            yield Request(*key, row["messages"])

    requests = pull()
    first = next(requests, None)
    for answer in engine_answers(itertools.chain([first], requests)) if first else ():
        row = open_.pop((answer.request_id, answer.attempt), None)
        if row is None:
            raise EngineError(f"the engine answered {answer.request_id}, which is not open: never asked, or done")
        yield row, answer
    if open_:
        raise EngineError(f"the engine left {len(open_)} requests without an answer, one of them {next(iter(open_))[0]}")
    yield from refused
