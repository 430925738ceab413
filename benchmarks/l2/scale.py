"""L2 over many short documents in a JVM of 1 GB: python -m benchmarks.l2.scale [--documents 100000 1000000]

The documents are real sentences of the JATS articles, recombined; every tenth is the one before it with one sentence
changed. For each size a workspace gets its L0 and L1 rows directly, the runner judges L2, then three times 1 % more documents
come and it judges these: a climb of half a minute takes a third more or less on a shared machine, so the median counts.
Prints seconds by step, shuffle bytes a document (from Spark's event log) and the sizes of the tables.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path
from statistics import median

import pyarrow as pa
from darwin_spark.storage.tables import Workspace
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks.l2.corpus import articles
from darwin_spark.config.loading import load
from darwin_spark.pipeline import level_run, registry, run_log
from darwin_spark.pipeline.run_context import Budget, Climb, ignore
from darwin_spark.storage import tables
from darwin_spark.storage.session import local_session, prepare, tune_for_rows

SENTENCES = 20_000
A_DOCUMENT = 8
"""Sentences a document: some 1.2 KB."""
DUPLICATES = 10
"""Every so many documents one is a near duplicate of its neighbour."""
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
    """Real ones, of 60 to 250 characters."""
    found = (sentence for _, text in articles() for sentence in text.replace("\n", " ").split(". ") if 60 < len(sentence) < 250)
    return list(islice(found, SENTENCES))


def document(number: int, known: list[str]) -> str:
    """The text of a number, always the same."""
    is_copy = number % DUPLICATES == 0 and number > 0
    chosen = random.Random(number - 1 if is_copy else number)
    picked = [chosen.choice(known) for _ in range(A_DOCUMENT)]
    if is_copy:
        picked[-1] = random.Random(-number).choice(known)
    return ". ".join(picked)


def documents(spark: SparkSession, start: int, stop: int, known: list[str]) -> DataFrame:
    """doc_id, text of the numbers from start to stop."""
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])

    def texts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = batch.column(0).to_pylist()
            yield pa.RecordBatch.from_arrays([batch.column(0), pa.array([document(n, known) for n in numbers])], schema=schema)

    made = spark.range(start, stop, 1, 16).mapInArrow(texts, "id long, text string")
    return made.select(F.md5(F.col("id").cast("string")).alias("doc_id"), "text")


def acquire(spark: SparkSession, workspace: Workspace, made: DataFrame) -> None:
    """What L0 and L1 would have left of these documents, as far as L2 reads it."""
    base = made.select(
        "doc_id", F.lit("all").alias("bucket"), F.lit("kept").alias("verdict"), F.md5("text").alias("output_hash"), "text"
    )
    no_metadata = F.map_from_arrays(F.array().cast("array<string>"), F.array().cast("array<string>"))
    tables.write(base, workspace, "l1")
    tables.write(
        tables.read(spark, workspace, "l1").drop("text").withColumns({"source": F.lit("s"), "metadata": no_metadata}),
        workspace,
        "l0",
        mode="overwrite",
    )


def judge_l2(spark: SparkSession, workspace: Workspace) -> tuple[float, dict[str, float], dict[str, int]]:
    """Seconds, seconds by step, counts of one run of the level."""
    settings = load((), ["l2.min_bytes=0"])
    numbers = count(run_log.last_sequence(spark, workspace) + 1)
    context = Climb(spark, workspace, settings, ignore, "bench", numbers, Budget(settings.inference.circuit_breaker))
    tune_for_rows(spark, tables.read(spark, workspace, "l1").count())
    begun = time.monotonic()
    counts = level_run.run_level(context, registry.find("l2"), "bench", None)
    seconds = time.monotonic() - begun
    (last,) = run_log.latest(spark, workspace).orderBy(F.desc("sequence")).take(1)
    return seconds, last.timings, dict(counts)


def shuffled(folder: Path) -> int:
    """Shuffle bytes written so far, by the event log."""
    written = 0
    for line in (line for file in folder.iterdir() for line in file.open() if "SparkListenerTaskEnd" in line):
        metrics = json.loads(line).get("Task Metrics") or {}
        written += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return written


def table_bytes(workspace: Workspace, table: str) -> int:
    return sum(file.stat().st_size for file in Path(workspace.path(table)).rglob("*.parquet"))


def measure(size: int, known: list[str], folder: Path) -> float:
    """One size in a session of its own; answers the seconds of the first run."""
    log = folder / f"log-{size}"
    log.mkdir(parents=True)
    builder = local_session(SparkSession.builder.appName("scale-l2"))
    for key, value in {**_CONF, "spark.eventLog.dir": log.as_uri()}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    prepare(spark)
    workspace = Workspace.parse(str(folder / f"workspace-{size}"))
    acquire(spark, workspace, documents(spark, 0, size, known))
    before = shuffled(log)
    first, steps, counts = judge_l2(spark, workspace)
    moved = shuffled(log) - before
    print(f"\n{size:,} documents: {first:.0f} s, {counts}", flush=True)
    print("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in steps.items()))
    sizes = {table: table_bytes(workspace, table) / size for table in ("l1", "l2", "signatures")}
    print(f"  shuffled {moved / size:,.0f} bytes a document; tables " + ", ".join(f"{t} {b:,.0f}" for t, b in sizes.items()))
    seconds = [add(spark, workspace, size, times, known) for times in range(TIMES)]
    print(f"  {MORE:.0%} more: {median(seconds):.0f} s, {median(seconds) / first:.1%} of the first run")
    spark.stop()
    return first


def add(spark: SparkSession, workspace: Workspace, size: int, times: int, known: list[str]) -> float:
    """The seconds that the runner takes for 1 % more, after so many times 1 %."""
    more = int(size * MORE)
    acquire(spark, workspace, documents(spark, size + times * more, size + (times + 1) * more, known))
    seconds, steps, counts = judge_l2(spark, workspace)
    print(f"  {more:,} more: {seconds:.0f} s, {counts}", flush=True)
    print("  " + ", ".join(f"{step} {seconds:.1f} s" for step, seconds in steps.items()))
    return seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, nargs="+", default=[100_000, 1_000_000])
    known = sentences()
    with tempfile.TemporaryDirectory() as folder:
        seconds = [measure(size, known, Path(folder)) for size in options.parse_args().documents]
    print(f"\ntimes as long: {seconds[-1] / seconds[0]:.1f}")


if __name__ == "__main__":
    main()
