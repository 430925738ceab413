"""What a level has to do: the documents that are missing, stale, worth another try, or orphaned.

A row of a level carries two hashes. `input_hash` is the content below: the `output_hash` of every row that the level
reads. `config_hash` is the level's settings (but for the servers of its models), version and epoch (how often it was
reprocessed). A row is stale when the content below changed; a changed configuration makes it stale only when `--reprocess`
asks for that.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType, TimestampType

from darwin_spark.config.model import PoolSettings
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.registry import Level
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace
from darwin_spark.verdicts import CLIMBS, FAILED, MARKED

MISSING, STALE, RETRY, ORPHAN, STANDING = "missing", "stale", "retry", "orphan", "standing"
RULES = 1
"""Raised whenever `expected` or `changes` answer otherwise of the same tables: levels at rest are looked at then."""
TODO = (MISSING, STALE, RETRY)
"""The changes that need a new judgement."""

_BOOKKEEPING = (
    *MARKED,
    StructField("config_hash", StringType()),
    StructField("output_hash", StringType()),
    StructField("run_id", StringType()),
    StructField("processed_at", TimestampType()),
)
BOOKKEEPING = tuple(column.name for column in _BOOKKEEPING)
"""The columns that the runner adds to every level's own."""


def table_schema(level: Level) -> StructType:
    """The columns of a level's table: its own, then the runner's."""
    return StructType([*registry.module(level).SCHEMA.fields, *_BOOKKEEPING])


def hash_of(*columns: Column | str) -> Column:
    """128 bits in hex over some columns; null and empty differ, maps and structs count by their JSON."""
    return F.substring(F.sha2(F.to_json(F.struct(*columns)), 256), 1, 32)


def config_hash(level: Level, settings: Settings, epoch: int) -> str:
    """128 bits over what a level's judgement hangs on beside its input; each reprocessing makes a new one."""
    own = json.dumps(_judging(registry.settings_of(level, settings)))
    parts = [level.table, registry.module(level).VERSION, own, str(epoch)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _judging(section: Section) -> dict[str, Any]:
    """The settings but for where a model's servers are and how they are asked: other servers give the same answers."""
    values = section.model_dump(mode="json")
    for name, value in section:
        if isinstance(value, Section):
            values[name] = None if isinstance(value, PoolSettings) else _judging(value)
    return values


def climbing(frame: DataFrame) -> DataFrame:
    """The rows that go on to the level above."""
    return frame.where(F.col("verdict").isin(*CLIMBS))


def of_variant(frame: DataFrame, level: Level, settings: Settings) -> DataFrame:
    """The rows of the variant at work, at levels that have several; all rows elsewhere."""
    name = registry.variant(level, settings)
    return frame if name is None else frame.where(F.col("variant") == name)


def read_level(spark: SparkSession, workspace: Workspace, level: Level) -> DataFrame:
    """The level's table, or an empty one before its first run."""
    return tables.read_or_empty(spark, workspace, level.table, table_schema(level))


def expected(spark: SparkSession, workspace: Workspace, level: Level, settings: Settings) -> DataFrame:
    """doc_id, bucket and input_hash of every document that must have a row at this level (L1 and above)."""
    below = registry.LEVELS[level.number - 1]
    read = [registry.find(table) for table in registry.module(level).READS]

    def hashes(source: Level) -> DataFrame:
        rows = of_variant(read_level(spark, workspace, source), source, settings)
        return rows.withColumn(f"hash_{source.table}", F.col("output_hash"))

    frame = climbing(hashes(below)).select("doc_id", "bucket", f"hash_{below.table}")
    for source in (source for source in read if source != below):
        others = hashes(source).select("doc_id", "bucket", f"hash_{source.table}")
        frame = frame.join(others, on=["doc_id", "bucket"], how="inner")
    content = hash_of(*(f"hash_{source.table}" for source in read))
    return frame.select("doc_id", "bucket", content.alias("input_hash"))


def changes(
    wanted: DataFrame, standing: DataFrame, retryable: Sequence[str], max_attempts: int, reprocess: str | None
) -> DataFrame:
    """doc_id, bucket, input_hash, attempts (the next one's number, or a standing row's) and `change`.

    `standing` holds the rows of the level (of the variant at work). With `reprocess`, the configuration's hash, rows
    that bear another one are stale too.
    """
    current = standing.select(
        "doc_id", "bucket", "verdict", "reason", "attempts", F.col("input_hash").alias("old"), "config_hash"
    )
    joined = wanted.join(current, on=["doc_id", "bucket"], how="full_outer")
    again = (F.col("verdict") == FAILED) & F.col("reason").isin(*retryable) & (F.col("attempts") < max_attempts)
    outdated = (F.col("input_hash") != F.col("old")) | F.lit(reprocess is not None) & ~F.col("config_hash").eqNullSafe(
        F.lit(reprocess)
    )
    change = (
        F.when(F.col("input_hash").isNull(), ORPHAN)
        .when(F.col("verdict").isNull(), MISSING)
        .when(outdated, STALE)
        .when(again, RETRY)
        .otherwise(STANDING)
    )
    attempts = F.when(change == RETRY, F.col("attempts") + 1).when(change.isin(MISSING, STALE), 1).otherwise(F.col("attempts"))
    return joined.select("doc_id", "bucket", "input_hash", attempts.cast("int").alias("attempts"), change.alias("change"))


def documents(spark: SparkSession, workspace: Workspace, level: Level, settings: Settings, todo: DataFrame) -> DataFrame:
    """doc_id, bucket and what the level reads, for the documents to be judged: those of a group of buckets.

    Their ids fit into memory: they are sent to the texts, which are then scanned and never shuffled.
    """
    frame = todo.select("doc_id", "bucket")
    for table, columns in sorted(registry.module(level).READS.items()):
        source = registry.find(table)
        rows = of_variant(read_level(spark, workspace, source), source, settings).select("doc_id", "bucket", *columns)
        frame = rows.join(F.broadcast(frame), on=["doc_id", "bucket"], how="inner")
    return frame
