"""SQL over the levels: temporary views made when a session opens.

- `l0` ... `l5`, `signatures`, `generations`, `judgements`, `runs` (one row a run, its last state): the tables;
- `l1_kept` ... `l5_kept`: what climbs on from a level, with the text that stands there;
- `verdicts`: every level's verdict on every document, in one frame;
- `corpus`: what to train on, one row a document, level and variant: everything at L4, papers again at L5 (§3.7).
"""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import climbing
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace

_HAS_TEXT = ("l1", "l4", "l5")


def open_views(spark: SparkSession, workspace: Workspace) -> list[str]:
    """Make the views of all tables that are there; answers their names."""
    frames = {
        name: tables.read(spark, workspace, name)
        for name in [*(level.table for level in registry.IMPLEMENTED), "signatures", "generations", "judgements"]
        if tables.exists(spark, workspace, name)
    }
    found = {level.table: frames[level.table] for level in registry.IMPLEMENTED if level.table in frames}
    if tables.exists(spark, workspace, "runs"):
        frames["runs"] = run_log.latest(spark, workspace)
    frames |= {f"{table}_kept": _kept(found, table) for table in found if table != "l0"}
    if found:
        frames["verdicts"] = _verdicts(found)
    if "l4" in found and "l3" in found:
        frames["corpus"] = _corpus(found)
    for name, frame in frames.items():
        frame.createOrReplaceTempView(name)
    return list(frames)


def _kept(found: dict[str, DataFrame], table: str) -> DataFrame:
    """What climbs on; the text is the level's own, or the one of the last level below that has one."""
    kept = climbing(found[table])
    if table == "l5":
        return kept.where(F.col("text").isNotNull())
    if table in _HAS_TEXT:
        return kept
    texts = found["l1"].select("doc_id", "bucket", "title", "text")
    return kept.join(texts, on=["doc_id", "bucket"], how="inner")


def _verdicts(found: dict[str, DataFrame]) -> DataFrame:
    common = ("doc_id", "verdict", "reason", "attempts", "run_id", "processed_at")
    frames = [
        frame.select(F.lit(table).alias("level"), F.col("variant") if "variant" in frame.columns else _no_variant(), *common)
        for table, frame in found.items()
    ]
    union = frames[0]
    for frame in frames[1:]:
        union = union.unionByName(frame)
    return union


def _no_variant() -> Column:
    return F.lit(None).cast("string").alias("variant")


def _corpus(found: dict[str, DataFrame]) -> DataFrame:
    about = found["l0"].select("doc_id", "bucket", "source", "source_id", "license")
    labels = found["l3"].select("doc_id", "bucket", "doc_type", "discipline", "subdiscipline")
    titles = found["l1"].select("doc_id", "bucket", "title")
    texts = [_texts(found["l4"], 4)] + ([_texts(found["l5"], 5)] if "l5" in found else [])
    union = texts[0] if len(texts) == 1 else texts[0].unionByName(texts[1])
    for frame in (titles, labels, about):
        union = union.join(frame, on=["doc_id", "bucket"], how="inner")
    return union


def _texts(frame: DataFrame, level: int) -> DataFrame:
    kept = frame.where((F.col("verdict") == "kept") & F.col("text").isNotNull())
    return kept.select("doc_id", "bucket", F.lit(level).alias("level"), "variant", "text")
