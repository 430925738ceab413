"""Send requests to an engine in the Python workers of Spark. Each engine has one Spark task and one Python worker.
Spark passes the rows of a task on only when the task ends. So the workers write responses to the journal as they arrive, and
the rows of the Spark job only report how many responses were written."""

import itertools
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import IntegerType, LongType, StructField, StructType

from darwin_spark.arrow_udf import Row, rows
from darwin_spark.config.inference import InferenceSettings
from darwin_spark.inference.engines.factory import ENDPOINT, close_engine, open_engine
from darwin_spark.inference.engines.protocol import Answer, Engine, EngineError, Request
from darwin_spark.inference.images import render_images
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Key, Queue
from darwin_spark.inference.journal.writer import Writer
from darwin_spark.inference.task import Task
from darwin_spark.inference.worker import crash_suspects
from darwin_spark.inference.worker.crash_recovery import Group, answer_with_restarts, crashed_response, split
from darwin_spark.inference.worker.placement import bind_gpus, profile
from darwin_spark.inference.worker.prefetch import prefetch

PREFETCHED_IMAGES = 16
"""Images rendered before the engine asks for them: rendering one takes a tenth of a second, in which the engine would wait."""

CHECK_TIME_SHARE, CHECK_TIME_FREE = 0.02, 1.0
"""Budget for checking responses in the worker: 2 % of elapsed time plus 1 s. Later responses are checked on the driver only."""

REPORTS = StructType([StructField("partition", IntegerType(), False), StructField("answers", LongType(), False)])
"""The row that a task returns when it ends: how many responses it wrote to the journal."""

_OWN_POOL = "spark.sql.execution.pyspark.udf.faulthandler.enabled"


@dataclass(frozen=True)
class WorkerConfig:
    """What a worker needs to send the requests of one job."""

    task: Task
    settings: InferenceSettings
    queue: Queue
    run_id: str  # stored with every response


@contextmanager
def engine_workers(spark: SparkSession) -> Iterator[None]:
    """Give the jobs of the `with` block Python workers of their own; else a second engine may be built beside an idle one.

    Spark hands out idle workers in turn, whichever job used them before, and groups them by their environment. Python's fault
    handler changes that environment (and prints the stack of an engine that crashes in native code). The computation of the
    lazy DataFrame must be inside the block: `with engine_workers(spark): send(...).collect()`.
    """
    before = spark.conf.get(_OWN_POOL, "false") or "false"
    spark.conf.set(_OWN_POOL, "true")
    try:
        yield
    finally:
        spark.conf.set(_OWN_POOL, before)


