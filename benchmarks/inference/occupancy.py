"""Measure how busy Spark keeps an engine: 50,000 requests to an engine of 256 slots that takes 2 seconds for each.

    python -m benchmarks.inference.occupancy [--requests 50000] [--figure build/occupancy.png]

Everything is as in a climb: the Spark job, the journal, its compaction into the response store every minute. Occupancy is the
busy time of all slots, divided by the number of slots times the time from the first start to the last end of a request.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from pyspark.sql import functions as F

from darwin_spark.config.inference import InferenceSettings
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference import response_store
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.inference.job import run_job
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.prompts import load as load_prompt
from darwin_spark.inference.task import make_task
from darwin_spark.inference.worker.worker import WorkerConfig
from darwin_spark.storage.workspace import Workspace

SLOTS = 256


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=50_000)
    options.add_argument("--figure", type=Path, default=Path("build/occupancy.png"))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TIMED_LOG"] = f"{folder}/timed"
        seconds, stored = send(chosen.requests, f"{folder}/workspace")
        times = np.loadtxt(f"{folder}/timed", ndmin=2)
    trace = busy(times)
    mean = float((times[:, 1] - times[:, 0]).sum() / (SLOTS * (times[:, 1].max() - times[:, 0].min())))
    draw(trace, mean, chosen.figure)
    print(f"{len(times):,} requests in {seconds:.0f} s, {stored:,} responses stored; trace in {chosen.figure}")
    print(f"mean occupancy {mean:.3f} of {SLOTS} slots, lowest second before the tail {trace[2:-4].min() / SLOTS:.2f}")


def send(count: int, location: str) -> tuple[float, int]:
    """Send requests to the timed engine. Return the seconds of the whole job and the number of stored responses."""
    model = ModelSettings(model="timed", max_num_seqs=SLOTS)
    prompt = load_prompt("darwin_spark.levels.l4_refine", "prompt.md")
    task = make_task("l4", "benchmarks.inference.timed:Timed", model, prompt, accept)
    with Workspace.open(location) as workspace:
        chat = F.array(F.struct(F.lit("user").alias("role"), F.repeat(F.lit("text of a chunk "), 64).alias("content")))
        requests = workspace.spark.range(count).select(
            F.md5(F.col("id").cast("string")).alias("request_id"),
            F.lit("l4").alias("task"),
            F.lit(1).alias("attempt"),
            chat.alias("messages"),
            F.lit(None).cast("string").alias("picture"),
            F.lit(None).cast("double").alias("priority"),
        )
        config = WorkerConfig(task, InferenceSettings(), Queue(f"{workspace.folder}/journal", "bench"), "bench")
        begun = time.monotonic()
        run_job(workspace, requests, config, count)
        seconds = time.monotonic() - begun
        return seconds, response_store.read(workspace).count()


def accept(_text: str, output: str | None, _finish_reason: str | None) -> Checked:
    """A check that accepts every output."""
    return Checked(output or "")


def busy(times: Any) -> Any:
    """Return the mean number of busy slots in each second."""
    begun, ended = times[:, 0] - times[:, 0].min(), times[:, 1] - times[:, 0].min()
    seconds = np.arange(np.ceil(ended.max()))
    within = np.clip(np.minimum(ended, seconds[:, None] + 1) - np.maximum(begun, seconds[:, None]), 0, None)
    return within.sum(axis=1)


def draw(trace: Any, mean: float, figure: Path) -> None:
    """Write the trace as a figure."""
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
