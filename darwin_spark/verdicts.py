"""Verdicts, reasons and the columns that every level's table shares."""

from collections.abc import Callable, Mapping
from typing import Final

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, StringType, StructField, StructType

from darwin_spark.columns import BUCKET, DOC_ID, column

KEPT: Final = "kept"
"""The document stays and goes on to the level above."""
DROPPED: Final = "dropped"
"""The level removed the document, by a rule or a label for example."""
FAILED: Final = "failed"
"""The document could not be processed: permanent, or retried at the next climb if the level lists the reason as retryable."""
PASSED: Final = "passed"
"""The level does not apply (a book at L5); the text below stays valid."""

VERDICTS: Final = (KEPT, DROPPED, FAILED, PASSED)
CLIMBING: Final = (KEPT, PASSED)
"""Verdicts with which a document goes on to the level above."""

RETRY_FIELDS: Final = (
    column("attempts", IntegerType(), "How often the level has processed this document with this input."),
    column("input_hash", StringType(), "128-bit hash of the content that the level reads from below, in hex; empty at L0."),
)
_VERDICT_FIELDS: Final = (
    column("verdict", StringType(), "What the level decided: kept, dropped, failed or passed.", False),
    column("reason", StringType(), "Why the document was dropped, failed or passed: a stable word; null if kept."),
)
RETRY_COLUMNS: Final = tuple(column.name for column in RETRY_FIELDS)
"""Columns that a level must pass through when it emits an existing row again."""

Tables = Mapping[str, DataFrame]
"""DataFrames by name: what a level reads or returns."""
Stage = Callable[[DataFrame, str], DataFrame]
"""Compute a DataFrame once, under a name, and return it read from storage: the lineage is cut, nothing is computed twice.
The pipeline writes to the run's staging folder (Parquet on a local disk, else Delta); tests use `lambda frame, name: frame`."""


def climbs() -> Column:
    """Return a Column: whether a row (kept or passed) goes on to the level above."""
    return F.col("verdict").isin(*CLIMBING)


def is_retryable(reasons: frozenset[str], max_attempts: int | None = None) -> Column:
    """Return a Column: whether a row failed for one of these reasons and, if a limit is given, has attempts left."""
    retryable = (F.col("verdict") == FAILED) & F.col("reason").isin(*sorted(reasons))
    return retryable if max_attempts is None else retryable & (F.col("attempts") < max_attempts)


def removed_rows(side_table: str) -> str:
    """Return the name under which an indexed level gets the rows of a side table that leave or whose document is
    processed again. There is no such table if documents were only added."""
    return f"{side_table} removed"


def with_retry_columns(schema: StructType) -> StructType:
    """Return `schema` with RETRY_COLUMNS: the columns that an indexed level gets of the existing rows of its own table."""
    return StructType([*schema.fields, *RETRY_FIELDS])


def level_schema(*columns: StructField) -> StructType:
    """Return the schema of a level's answer: doc_id, bucket, verdict, reason, then the level's own columns."""
    return StructType([DOC_ID, BUCKET, *_VERDICT_FIELDS, *columns])
