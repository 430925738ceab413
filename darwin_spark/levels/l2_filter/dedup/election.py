"""Elect the surviving document of each cluster, and give the others a reason.

The order is: kept before (such a document may be at L5), longest text, preferred source, smallest doc_id. This order is total,
so that any partitioning and order of rows gives the same result.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from darwin_spark.levels.l2_filter.quality.rules import EXACT_DUPLICATE, NEAR_DUPLICATE, SUPERSEDED, URL_DUPLICATE
from darwin_spark.verdicts import KEPT


def elect(index: DataFrame, components: DataFrame, source_priority: Sequence[str]) -> DataFrame:
    """Return `index` with `survivor`, the doc_id of the cluster's survivor, and `duplicate_reason`, null for the survivor.

    `index` holds doc_id, vertex, source, text_bytes, text_hash, url_key, and the present verdict and reason (null if new). Only
    documents whose vertex is in `components` (vertex, component) are sorted; any other is its own survivor.
    """
    ranked = index.join(components, on="vertex", how="inner").withColumn("rank", _rank(source_priority))
    survivor = F.min("rank").over(Window.partitionBy("component"))["doc_id"]
    elected = ranked.withColumns(
        {"survivor": survivor, "same_url": _has_better("url_key"), "same_text": _has_better("text_hash")}
    ).withColumn("duplicate_reason", _duplicate_reason())
    alone = index.join(components, on="vertex", how="left_anti").withColumns(
        {"survivor": F.col("doc_id"), "duplicate_reason": F.lit(None).cast("string")}
    )
    return elected.select(*alone.columns).unionByName(alone)


def _rank(source_priority: Sequence[str]) -> Column:
    """Return the sort key of a document, the smallest is best; its last field is doc_id, so that no two keys are equal."""
    place = F.lit(len(source_priority))
    for index, source in reversed(list(enumerate(source_priority))):
        place = F.when(F.col("source") == source, F.lit(index)).otherwise(place)
    newcomer = F.when(_equals("verdict", KEPT), F.lit(0)).otherwise(F.lit(1))
    shortness = -F.col("text_bytes")
    return F.struct(
        newcomer.alias("newcomer"), shortness.alias("shortness"), place.alias("place"), F.col("doc_id").alias("doc_id")
    )


def _has_better(column: str) -> Column:
    """Return whether a better document of the cluster has the same value, which is not null, in this column."""
    best = F.min("rank").over(Window.partitionBy("component", column))
    return F.col(column).isNotNull() & (best["doc_id"] != F.col("doc_id"))


def _duplicate_reason() -> Column:
    was_kept = _equals("verdict", KEPT) | _equals("reason", SUPERSEDED)
    return (
        F.when(F.col("doc_id") == F.col("survivor"), F.lit(None).cast("string"))
        .when(was_kept, F.lit(SUPERSEDED))
        .when(F.col("same_url"), F.lit(URL_DUPLICATE))
        .when(F.col("same_text"), F.lit(EXACT_DUPLICATE))
        .otherwise(F.lit(NEAR_DUPLICATE))
    )


def _equals(column: str, value: str) -> Column:
    return F.coalesce(F.col(column) == value, F.lit(False))
