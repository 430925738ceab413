"""Staging, checks and publication: Python output is computed once, checked where it lies, and published in one commit.

Order: the level's frames are written to staging tables and checked there; then the list of the rows that are to leave is
written, and once that is whole the run is staged whole and may be published. Side tables are published first, keyed so
that repeating changes nothing; the level table's commit is the commit point. A run found staged after a crash is published
under its old sequence number: Delta skips what was committed.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.errors import UserError
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import hash_of
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Climb, Counts, Event, Timings
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace
from darwin_spark.verdicts import KEPT, MARKS, VERDICTS

_GONE = "orphans"


class PublishError(UserError):
    """A staged result breaks the contract, or did not arrive; nothing false was published. Names ids and the level."""


def stage(context: Climb, run: Run, level: Level, answers: Mapping[str, DataFrame], timings: Timings) -> DataFrame:
    """Write the level's answers beside the tables. Answers the level's own frame, read back."""
    for name in sorted(answers):
        context.report(Event(level.table, f"staging {name}"))
        with timings.step(f"stage_{name}"):
            tables.write_staging(answers[name], context.workspace, run.staging(name))
    return tables.read_staging(context.spark, context.workspace, run.staging(level.table), answers[level.table].schema)


def seal(context: Climb, run: Run, level: Level, gone: DataFrame | None, counts: Counts) -> None:
    """Say that what is staged was checked and may be published; `gone` holds the keys of the rows that are to leave."""
    if gone is None:
        gone = tables.nothing(context.spark, _keys(level))
    tables.write_staging(gone, context.workspace, run.staging(_GONE))
    context.report(Event(level.table, "staged", counts))


def _keys(level: Level) -> StructType:
    return StructType([StructField(name, StringType()) for name in ("bucket", *registry.keys(level))])


def is_staged(spark: SparkSession, workspace: Workspace, run: Run) -> bool:
    """Whether the run was sealed before it broke off."""
    return tables.is_whole(spark, workspace, run.staging(_GONE))


def with_bookkeeping(answer: DataFrame, level: Level, marks: DataFrame, config_hash: str, run: Run) -> DataFrame:
    """The level's answer with the runner's columns. `marks`: doc_id, bucket and MARKS of the documents that were judged.

    A row that stood before brings its own marks.
    """
    hashed = registry.module(level).HASHED
    output = hash_of(*hashed) if hashed else F.lit("")
    judged = (marks if registry.side_tables(level) else F.broadcast(marks)).withColumnsRenamed(
        {name: f"new_{name}" for name in MARKS}
    )

    def mark(name: str, otherwise: int | str) -> Column:
        stood = [F.col(name)] if name in answer.columns else []
        return F.coalesce(f"new_{name}", *stood, F.lit(otherwise)).alias(name)

    return answer.join(judged, on=["doc_id", "bucket"], how="left").select(
        *(column for column in answer.columns if column not in MARKS),
        mark("attempts", 1),
        mark("input_hash", ""),
        F.lit(config_hash).alias("config_hash"),
        output.alias("output_hash"),
        F.lit(run.run_id).alias("run_id"),
        F.current_timestamp().alias("processed_at"),
    )


def check(staged: DataFrame, level: Level, todo: DataFrame | None) -> dict[str, int]:
    """The counts of a staged level frame by verdict and reason. Raises PublishError if a document was lost or doubled.

    `todo` holds the doc_ids that must have a row; null at L0, where the objects are known only after they were opened.
    """
    rows = staged.groupBy(*registry.keys(level)).agg(
        F.count("*").alias("rows"), F.first("verdict").alias("verdict"), F.first("reason").alias("reason")
    )
    if todo is not None:
        rows = rows.join(todo.select("doc_id"), on="doc_id", how="full_outer")
    unclear = ~F.col("verdict").isin(*VERDICTS) | ((F.col("verdict") == KEPT) != F.col("reason").isNull())
    problem = (
        F.when(F.col("rows").isNull(), "have no row")
        .when(F.col("rows") > 1, "have more than one row")
        .when(unclear, "have an unknown verdict, or no reason where the verdict needs one")
    )
    found = rows.groupBy(problem.alias("problem"), "verdict", "reason").agg(
        F.count("*").alias("rows"), F.min("doc_id").alias("first")
    )
    counts: dict[str, int] = {}
    for row in found.collect():
        if row.problem:
            raise PublishError(
                f"{level.table}: {row.rows:,} documents {row.problem}, one of them {row.first}. "
                "Nothing was published; this is a bug of the level."
            )
        counts[row.verdict if row.reason is None else f"{row.verdict}.{row.reason}"] = row.rows
    return counts


def publish(
    context: Climb,
    run: Run,
    level: Level,
    counts: Counts,
    timings: Timings,
    *,
    note: str | None = None,
    replaced: Sequence[str] | None = None,
) -> None:
    """Publish a staged run: side tables, then the level (the commit point, with a note), then the run's own row; then clean up.

    `replaced`: the buckets of the level's table that are rewritten; empty where rows only come, None where that is to be found
    out. Raises PublishError if the rows did not arrive.
    """
    spark, workspace = context.spark, context.workspace
    with timings.step("publish"):
        for name in sorted(registry.side_tables(level)):
            _publish(context, run, level, name)
        if registry.side_tables(level):
            context.report(Event(level.table, "side_tables"))
        _publish(context, run, level, level.table, note, replaced)
        _check_arrival(spark, workspace, run, level, counts)
    context.report(Event(level.table, "published", counts))
    run_log.record(spark, workspace, run, run_log.PUBLISHED, counts, timings.seconds)
    clean(context, run.folder)


def _check_arrival(spark: SparkSession, workspace: Workspace, run: Run, level: Level, counts: Counts) -> None:
    """Delta skips a used transaction version without a word, so it is looked up that the rows are there."""
    wanted = sum(counts.values())
    found = tables.read(spark, workspace, level.table).where(F.col("run_id") == run.run_id).count()
    if found != wanted:
        raise PublishError(
            f"{level.table}: run {run.run_id} staged {wanted} rows, and {found} of them are in the table. Transaction "
            f"{run.sequence} was probably used by another climb on this workspace; let one climb run at a time."
        )


def clean(context: Climb, folder: str) -> None:
    """Delete the staging tables in a folder, a run's for example."""
    if context.workspace.schema:
        _drop_named(context, f"^{folder.replace('/', '_')}_")
    else:
        tables.drop(context.spark, context.workspace, folder)


