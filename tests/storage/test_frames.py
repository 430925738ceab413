"""DataFrames of rows that the driver holds are those that Spark would make of them."""

from datetime import UTC, datetime

from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, LongType, MapType, StringType, StructField, StructType, TimestampType

from darwin_spark.storage.frames import frame_of_rows

SCHEMA = StructType(
    [
        StructField("name", StringType(), False),
        StructField("at", TimestampType()),
        StructField("counts", MapType(StringType(), LongType())),
        StructField("parts", ArrayType(StringType())),
    ]
)


def test_rows_come_back_as_they_were_given(spark: SparkSession) -> None:
    given = {"name": "lens", "at": datetime(2026, 11, 26, 12, 0, tzinfo=UTC), "counts": {"kept": 2}, "parts": ["a", "b"]}
    frame = frame_of_rows(spark, [given, {"name": "half a pair \ud800"}], SCHEMA)
    assert frame.schema == SCHEMA
    seconds = frame.selectExpr("unix_timestamp(at) AS at").collect()[0].at
    first, second = frame.collect()
    assert (first.name, seconds, first.counts, first.parts) == ("lens", given["at"].timestamp(), {"kept": 2}, ["a", "b"])  # type: ignore[attr-defined]
    assert tuple(second) == ("half a pair ?", None, None, None)


def test_no_rows_are_an_empty_frame(spark: SparkSession) -> None:
    frame = frame_of_rows(spark, [], SCHEMA)
    assert (frame.schema, frame.collect()) == (SCHEMA, [])
