"""The driver's side of asking: one Spark job for a whole queue, its answers folded and its brakes watched while it runs."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning

from pyspark.sql import DataFrame, SparkSession

from darwin_spark.inference.circuit_breaker import Brakes, StoppedError
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.compaction import Folder
from darwin_spark.inference.worker.worker import Asking, ask, engine_workers
from darwin_spark.storage.tables import Workspace

log = logging.getLogger(__name__)

_TICK = 1.0
"""Seconds between two looks at the journal."""

Progress = Callable[[int], None]
"""Told how many requests are answered."""


def ask_all(
    spark: SparkSession,
    workspace: Workspace,
    requests: DataFrame,
    asking: Asking,
    count: int,
    seconds: float | None = None,
    progress: Progress = lambda _answers: None,
) -> int:
    """Ask `count` requests; their answers are in the ledger afterwards, whatever happens. Answers how many that were.

    `seconds` is how long engines may work. Raises StoppedError if a brake stopped the asking.
    """
    _refuse_speculation(spark)
    brakes = Brakes(asking.settings.brakes, count)
    folder = Folder(spark, workspace, asking.queue, seen=brakes.look)
    tag = f"darwin-{asking.queue.name}"
    done = threading.Event()

    def work() -> None:
        with contextlib.suppress(AttributeError):  # before Spark 4 only Spark Connect has tags
            spark.addTag(tag)
        ask(requests, asking).collect()

    with engine_workers(spark), ThreadPoolExecutor(2, "asking") as pool:
        job = pool.submit(work)
        folding = pool.submit(_fold_now_and_then, folder, asking.settings.fold_seconds, done)
        try:
            _watch(job, asking, brakes, seconds, progress)
        except BaseException:
            with contextlib.suppress(Exception):
                spark.interruptTag(tag)
            raise
        finally:
            done.set()
            for ended in (job, folding):
                ended.exception()
            folder.close()
    progress(brakes.answers)
    if brakes.reason and brakes.answers < count:
        raise StoppedError(f"stopped after {brakes.answers:,} of {count:,} requests: {brakes.reason}. Climb again to go on")
    return brakes.answers


def _refuse_speculation(spark: SparkSession) -> None:
    if (spark.conf.get("spark.speculation", "false") or "false").lower() == "true":
        raise EngineError(
            "spark.speculation is on: Spark would ask and pay for slow requests twice; start the session with it set to false"
        )


def _fold_now_and_then(folder: Folder, seconds: float, done: threading.Event) -> None:
    """Fold while the job runs. What goes wrong here does no harm yet: the answers stay in the journal."""
    while not done.wait(seconds):
        try:
            folder.fold()
        except Exception as error:
            log.warning("the journal could not be folded now, and is again in %.0f s: %s", seconds, error)


def _watch(job: "Future[None]", asking: Asking, brakes: Brakes, seconds: float | None, progress: Progress) -> None:
    """Wait for the job, and let the workers come to an end if a brake says so. Raises what the job raised."""
    begun, stopped, shown = time.monotonic(), False, 0
    while True:
        try:
            job.result(timeout=_TICK)
            return
        except StillRunning:
            if job.done():
                raise
        brakes.look(journal.entries(asking.queue))
        if seconds is not None and time.monotonic() - begun > seconds:
            brakes.reason = brakes.reason or "the engines have worked for generation.brakes.max_gpu_hours"
        if brakes.reason and not stopped:
            journal.stop(asking.queue)
            stopped = True
        if brakes.answers != shown:
            shown = brakes.answers
            progress(shown)
