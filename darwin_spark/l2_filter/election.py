"""Which document of a cluster survives, and what the others are told.

The order within a cluster: documents that were kept before (they may have climbed to L5 already), then the longest text,
the preferred source, the smallest doc_id. It is total and looks at nothing but the documents, so the outcome is the same
for any partitioning and order of rows.
"""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from darwin_spark.l2_filter.rules import EXACT_DUPLICATE, NEAR_DUPLICATE, SUPERSEDED, URL_DUPLICATE
from darwin_spark.verdicts import KEPT


def elect(index: DataFrame, components: DataFrame, source_priority: Sequence[str]) -> DataFrame:
    """(doc_id, cluster_id, duplicate_reason) of every document of `index`.

    `index`: doc_id, source, text_bytes, text_hash, url_key, and verdict and reason as they stand (null for a newcomer).
    `components`: doc_id, component of the documents that share a key with another one. cluster_id is the survivor's
    doc_id; duplicate_reason is null for the survivor.
    """
    ranked = index.join(components, "doc_id", "inner").withColumn("rank", _rank(source_priority))
    cluster = Window.partitionBy("component")
    decided = ranked.select(
        "doc_id",
        F.min("rank").over(cluster)["doc_id"].alias("cluster_id"),
        _has_better("url_key").alias("same_url"),
        _has_better("text_hash").alias("same_text"),
        (_is(KEPT, "verdict") | _is(SUPERSEDED, "reason")).alias("was_kept"),
    )
    reason = (
        F.when(F.col("doc_id") == F.col("cluster_id"), F.lit(None))
        .when(F.col("was_kept"), F.lit(SUPERSEDED))
        .when(F.col("same_url"), F.lit(URL_DUPLICATE))
        .when(F.col("same_text"), F.lit(EXACT_DUPLICATE))
        .otherwise(F.lit(NEAR_DUPLICATE))
    )
    clustered = decided.select("doc_id", "cluster_id", reason.alias("duplicate_reason"))
    alone = index.join(components, "doc_id", "left_anti")
    single = alone.select("doc_id", F.col("doc_id").alias("cluster_id"), F.lit(None).cast("string").alias("duplicate_reason"))
    return clustered.unionByName(single)


def _rank(source_priority: Sequence[str]) -> Column:
    """The smaller, the better; ends with doc_id, so that no two documents are equal."""
    place = F.lit(len(source_priority))
    for index, source in reversed(list(enumerate(source_priority))):
        place = F.when(F.col("source") == source, F.lit(index)).otherwise(place)
    newcomer = F.when(_is(KEPT, "verdict"), F.lit(0)).otherwise(F.lit(1))
    return F.struct(
        newcomer.alias("newcomer"),
        (-F.col("text_bytes")).alias("shortness"),
        place.alias("place"),
        F.col("doc_id").alias("doc_id"),
    )


def _has_better(column: str) -> Column:
    """Whether a better document of the cluster has the same value there."""
    same = Window.partitionBy("component", column)
    return F.col(column).isNotNull() & (F.min("rank").over(same)["doc_id"] != F.col("doc_id"))


def _is(value: str, column: str) -> Column:
    return F.coalesce(F.col(column) == value, F.lit(False))
