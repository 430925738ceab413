"""The run of a level above L0: find what changed below, judge it group by group of buckets, publish each group."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.pipeline import changes as work
from darwin_spark.pipeline import inference_step, noop_check, publish, registry, run_log
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Climb, Counts, Event, Timings, stager
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import tables
from darwin_spark.verdicts import MARKS, Stage, leaving, with_marks

_FEW = 10_000
"""Documents; so many texts may be dealt out evenly."""
_LEAST, _A_TASK = 10, 250
"""Documents of a task then: so few while there are fewer tasks than slots, and so many beyond, for a task of Python costs a
fifth of a second beside them."""


def run_level(context: Climb, level: Level, config_hash: str, reprocess: str | None) -> Counts:
    """Judge what is missing, stale or worth another try, and let orphans go. Answers the rows by verdict and reason."""
    below, own = noop_check.below(context, level), tables.last_commit(context.spark, context.workspace, level.table)
    if reprocess is None and noop_check.is_left_so(below, own):
        context.report(Event(level.table, "found"))
        return {}
    timings = Timings()
    changes = _stage_changes(context, level, reprocess, timings)
    groups = _groups(context, level, changes)
    todo = any(group.count for group in groups)
    asked = todo and len(groups) > 1 and inference_step.ask_ahead(context, level, changes)
    totals: Counter[str] = Counter()
    through = True
    for group in groups:
        run = context.new_run(level, group.buckets)
        judging = _Judging(context, level, run, group, timings)
        staged, counts = _stage_group(judging, config_hash, asked)
        through = through and noop_check.is_through(context, level, staged, counts)
        note = noop_check.note(below, own, commits=len(groups)) if through and group is groups[-1] else None
        publish.publish(context, run, level, counts, timings, note=note, replaced=_replaced(judging))
        totals.update(counts)
        timings = Timings()
    if not groups and own:
        noop_check.leave_note(context, level, below, own)
    publish.clean(context, context.looking(level))
    return dict(totals)


@dataclass(frozen=True)
class _Group:
    """Buckets that are judged and published in one run: `count` of their documents need a new judgement.

    A group that only `grows` has newcomers and nothing else: every row that there is stands.
    """

    buckets: list[str]
    count: int
    grows: bool
    changes: DataFrame
    """doc_id, bucket, input_hash, attempts, change of the documents that are to be judged or to leave."""

    @property
    def todo(self) -> DataFrame:
        """doc_id, bucket of the documents that need a new judgement."""
        return self.changes.where(F.col("change").isin(*work.TODO)).select("doc_id", "bucket")

    @property
    def gone(self) -> DataFrame:
        """Their rows are to leave."""
        return self.changes.where(F.col("change") == work.ORPHAN)

    @property
    def marks(self) -> DataFrame:
        """doc_id, bucket and the runner's marks of the documents that stay."""
        return self.changes.where(F.col("change") != work.ORPHAN).select("doc_id", "bucket", *MARKS)


def _groups(context: Climb, level: Level, changes: DataFrame) -> list[_Group]:
    """What is to do, in groups of buckets; a level that must see all of its table has one group."""
    found = changes.groupBy("bucket", "change").count().collect()
    by_change: Counter[str] = Counter()
    for row in found:
        by_change[row.change] += row["count"]
    context.report(Event(level.table, "found", dict(by_change)))
    buckets = sorted({row.bucket for row in found})
    size = max(len(buckets), 1) if _is_global(level) else context.settings.runner.buckets_per_group
    groups = []
    for start in range(0, len(buckets), size):
        names = buckets[start : start + size]
        here = [row for row in found if row.bucket in names]
        count = sum(row["count"] for row in here if row.change in work.TODO)
        grows = all(row.change == work.MISSING for row in here)
        groups.append(_Group(names, count, grows, tables.in_buckets(changes, names)))
    return groups


@dataclass(frozen=True)
class _Judging:
    """One run at work on a group."""

    context: Climb
    level: Level
    run: Run
    group: _Group
    timings: Timings

    @property
    def stage(self) -> Stage:
        return stager(self.context, self.level.table, self.run.folder, self.timings)


def _is_global(level: Level) -> bool:
    """Whether the level must see all of its table at once (deduplication), and not a group of buckets."""
    return bool(registry.side_tables(level))


def _stage_changes(context: Climb, level: Level, reprocess: str | None, timings: Timings) -> DataFrame:
    """What is to do, found once and laid down: it is read many times, and finding it joins whole tables."""
    moving = _changes(context, level, reprocess).where(F.col("change") != work.STANDING)
    return stager(context, level.table, context.looking(level), timings)(moving, "changes")