def sweep(context: Climb) -> None:
    """Delete all that staging holds. In a schema of a catalog others may have tables: ours bear a run's or a climb's id."""
    if context.workspace.schema:
        _drop_named(context, f"^{run_log.STAGING}_[0-9a-f]{{32}}_")
    else:
        tables.drop(context.spark, context.workspace, run_log.STAGING)


def _drop_named(context: Climb, pattern: str) -> None:
    spark, workspace = context.spark, context.workspace
    for row in spark.sql(f"SHOW TABLES IN {workspace.schema}").where(F.col("tableName").rlike(pattern)).collect():
        tables.drop(spark, workspace, row.tableName)


def _publish(
    context: Climb, run: Run, level: Level, table: str, note: str | None = None, replaced: Sequence[str] | None = None
) -> None:
    """One transaction: the staged rows come, rows of the same keys and orphans leave."""
    spark, workspace = context.spark, context.workspace
    keys = ["bucket", *(registry.keys(level) if table == level.table else ["doc_id"])]
    write = partial(tables.write, transaction=(table, run.sequence), partitioned=True, note=note)
    staged = tables.read_staging(spark, workspace, run.staging(table))
    if not tables.exists(spark, workspace, table):
        write(staged, workspace, table)
        return
    standing = tables.read(spark, workspace, table)
    gone = tables.read_staging(spark, workspace, run.staging(_GONE), _keys(level)).select(*keys)
    leaving = staged.select(*keys).unionByName(gone)
    buckets = _to_rewrite(standing, leaving, keys) if replaced is None else replaced
    if not buckets:
        write(staged, workspace, table)
        return
    remaining = tables.in_buckets(standing, buckets).join(leaving, on=keys, how="left_anti")
    quoted = ", ".join(f"'{bucket}'" for bucket in buckets)
    rows = remaining.unionByName(staged.select(*remaining.columns))
    write(rows, workspace, table, replace_where=f"bucket IN ({quoted})")


def _to_rewrite(standing: DataFrame, leaving: DataFrame, keys: Sequence[str]) -> list[str]:
    """The buckets of all that comes or leaves, if any row that stands is replaced or leaves."""
    if standing.select(*keys).join(leaving, on=list(keys), how="left_semi").isEmpty():
        return []
    return sorted(row.bucket for row in leaving.select("bucket").distinct().collect())
