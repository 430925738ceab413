"""Deduplication of FOLDER/parquet by this package, as the pipeline does it: python -m benchmarks.l2.ours FOLDER

Measures signatures to survivors, staging included. Not measured: the start of the session (a first pass over 64 documents
makes the JVM and the Python workers load their code), the other rules, and the publication.
Prints JSON: seconds by step (named as in `runs.timings`), documents kept, peak memory of Spark and its workers.
"""

import json
import sys
import threading
import time
from pathlib import Path

import psutil
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from benchmarks.l2.contexts import bench_context
from darwin_spark.arrow_udf import map_rows
from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.settings import Settings
from darwin_spark.levels.l2_filter.features import FEATURES, indexer
from darwin_spark.levels.l2_filter.level import LEVEL, SIGNATURES, cluster_changes
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.run_context import Timings, stager
from darwin_spark.storage.frames import empty_frame
from darwin_spark.storage.session import spark_session
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import with_retry_columns


class Peak(threading.Thread):
    """Samples the memory of this process's children together, shared pages counted once; keeps the peak in MB."""

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


def deduplicate(texts: DataFrame, workspace: Workspace, settings: L2Settings) -> tuple[DataFrame, Timings]:
    """The verdict on each document, and the seconds of each step. The index is empty before."""
    level, context, timings = registry.find("l2"), bench_context(workspace, Settings()), Timings()
    stage = stager(context, level, context.new_run(level, []).folder, timings)
    new = stage(signatures(texts, settings), "signatures")
    schemas = {"l2": with_retry_columns(LEVEL.schema), "signatures": SIGNATURES}
    index = {name: empty_frame(workspace.spark, schema) for name, schema in schemas.items()}
    return stage(cluster_changes(new, index, settings, stage), "survivors"), timings


def signatures(documents: DataFrame, settings: L2Settings) -> DataFrame:
    """FEATURES of which only the index columns are computed; the others have the values of a clean English text."""
    texts = documents.select("doc_id", "bucket", "source", F.col("metadata")["url"].alias("url"), "text")
    frame = map_rows(texts, indexer(settings), FEATURES)
    return frame.withColumns({"garbled_ratio": F.lit(0.0), "language": F.lit("en"), "language_score": F.lit(1.0)})


def main() -> None:
    folder = Path(sys.argv[1])
    peak = Peak()
    peak.start()
    with spark_session("bench-l2") as spark:
        spark.conf.set("spark.sql.files.maxPartitionBytes", "32m")  # one task for each file, as in the peer
        documents = spark.read.parquet(str(folder / "parquet"))
        settings = L2Settings(min_bytes=0)
        few = documents.limit(64).repartition(2)
        deduplicate(few, Workspace.at(spark, str(folder / "warm")), settings)  # JVM and workers have loaded their code
        begun = time.monotonic()
        changed, timings = deduplicate(documents, Workspace.at(spark, str(folder / "ours")), settings)
        seconds = time.monotonic() - begun
        kept = changed.where("verdict = 'kept'").count()
    peak.stop.set()
    print(json.dumps({"steps": timings.seconds, "seconds": seconds, "kept": kept, "peak_mb": round(peak.megabytes)}))


if __name__ == "__main__":
    main()
