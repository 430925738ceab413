"""Deduplication of FOLDER/parquet by this package, as the runner does it: python -m benchmarks.l2.ours FOLDER

Signatures to survivors, staging in Delta included. Left out are the session's start (a pass over 64 documents, so that JVM
and Python workers have loaded their code), the other rules and the publication.
Prints JSON: seconds by step (as `runs.timings` has them), documents kept, the largest memory of Spark and its workers.
"""

import json
import sys
import threading
import time
from itertools import count
from pathlib import Path

import psutil
from darwin_spark.storage.tables import Workspace, nothing
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from darwin_spark.arrow_udf import map_rows
from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.settings import Settings
from darwin_spark.levels.l2_filter import level
from darwin_spark.levels.l2_filter.features import FEATURES, indexer
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.run_context import Budget, Climb, Timings, ignore, stager
from darwin_spark.storage.session import spark_session
from darwin_spark.verdicts import with_marks


class Peak(threading.Thread):
    """The largest memory, in MB, of this process's children together; what several share counts once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stop, self.megabytes = threading.Event(), 0.0

    def run(self) -> None:
        while not self.stop.wait(0.2):
            self.megabytes = max(self.megabytes, sum(_resident(child) for child in psutil.Process().children(recursive=True)))


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0


def deduplicate(spark: SparkSession, texts: DataFrame, workspace: Workspace, settings: L2Settings) -> tuple[DataFrame, Timings]:
    """What becomes of each document, and the seconds of each step; standing rows are none."""
    run_level = registry.find("l2")
    defaults = Settings()
    context = Climb(spark, workspace, defaults, ignore, "bench", count(1), Budget(defaults.inference.circuit_breaker))
    timings = Timings()
    stage = stager(context, run_level.table, context.new_run(run_level, []).folder, timings)
    fresh = stage(signatures(texts, settings), "signatures")
    standing = {"l2": nothing(spark, with_marks(level.SCHEMA)), "signatures": nothing(spark, level.SIGNATURES)}
    return stage(level.changes(fresh, standing, settings, stage), "survivors"), timings


def signatures(documents: DataFrame, settings: L2Settings) -> DataFrame:
    """FEATURES with the index columns alone filled; the others as a sound English text has them."""
    texts = documents.select("doc_id", "bucket", "source", F.col("metadata")["url"].alias("url"), "text")
    frame = map_rows(texts, indexer(settings), FEATURES)
    return frame.withColumns({"garbled_ratio": F.lit(0.0), "language": F.lit("en"), "language_score": F.lit(1.0)})


def main() -> None:
    folder = Path(sys.argv[1])
    peak = Peak()
    peak.start()
    with spark_session("bench-l2") as spark:
        spark.conf.set("spark.sql.files.maxPartitionBytes", "32m")  # a task a file, as the peer has it
        documents = spark.read.parquet(str(folder / "parquet"))
        settings = L2Settings(min_bytes=0)
        few = documents.limit(64).repartition(2)
        deduplicate(spark, few, Workspace.parse(str(folder / "warm")), settings)  # JVM and workers have loaded their code
        begun = time.monotonic()
        changed, timings = deduplicate(spark, documents, Workspace.parse(str(folder / "ours")), settings)
        seconds = time.monotonic() - begun
        kept = changed.where("verdict = 'kept'").count()
    peak.stop.set()
    print(json.dumps({"steps": timings.seconds, "seconds": seconds, "kept": kept, "peak_mb": round(peak.megabytes)}))


if __name__ == "__main__":
    main()
