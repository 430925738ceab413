"""The line that a rule draws, over columns: is it crossed, and how does a row say so. L2 asks signals, L3 labels."""

from collections.abc import Iterable
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

When = Literal["below", "above", "among", "none of"]
Threshold = float | tuple[str, ...]
"""A number for `below` and `above`, words for `among` and `none of`."""


def crosses(value: Column, when: When, threshold: Threshold) -> Column:
    """Whether a number lies beyond the threshold, or a word is (not) among those given; null where the value is."""
    if isinstance(threshold, tuple):
        return value.isin(*threshold) if when == "among" else ~value.isin(*threshold)
    return value < threshold if when == "below" else value > threshold


def written(threshold: Threshold) -> str:
    """The threshold as the row has it: `8192`, `0.95`, `en, de`."""
    return ", ".join(threshold) if isinstance(threshold, tuple) else f"{threshold:.12g}"


def first(broken: Iterable[tuple[Column, Column]], rule: StructType) -> Column:
    """Of pairs (is it broken, struct<reason, rule>) the second column of the first that is; null where none is."""
    nothing = F.lit(None).cast(StructType([StructField("reason", StringType()), StructField("rule", rule)]))
    return F.coalesce(*(F.when(is_broken, said) for is_broken, said in broken), nothing)
