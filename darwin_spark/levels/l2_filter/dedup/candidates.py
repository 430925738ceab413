"""Candidate edges: vertices that share a key, be it a band of their signatures, their text or their address.

A key joins its documents by a star, from each of them to the smallest, never from all to all: a key that a million
documents share costs a million edges. Only ids and 64-bit keys are shuffled, 14 to 16 rows a document, once.
"""

from collections.abc import Iterator

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.levels.l2_filter.dedup.minhash import jaccard

EDGES = StructType([StructField("u", StringType(), False), StructField("v", StringType(), False)])

_COMPARED = ("minhash", "text_hash", "url_key")


def candidate_edges(loose: DataFrame, firm: DataFrame, min_jaccard: float = 0.0) -> DataFrame:
    """Edges (u, v), u > v, each once, between the vertices of documents that share a key.

    A document in `loose` is a vertex of its own; one in `firm` stands for its `cluster_id`, and is looked at only if it
    shares a key with a loose one. Both hold doc_id, bands, minhash, text_hash and url_key. With `min_jaccard` a document
    must be that similar to its hub too, unless text or address are the same (0: never compared, as in the paper).
    """
    verified = min_jaccard > 0
    keys = _keys(loose, F.col("doc_id"), verified)
    met = _keys(firm, F.col("cluster_id"), verified).join(keys.select("key").distinct(), on="key", how="left_semi")
    pairs = star_edges(keys.unionByName(met))
    if verified:
        pairs = _verified(pairs, loose, firm, min_jaccard)
    return pairs.select(F.greatest("u", "v").alias("u"), F.least("u", "v").alias("v")).where("u > v").distinct()


def star_edges(keys: DataFrame) -> DataFrame:
    """Pairs (u, v), u > v, from `keys` (key, end): every end with the smallest one that has its key. A pair may come often."""
    smallest = F.min("end").over(Window.partitionBy("key"))
    return keys.select(F.col("end").alias("u"), smallest.alias("v")).where("u > v")


def _keys(index: DataFrame, vertex: Column, verified: bool) -> DataFrame:
    """(key, end): bands, text and address of each document as 64-bit numbers, equal where those are equal.

    `end` is the document's vertex, and beside it the document itself where edges are to be verified.
    """
    keys = F.array_compact(F.concat("bands", F.array(_hashed("text_hash"), _hashed("url_key"))))
    end = F.struct("doc_id", vertex.alias("vertex")) if verified else vertex
    return index.select(F.explode(keys).alias("key"), end.alias("end"))


def _hashed(column: str) -> Column:
    return F.when(F.col(column).isNotNull(), F.xxhash64(F.lit(column), column))


def _verified(pairs: DataFrame, loose: DataFrame, firm: DataFrame, min_jaccard: float) -> DataFrame:
    """The vertices of the pairs whose signatures are similar enough, or whose text or address is the same."""
    pairs = pairs.distinct()
    index = loose.select("doc_id", *_COMPARED).unionByName(firm.select("doc_id", *_COMPARED))
    for end in ("u", "v"):
        named = index.select(F.col("doc_id").alias(f"doc_{end}"), F.struct(*_COMPARED).alias(f"is_{end}"))
        pairs = pairs.withColumn(f"doc_{end}", F.col(end)["doc_id"]).join(named, on=f"doc_{end}", how="inner")
    ends = (F.col(end)["vertex"].alias(end) for end in ("u", "v"))

    def similar(row: Row) -> Iterator[Row]:
        one, other = row["is_u"], row["is_v"]
        same = any(one[name] is not None and one[name] == other[name] for name in ("text_hash", "url_key"))
        if same or jaccard(one["minhash"], other["minhash"]) >= min_jaccard:
            yield {"u": row["u"], "v": row["v"]}

    return map_rows(pairs.select(*ends, "is_u", "is_v"), similar, EDGES)
