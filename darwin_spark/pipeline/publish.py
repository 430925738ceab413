"""Staging, checks and publication: the result of Python work is computed once, checked where it lies, then published.

A run writes the level's DataFrames to staging tables, checks its rows, then writes the keys of the rows that leave; once these
are complete (`mark_staged`), the run may be published. Side tables come first, keyed so that a repetition changes nothing; the
level's table is the commit point. A run that a crash left staged is published later: Delta skips commits made before.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.columns import with_comments
from darwin_spark.errors import UserError
from darwin_spark.events import Counts, Event
from darwin_spark.pipeline import run_log
from darwin_spark.pipeline.changes import hash_of, table_schema
from darwin_spark.pipeline.level import AnyLevel, key_columns, side_tables_of
from darwin_spark.pipeline.run_context import RunContext, Timings
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import delta, staging
from darwin_spark.storage.delta import Transaction
from darwin_spark.storage.frames import empty_frame, in_buckets
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import KEPT, RETRY_COLUMNS, VERDICTS, Tables

_DELETED = "deleted"
"""The staging table of the keys of the rows that leave. It is written last: a run with it is staged completely."""


class PublishError(UserError):
    """A staged result breaks the level's contract, or published rows did not arrive. The message names the level."""


def stage(context: RunContext, run: Run, level: AnyLevel, answers: Tables, timings: Timings) -> DataFrame:
    """Write the level's answers to staging tables; return the answer under the level's own name, read back."""
    for name in sorted(answers):
        context.report(Event(level.name, f"staging {name}"))
        with timings.step(f"stage_{name}"):
            staging.write(answers[name], context.workspace, run.staging(name))
    return staging.read(context.workspace, run.staging(level.name), answers[level.name].schema)


def mark_staged(context: RunContext, run: Run, level: AnyLevel, deleted: DataFrame | None, counts: Counts) -> None:
    """Record that the staged tables of a run are checked and may be published. `deleted`: keys of rows that leave, or None."""
    if deleted is None:
        deleted = empty_frame(context.workspace.spark, _key_schema(level))
    staging.write(deleted, context.workspace, run.staging(_DELETED))
    context.report(Event(level.name, "staged", counts))


def _key_schema(level: AnyLevel) -> StructType:
    return StructType([StructField(name, StringType()) for name in ("bucket", *key_columns(level))])


def is_staged(workspace: Workspace, run: Run) -> bool:
    """Whether the run was staged completely before a crash ended it."""
    return staging.is_complete(workspace, run.staging(_DELETED))


def with_bookkeeping(answer: DataFrame, level: AnyLevel, processed: DataFrame, config_hash: str, run: Run) -> DataFrame:
    """Return the answer with the pipeline's columns. `processed`: doc_id, bucket and RETRY_COLUMNS of the processed documents.
    An existing row that the level emits again brings its own RETRY_COLUMNS."""
    output = hash_of(*level.hashed) if level.hashed else F.lit("")
    new = (processed if side_tables_of(level) else F.broadcast(processed)).withColumnsRenamed(
        {name: f"new_{name}" for name in RETRY_COLUMNS}
    )

    def retry_column(name: str, otherwise: int | str) -> Column:
        existing = [F.col(name)] if name in answer.columns else []
        return F.coalesce(f"new_{name}", *existing, F.lit(otherwise)).alias(name)

    return answer.join(new, on=["doc_id", "bucket"], how="left").select(
        *(column for column in answer.columns if column not in RETRY_COLUMNS),
        retry_column("attempts", 1),
        retry_column("input_hash", ""),
        F.lit(config_hash).alias("config_hash"),
        output.alias("output_hash"),
        F.lit(run.run_id).alias("run_id"),
        F.current_timestamp().alias("processed_at"),
    )


def unclear_verdict() -> Column:
    """Return a Column: whether the verdict is unknown, or a kept row has a reason, or another row has none."""
    return ~F.col("verdict").isin(*VERDICTS) | ((F.col("verdict") == KEPT) != F.col("reason").isNull())


