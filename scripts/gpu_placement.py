"""One engine a GPU, never two: shown on a cluster of processes whose GPUs are made up.

    .venv/bin/python scripts/gpu_placement.py

`local-cluster[2,4,1024]`: two executors with four cores each; a discovery script gives each two GPUs, "0" and "1". An engine
that only writes down where it is takes the place of vLLM. Three Spark jobs, one after the other: four engines with one GPU
each; the same again, in the workers that are there; and, in a session of its own, two engines with two GPUs each, asked for
by a resource profile. Exits with 1 and says what is wrong if a GPU ever had two engines, or an engine other GPUs than Spark
assigned to its task.
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
from darwin_spark.inference.engines.protocol import Answer, Request  # noqa: E402
from darwin_spark.inference.journal.queue import Queue  # noqa: E402
from darwin_spark.inference.worker.worker import WorkerConfig, ask, engine_workers  # noqa: E402
from darwin_spark.storage.session import local_session  # noqa: E402

DISCOVERY = """#!/bin/sh
echo '{"name": "gpu", "addresses": ["0", "1"]}'
"""


class Witness:
    """Answers with where it is: executor, process, the GPUs that CUDA would see, those that Spark assigned."""

    def __init__(self, _model: ModelSettings) -> None:
        self.built_with = os.environ.get("CUDA_VISIBLE_DEVICES", "")

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        context = TaskContext.get()
        assigned = ",".join(sorted(context.resources()["gpu"].addresses)) if context else ""
        executor = psutil.Process(os.getppid()).ppid()
        with Path(os.environ["WITNESS_LOG"]).open("a") as log:
            log.write(f"{executor} {os.getpid()} {self.built_with} {os.environ['CUDA_VISIBLE_DEVICES']} {assigned}\n")
        time.sleep(3)  # so that all engines are at work at once
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
    print("\n".join(bad) or "one engine a GPU, never two; CUDA_VISIBLE_DEVICES as Spark assigned")
    sys.exit(1 if bad else 0)


def climb(way: str, folder: Path) -> None:
    """Ask the witnesses, in the session of one way of placing them."""
    os.environ["WITNESS_LOG"] = str(folder / "log")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "scripts")])
    os.environ["SPARK_MASTER"] = "local-cluster[2,4,1024]"
    script = folder / "discover.sh"
    script.write_text(DISCOVERY)
    script.chmod(0o755)
    builder = local_session(SparkSession.builder.appName("placement"))
    for owner in ("worker", "executor"):
        builder = builder.config(f"spark.{owner}.resource.gpu.amount", "2")
        builder = builder.config(f"spark.{owner}.resource.gpu.discoveryScript", str(script))
    # With a profile the tasks of other jobs take next to nothing of a GPU, so that four of them run beside each other.
    spark = builder.config("spark.task.resource.gpu.amount", "1" if way == "cluster" else "0.01").getOrCreate()
    spark.range(8).repartition(8).mapInArrow(lambda batches: batches, "id long").collect()  # all executors are there
    with engine_workers(spark):
        for job in range(2 if way == "cluster" else 1):
            run(spark, way, folder, f"{way}-{job}")
    spark.stop()


def run(spark: SparkSession, way: str, folder: Path, name: str) -> None:
    """One job: a few slow requests for each engine."""
    gpus, engines = (1, 4) if way == "cluster" else (2, 2)
    model = ModelSettings(model="none", engine_options={"tensor_parallel_size": gpus})
    settings = InferenceSettings.model_validate({"engines": engines, "placement": way})
    stamp = {"model": "none", "prompt_version": "1", "run_id": name}
    asking = WorkerConfig(
        "gpu_placement:Witness", model, settings, Queue(str(folder), name), stamp, lambda _asked, _answer: False
    )
    turn = F.array(F.struct(F.lit("user").alias("role"), F.lit("where are you?").alias("content")))
    requests = spark.range(100).select(
        F.md5(F.col("id").cast("string")).alias("request_id"), F.lit("l4").alias("task"), F.lit(1).alias("attempt"),
        turn.alias("messages"), F.lit(None).cast("string").alias("picture"), F.lit(None).cast("double").alias("priority"),
    )  # fmt: skip
    ask(requests, asking).collect()


def wrong(way: str, seen: list[list[str]], engines: int, gpus: int) -> list[str]:
    """What is not as it should be in the lines of the witnesses' log."""
    bad = [f"{len(seen)} engines were asked, not {engines}"] if len(seen) != engines else []
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    known: set[str] = set()
    for executor, process, built_with, visible, assigned in seen:
        print(f"{way}: executor {executor}, process {process}: engine on GPU {visible}, task assigned {assigned}")
        for gpu in visible.split(","):
            owners[executor, gpu].add(process)
        if process not in known and visible != assigned:  # later tasks find an engine, which stays where it is
            bad.append(f"process {process} sees GPU {visible}, Spark assigned {assigned}")
        if built_with != visible or len(visible.split(",")) != gpus:
            bad.append(f"process {process} was built with {built_with} and sees {visible}, it wants {gpus} GPUs")
        known.add(process)
    bad += [f"GPU {gpu} of executor {of} had {sorted(found)}" for (of, gpu), found in owners.items() if len(found) > 1]
    return [f"{way}: {problem}" for problem in bad]


if __name__ == "__main__":
    main()
