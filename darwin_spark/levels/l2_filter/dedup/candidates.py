"""Find candidate edges: pairs of vertices that share a key, which is a band of the signature, the text hash, or the URL key.

The vertices of a key are paired with the smallest one only, not all with all: a million of them cost a million edges. Texts
are not shuffled: only ids and 64-bit keys, and with `min_jaccard` also the signatures of the pairs.
"""

from collections.abc import Iterator

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.levels.l2_filter.dedup.minhash import jaccard

EDGES = StructType([StructField("u", StringType(), False), StructField("v", StringType(), False)])

_COMPARED = ("minhash", "text_hash", "url_key")


def candidate_edges(new: DataFrame, indexed: DataFrame, min_jaccard: float = 0.0) -> DataFrame:
    """Return the distinct edges (u, v), u > v, of stars: the vertices of documents that share a key, each with the smallest.

    A document in `new` (new or compared again) is its own vertex, one in `indexed` is the vertex `cluster_id`, and is used only
    if it shares a key with one in `new`. Both tables hold doc_id, bands, minhash, text_hash and url_key. With `min_jaccard`
    above 0 a document must also be that similar (estimated) to its star's centre, or have the same text or URL (0: as in the
    paper).
    """
    verified = min_jaccard > 0
    keys = _exploded_keys(new, F.col("doc_id"), verified)
    matching = _exploded_keys(indexed, F.col("cluster_id"), verified).join(
        keys.select("key").distinct(), on="key", how="left_semi"
    )
    pairs = star_edges(keys.unionByName(matching))
    if verified:
        pairs = _verified(pairs, new, indexed, min_jaccard)
    return pairs.select(F.greatest("u", "v").alias("u"), F.least("u", "v").alias("v")).where("u > v").distinct()


def star_edges(keys: DataFrame) -> DataFrame:
    """Return pairs (u, v), u > v, from `keys` (key, end): each end u with the smallest end v of its key. Pairs may repeat."""
    smallest = F.min("end").over(Window.partitionBy("key"))
    return keys.select(F.col("end").alias("u"), smallest.alias("v")).where("u > v")


def _exploded_keys(index: DataFrame, vertex: Column, verified: bool) -> DataFrame:
    """Return (key, end) rows with 64-bit keys; `end` is the vertex, or struct<doc_id, vertex> if edges are verified later."""
    keys = F.array_compact(F.concat("bands", F.array(_hashed("text_hash"), _hashed("url_key"))))
    end = F.struct("doc_id", vertex.alias("vertex")) if verified else vertex
    return index.select(F.explode(keys).alias("key"), end.alias("end"))


def _hashed(column: str) -> Column:
    return F.when(F.col(column).isNotNull(), F.xxhash64(F.lit(column), column))


def _verified(pairs: DataFrame, new: DataFrame, indexed: DataFrame, min_jaccard: float) -> DataFrame:
    """Return the edges (u, v) of the pairs whose estimated similarity reaches `min_jaccard` or whose text or URL is equal."""
    pairs = pairs.distinct()
    index = new.select("doc_id", *_COMPARED).unionByName(indexed.select("doc_id", *_COMPARED))
    for end in ("u", "v"):
        compared = index.select(F.col("doc_id").alias(f"doc_{end}"), F.struct(*_COMPARED).alias(f"is_{end}"))
        pairs = pairs.withColumn(f"doc_{end}", F.col(end)["doc_id"]).join(compared, on=f"doc_{end}", how="inner")
    ends = (F.col(end)["vertex"].alias(end) for end in ("u", "v"))

    def similar(row: Row) -> Iterator[Row]:
        one, other = row["is_u"], row["is_v"]
        is_equal = any(one[name] is not None and one[name] == other[name] for name in ("text_hash", "url_key"))
        if is_equal or jaccard(one["minhash"], other["minhash"]) >= min_jaccard:
            yield {"u": row["u"], "v": row["v"]}

    return map_rows(pairs.select(*ends, "is_u", "is_v"), similar, EDGES)
