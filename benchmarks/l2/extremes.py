"""One text of 50 MB and 100,000 near-identical documents through L2, on executors of 1.5 GB: python -m benchmarks.l2.extremes

The near-identical documents are one text of 2,000 words, with a different word replaced in each; they must become one cluster.
"""

import argparse
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks.l2.corpus import articles
from benchmarks.l2.scale import acquire, run_l2
from darwin_spark.storage.session import local_session, prepare
from darwin_spark.storage.workspace import Workspace

WORDS = 2_000
LONG_BYTES = 50_000_000


def near_identical(spark: SparkSession, count: int, words: list[str]) -> DataFrame:
    """`count` documents; in each, one word of `words` is replaced by a word that no other document has."""
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])

    def texts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = batch.column(0).to_pylist()
            made = [" ".join([*words[: n % WORDS], f"word{n}", *words[n % WORDS + 1 :]]) for n in numbers]
            yield pa.RecordBatch.from_arrays([batch.column(0), pa.array(made)], schema=schema)

    made = spark.range(0, count, 1, 16).mapInArrow(texts, "id long, text string")
    return made.select(F.md5(F.col("id").cast("string")).alias("doc_id"), "text")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=100_000)
    count = options.parse_args().documents
    os.environ.setdefault("SPARK_MASTER", "local-cluster[2,1,1500]")
    builder = local_session(SparkSession.builder.appName("extremes-l2"))
    builder = builder.config("spark.executor.memory", "1500m").config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
    spark = builder.getOrCreate()
    prepare(spark)
    known = [text for _, text in islice(articles(), 200)]
    words = " ".join(known[:3]).split()[:WORDS]
    long_text = "\n\n".join(known * (LONG_BYTES // sum(map(len, known)) + 1))[:LONG_BYTES]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.at(spark, str(Path(folder) / "workspace"))
        long = spark.createDataFrame([("f" * 32, long_text)], "doc_id string, text string")
        acquire(workspace, near_identical(spark, count, words).unionByName(long))
        seconds, steps, counts = run_l2(workspace)
        clusters = workspace.read("signatures").select("cluster_id").distinct().count()
    print(f"{count:,} near-identical documents of {len(' '.join(words)):,} characters and one of {len(long_text):,}: {counts}")
    print(f"{clusters} clusters, {seconds:.0f} s: " + ", ".join(f"{step} {spent:.1f} s" for step, spent in steps.items()))
    spark.stop()


if __name__ == "__main__":
    main()
