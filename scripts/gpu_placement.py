"""Check that every GPU has one engine, never two, on a cluster of processes with simulated GPUs.

    .venv/bin/python scripts/gpu_placement.py

`local-cluster[2,4,1024]`: two executors with four cores each; a discovery script gives each two GPUs, "0" and "1". In place of
vLLM an engine only records where it runs. Three Spark jobs, one after the other: four engines with one GPU each; the same
again, in the existing workers; and, in a session of its own, two engines with two GPUs each, requested by a resource profile.
Exits with 1 and says what is wrong if a GPU ever had two engines, or an engine had other GPUs than Spark assigned to its task.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil
from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from darwin_spark.config.inference import InferenceSettings  # noqa: E402
from darwin_spark.config.model import ModelSettings  # noqa: E402
from darwin_spark.inference.checks.answer_checks import Checked  # noqa: E402
from darwin_spark.inference.engines.protocol import Answer, Request  # noqa: E402
from darwin_spark.inference.journal.queue import Queue  # noqa: E402
from darwin_spark.inference.prompts import Prompt  # noqa: E402
from darwin_spark.inference.task import make_task  # noqa: E402
from darwin_spark.inference.worker.worker import WorkerConfig, engine_workers, send  # noqa: E402
from darwin_spark.storage.session import local_session  # noqa: E402

DISCOVERY = """#!/bin/sh
echo '{"name": "gpu", "addresses": ["0", "1"]}'
"""


class PlacementRecorder:
    """Records where it runs: executor, process, the GPUs that CUDA would see, those that Spark assigned."""

    def __init__(self, _model: ModelSettings) -> None:
        self.built_with = os.environ.get("CUDA_VISIBLE_DEVICES", "")

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        context = TaskContext.get()
        assigned = ",".join(sorted(context.resources()["gpu"].addresses)) if context else ""
        executor = psutil.Process(os.getppid()).ppid()
        with Path(os.environ["PLACEMENT_LOG"]).open("a") as log:
            log.write(f"{executor} {os.getpid()} {self.built_with} {os.environ['CUDA_VISIBLE_DEVICES']} {assigned}\n")
        time.sleep(3)  # so that all engines work at the same time
        for request in requests:
            yield Answer(request.request_id, request.attempt, "", "stop", 0, 0, 0, self.built_with)


def main() -> None:
    if len(sys.argv) == 3:
        climb(sys.argv[1], Path(sys.argv[2]))
        return
    bad = []
    with tempfile.TemporaryDirectory() as name:
        for way in ("cluster", "profile"):
            folder = Path(name) / way
            folder.mkdir()
            subprocess.run([sys.executable, __file__, way, str(folder)], check=True, cwd=folder)
            seen = [line.split() for line in (folder / "log").read_text().splitlines()]
            bad += wrong(way, seen, engines=8 if way == "cluster" else 2, gpus=1 if way == "cluster" else 2)
    print("\n".join(bad) or "every GPU has one engine; CUDA_VISIBLE_DEVICES is what Spark assigned")
    sys.exit(1 if bad else 0)


def climb(way: str, folder: Path) -> None:
    """Send requests to the engines, in a session that places them in one way."""
    os.environ["PLACEMENT_LOG"] = str(folder / "log")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "scripts")])
    os.environ["SPARK_MASTER"] = "local-cluster[2,4,1024]"
    script = folder / "discover.sh"
    script.write_text(DISCOVERY)
    script.chmod(0o755)
    builder = local_session(SparkSession.builder.appName("placement"))
    for owner in ("worker", "executor"):
        builder = builder.config(f"spark.{owner}.resource.gpu.amount", "2")
        builder = builder.config(f"spark.{owner}.resource.gpu.discoveryScript", str(script))
    # With a profile the tasks of other jobs take 1 % of a GPU, so that four of them run at the same time.
    spark = builder.config("spark.task.resource.gpu.amount", "1" if way == "cluster" else "0.01").getOrCreate()
    spark.range(8).repartition(8).mapInArrow(lambda batches: batches, "id long").collect()  # waits for all executors
    with engine_workers(spark):
        for job in range(2 if way == "cluster" else 1):
            run(spark, way, folder, f"{way}-{job}")
    spark.stop()


def run(spark: SparkSession, way: str, folder: Path, name: str) -> None:
    """Run one job: a few slow requests for each engine."""
    gpus, engines = (1, 4) if way == "cluster" else (2, 2)
    model = ModelSettings(model="none", engine_options={"tensor_parallel_size": gpus})
    settings = InferenceSettings.model_validate({"num_engines": engines, "placement": way})
    prompt = Prompt(version="1", digest="", system="", user_template="{text}")
    task = make_task("l4", "gpu_placement:PlacementRecorder", model, prompt, lambda _text, output, _reason: Checked(output))
    config = WorkerConfig(task, settings, Queue(str(folder), name), name)
    turn = F.array(F.struct(F.lit("user").alias("role"), F.lit("where are you?").alias("content")))
    requests = spark.range(100).select(
        F.md5(F.col("id").cast("string")).alias("request_id"), F.lit("l4").alias("task"), F.lit(1).alias("attempt"),
        turn.alias("messages"), F.lit(None).cast("string").alias("picture"), F.lit(None).cast("double").alias("priority"),
    )  # fmt: skip
    send(requests, config).collect()


def wrong(way: str, seen: list[list[str]], engines: int, gpus: int) -> list[str]:
    """What is wrong in the lines of the engines' log."""
    bad = [f"{len(seen)} engines got requests, not {engines}"] if len(seen) != engines else []
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    known: set[str] = set()
    for executor, process, built_with, visible, assigned in seen:
        print(f"{way}: executor {executor}, process {process}: engine on GPU {visible}, task assigned {assigned}")
        for gpu in visible.split(","):
            owners[executor, gpu].add(process)
        if process not in known and visible != assigned:  # later tasks find an engine, which keeps its GPUs
            bad.append(f"process {process} sees GPU {visible}, Spark assigned {assigned}")
        if built_with != visible or len(visible.split(",")) != gpus:
            bad.append(f"process {process} was built with {built_with} and sees {visible}, it needs {gpus} GPUs")
        known.add(process)
    bad += [f"GPU {gpu} of executor {of} had {sorted(found)}" for (of, gpu), found in owners.items() if len(found) > 1]
    return [f"{way}: {problem}" for problem in bad]


if __name__ == "__main__":
    main()