def send(requests: DataFrame, config: WorkerConfig) -> DataFrame:
    """Return a lazy DataFrame (REPORTS) that sends unique REQUESTS when computed and writes the responses to the journal.

    If the task shows images, `requests` are documents with their requests (`images.join_documents`); a request whose document
    cannot be read gets no response. Every computation of the lazy DataFrame sends (and pays for) all requests: collect it once,
    without `limit` or `take`, which throw the engine away. Each request lies in the same partition at the same position
    whenever Spark recomputes it, higher priority first.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        assert context is not None
        return send_batches(batches, config, context.partitionId(), context.taskAttemptId(), context.attemptNumber())

    request_id, priority = _order(config.task)
    spread = requests.repartition(config.settings.num_engines, request_id)
    resources = None if config.task.engine == ENDPOINT else profile(config.settings, config.task.model)
    return spread.sortWithinPartitions(F.desc_nulls_last(priority), request_id).mapInArrow(run, REPORTS, profile=resources)


def _order(task: Task) -> tuple[Column, str | Column]:
    if task.images is None:
        return F.col("request_id"), "priority"
    return F.col("requests")[0]["request_id"], F.array_max(F.transform("requests", lambda request: request["priority"]))


def send_batches(
    batches: Iterable[pa.RecordBatch], config: WorkerConfig, partition: int, attempt_id: int, attempt: int
) -> Iterator[pa.RecordBatch]:
    """Send the requests of a task that none of its earlier attempts has answered; journal the responses; yield one REPORTS row.
    An empty partition opens no engine. Raises EngineError if the engine did not answer each request once."""
    task, settings = config.task, config.settings
    done = journal.answered(config.queue, partition)
    asked: Iterator[Row] = (left for row in rows(batches) if (left := _unanswered(row, done)))
    asked = prefetch(render_images(asked, task.images.open), PREFETCHED_IMAGES) if task.images else asked
    stamp = {"model": task.model.model, "prompt_version": task.prompt.version, "run_id": config.run_id}
    begun, check_time = time.monotonic(), 0.0
    engine_answers = partial(_engine_answers, config, partition, attempt, done)
    with (
        Writer(config.queue, partition, attempt_id, settings.flush_responses, settings.flush_seconds) as writer,
        closing(_answers(itertools.takewhile(lambda _row: not writer.stopped, asked), engine_answers)) as answers,
    ):
        for row, answer in answers:
            now = time.monotonic()
            rejected = None
            if row["attempt"] == 1 and check_time <= CHECK_TIME_FREE + CHECK_TIME_SHARE * (now - begun):
                rejected = task.is_rejected(row["messages"], answer)
                check_time += time.monotonic() - now
            writer.add({**asdict(answer), "task": row["task"], **stamp, "answered_at": datetime.now(UTC)}, rejected)
    report = {"partition": partition, "answers": writer.written}
    yield pa.RecordBatch.from_pylist([report], schema=to_arrow_schema(REPORTS))


def _unanswered(row: Row, done: set[Key]) -> Row | None:
    """Return the row if it is a request without response, or a document with its unanswered requests; None if none is left."""
    if not done:
        return row
    if "requests" not in row:
        return None if (row["request_id"], row["attempt"]) in done else row
    left = [request for request in row["requests"] if (request["request_id"], request["attempt"]) not in done]
    return {**row, "requests": left} if left else None


def _engine_answers(
    config: WorkerConfig, partition: int, attempt: int, done: set[Key], requests: Iterator[Request]
) -> Iterator[Answer]:
    """Yield the engine's answers. Requests that may have killed earlier attempts of the task go first, in separate groups."""
    task, groups = config.task, list[Group]()
    suspects = crash_suspects.recorded_suspects(config.queue, partition) if attempt else []
    if keys := [key for key in suspects if key not in done]:
        apart, requests = crash_suspects.set_apart(requests, keys)
        if len(suspects) == len(apart) == 1:
            yield crashed_response(apart[0])
            apart = []
        groups = split(apart)
    elif attempt >= crash_suspects.PATIENCE:
        groups = split(list(itertools.islice(requests, 2 * task.model.max_num_seqs + config.settings.flush_responses)))
    yield from answer_with_restarts(
        opened=partial(_open, task),
        closed=partial(close_engine, task.engine, task.model),
        requests=requests,
        limit=config.settings.max_engine_restarts,
        suspected=groups,
        told=partial(crash_suspects.note, config.queue, partition),
    )


def _open(task: Task) -> Engine:
    if task.engine != ENDPOINT:
        bind_gpus(task.model)
    return open_engine(task.engine, task.model)


def _answers(
    asked: Iterator[Row], engine_answers: Callable[[Iterator[Request]], Iterator[Answer]]
) -> Generator[tuple[Row, Answer], None, None]:
    """Yield each request row with its answer. A row with an `error` (an image that cannot be rendered) skips the engine.
    Engines see `Request`s only, not the columns that go with a request."""
    in_flight: dict[Key, Row] = {}
    refused: list[tuple[Row, Answer]] = []

    def pull() -> Iterator[Request]:
        for row in asked:
            key = (row["request_id"], row["attempt"])
            if key in in_flight:
                raise EngineError(f"request {key[0]}, attempt {key[1]}, is asked twice; requests must be unique")
            if row.get("error"):
                refused.append((row, Answer(*key, None, None, None, None, 0, "none", row["error"])))
                continue
            in_flight[key] = row
            yield Request(*key, row["messages"])

    requests = pull()
    first = next(requests, None)
    for answer in engine_answers(itertools.chain([first], requests)) if first else ():
        row = in_flight.pop((answer.request_id, answer.attempt), None)
        if row is None:
            raise EngineError(f"the engine answered {answer.request_id}, which is not open: never asked, or done")
        yield row, answer
    if in_flight:
        raise EngineError(
            f"the engine left {len(in_flight)} requests without an answer, one of them {next(iter(in_flight))[0]}"
        )
    yield from refused
