"""Does the workspace keep its promises: schemas, one row each, a verdict with a reason, nothing lost, nothing orphaned."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from darwin_spark.inference import response_store
from darwin_spark.inference.journal import queue as journal
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import climbing, table_schema
from darwin_spark.pipeline.registry import Level
from darwin_spark.storage import tables, workspace_metadata
from darwin_spark.storage.tables import Workspace
from darwin_spark.verdicts import KEPT, VERDICTS

_SHOWN = 20
_LOOKED_AT = ("doc_id", "bucket", "verdict", "reason", "variant", "duplicate_of", "rule")


@dataclass(frozen=True)
class Finding:
    """A broken promise: where, which, how often, and the first ids that break it."""

    table: str
    promise: str
    count: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Promise:
    """What a table promises, and the documents (`doc_id`) that break it."""

    table: str
    text: str
    broken: DataFrame


def audit(spark: SparkSession, workspace: Workspace) -> list[Finding]:
    """Every broken promise of the workspace; an empty list is a clean bill."""
    findings = _audit_tables(spark, workspace)
    findings += _audit_journal(spark, workspace)
    unfinished = run_log.unfinished(spark, workspace)
    if unfinished:
        ids = tuple(run.run_id for run in unfinished[:_SHOWN])
        findings.append(Finding("runs", "every run was finished (the next climb does that)", len(unfinished), ids))
    return findings


def _audit_tables(spark: SparkSession, workspace: Workspace) -> list[Finding]:
    """Tables of other columns are told, and nothing else is asked then. A level below that is not there has no documents."""
    there = [level for level in registry.IMPLEMENTED if tables.exists(spark, workspace, level.table)]
    found = {level: tables.read(spark, workspace, level.table) for level in there}
    answers = response_store.read(spark, workspace)
    findings = list(_check_schema(response_store.TABLE, answers, response_store.SCHEMA))
    for level, rows in found.items():
        findings += _check_schema(level.table, rows, table_schema(level))
    if findings:
        return findings
    with ExitStack() as cached:
        return list(_broken([*_of_levels(spark, workspace, found, cached), _of_ledger(answers)]))


def _broken(promises: Sequence[_Promise]) -> Iterator[Finding]:
    """The promises that are broken. One query looks at all of them; those broken more often than is shown are counted."""
    numbered = [
        promise.broken.select(F.lit(number).alias("promise"), "doc_id").limit(_SHOWN) for number, promise in enumerate(promises)
    ]
    ids: dict[int, list[str]] = {}
    for row in reduce(lambda some, more: some.unionByName(more), numbered).collect():
        ids.setdefault(row.promise, []).append(row.doc_id)
    for number, shown in sorted(ids.items()):
        promise = promises[number]
        count = len(shown) if len(shown) < _SHOWN else promise.broken.count()
        yield Finding(promise.table, promise.text, count, tuple(shown))


def _of_ledger(answers: DataFrame) -> _Promise:
    twice = answers.groupBy("request_id", "attempt").count().where("count > 1").select(F.col("request_id").alias("doc_id"))
    return _Promise(response_store.TABLE, "an attempt at a request stands once", twice)


def _of_levels(
    spark: SparkSession, workspace: Workspace, found: Mapping[Level, DataFrame], cached: ExitStack
) -> Iterator[_Promise]:
    """Each table is read once: asking Delta for its files costs more than the few columns that are looked at."""

    def narrow(rows: DataFrame) -> DataFrame:
        columns = [name for name in _LOOKED_AT if name in rows.columns]
        frame = rows.select(*columns).persist()
        cached.callback(frame.unpersist)
        return frame

    narrowed = {level.number: narrow(rows) for level, rows in found.items()}
    for level in found:
        sides = {name: narrow(tables.read(spark, workspace, name)) for name in registry.side_tables(level)}
        below = narrowed.get(level.number - 1, tables.nothing(spark, table_schema(level))) if level.number else None
        yield from _of_level(level, narrowed[level.number], below, sides)


def _of_level(level: Level, rows: DataFrame, below: DataFrame | None, sides: Mapping[str, DataFrame]) -> Iterator[_Promise]:
    table, keys = level.table, registry.keys(level)
    yield _Promise(table, f"one row a {' and '.join(keys)}", rows.groupBy(*keys).count().where("count > 1"))
    unclear = ~F.col("verdict").isin(*VERDICTS) | ((F.col("verdict") == KEPT) != F.col("reason").isNull())
    yield _Promise(table, "a known verdict, and a reason unless kept", rows.where(unclear))
    if below is not None:
        below = climbing(below).select("doc_id", "bucket").distinct()
        lost = "every document that climbs from below has a row (climb again if it was not asked to)"
        yield _Promise(table, lost, _without(below, rows))
        yield _Promise(table, "every row has a document that climbs from below", _without(rows, below))
    for name, side in sides.items():
        yield _Promise(name, "one row a doc_id", side.groupBy("doc_id").count().where("count > 1"))
        yield _Promise(name, f"every document of {table} has a row", _without(rows, side))
        yield _Promise(name, f"every row has a document of {table}", _without(side, rows))
    if table == "l3":
        yield _Promise(table, "what is dropped says by which rule", rows.where("verdict = 'dropped' AND rule IS NULL"))
    if "duplicate_of" in rows.columns:
        survivors = rows.where("duplicate_of IS NULL").select(F.col("doc_id").alias("duplicate_of"))
        dangling = rows.where("duplicate_of IS NOT NULL").join(survivors, on="duplicate_of", how="left_anti")
        yield _Promise(table, "a duplicate points at a document that is none", dangling)


def _without(rows: DataFrame, others: DataFrame) -> DataFrame:
    return rows.join(others.select("doc_id", "bucket"), on=["doc_id", "bucket"], how="left_anti")


def _audit_journal(spark: SparkSession, workspace: Workspace) -> Iterator[Finding]:
    root = journal.root_of(workspace, workspace_metadata.read(spark, workspace).get("journal"))
    counts = {queue.name: len(journal.entries(queue)) for queue in journal.queues(root)} if root else {}
    if waiting := [name for name, files in counts.items() if files]:
        promise = "every answer is in the ledger (the next climb folds the journal)"
        yield Finding("journal", promise, sum(counts.values()), tuple(waiting[:_SHOWN]))


def _check_schema(table: str, rows: DataFrame, wanted: StructType) -> Iterator[Finding]:
    have = {field.name: field.dataType.simpleString() for field in rows.schema}
    want = {field.name: field.dataType.simpleString() for field in wanted}
    wrong = sorted(name for name in have.keys() | want.keys() if have.get(name) != want.get(name))
    if wrong:
        about = tuple(f"{name}: {have.get(name, 'missing')}, wanted {want.get(name, 'nothing')}" for name in wrong)
        yield Finding(table, "the columns of its level", len(wrong), about)
