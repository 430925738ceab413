"""Run a level above L0: find the documents to process or remove, process them in groups of buckets, publish each group."""

from collections import Counter
from dataclasses import dataclass, replace

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from darwin_spark.config.section import Section
from darwin_spark.events import Counts, Event
from darwin_spark.pipeline import changes, inference_step, noop_check, publish, run_log
from darwin_spark.pipeline.level import AnyLevel, BalancedLevel, IndexedLevel, ModelLevel, ProcessingLevel, side_tables_of
from darwin_spark.pipeline.run_context import RunContext, Timings, stager
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import delta, staging
from darwin_spark.storage.frames import empty_frame, in_buckets
from darwin_spark.verdicts import RETRY_COLUMNS, Tables, removed_rows, with_retry_columns

_MAX_REPARTITIONED = 10_000  # documents; up to this number, the texts that an indexed level reads are repartitioned evenly
_MIN_DOCUMENTS_PER_TASK, _DOCUMENTS_PER_TASK = 10, 250
"""At least 10 documents per task; 250 once every slot has a task: starting a Python task costs a fifth of a second."""


def run_level(context: RunContext, level: AnyLevel, config_hash: str, reprocess: str | None) -> Counts:
    """Process missing, stale and retryable documents and remove deleted ones. Return how many rows got each verdict and reason.
    `reprocess`: the `config_hash` that all rows must have, if the level is reprocessed."""
    inputs, last = noop_check.fingerprint(context, level), delta.last_commit(context.workspace, level.name)
    if reprocess is None and noop_check.is_unchanged(inputs, last):
        context.report(Event(level.name, "found"))
        return {}
    timings = Timings()
    # Staged once: the changes are read many times, and finding them joins whole tables.
    found = stager(context, level, context.changes_folder(level), timings)(
        changes.level_changes(context.workspace, level, context.settings, reprocess), "changes"
    )
    groups = _groups(context, level, found)
    if len(groups) > 1 and any(group.count for group in groups) and inference_step.answer_ahead(context, level, found):
        groups = [replace(group, is_answered=True) for group in groups]
    totals: Counter[str] = Counter()
    finished = True
    for group in groups:
        run = context.new_run(level, group.buckets)
        staged, counts = _process_group(context, run, level, group, config_hash, timings)
        finished = finished and noop_check.is_finished(context, level, staged, counts)
        note = noop_check.note(inputs, last, commits=len(groups)) if finished and group is groups[-1] else None
        commit = publish.LevelCommit(note, _replaced_buckets(context, level, group))
        publish.publish(context, run, level, counts, timings, commit)
        totals.update(counts)
        timings = Timings()
    if not groups and last:
        noop_check.leave_note(context, level, inputs, last)
    staging.clean(context.workspace, context.changes_folder(level))
    return dict(totals)


@dataclass(frozen=True)
class _Group:
    """Buckets that are processed and published in one run, with their changes."""

    buckets: list[str]
    count: int  # documents to process
    only_adds: bool  # whether all changes are new documents, so that every existing row stays
    changes: DataFrame  # doc_id, bucket, input_hash, attempts, change of the documents to process or remove
    is_answered: bool = False  # whether the requests of the whole level were sent before (`inference_step.answer_ahead`)

    @property
    def todo(self) -> DataFrame:
        """doc_id, bucket of the documents to process."""
        return self.changes.where(F.col("change").isin(*changes.TODO)).select("doc_id", "bucket")

    @property
    def deleted(self) -> DataFrame:
        """The changes of those documents whose rows are removed."""
        return self.changes.where(F.col("change") == changes.DELETED)

    @property
    def processed(self) -> DataFrame:
        """doc_id, bucket and RETRY_COLUMNS of the documents to process."""
        return self.changes.where(F.col("change") != changes.DELETED).select("doc_id", "bucket", *RETRY_COLUMNS)


def _groups(context: RunContext, level: AnyLevel, found: DataFrame) -> list[_Group]:
    """Return the changes in groups of buckets: one group for an indexed level, which must see all of its table."""
    rows = found.groupBy("bucket", "change").count().collect()
    by_change: Counter[str] = Counter()
    for row in rows:
        by_change[row.change] += row["count"]
    context.report(Event(level.name, "found", dict(by_change)))
    buckets = sorted({row.bucket for row in rows})
    size = max(len(buckets), 1) if isinstance(level, IndexedLevel) else context.settings.pipeline.buckets_per_group
    return [_group(found, rows, buckets[start : start + size]) for start in range(0, len(buckets), size)]


