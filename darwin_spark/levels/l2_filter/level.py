"""L2, rule-based filtering (§3 L2): compute verdicts and index rows from features of new documents and the index of all others.

With `min_jaccard` 0, the clusters are a function of the set of documents alone, whatever the order in which documents came or
left; yet the cost of a climb depends on what changed. A cluster that lost a document is dissolved: the keys of its members are
compared again, like a new document's. Every other cluster is one vertex of the graph: the union of new documents, dissolved
documents and unchanged clusters over equal keys has the same components as all documents together.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType

from darwin_spark.arrow_udf import map_rows
from darwin_spark.columns import BUCKET, DOC_ID, column, conform
from darwin_spark.config.l2 import L2Settings
from darwin_spark.cost import CpuCost
from darwin_spark.levels.l2_filter.cost import cpu_cost
from darwin_spark.levels.l2_filter.dedup.candidates import candidate_edges
from darwin_spark.levels.l2_filter.dedup.components import connected_components
from darwin_spark.levels.l2_filter.dedup.election import elect
from darwin_spark.levels.l2_filter.features import FEATURES, INDEXED, MEASURED, SIGNALS_COLUMN, SOURCE, extractor
from darwin_spark.levels.l2_filter.quality.rules import RULE, first_broken
from darwin_spark.verdicts import DROPPED, KEPT, RETRY_COLUMNS, Stage, Tables, level_schema, removed_rows

SCHEMA = level_schema(
    *MEASURED,
    column("duplicate_of", StringType(), "doc_id of the document that survives in place of this duplicate."),
    column("rule", RULE, "The rule that dropped the document; null if no rule did."),
    SIGNALS_COLUMN,
)
SIGNATURES = StructType(
    [
        DOC_ID,
        BUCKET,
        *INDEXED,
        column("cluster_id", StringType(), "doc_id of the surviving document of the cluster of duplicates.", False),
        SOURCE,
    ]
)

_INDEX_COLUMNS = ("verdict", "reason", "cluster_id")
_KEYED = ("doc_id", "bands", "minhash", "text_hash", "url_key")
"""Columns that candidate edges are found by."""
_NARROW = ("text_bytes", "source", "text_hash", "url_key", *_INDEX_COLUMNS)
"""Columns of a document that an election reads, beside the rule that the document breaks: about 200 bytes."""


class FilterLevel:
    """Level L2, rule-based filtering. Its side table `signatures` is the index for deduplication."""

    name: Final = "l2"
    title: Final = "Rule-based Filtering"
    version: Final = "4"
    below: Final = "l1"
    reads: Mapping[str, Sequence[str]] = {"l0": ("source", "metadata"), "l1": ("text",)}
    schema: Final = SCHEMA
    hashed: Sequence[str] = ()
    retryable: frozenset[str] = frozenset()
    settings_type: Final = L2Settings
    side_tables: Mapping[str, StructType] = {"signatures": SIGNATURES}

    def features(self, documents: DataFrame, settings: L2Settings) -> DataFrame:
        """Return a row of FEATURES, all that L2 needs of a text, for each document."""
        texts = documents.select("doc_id", "bucket", "source", F.col("metadata")["url"].alias("url"), "text")
        return map_rows(texts, extractor(settings), FEATURES)

    def process(self, tables: Tables, settings: L2Settings, stage: Stage) -> Tables:
        """Decide on the documents in `features`, compared with each other and with the indexed rows in `l2` and `signatures`.

        Return rows of both tables: for every new document, and for every indexed document whose cluster has another survivor
        now.
        """
        new = tables["features"]
        changed = stage(cluster_changes(new, tables, settings, stage), "changed")
        rows = _new_rows(new).unionByName(_indexed_rows(tables, changed.select("doc_id")))
        answers = rows.drop(*_INDEX_COLUMNS).join(changed, on="doc_id", how="inner")
        own = answers.select(*conform(SCHEMA), *RETRY_COLUMNS)
        return {self.name: own, "signatures": answers.select(*conform(SIGNATURES))}

    def independent_of_history(self, tables: Tables) -> DataFrame:
        """Return each document's index columns and its cluster's doc_ids; which one survives depends on who came first."""
        members = F.array_sort(F.collect_set("doc_id").over(Window.partitionBy("cluster_id"))).alias("members")
        return tables["signatures"].select("doc_id", *(field.name for field in INDEXED), "source", members)

    def promises(self, rows: DataFrame) -> Mapping[str, DataFrame]:
        """Return, under the promise's sentence, the rows whose `duplicate_of` is itself a duplicate or does not exist."""
        survivors = rows.where("duplicate_of IS NULL").select(F.col("doc_id").alias("duplicate_of"))
        dangling = rows.where("duplicate_of IS NOT NULL").join(survivors, on="duplicate_of", how="left_anti")
        return {"a duplicate points at a document that is no duplicate": dangling}

    def describe(self, column: str, value: Mapping[str, object]) -> str | None:
        """Return the column `rule` in words, such as `text_bytes is 812, below 8192`; None for other columns."""
        if column != "rule":
            return None
        return f"{value['signal']} is {_number(str(value['value']))}, {value['when']} {value['threshold']}"

    def cpu_cost(self, settings: L2Settings, documents: int, text_bytes: int) -> CpuCost:
        """Return the estimated cost of one run over `documents` new documents of `text_bytes` bytes each."""
        return cpu_cost(settings, documents, text_bytes)

    def preload(self) -> None:
        """Build the tables over Unicode and load the language model in this process, by measuring a short text."""
        from darwin_spark.levels.l2_filter.dedup import single_task  # noqa: F401  (imports scipy)

        text = "A text that is measured once builds the tables and loads the models."
        list(extractor(L2Settings())({"doc_id": "", "bucket": "", "source": "", "url": None, "text": text}))


