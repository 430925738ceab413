"""Is the engine kept full? 50,000 requests through Spark to an engine of 256 slots that takes 2 seconds for each.

    python -m benchmarks.inference.occupancy [--requests 50000] [--figure build/occupancy.png]

Everything is as in a climb: the queue in Spark, the journal, its folding into a ledger every minute. Occupancy is the time
that slots were busy over slots times the time from the first request's start to the last one's end.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from darwin_spark.storage.tables import Workspace
from pyspark.sql import functions as F

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference import response_store
from darwin_spark.inference.engines.protocol import Answer
from darwin_spark.inference.job import ask_all
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.worker.worker import WorkerConfig
from darwin_spark.storage.session import spark_session

SLOTS = 256


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=50_000)
    options.add_argument("--figure", type=Path, default=Path("build/occupancy.png"))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TIMED_LOG"] = f"{folder}/timed"
        seconds, kept = ask(chosen.requests, Workspace.parse(f"{folder}/workspace"))
        times = np.loadtxt(f"{folder}/timed", ndmin=2)
    trace = busy(times)
    mean = float((times[:, 1] - times[:, 0]).sum() / (SLOTS * (times[:, 1].max() - times[:, 0].min())))
    draw(trace, mean, chosen.figure)
    print(f"{len(times):,} requests in {seconds:.0f} s, {kept:,} answers in the ledger; trace in {chosen.figure}")
    print(f"mean occupancy {mean:.3f} of {SLOTS} slots, lowest second before the tail {trace[2:-4].min() / SLOTS:.2f}")


def ask(count: int, place: Workspace) -> tuple[float, int]:
    """Ask the timed engine; answers the seconds of the whole and the answers in the ledger."""
    model = ModelSettings(model="timed", max_num_seqs=SLOTS)
    with spark_session() as spark:
        chat = F.array(F.struct(F.lit("user").alias("role"), F.repeat(F.lit("text of a chunk "), 64).alias("content")))
        requests = spark.range(count).select(
            F.md5(F.col("id").cast("string")).alias("request_id"),
            F.lit("l4").alias("task"),
            F.lit(1).alias("attempt"),
            chat.alias("messages"),
            F.lit(None).cast("string").alias("picture"),
            F.lit(None).cast("double").alias("priority"),
        )
        stamp = {"model": "timed", "prompt_version": "1", "run_id": "bench"}
        queue = Queue(f"{place.folder}/journal", "bench")
        asking = WorkerConfig("benchmarks.inference.timed:Timed", model, InferenceSettings(), queue, stamp, _useless)
        begun = time.monotonic()
        ask_all(spark, place, requests, asking, count)
        seconds = time.monotonic() - begun
        return seconds, response_store.read(spark, place).count()


def _useless(_messages: list[dict[str, Any]], answer: Answer) -> bool:
    return answer.error is not None


def busy(times: Any) -> Any:
    """Mean of the busy slots in each second."""
    begun, ended = times[:, 0] - times[:, 0].min(), times[:, 1] - times[:, 0].min()
    seconds = np.arange(np.ceil(ended.max()))
    within = np.clip(np.minimum(ended, seconds[:, None] + 1) - np.maximum(begun, seconds[:, None]), 0, None)
    return within.sum(axis=1)


def draw(trace: Any, mean: float, figure: Path) -> None:
    """The trace as a figure."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    pyplot.figure(figsize=(9, 3))
    pyplot.fill_between(np.arange(len(trace)), trace, step="mid", alpha=0.6)
    pyplot.axhline(SLOTS, color="black", linewidth=0.8)
    pyplot.xlabel("seconds")
    pyplot.ylabel(f"busy slots of {SLOTS}")
    pyplot.title(f"An engine fed by Spark, journal on: mean occupancy {mean:.3f}")
    pyplot.tight_layout()
    figure.parent.mkdir(parents=True, exist_ok=True)
    pyplot.savefig(figure, dpi=120)


if __name__ == "__main__":
    main()
