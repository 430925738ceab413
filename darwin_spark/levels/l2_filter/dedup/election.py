"""Which document of a cluster survives, and what the others are told.

The order within a cluster: documents that were kept before (they may have climbed to L5 already), then the longest text,
the preferred source, the smallest doc_id. It is total and looks at nothing but the documents, so the outcome is the same
for any partitioning and order of rows.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from darwin_spark.levels.l2_filter.quality.rules import EXACT_DUPLICATE, NEAR_DUPLICATE, SUPERSEDED, URL_DUPLICATE
from darwin_spark.verdicts import KEPT


def elect(index: DataFrame, components: DataFrame, source_priority: Sequence[str]) -> DataFrame:
    """`index` with two columns more: `survivor`, the doc_id that stands for the cluster, and `duplicate_reason`, null for it.

    `index` holds doc_id, vertex, source, text_bytes, text_hash, url_key, and verdict and reason as they stand (null for a
    newcomer); `components` (vertex, component) the vertices that share a key with another one. Only these are sorted.
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
    """The smaller, the better; ends with doc_id, so that no two documents are equal."""
    place = F.lit(len(source_priority))
    for index, source in reversed(list(enumerate(source_priority))):
        place = F.when(F.col("source") == source, F.lit(index)).otherwise(place)
    newcomer = F.when(_is("verdict", KEPT), F.lit(0)).otherwise(F.lit(1))
    shortness = -F.col("text_bytes")
    return F.struct(
        newcomer.alias("newcomer"), shortness.alias("shortness"), place.alias("place"), F.col("doc_id").alias("doc_id")
    )


def _has_better(column: str) -> Column:
    """Whether a better document of the cluster has the same value there."""
    best = F.min("rank").over(Window.partitionBy("component", column))
    return F.col(column).isNotNull() & (best["doc_id"] != F.col("doc_id"))


def _duplicate_reason() -> Column:
    was_kept = _is("verdict", KEPT) | _is("reason", SUPERSEDED)
    return (
        F.when(F.col("doc_id") == F.col("survivor"), F.lit(None).cast("string"))
        .when(was_kept, F.lit(SUPERSEDED))
        .when(F.col("same_url"), F.lit(URL_DUPLICATE))
        .when(F.col("same_text"), F.lit(EXACT_DUPLICATE))
        .otherwise(F.lit(NEAR_DUPLICATE))
    )


def _is(column: str, value: str) -> Column:
    return F.coalesce(F.col(column) == value, F.lit(False))