LEVEL = FilterLevel()


def _number(text: str) -> str:
    try:
        return f"{float(text):,.6g}" if "." in text else text
    except ValueError:
        return text


def cluster_changes(new: DataFrame, tables: Mapping[str, DataFrame], settings: L2Settings, stage: Stage) -> DataFrame:
    """Return the verdicts of the new documents `new` (FEATURES) and of indexed documents that have another survivor now.

    The columns are doc_id, verdict, reason, duplicate_of, rule, cluster_id. The index is scanned for documents whose cluster
    lost a member or that share a key with a new document. Rows to look up are staged first, so that Spark knows their size: a
    few rows are broadcast, and the millions of rows of the index are not shuffled.
    """
    indexed, dissolved = _split_index(tables, stage)
    unindexed = new.select(*_KEYED).unionByName(dissolved.select(*_KEYED))
    edges = stage(candidate_edges(unindexed, indexed, settings.min_jaccard), "edges")
    components = stage(connected_components(edges, settings.max_single_task_edges, stage), "components")
    clusters = components.select(F.col("vertex").alias("cluster_id"))
    shared = indexed.select("doc_id", "cluster_id").join(clusters, on="cluster_id", how="left_semi")
    alone = dissolved.select("doc_id", F.col("doc_id").alias("vertex"))
    touched = stage(alone.unionByName(shared.withColumnRenamed("cluster_id", "vertex")), "touched")
    earlier = _indexed_rows(tables, touched.select("doc_id")).join(touched, on="doc_id", how="inner")
    involved = _new_rows(new).withColumn("vertex", F.col("doc_id")).unionByName(earlier)
    narrow = involved.select("doc_id", "vertex", *_NARROW, first_broken(settings).alias("broken"))
    return _decide(elect(narrow, components, settings.source_priority))


def _split_index(tables: Mapping[str, DataFrame], stage: Stage) -> tuple[DataFrame, DataFrame]:
    """Return the index without the clusters that lost a document, and separately the remaining members of those clusters."""
    index = tables["signatures"]
    if removed_rows("signatures") not in tables:
        return index, index.where(F.lit(False))
    lost = stage(tables[removed_rows("signatures")].select("cluster_id").distinct(), "lost")
    dissolved = index.select(*_KEYED, "cluster_id").join(lost, on="cluster_id", how="left_semi")
    return index.join(lost, on="cluster_id", how="left_anti"), stage(dissolved, "dissolved")


def _new_rows(features: DataFrame) -> DataFrame:
    return features.withColumns({name: F.lit(None) for name in (*_INDEX_COLUMNS, *RETRY_COLUMNS)})


def _indexed_rows(tables: Mapping[str, DataFrame], doc_ids: DataFrame) -> DataFrame:
    """Return the rows of the index joined with the rows of `l2`, for the documents in `doc_ids` (each once)."""
    measured = (field.name for field in MEASURED)
    verdicts = tables["l2"].select("doc_id", "bucket", "verdict", "reason", "signals", *measured, *RETRY_COLUMNS)
    indexed = tables["signatures"].select("doc_id", "cluster_id", "source", *(field.name for field in INDEXED))
    some = [rows.join(doc_ids, on="doc_id", how="left_semi") for rows in (verdicts, indexed)]
    return some[0].join(some[1], on="doc_id", how="inner")


def _decide(elected: DataFrame) -> DataFrame:
    """Return verdict columns of the `elected` documents that are new or have another survivor than before.

    A survivor that stays the survivor keeps its earlier verdict, so new thresholds reach it by `--reprocess l2` only. A
    duplicate whose survivor stays keeps its row too, even if a nearer duplicate of it came.
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
