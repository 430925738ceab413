"""L2 over many short documents in a JVM of 1 GB: python -m benchmarks.l2.scale [--documents 100000 1000000]

The documents are real sentences of the JATS articles, recombined; every tenth document is the one before it with one sentence
changed. For each size, L0 and L1 rows are written directly into a workspace and the pipeline runs L2; then, three times, 1 %
more documents are added and L2 runs again. The median of the three counts, because the time of a climb of half a minute varies
by a third on a shared machine. Prints seconds by step, shuffle bytes per document (from Spark's event log), table sizes.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks.l2.contexts import bench_context
from benchmarks.l2.corpus import articles
from darwin_spark.config.loading import load
from darwin_spark.pipeline import level_run, registry, run_log
from darwin_spark.storage import delta
from darwin_spark.storage.session import local_session, prepare, tune_for_rows
from darwin_spark.storage.workspace import Workspace

SENTENCES = 20_000
SENTENCES_PER_DOCUMENT = 8
"""About 1.2 KB."""
DUPLICATES = 10
"""One document in so many is a near duplicate of the one before it."""
MORE = 0.01
TIMES = 3

_CONF = {
    "spark.driver.memory": "1g",
    "spark.eventLog.enabled": "true",
    "spark.eventLog.rolling.enabled": "false",
    "spark.eventLog.compress": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
}


def sentences() -> list[str]:
    """Real sentences of 60 to 250 characters."""
    found = (sentence for _, text in articles() for sentence in text.replace("\n", " ").split(". ") if 60 < len(sentence) < 250)
    return list(islice(found, SENTENCES))


def document(number: int, known: list[str]) -> str:
    """The text of document `number`: the same text for the same number."""
    is_copy = number % DUPLICATES == 0 and number > 0
    chosen = random.Random(number - 1 if is_copy else number)
    picked = [chosen.choice(known) for _ in range(SENTENCES_PER_DOCUMENT)]
    if is_copy:
        picked[-1] = random.Random(-number).choice(known)
    return ". ".join(picked)


def documents(spark: SparkSession, start: int, stop: int, known: list[str]) -> DataFrame:
    """doc_id and text of the documents `start` to `stop`."""
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])

    def texts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = batch.column(0).to_pylist()
            yield pa.RecordBatch.from_arrays([batch.column(0), pa.array([document(n, known) for n in numbers])], schema=schema)

    made = spark.range(start, stop, 1, 16).mapInArrow(texts, "id long, text string")
    return made.select(F.md5(F.col("id").cast("string")).alias("doc_id"), "text")


def acquire(workspace: Workspace, made: DataFrame) -> None:
    """Write the columns of `l0` and `l1` that L2 reads, for these documents."""
    base = made.select(
        "doc_id", F.lit("all").alias("bucket"), F.lit("kept").alias("verdict"), F.md5("text").alias("output_hash"), "text"
    )
    no_metadata = F.map_from_arrays(F.array().cast("array<string>"), F.array().cast("array<string>"))
    delta.write(base, workspace, "l1")
    objects = workspace.read("l1").drop("text").withColumns({"source": F.lit("s"), "metadata": no_metadata})
    delta.write(objects, workspace, "l0", mode="overwrite")


def run_l2(workspace: Workspace) -> tuple[float, dict[str, float], dict[str, int]]:
    """Seconds, seconds by step, counts of one run of the level."""
    context = bench_context(workspace, load((), ["l2.min_bytes=0"]))
    tune_for_rows(workspace.spark, workspace.read("l1").count())
    begun = time.monotonic()
    counts = level_run.run_level(context, registry.find("l2"), "bench", None)
    seconds = time.monotonic() - begun
    (last,) = run_log.latest(workspace).orderBy(F.desc("sequence")).take(1)
    return seconds, last.timings, dict(counts)


def shuffled(folder: Path) -> int:
    """Shuffle bytes written so far, from the event log."""
    written = 0
    for line in (line for file in folder.iterdir() for line in file.open() if "SparkListenerTaskEnd" in line):
        metrics = json.loads(line).get("Task Metrics") or {}
        written += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return written


def table_bytes(workspace: Workspace, table: str) -> int:
    return sum(file.stat().st_size for file in Path(workspace.path(table)).rglob("*.parquet"))


def measure(size: int, known: list[str], folder: Path) -> float:
    """Measure one size in a session of its own; return the seconds of the first run."""
    log = folder / f"log-{size}"
    log.mkdir(parents=True)
    builder = local_session(SparkSession.builder.appName("scale-l2"))
    for key, value in {**_CONF, "spark.eventLog.dir": log.as_uri()}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    prepare(spark)
    workspace = Workspace.at(spark, str(folder / f"workspace-{size}"))
    acquire(workspace, documents(spark, 0, size, known))
    before = shuffled(log)
    first, steps, counts = run_l2(workspace)
    moved = shuffled(log) - before
    print(f"\n{size:,} documents: {first:.0f} s, {counts}", flush=True)
    print("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in steps.items()))
    sizes = {table: table_bytes(workspace, table) / size for table in ("l1", "l2", "signatures")}
    print(f"  shuffled {moved / size:,.0f} bytes a document; tables " + ", ".join(f"{t} {b:,.0f}" for t, b in sizes.items()))
    seconds = [add(workspace, size, times, known) for times in range(TIMES)]
    print(f"  {MORE:.0%} more: {median(seconds):.0f} s, {median(seconds) / first:.1%} of the first run")
    spark.stop()
    return first


def add(workspace: Workspace, size: int, times: int, known: list[str]) -> float:
    """Seconds of the pipeline for 1 % more documents, after `times` times 1 %."""
    more = int(size * MORE)
    acquire(workspace, documents(workspace.spark, size + times * more, size + (times + 1) * more, known))
    seconds, steps, counts = run_l2(workspace)
    print(f"  {more:,} more: {seconds:.0f} s, {counts}", flush=True)
    print("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in steps.items()))
    return seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, nargs="+", default=[100_000, 1_000_000])
    known = sentences()
    with tempfile.TemporaryDirectory() as folder:
        seconds = [measure(size, known, Path(folder)) for size in options.parse_args().documents]
    print(f"\nlargest over smallest size, seconds of the first run: {seconds[-1] / seconds[0]:.1f}")


if __name__ == "__main__":
    main()
