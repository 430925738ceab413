"""L2 as the runner sees it: features of documents and the index of all that were judged before in, verdicts and index rows out.

The clusters are a function of the set of documents alone, whatever came first and whatever was taken away; yet a climb
costs what it changes. A cluster that lost a document is dissolved: its members' keys are compared anew, like a
newcomer's. Every other cluster stands, and is one vertex of the graph: the union of newcomers, dissolved documents and
standing clusters over equal keys has the same components as all documents together.
"""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.arrow_udf import map_rows
from darwin_spark.config.l2 import L2Settings
from darwin_spark.levels.l2_filter.dedup.candidates import candidate_edges
from darwin_spark.levels.l2_filter.dedup.components import connected_components
from darwin_spark.levels.l2_filter.dedup.election import elect
from darwin_spark.levels.l2_filter.features import FEATURES, INDEXED, MEASURED, SIGNALS, extractor
from darwin_spark.levels.l2_filter.quality.rules import RULE, first_broken
from darwin_spark.verdicts import DROPPED, KEPT, MARKS, Stage, judged, leaving

VERSION = "3"
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
_KEYED = ("doc_id", "bands", "minhash", "text_hash", "url_key")
"""What candidates are found by."""
_NARROW = ("text_bytes", "source", "text_hash", "url_key", *_STANDING)
"""What an election needs of a document, beside the rule that it would break: some 200 bytes."""


def features(documents: DataFrame, settings: L2Settings) -> DataFrame:
    """All that L2 needs to know of each text: the one pass over it."""
    texts = documents.select("doc_id", "bucket", "source", F.col("metadata")["url"].alias("url"), "text")
    return map_rows(texts, extractor(settings), FEATURES)


def judge(tables: Mapping[str, DataFrame], settings: L2Settings, stage: Stage) -> dict[str, DataFrame]:
    """Judge the documents in `features` against each other and against the standing rows in `l2` and `signatures`.

    Answers a row of both tables for every document, and for a standing document whose cluster has another survivor now.
    """
    fresh = tables["features"]
    changed = stage(changes(fresh, tables, settings, stage), "changed")
    rows = _newcomers(fresh).unionByName(_standing(tables, changed.select("doc_id")))
    answers = rows.drop(*_STANDING).join(changed, on="doc_id", how="inner")
    return {"l2": answers.select(*_as(SCHEMA), *MARKS), "signatures": answers.select(*_as(SIGNATURES))}


def changes(fresh: DataFrame, tables: Mapping[str, DataFrame], settings: L2Settings, stage: Stage) -> DataFrame:
    """What becomes of each newcomer in `fresh` (FEATURES), and of the standing documents whose survivor is another one now.

    Answers doc_id, verdict, reason, duplicate_of, rule, cluster_id. The index is scanned, and what lost a cluster or shares
    a key with a newcomer is taken from it. What is looked for is staged, so that Spark knows how much it is: few rows are
    sent to the index, and its millions of rows stay where they lie.
    """
    firm, dissolved = _parted(tables, stage)
    loose = fresh.select(*_KEYED).unionByName(dissolved.select(*_KEYED))
    edges = stage(candidate_edges(loose, firm, settings.min_jaccard), "edges")
    components = stage(connected_components(edges, settings.one_task_edges, stage), "components")
    clusters = components.select(F.col("vertex").alias("cluster_id"))
    met = firm.select("doc_id", "cluster_id").join(clusters, on="cluster_id", how="left_semi")
    alone = dissolved.select("doc_id", F.col("doc_id").alias("vertex"))
    touched = stage(alone.unionByName(met.withColumnRenamed("cluster_id", "vertex")), "touched")
    standing = _standing(tables, touched.select("doc_id")).join(touched, on="doc_id", how="inner")
    involved = _newcomers(fresh).withColumn("vertex", F.col("doc_id")).unionByName(standing)
    narrow = involved.select("doc_id", "vertex", *_NARROW, first_broken(settings).alias("broken"))
    return _judged(elect(narrow, components, settings.source_priority))


def _parted(tables: Mapping[str, DataFrame], stage: Stage) -> tuple[DataFrame, DataFrame]:
    """The index without the clusters that lost a document, and what is left of these."""
    index = tables["signatures"]
    if leaving("signatures") not in tables:
        return index, index.where(F.lit(False))
    lost = stage(tables[leaving("signatures")].select("cluster_id").distinct(), "lost")
    dissolved = index.select(*_KEYED, "cluster_id").join(lost, on="cluster_id", how="left_semi")
    return index.join(lost, on="cluster_id", how="left_anti"), stage(dissolved, "dissolved")


def _newcomers(features: DataFrame) -> DataFrame:
    return features.withColumns({name: F.lit(None) for name in (*_STANDING, *MARKS)})


def _standing(tables: Mapping[str, DataFrame], doc_ids: DataFrame) -> DataFrame:
    """Rows of the index with what `l2` says of their documents, for those in `doc_ids` (each once)."""
    measured = (field.name for field in MEASURED)
    told = tables["l2"].select("doc_id", "bucket", "verdict", "reason", "signals", *measured, *MARKS)
    indexed = tables["signatures"].select("doc_id", "cluster_id", "source", *(field.name for field in INDEXED))
    few = [rows.join(doc_ids, on="doc_id", how="left_semi") for rows in (told, indexed)]
    return few[0].join(few[1], on="doc_id", how="inner")


def _judged(elected: DataFrame) -> DataFrame:
    """The rows that are new or have another survivor than before.

    A survivor that survived before keeps what the rules said then, so new limits reach it by `--reprocess l2` alone; so
    does a duplicate whose survivor stays, even if a nearer twin of it came.
    """
    survives = F.col("survivor") == F.col("doc_id")
    reason = F.when(survives, F.col("broken.reason")).otherwise(F.col("duplicate_reason"))
    moved = ~F.col("cluster_id").eqNullSafe(F.col("survivor"))
    return (
        elected.where(moved)
        .withColumn("new_reason", reason)
        .select(
            "doc_id",
            F.when(F.col("new_reason").isNull(), F.lit(KEPT)).otherwise(F.lit(DROPPED)).alias("verdict"),
            F.col("new_reason").alias("reason"),
            F.when(~survives, F.col("survivor")).alias("duplicate_of"),
            F.when(survives, F.col("broken.rule")).alias("rule"),
            F.col("survivor").alias("cluster_id"),
        )
    )


def _as(schema: StructType) -> list[Column]:
    return [F.col(field.name).cast(field.dataType).alias(field.name) for field in schema]
