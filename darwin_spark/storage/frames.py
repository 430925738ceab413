"""Make DataFrames of a few rows, select rows by bucket, and escape paths for Spark."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from darwin_spark.arrow_udf import to_batches

_GLOB = re.compile(r"([*?\[\]{}\\])")


def empty_frame(spark: SparkSession, schema: StructType) -> DataFrame:
    """Return an empty DataFrame that the optimizer knows to be empty."""
    return spark.createDataFrame([], schema).where(F.lit(False))


def frame_of_rows(spark: SparkSession, rows: Sequence[Mapping[str, Any]], schema: StructType) -> DataFrame:
    """Return a one-partition DataFrame of a few rows, by Arrow batches: for Python rows Spark starts a worker."""
    if not rows:
        return empty_frame(spark, schema)
    arrow_schema = to_arrow_schema(schema)
    return spark.createDataFrame(pa.Table.from_batches(to_batches(rows, arrow_schema), arrow_schema), schema).coalesce(1)


def in_buckets(frame: DataFrame, buckets: Sequence[str]) -> DataFrame:
    """Return the rows of `frame` in these buckets, by a filter on the partition column."""
    return frame.where(F.col("bucket").isin(*buckets))


def escape_glob(path: str) -> str:
    """Return the path with its glob characters escaped, so that Spark takes it literally."""
    return _GLOB.sub(r"\\\1", path)
