"""L2 as the runner sees it: documents and the index of all that were judged before in, verdicts and index rows out.

The clusters are found anew from the whole index at every climb, so they are a function of the set of documents alone,
whatever came first and whatever was taken away; the rows of documents that are not judged now are answered only where
something changes.
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.arrow import map_rows
from darwin_spark.config import L2Settings
from darwin_spark.l2_filter.components import connected_components, star_edges
from darwin_spark.l2_filter.election import elect
from darwin_spark.l2_filter.features import FEATURES, INDEXED, MEASURED, SIGNALS, extractor
from darwin_spark.l2_filter.rules import RULE, first_broken
from darwin_spark.verdicts import DROPPED, KEPT, Stage, judged

VERSION = "2"
READS = {"l0": ("source", "metadata"), "l1": ("text",)}
SCHEMA = judged(
    *MEASURED, StructField("duplicate_of", StringType()), StructField("rule", RULE), StructField("signals", SIGNALS)
)
HASHED: tuple[str, ...] = ()
RETRYABLE: frozenset[str] = frozenset()
SIGNATURES = StructType(
    [
        StructField("doc_id", StringType(), False),
        StructField("bucket", StringType(), False),
        *INDEXED,
        StructField("cluster_id", StringType(), False),
        StructField("source", StringType()),
    ]
)
SIDE_TABLES = {"signatures": SIGNATURES}

_STANDING = ("verdict", "reason", "cluster_id")
_NARROW = ("text_bytes", "source", "bands", "text_hash", "url_key", *_STANDING)
"""What elections need of every document: some 300 bytes."""


def judge(tables: Mapping[str, DataFrame], settings: L2Settings, stage: Stage) -> dict[str, DataFrame]:
    """Judge `documents` against each other and against the standing rows in `l2` and `signatures`.

    Answers a row of both tables for every document, and for a standing document where its row changes.
    """
    fresh = stage(_features(tables["documents"], settings), "features")
    everything = _newcomers(fresh).unionByName(_standing(tables["l2"], tables["signatures"]))
    index = stage(everything.select("doc_id", *_NARROW, first_broken(settings).alias("broken")), "index")
    edges = stage(star_edges(_keys(index)), "edges")
    components = stage(connected_components(edges, settings.one_task_edges, stage), "components")
    changed = _changes(elect(index, components, settings.source_priority))
    answers = stage(everything.drop(*_STANDING).join(changed, "doc_id", "inner"), "judged")
    return {
        "l2": answers.select(*_as(SCHEMA)),
        "signatures": answers.where("moved").select(*_as(SIGNATURES)),
    }


def _features(documents: DataFrame, settings: L2Settings) -> DataFrame:
    texts = documents.select("doc_id", "bucket", "source", F.col("metadata")["url"].alias("url"), "text")
    return map_rows(texts, extractor(settings), FEATURES)


def _newcomers(features: DataFrame) -> DataFrame:
    return features.withColumns({name: F.lit(None).cast("string") for name in _STANDING})


def _standing(l2: DataFrame, signatures: DataFrame) -> DataFrame:
    measured = l2.select("doc_id", "bucket", "verdict", "reason", "signals", *(field.name for field in MEASURED))
    indexed = signatures.select("doc_id", "cluster_id", "source", *(field.name for field in INDEXED))
    return measured.join(indexed, "doc_id", "inner")


def _keys(index: DataFrame) -> DataFrame:
    """(key, doc_id): the bands, the text and the address of each document as 64-bit numbers, equal where those are equal."""
    text = F.when(F.col("text_hash").isNotNull(), F.xxhash64(F.lit("text"), "text_hash"))
    url = F.when(F.col("url_key").isNotNull(), F.xxhash64(F.lit("url"), "url_key"))
    keys = F.array_compact(F.concat("bands", F.array(text, url)))
    return index.select(F.explode(F.array_distinct(keys)).alias("key"), "doc_id")


def _changes(elected: DataFrame) -> DataFrame:
    """Every newcomer with its verdict, and the standing documents whose verdict, reason or cluster becomes another.

    A survivor that survived before keeps what the rules said then, so new limits reach it by `--reprocess l2` alone.
    """
    survives = F.col("survivor") == F.col("doc_id")
    survived = F.col("cluster_id").eqNullSafe(F.col("doc_id"))
    reason = F.when(~survives, F.col("duplicate_reason")).when(survived, F.col("reason")).otherwise(F.col("broken.reason"))
    moved = ~F.col("cluster_id").eqNullSafe(F.col("survivor"))
    judged_now = elected.withColumns({"new_reason": reason, "moved": moved})
    return judged_now.where(F.col("moved") | ~F.col("reason").eqNullSafe(F.col("new_reason"))).select(
        "doc_id",
        F.when(F.col("new_reason").isNull(), F.lit(KEPT)).otherwise(F.lit(DROPPED)).alias("verdict"),
        F.col("new_reason").alias("reason"),
        F.when(~survives, F.col("survivor")).alias("duplicate_of"),
        F.when(survives, F.col("broken.rule")).alias("rule"),
        F.col("survivor").alias("cluster_id"),
        "moved",
    )


def _as(schema: StructType) -> list[Column]:
    return [F.col(field.name).cast(field.dataType).alias(field.name) for field in schema]
