"""Check that the workspace keeps its promises: schemas, unique rows, verdicts with reasons, no lost document."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from darwin_spark.inference import response_store
from darwin_spark.inference.journal import queue as journal
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import table_schema
from darwin_spark.pipeline.level import AnyLevel, AuditedLevel, key_columns, side_tables_of
from darwin_spark.pipeline.publish import unclear_verdict
from darwin_spark.storage import workspace_metadata
from darwin_spark.storage.frames import empty_frame
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import climbs

_SHOWN = 20
_NARROW = ("doc_id", "bucket", "verdict", "reason", "variant", "duplicate_of", "rule")  # columns that the promises look at


@dataclass(frozen=True)
class Finding:
    """A broken promise: the table, the promise, how many ids (or runs, files, columns) break it, and some of their names."""

    table: str
    promise: str
    count: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Promise:
    """A promise of a table, and the documents (`doc_id`) that break the promise."""

    table: str
    text: str
    broken: DataFrame


def audit(workspace: Workspace) -> list[Finding]:
    """Return a Finding for every broken promise; none for a clean workspace. While columns are wrong, no rows are checked."""
    findings = _audit_tables(workspace)
    findings += _audit_journal(workspace)
    unfinished = run_log.unfinished(workspace)
    if unfinished:
        ids = tuple(run.run_id for run in unfinished[:_SHOWN])
        findings.append(Finding("runs", "every run was finished (the next climb does that)", len(unfinished), ids))
    return findings


def _audit_tables(workspace: Workspace) -> list[Finding]:
    """Return the findings about the tables. If a table has wrong columns, only findings about columns are returned."""
    found = {level.name: workspace.read(level.name) for level in registry.levels() if workspace.exists(level.name)}
    responses = response_store.read(workspace)
    findings = list(_check_schema(response_store.TABLE, responses, response_store.SCHEMA))
    for name, rows in found.items():
        findings += _check_schema(name, rows, table_schema(registry.find(name)))
    if findings:
        return findings
    with ExitStack() as cached:
        return list(_broken([*_promises(workspace, found, cached), _response_promise(responses)]))


def _broken(promises: Sequence[_Promise]) -> Iterator[Finding]:
    """Yield a Finding for each broken promise. One query checks all; those with more ids than shown are counted separately."""
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


def _response_promise(responses: DataFrame) -> _Promise:
    twice = responses.groupBy("request_id", "attempt").count().where("count > 1").select(F.col("request_id").alias("doc_id"))
    return _Promise(response_store.TABLE, "an attempt at a request stands once", twice)


def _promises(workspace: Workspace, found: Mapping[str, DataFrame], cached: ExitStack) -> Iterator[_Promise]:
    """Yield the promises of all tables. Each table is read once, its few columns are cached: opening a Delta table is slow."""

    def narrow(rows: DataFrame) -> DataFrame:
        frame = rows.select(*(name for name in _NARROW if name in rows.columns)).persist()
        cached.callback(frame.unpersist)
        return frame

    narrowed = {name: narrow(rows) for name, rows in found.items()}
    for name, rows in narrowed.items():
        level = registry.find(name)
        sides = {side: narrow(workspace.read(side)) for side in side_tables_of(level)}
        below = None
        if level.below:
            # A level below without a table has no documents.
            below = narrowed.get(level.below, empty_frame(workspace.spark, table_schema(registry.find(level.below))))
        yield from _level_promises(level, rows, below)
        for side, side_rows in sides.items():
            yield from _side_table_promises(level, rows, side, side_rows)


def _level_promises(level: AnyLevel, rows: DataFrame, below: DataFrame | None) -> Iterator[_Promise]:
    table, keys = level.name, key_columns(level)
    yield _Promise(table, f"one row a {' and '.join(keys)}", rows.groupBy(*keys).count().where("count > 1"))
    yield _Promise(table, "a known verdict, and a reason unless kept", rows.where(unclear_verdict()))
    if below is not None:
        climbing = below.where(climbs()).select("doc_id", "bucket").distinct()
        lost = "every document that climbs from below has a row (climb again if it was not asked to)"
        yield _Promise(table, lost, _without(climbing, rows))
        yield _Promise(table, "every row has a document that climbs from below", _without(rows, climbing))
    if isinstance(level, AuditedLevel):
        yield from (_Promise(table, promise, broken) for promise, broken in level.promises(rows).items())


def _side_table_promises(level: AnyLevel, rows: DataFrame, name: str, side: DataFrame) -> Iterator[_Promise]:
    yield _Promise(name, "one row a doc_id", side.groupBy("doc_id").count().where("count > 1"))
    yield _Promise(name, f"every document of {level.name} has a row", _without(rows, side))
    yield _Promise(name, f"every row has a document of {level.name}", _without(side, rows))


def _without(rows: DataFrame, others: DataFrame) -> DataFrame:
    return rows.join(others.select("doc_id", "bucket"), on=["doc_id", "bucket"], how="left_anti")


def _audit_journal(workspace: Workspace) -> Iterator[Finding]:
    root = journal.root_of(workspace, workspace_metadata.read(workspace).get("journal"))
    counts = {queue.name: len(journal.entries(queue)) for queue in journal.queues(root)} if root else {}
    if waiting := [name for name, files in counts.items() if files]:
        promise = "every response is in the response store (the next climb compacts the journal)"
        yield Finding("journal", promise, sum(counts.values()), tuple(waiting[:_SHOWN]))


def _check_schema(table: str, rows: DataFrame, wanted: StructType) -> Iterator[Finding]:
    have = {field.name: field.dataType.simpleString() for field in rows.schema}
    want = {field.name: field.dataType.simpleString() for field in wanted}
    wrong = sorted(name for name in have.keys() | want.keys() if have.get(name) != want.get(name))
    if wrong:
        about = tuple(f"{name}: {have.get(name, 'missing')}, wanted {want.get(name, 'nothing')}" for name in wrong)
        yield Finding(table, "the columns of its level", len(wrong), about)
