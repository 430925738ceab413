"""Find what a level has to do: documents that are missing, stale, worth another attempt, or deleted below.

A row carries two hashes: `input_hash` covers the `output_hash` of every row below that the level reads; `config_hash` covers
the level's settings (without the servers of its models), version and epoch (how often it was reprocessed). A row is stale if
the content below changed; a changed configuration makes it stale only if `--reprocess` asks for that.
"""

import hashlib
import json
from collections.abc import Mapping

from pydantic import JsonValue
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType, TimestampType

from darwin_spark.columns import column
from darwin_spark.config.model import PoolSettings
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel, variant_of
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import RETRY_FIELDS, climbs, is_retryable

MISSING, STALE, RETRY, DELETED, UNCHANGED = "missing", "stale", "retry", "deleted", "unchanged"
TODO = (MISSING, STALE, RETRY)  # the changes that the level must process
ALGORITHM = 1
"""Raise it whenever `expected` or `find_changes` return something else for the same tables: no-op checks then start over."""

_BOOKKEEPING = (
    *RETRY_FIELDS,
    column("config_hash", StringType(), "128-bit hash of the level's settings, version and number of reprocessings, in hex."),
    column("output_hash", StringType(), "128-bit hash of the columns that levels above read, in hex; empty if they read none."),
    column("run_id", StringType(), "The run that wrote the row (table runs)."),
    column("processed_at", TimestampType(), "When the run wrote the row."),
)
BOOKKEEPING = tuple(column.name for column in _BOOKKEEPING)  # the columns that the pipeline adds to every level's own


def table_schema(level: AnyLevel) -> StructType:
    """Return the schema of a level's table: the level's own columns, then the pipeline's."""
    return StructType([*level.schema.fields, *_BOOKKEEPING])


def hash_of(*columns: Column | str) -> Column:
    """Return a Column: 128 bits in hex over the JSON of the given columns; null and empty differ."""
    return F.substring(F.sha2(F.to_json(F.struct(*columns)), 256), 1, 32)


def config_hash(level: AnyLevel, settings: Settings, epoch: int) -> str:
    """Return 128 bits in hex over a level's name, version, settings (without servers) and number of reprocessings (`epoch`)."""
    own = json.dumps(_deciding(registry.settings_of(level, settings)))
    return hashlib.sha256("\0".join([level.name, level.version, own, str(epoch)]).encode()).hexdigest()[:32]


def _deciding(section: Section) -> Mapping[str, JsonValue]:
    """Return the settings with None for pools of servers: other servers of the same model give the same answers."""
    values: dict[str, JsonValue] = section.model_dump(mode="json")
    for name, value in section:
        if isinstance(value, PoolSettings):
            values[name] = None
        elif isinstance(value, Section):
            values[name] = dict(_deciding(value))
    return values


def of_variant(frame: DataFrame, level: AnyLevel, settings: Settings) -> DataFrame:
    """Return the rows of the variant that these settings make; all rows if the level has no variants."""
    name = variant_of(level, registry.settings_of(level, settings))
    return frame if name is None else frame.where(F.col("variant") == name)


def read_level(workspace: Workspace, level: AnyLevel) -> DataFrame:
    """Return the level's table, or an empty DataFrame before the level's first run."""
    return workspace.read_or_empty(level.name, table_schema(level))


def expected(workspace: Workspace, level: AnyLevel, settings: Settings) -> DataFrame:
    """Return doc_id, bucket and input_hash of every document that must have a row at this level (not for the lowest level)."""
    assert level.below is not None
    below = registry.find(level.below)
    sources = [registry.find(table) for table in level.reads]

    def hashes(source: AnyLevel) -> DataFrame:
        rows = of_variant(read_level(workspace, source), source, settings)
        return rows.withColumn(f"hash_{source.name}", F.col("output_hash"))

    frame = hashes(below).where(climbs()).select("doc_id", "bucket", f"hash_{below.name}")
    for source in (source for source in sources if source != below):
        others = hashes(source).select("doc_id", "bucket", f"hash_{source.name}")
        frame = frame.join(others, on=["doc_id", "bucket"], how="inner")
    content = hash_of(*(f"hash_{source.name}" for source in sources))
    return frame.select("doc_id", "bucket", content.alias("input_hash"))


def find_changes(
    wanted: DataFrame, rows: DataFrame, retryable: frozenset[str], max_attempts: int, reprocess: str | None
) -> DataFrame:
    """Return doc_id, bucket, input_hash, attempts (the next attempt's or the row's) and `change`, also of unchanged documents.
    `wanted`: see `expected`; `rows`: the level's (of the current variant). `reprocess`, if given, is a `config_hash`: rows with
    another one are stale too."""
    current = rows.select("doc_id", "bucket", "verdict", "reason", "attempts", F.col("input_hash").alias("old"), "config_hash")
    joined = wanted.join(current, on=["doc_id", "bucket"], how="full_outer")
    outdated = (F.col("input_hash") != F.col("old")) | F.lit(reprocess is not None) & ~F.col("config_hash").eqNullSafe(
        F.lit(reprocess)
    )
    change = (
        F.when(F.col("input_hash").isNull(), DELETED)
        .when(F.col("verdict").isNull(), MISSING)
        .when(outdated, STALE)
        .when(is_retryable(retryable, max_attempts), RETRY)
        .otherwise(UNCHANGED)
    )
    attempts = F.when(change == RETRY, F.col("attempts") + 1).when(change.isin(MISSING, STALE), 1).otherwise(F.col("attempts"))
    return joined.select("doc_id", "bucket", "input_hash", attempts.cast("int").alias("attempts"), change.alias("change"))


def level_changes(workspace: Workspace, level: AnyLevel, settings: Settings, reprocess: str | None) -> DataFrame:
    """Return the changed documents of a level (as `find_changes`; with `variant`, if any). A deletion covers all variants."""
    wanted, rows = expected(workspace, level, settings), read_level(workspace, level)
    current = of_variant(rows, level, settings)
    found = find_changes(wanted, current, level.retryable, settings.pipeline.max_attempts, reprocess)
    variant = variant_of(level, registry.settings_of(level, settings))
    if variant is not None:
        others = rows.where(F.col("variant") != variant).join(wanted, on=["doc_id", "bucket"], how="left_anti")
        gone = others.select("doc_id", "bucket", F.lit(DELETED).alias("change"), "variant")
        found = found.withColumn("variant", F.lit(variant)).unionByName(gone, allowMissingColumns=True)
    return found.where(F.col("change") != UNCHANGED)


def documents(workspace: Workspace, level: AnyLevel, settings: Settings, todo: DataFrame) -> DataFrame:
    """Return doc_id, bucket and the columns that the level reads, of the documents in `todo`."""
    frame = todo.select("doc_id", "bucket")
    for table, columns in sorted(level.reads.items()):
        source = registry.find(table)
        rows = of_variant(read_level(workspace, source), source, settings).select("doc_id", "bucket", *columns)
        frame = rows.join(F.broadcast(frame), on=["doc_id", "bucket"], how="inner")
    return frame
