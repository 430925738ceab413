"""Thresholds of rules, as Spark columns: compare a value, format the threshold, find the first broken rule (L2, L3)."""

from collections.abc import Iterable
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

When = Literal["below", "above", "among", "none of"]
Threshold = float | tuple[str, ...]
"""A number for `below` and `above`; a tuple of words for `among` and `none of`."""


def crosses(value: Column, when: When, threshold: Threshold) -> Column:
    """Return a Column: is the value below, above (not equal), among or none of the threshold, as `when` says; null for null."""
    if isinstance(threshold, tuple):
        return value.isin(*threshold) if when == "among" else ~value.isin(*threshold)
    return value < threshold if when == "below" else value > threshold


def written(threshold: Threshold) -> str:
    """Return the threshold as text for a table row: `8192`, `0.95`, `en, de`."""
    return ", ".join(threshold) if isinstance(threshold, tuple) else f"{threshold:.12g}"


def first(broken: Iterable[tuple[Column, Column]], rule: StructType) -> Column:
    """Return a Column: the struct<reason, rule> of the first broken rule, from pairs (is broken, struct); null if none is."""
    null_struct = F.lit(None).cast(StructType([StructField("reason", StringType()), StructField("rule", rule)]))
    return F.coalesce(*(F.when(is_broken, reason_and_rule) for is_broken, reason_and_rule in broken), null_struct)