def _group(found: DataFrame, rows: list[Row], buckets: list[str]) -> _Group:
    here = [row for row in rows if row.bucket in buckets]
    count = sum(row["count"] for row in here if row.change in changes.TODO)
    only_adds = all(row.change == changes.MISSING for row in here)
    return _Group(buckets, count, only_adds, in_buckets(found, buckets))


def _process_group(
    context: RunContext, run: Run, level: AnyLevel, group: _Group, config_hash: str, timings: Timings
) -> tuple[DataFrame, Counts]:
    """Process a group of buckets, stage the rows and check them. Return the level's staged rows and their counts."""
    run_log.record(context.workspace, run, run_log.STARTED)
    stage, settings = stager(context, level, run.folder, timings), context.settings_of(level)
    if isinstance(level, IndexedLevel):
        features = _features(context, run, level, group, timings)
        answers: Tables = level.process({"features": features, **_existing_rows(context, level, group)}, settings, stage)
    elif group.count == 0:
        answers = {level.name: empty_frame(context.workspace.spark, level.schema)}
    elif isinstance(level, ModelLevel) and level.tasks(settings):
        documents, processed = _documents(context, level, group), None if group.is_answered else group.changes
        answers = {level.name: inference_step.answer(context, run, level, documents, processed, stage)}
    else:
        assert isinstance(level, ProcessingLevel), f"{level.name} has neither process nor tasks under these settings"
        answers = level.process(_documents(context, level, group), settings, stage)
    rows = publish.with_bookkeeping(answers[level.name], level, group.processed, config_hash, run)
    staged = publish.stage(context, run, level, {**answers, level.name: rows}, timings)
    counts = publish.check(staged, level, group.todo)
    publish.mark_staged(context, run, level, group.deleted, counts)
    return staged, counts


def _documents(context: RunContext, level: AnyLevel, group: _Group) -> Tables:
    """Return `documents` of a group, and `stored`: the same before the repartitioning, to read single documents again."""
    stored = changes.documents(context.workspace, level, context.settings, group.todo)
    if isinstance(level, BalancedLevel) and level.balance_rows:  # repartition by row count: the cost does not track bytes
        return {"documents": stored.repartition(context.partitions(group.count)), "stored": stored}
    return {"documents": stored, "stored": stored}


def _replaced_buckets(context: RunContext, level: AnyLevel, group: _Group) -> list[str] | None:
    """Return the buckets to rewrite; an empty list if documents are only added. None (unknown) at an indexed level, which may
    emit existing rows again, and on a store without a lock, where another climb may have published meanwhile."""
    if isinstance(level, IndexedLevel) or not context.workspace.is_local:
        return None
    return [] if group.only_adds else group.buckets


def _features(context: RunContext, run: Run, level: IndexedLevel[Section], group: _Group, timings: Timings) -> DataFrame:
    """Stage what an indexed level needs of each text, some buckets at a time, and return it read back.
    Up to 10,000 documents are repartitioned: a few new documents in a large table lie together and would be one task."""
    workspace, name = context.workspace, run.staging("step_features")
    size = context.settings.pipeline.buckets_per_group
    context.report(Event(level.name, "staging features"))
    with timings.step("features"):
        for start in range(0, len(run.buckets), size):
            buckets = run.buckets[start : start + size]
            documents = changes.documents(workspace, level, context.settings, in_buckets(group.todo, buckets))
            if group.count <= _MAX_REPARTITIONED:
                count = group.count * len(buckets) // len(run.buckets)
                partitions = max(min(count // _MIN_DOCUMENTS_PER_TASK, context.slots), count // _DOCUMENTS_PER_TASK)
                documents = documents.repartition(max(1, partitions))
            features = level.features(documents, context.settings_of(level))
            staging.write(features, workspace, name, mode="append")
    return staging.read(workspace, name, features.schema)


def _existing_rows(context: RunContext, level: AnyLevel, group: _Group) -> dict[str, DataFrame]:
    """Return the unchanged rows of the level's table and its side tables; of side tables also those that leave or are replaced.
    Unchanged rows are found by anti-join with the changes: few changes are broadcast, and the tables are not shuffled."""
    workspace = context.workspace
    changed = group.changes.select("doc_id", "bucket")

    def unchanged(rows: DataFrame) -> DataFrame:
        return rows if group.only_adds else rows.join(changed, on=["doc_id", "bucket"], how="left_anti")

    own = changes.read_level(workspace, level).select(*with_retry_columns(level.schema).fieldNames())
    found = {level.name: unchanged(own)}
    for name, schema in side_tables_of(level).items():
        side = workspace.read_or_empty(name, schema).select(*schema.fieldNames())
        found[name] = unchanged(side)
        if not group.only_adds:
            found[removed_rows(name)] = side.join(changed, on=["doc_id", "bucket"], how="left_semi")
    return found
