"""Run one Spark job that sends requests. Meanwhile the driver compacts the job's journal queue and watches the limits."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning

from pyspark.sql import DataFrame, SparkSession

from darwin_spark.inference.circuit_breaker import CircuitBreaker, StoppedError
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.compaction import Compactor
from darwin_spark.inference.worker.worker import WorkerConfig, engine_workers, send
from darwin_spark.storage.workspace import Workspace

log = logging.getLogger(__name__)

_POLL_SECONDS = 1.0  # seconds between two looks at the journal

Progress = Callable[[int], None]  # called with the number of requests that have a response


def run_job(
    workspace: Workspace,
    requests: DataFrame,
    config: WorkerConfig,
    count: int,
    seconds: float | None = None,
    progress: Progress = lambda _answers: None,
) -> int:
    """Send the `count` requests in `requests` (see `worker.send`), store the responses in the response store, return how many.
    After `seconds` the workers are told to take no more requests. Raises StoppedError if that or the circuit breaker ended the
    job before all requests had a response."""
    spark = workspace.spark
    _refuse_speculation(spark)
    breaker = CircuitBreaker(config.settings.circuit_breaker, count)
    compactor = Compactor(workspace, config.queue, seen=breaker.look)
    tag = f"darwin-{config.queue.name}"
    done = threading.Event()

    def job() -> None:
        with contextlib.suppress(AttributeError):  # before Spark 4 only Spark Connect has tags
            spark.addTag(tag)
        send(requests, config).collect()

    with engine_workers(spark), ThreadPoolExecutor(2, "inference") as pool:
        running = pool.submit(job)
        compacting = pool.submit(_compact_periodically, compactor, config.settings.compaction_seconds, done)
        try:
            _watch(running, config, breaker, seconds, progress)
        except BaseException:
            with contextlib.suppress(Exception):
                spark.interruptTag(tag)
            raise
        finally:
            done.set()
            for ended in (running, compacting):
                ended.exception()
            compactor.close()
    progress(breaker.answers)
    if breaker.reason and breaker.answers < count:
        raise StoppedError(f"stopped after {breaker.answers:,} of {count:,} requests: {breaker.reason}. Climb again to go on")
    return breaker.answers


def _refuse_speculation(spark: SparkSession) -> None:
    if (spark.conf.get("spark.speculation", "false") or "false").lower() == "true":
        raise EngineError(
            "spark.speculation is on: Spark would ask and pay for slow requests twice; start the session with it set to false"
        )


def _compact_periodically(compactor: Compactor, seconds: float, done: threading.Event) -> None:
    """Compact the queue every `seconds` until `done`. A failure here loses nothing: the responses stay in the journal."""
    while not done.wait(seconds):
        try:
            compactor.compact()
        except Exception as error:
            log.warning("Journal compaction failed; retrying in %.0f s: %s", seconds, error)


def _watch(
    job: "Future[None]", config: WorkerConfig, breaker: CircuitBreaker, seconds: float | None, progress: Progress
) -> None:
    """Wait for the job; tell the workers to stop if the circuit breaker opens or `seconds` are over. Raises the job's error."""
    begun, stopped, shown = time.monotonic(), False, 0
    while True:
        try:
            job.result(timeout=_POLL_SECONDS)
            return
        except StillRunning:
            if job.done():
                raise
        breaker.look(journal.entries(config.queue))
        if seconds is not None and time.monotonic() - begun > seconds:
            breaker.reason = breaker.reason or "max_gpu_hours is reached"
        if breaker.reason and not stopped:
            journal.stop(config.queue)
            stopped = True
        if breaker.answers != shown:
            shown = breaker.answers
            progress(shown)
