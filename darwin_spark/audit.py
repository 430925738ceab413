"""Does the workspace keep its promises: schemas, one row each, a verdict with a reason, nothing lost, nothing orphaned."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from darwin_spark import levels, tables
from darwin_spark.generation import journal, ledger
from darwin_spark.levels import Level
from darwin_spark.runner import properties, runs
from darwin_spark.runner.work import climbing, table_schema
from darwin_spark.tables import Workspace
from darwin_spark.verdicts import KEPT, VERDICTS

_SHOWN = 20


@dataclass(frozen=True)
class Finding:
    """A broken promise: where, which, how often, and the first ids that break it."""

    table: str
    promise: str
    count: int
    ids: tuple[str, ...] = ()


def audit(spark: SparkSession, workspace: Workspace) -> list[Finding]:
    """Every broken promise of the workspace; an empty list is a clean bill."""
    found = [level for level in levels.IMPLEMENTED if tables.exists(spark, workspace, level.table)]
    findings = [finding for level in found for finding in _audit_level(spark, workspace, level)]
    if tables.exists(spark, workspace, ledger.TABLE):
        answers = ledger.read(spark, workspace)
        findings += _check_schema(ledger.TABLE, answers, ledger.SCHEMA)
        twice = answers.groupBy("request_id", "attempt").count().where("count > 1").select(F.col("request_id").alias("doc_id"))
        findings += _report(ledger.TABLE, "an attempt at a request stands once", twice)
    findings += _audit_journal(spark, workspace)
    unfinished = runs.unfinished(spark, workspace)
    if unfinished:
        ids = tuple(run.run_id for run in unfinished[:_SHOWN])
        findings.append(Finding("runs", "every run was finished (the next climb does that)", len(unfinished), ids))
    return findings


def _audit_journal(spark: SparkSession, workspace: Workspace) -> Iterator[Finding]:
    root = journal.root_of(workspace, properties.read(spark, workspace).get("journal"))
    counts = {queue.name: len(journal.entries(queue)) for queue in journal.queues(root)} if root else {}
    if waiting := [name for name, files in counts.items() if files]:
        promise = "every answer is in the ledger (the next climb folds the journal)"
        yield Finding("journal", promise, sum(counts.values()), tuple(waiting[:_SHOWN]))


def _audit_level(spark: SparkSession, workspace: Workspace, level: Level) -> Iterator[Finding]:
    rows = tables.read(spark, workspace, level.table)
    wrong = list(_check_schema(level.table, rows, table_schema(level)))
    yield from wrong
    if wrong:
        return
    keys = levels.keys(level)
    yield from _report(level.table, f"one row a {' and '.join(keys)}", rows.groupBy(*keys).count().where("count > 1"))
    unclear = ~F.col("verdict").isin(*VERDICTS) | ((F.col("verdict") == KEPT) != F.col("reason").isNull())
    yield from _report(level.table, "a known verdict, and a reason unless kept", rows.where(unclear))
    if level.number:
        below = climbing(tables.read(spark, workspace, f"l{level.number - 1}")).select("doc_id", "bucket").distinct()
        lost = below.join(rows, on=["doc_id", "bucket"], how="left_anti")
        yield from _report(
            level.table, "every document that climbs from below has a row (climb again if it was not asked to)", lost
        )
        yield from _report(level.table, "every row has a document that climbs from below", _without(rows, below))
    for name in levels.side_tables(level):
        side = tables.read(spark, workspace, name)
        yield from _report(name, "one row a doc_id", side.groupBy("doc_id").count().where("count > 1"))
        yield from _report(name, f"every document of {level.table} has a row", _without(rows, side))
        yield from _report(name, f"every row has a document of {level.table}", _without(side, rows))
    if level.table == "l3":
        yield from _report(
            level.table, "what is dropped says by which rule", rows.where("verdict = 'dropped' AND rule IS NULL")
        )
    if "duplicate_of" in rows.columns:
        survivors = rows.where("duplicate_of IS NULL").select(F.col("doc_id").alias("duplicate_of"))
        dangling = rows.where("duplicate_of IS NOT NULL").join(survivors, on="duplicate_of", how="left_anti")
        yield from _report(level.table, "a duplicate points at a document that is none", dangling)


def _without(rows: DataFrame, others: DataFrame) -> DataFrame:
    return rows.join(others.select("doc_id", "bucket"), on=["doc_id", "bucket"], how="left_anti")


def _check_schema(table: str, rows: DataFrame, wanted: StructType) -> Iterator[Finding]:
    have = {field.name: field.dataType.simpleString() for field in rows.schema}
    want = {field.name: field.dataType.simpleString() for field in wanted}
    wrong = sorted(name for name in have.keys() | want.keys() if have.get(name) != want.get(name))
    if wrong:
        about = tuple(f"{name}: {have.get(name, 'missing')}, wanted {want.get(name, 'nothing')}" for name in wrong)
        yield Finding(table, "the columns of its level", len(wrong), about)


def _report(table: str, promise: str, bad: DataFrame) -> Iterator[Finding]:
    ids = [row.doc_id for row in bad.select("doc_id").limit(_SHOWN).collect()]
    if ids:
        yield Finding(table, promise, len(ids) if len(ids) < _SHOWN else bad.count(), tuple(ids))