def check(staged: DataFrame, level: AnyLevel, todo: DataFrame | None) -> dict[str, int]:
    """Return row counts by verdict and reason. Raises PublishError for lost or doubled documents and unclear verdicts.
    `todo` has the doc_ids that must have a row; None (L0, recovery): lost documents are not looked for."""
    rows = staged.groupBy(*key_columns(level)).agg(
        F.count("*").alias("rows"), F.first("verdict").alias("verdict"), F.first("reason").alias("reason")
    )
    if todo is not None:
        rows = rows.join(todo.select("doc_id"), on="doc_id", how="full_outer")
    problem = (
        F.when(F.col("rows").isNull(), "have no row")
        .when(F.col("rows") > 1, "have more than one row")
        .when(unclear_verdict(), "have an unknown verdict, or no reason where the verdict needs one")
    )
    found = rows.groupBy(problem.alias("problem"), "verdict", "reason").agg(
        F.count("*").alias("rows"), F.min("doc_id").alias("first")
    )
    counts: dict[str, int] = {}
    for row in found.collect():
        if row.problem:
            raise PublishError(
                f"{level.name}: {row.rows:,} documents {row.problem}, one of them {row.first}. "
                "Nothing was published; this is a bug of the level."
            )
        counts[row.verdict if row.reason is None else f"{row.verdict}.{row.reason}"] = row.rows
    return counts


class LevelCommit(NamedTuple):
    """What the caller knows about the commit of the level's table before the commit is made."""

    noop_note: str | None = None  # the commit's metadata (`noop_check`)
    replaced: Sequence[str] | None = None  # buckets to rewrite; empty: rows are only added; None: the buckets must be found


_UNKNOWN: Final = LevelCommit()


def publish(
    context: RunContext, run: Run, level: AnyLevel, counts: Counts, timings: Timings, commit: LevelCommit = _UNKNOWN
) -> None:
    """Publish side tables, then the level's table (the commit point), then the row in `runs`; clean up. Raises PublishError."""
    with timings.step("publish"):
        for name in sorted(side_tables_of(level)):
            _publish_table(context, run, level, name, _UNKNOWN)
        if side_tables_of(level):
            context.report(Event(level.name, "side_tables"))
        _publish_table(context, run, level, level.name, commit)
        _check_arrival(context.workspace, run, level, counts)
    context.report(Event(level.name, "published", counts))
    run_log.record(context.workspace, run, run_log.PUBLISHED, counts, timings.seconds)
    staging.clean(context.workspace, run.folder)


def _check_arrival(workspace: Workspace, run: Run, level: AnyLevel, counts: Counts) -> None:
    """Raise PublishError unless the table has all rows of the run: Delta silently skips a used transaction version."""
    wanted = sum(counts.values())
    found = workspace.read(level.name).where(F.col("run_id") == run.run_id).count()
    if found != wanted:
        raise PublishError(
            f"{level.name}: run {run.run_id} staged {wanted} rows, and {found} of them are in the table. Transaction "
            f"{run.sequence} was probably used by another climb on this workspace; let one climb run at a time."
        )


def _publish_table(context: RunContext, run: Run, level: AnyLevel, table: str, commit: LevelCommit) -> None:
    """Publish a table in one transaction: add the staged rows; remove rows of the same keys and deleted rows."""
    workspace, transaction = context.workspace, Transaction(table, run.sequence)
    keys = ["bucket", *(key_columns(level) if table == level.name else ["doc_id"])]
    staged = staging.read(workspace, run.staging(table))
    rows, buckets = staged, list[str]()
    if workspace.exists(table):
        existing = workspace.read(table)
        deleted = staging.read(workspace, run.staging(_DELETED), _key_schema(level)).select(*keys)
        leaving = staged.select(*keys).unionByName(deleted)
        buckets = _buckets_to_rewrite(existing, leaving, keys) if commit.replaced is None else list(commit.replaced)
        remaining = in_buckets(existing, buckets).join(leaving, on=keys, how="left_anti")
        rows = remaining.unionByName(staged.select(*remaining.columns)) if buckets else staged
    else:
        rows = with_comments(staged, table_schema(level) if table == level.name else side_tables_of(level)[table])
    if not buckets:
        delta.write_by_bucket(rows, workspace, table, transaction=transaction, metadata=commit.noop_note)
        return
    quoted = ", ".join(f"'{bucket}'" for bucket in buckets)
    delta.replace_where(rows, workspace, table, f"bucket IN ({quoted})", transaction=transaction, metadata=commit.noop_note)


def _buckets_to_rewrite(existing: DataFrame, leaving: DataFrame, keys: Sequence[str]) -> list[str]:
    """Return the buckets of all rows that are added or leave, if an existing row is replaced or leaves; else none."""
    if existing.select(*keys).join(leaving, on=list(keys), how="left_semi").isEmpty():
        return []
    return sorted(row.bucket for row in leaving.select("bucket").distinct().collect())