def _changes(context: Climb, level: Level, reprocess: str | None) -> DataFrame:
    spark, workspace, settings = context.spark, context.workspace, context.settings
    wanted = work.expected(spark, workspace, level, settings)
    rows = work.read_level(spark, workspace, level)
    retryable = sorted(registry.module(level).RETRYABLE)
    standing = work.of_variant(rows, level, settings)
    changes = work.changes(wanted, standing, retryable, settings.runner.max_attempts, reprocess)
    variant = registry.variant(level, settings)
    if variant is None:
        return changes
    others = rows.where(F.col("variant") != variant).join(wanted, on=["doc_id", "bucket"], how="left_anti")
    gone = others.select("doc_id", "bucket", F.lit(work.ORPHAN).alias("change"), "variant")
    return changes.withColumn("variant", F.lit(variant)).unionByName(gone, allowMissingColumns=True)


def _stage_group(judging: _Judging, config_hash: str, asked: bool) -> tuple[DataFrame, Counts]:
    """Judge a group of buckets, and stage its rows so that they may be published. `asked`: its questions were put."""
    context, level, run, group = judging.context, judging.level, judging.run, judging.group
    run_log.record(context.spark, context.workspace, run, run_log.STARTED)
    answers = _answers(judging, asked)
    marked = publish.with_bookkeeping(answers[level.table], level, group.marks, config_hash, run)
    staged = publish.stage(context, run, level, {**answers, level.table: marked}, judging.timings)
    counts = publish.check(staged, level, group.todo)
    publish.seal(context, run, level, group.gone, counts)
    return staged, counts


def _replaced(judging: _Judging) -> list[str] | None:
    """The buckets whose rows are replaced, where that is known: not of a level that may answer rows that stand.

    On a store that is not locked another climb may have published in between.
    """
    if _is_global(judging.level) or not judging.context.workspace.is_local:
        return None
    return [] if judging.group.grows else judging.group.buckets


def _answers(judging: _Judging, asked: bool) -> Mapping[str, DataFrame]:
    """The level's own answers; a level without work below it is not asked, unless it must elect anew."""
    context, level, group = judging.context, judging.level, judging.group
    module, settings = registry.module(level), registry.settings_of(level, context.settings)
    if _is_global(level):
        named = {"features": _features(judging), **_standing(context, level, group)}
        return dict(module.judge(named, settings, judging.stage))
    if group.count == 0:
        return {level.table: tables.nothing(context.spark, module.SCHEMA)}
    stored = work.documents(context.spark, context.workspace, level, context.settings, group.todo)
    spread = stored.repartition(context.spread(group.count)) if getattr(module, "SPREAD", False) else stored
    tasks = registry.tasks(level, settings)
    if not tasks:
        return dict(module.judge({"documents": spread}, settings, judging.stage))
    named = {"documents": spread, "stored": stored}
    rows = inference_step.run(context, level, judging.run, tasks, named, group.changes, judging.stage, asked=asked)
    return {level.table: rows}


def _features(judging: _Judging) -> DataFrame:
    """What a level that sees all of its table needs of each text, found group by group of buckets.

    Texts are not shuffled, unless they are few: newcomers to a large table lie together, and would be one task's.
    """
    context, level, run = judging.context, judging.level, judging.run
    spark, workspace, module = context.spark, context.workspace, registry.module(level)
    settings = registry.settings_of(level, context.settings)
    name = run.staging("step_features")
    size = context.settings.runner.buckets_per_group
    context.report(Event(level.table, "staging features"))
    with judging.timings.step("features"):
        for start in range(0, len(run.buckets), size):
            group = tables.in_buckets(judging.group.todo, run.buckets[start : start + size])
            documents = work.documents(spark, workspace, level, context.settings, group)
            if judging.group.count <= _FEW:
                here = judging.group.count * len(run.buckets[start : start + size]) // len(run.buckets)
                documents = documents.repartition(max(1, min(here // _LEAST, context.slots), here // _A_TASK))
            features = module.features(documents, settings)
            tables.write_staging(features, workspace, name, mode="append")
    return tables.read_staging(spark, workspace, name, features.schema)


def _standing(context: Climb, level: Level, group: _Group) -> dict[str, DataFrame]:
    """The rows that stand, of the level's table and its side tables; of the latter also those that leave or are judged anew.

    Told by what does not stand: where little changes, that is sent to the tables, and their rows stay where they lie.
    """
    spark, workspace = context.spark, context.workspace
    moving = group.changes.select("doc_id", "bucket")

    def standing(rows: DataFrame) -> DataFrame:
        return rows if group.grows else rows.join(moving, on=["doc_id", "bucket"], how="left_anti")

    own = work.read_level(spark, workspace, level).select(*with_marks(registry.module(level).SCHEMA).fieldNames())
    found = {level.table: standing(own)}
    for name, schema in registry.side_tables(level).items():
        side = tables.read_or_empty(spark, workspace, name, schema).select(*schema.fieldNames())
        found[name] = standing(side)
        if not group.grows:
            found[leaving(name)] = side.join(moving, on=["doc_id", "bucket"], how="left_semi")
    return found
