"""What is fixed for a workspace as a whole: the number of buckets, and which folder each source name stands for."""

from collections.abc import Mapping

from pyspark.sql import SparkSession
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.storage import tables
from darwin_spark.storage.tables import TableError, Workspace

SCHEMA = StructType([StructField("key", StringType()), StructField("value", StringType())])


def read(spark: SparkSession, workspace: Workspace) -> dict[str, str]:
    """All properties; empty before the first climb."""
    return {row.key: row.value for row in tables.read_or_empty(spark, workspace, "properties", SCHEMA).collect()}


def update(spark: SparkSession, workspace: Workspace, known: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    """Write the properties if any of them changed; answers them all."""
    merged = {**known, **changed}
    if merged != known:
        rows = [{"key": key, "value": value} for key, value in sorted(merged.items())]
        tables.write(tables.of_rows(spark, rows, SCHEMA), workspace, "properties", mode="overwrite")
    return merged


def check_buckets(known: Mapping[str, str], buckets: int) -> None:
    """Refuse another number of buckets than the workspace was made with. Raises TableError."""
    fixed = int(known.get("buckets", buckets))
    if fixed != buckets:
        raise TableError(
            f"this workspace was made with {fixed} buckets, the configuration asks for {buckets}: "
            f"set workspace.buckets={fixed}, or choose another workspace"
        )
