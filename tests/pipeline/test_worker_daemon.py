"""Python workers begin with the package read, and give nothing of it to the collector of garbage."""

import gc
import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import SparkSession

from darwin_spark.pipeline import registry


def test_a_worker_finds_all_levels_read_and_frozen(spark: SparkSession) -> None:
    def look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for _ in batches:
            yield pa.RecordBatch.from_pydict({"frozen": [gc.get_freeze_count()], "modules": [list(sys.modules)]})

    (row,) = spark.range(1).mapInArrow(look, "frozen long, modules array<string>").collect()
    assert {type(level).__module__ for level in registry.OWN} <= set(row.modules)
    assert row.frozen > 10_000
