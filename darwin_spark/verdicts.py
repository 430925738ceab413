"""What every level says of a document: one verdict, one reason, the same words in all tables."""

from collections.abc import Callable
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql.types import IntegerType, StringType, StructField, StructType

KEPT: Final = "kept"
"""Stays, and climbs on."""
DROPPED: Final = "dropped"
"""Leaves by a rule or a label."""
FAILED: Final = "failed"
"""Could not be judged; permanent, or retried at the next climb where the level lists the reason as retryable."""
PASSED: Final = "passed"
"""Not this level's business (a book at L5); the text below stands."""

VERDICTS: Final = (KEPT, DROPPED, FAILED, PASSED)
CLIMBS: Final = (KEPT, PASSED)
"""The verdicts with which a document goes on to the level above."""

MARKED: Final = (StructField("attempts", IntegerType()), StructField("input_hash", StringType()))
MARKS: Final = tuple(column.name for column in MARKED)
"""The runner's columns of a row that stands: a level that answers such a row again answers them with it."""

Stage = Callable[[DataFrame, str], DataFrame]
"""Computes a frame once under a name and gives it back read from storage: how a level cuts lineage.

The runner's writes a table into its staging folder (Parquet on a local disk, else Delta).
In a test of a level, `lambda frame, name: frame` will do.
"""


def leaving(side_table: str) -> str:
    """The name under which a level is given those rows of its side table that leave, or whose document is judged anew.

    Where documents only come the name is missing, and nothing has to be looked for.
    """
    return f"{side_table} leaving"


def with_marks(schema: StructType) -> StructType:
    """The rows of its own table that a level is given: its columns, and the marks."""
    return StructType([*schema.fields, *MARKED])


def judged(*columns: StructField) -> StructType:
    """The schema of a level's answer: who, the verdict and its reason, then the level's own columns."""
    identity = [StructField(name, StringType(), False) for name in ("doc_id", "bucket")]
    return StructType([*identity, StructField("verdict", StringType(), False), StructField("reason", StringType()), *columns])
