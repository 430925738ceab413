"""A climb: level after level, find the work, judge it, publish it, until the level that was asked for."""

import itertools
import time
from collections.abc import Sequence, Set
from uuid import uuid4

from pyspark.sql import SparkSession

from darwin_spark.config.settings import Settings
from darwin_spark.pipeline import acquisition, changes, inference_step, inputs, level_run, publish, registry, run_log
from darwin_spark.pipeline.inputs import Input
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Budget, Climb, Counts, Event, Report, Timings, ignore
from darwin_spark.pipeline.tracking import tracked_climb
from darwin_spark.storage import session, tables, workspace_metadata
from darwin_spark.storage.tables import Workspace


def climb(
    spark: SparkSession,
    workspace: Workspace,
    settings: Settings,
    sources: Sequence[Input] = (),
    *,
    to: str = "l5",
    manifest: str | None = None,
    reprocess: Sequence[str] = (),
    report: Report = ignore,
) -> dict[str, Counts]:
    """Climb to a level. Answers what was judged, by level: nothing at all when the climb is run again.

    Without `sources` the objects of L0 stay as they are. `reprocess` names levels whose rows are judged anew under the
    present configuration. Raises UnknownLevelError, InputError, TableError, PublishError.
    """
    top = registry.find(to)
    again = {registry.find(name) for name in reprocess}
    with tables.locked(workspace):
        sequence = itertools.count(run_log.last_sequence(spark, workspace) + 1)
        budget = Budget(settings.generation.brakes)
        context = Climb(spark, workspace, settings, report, uuid4().hex, sequence, budget)
        known = _prepare(context, sources, manifest)
        recover(context)
        return _climb_levels(context, registry.IMPLEMENTED[: top.number + 1], sources, known.get("manifest"), again)


def _prepare(context: Climb, sources: Sequence[Input], manifest: str | None) -> dict[str, str]:
    """Fix what is fixed for the workspace, or refuse what does not fit it. A manifest is remembered until another is given."""
    spark, workspace, settings = context.spark, context.workspace, context.settings
    tables.create_schema(spark, workspace)
    known = workspace_metadata.read(spark, workspace)
    workspace_metadata.check_buckets(known, settings.workspace.buckets)
    fixed = {"buckets": str(settings.workspace.buckets), **inputs.roots(sources, known)}
    fixed |= {"manifest": inputs.manifest_path(manifest)} if manifest else {}
    fixed |= {"journal": settings.generation.journal} if settings.generation.journal else {}
    return workspace_metadata.update(spark, workspace, known, fixed)


def _climb_levels(
    context: Climb, ladder: Sequence[Level], sources: Sequence[Input], manifest: str | None, again: Set[Level]
) -> dict[str, Counts]:
    judged: dict[str, Counts] = {}
    past = run_log.past(context.spark, context.workspace)
    with tracked_climb(context.settings, context.workspace) as log_level:
        for level in ladder:
            begun = time.monotonic()
            known = past.get(level.table, run_log.Past())
            counts = _climb_level(context, level, sources, manifest, level in again, known.reprocessed)
            session.expect(context.spark, known.judged + sum(counts.values()))
            seconds = time.monotonic() - begun
            if counts:
                log_level(level, counts, seconds)
            context.report(Event(level.table, "done", counts, seconds))
            judged[level.table] = counts
    return judged


def recover(context: Climb) -> None:
    """Finish what a crash left: publish what was staged whole, throw the rest away. Comes before anything else changes."""
    inference_step.fold_journal(context)
    for run in run_log.unfinished(context.spark, context.workspace):
        level = registry.find(run.level)
        if publish.is_staged(context.spark, context.workspace, run):
            staged = tables.read_staging(context.spark, context.workspace, run.staging(level.table))
            publish.publish(context, run, level, publish.check(staged, level, None), Timings())
        else:
            run_log.record(context.spark, context.workspace, run, run_log.ABANDONED)
    publish.sweep(context)


def _climb_level(
    context: Climb, level: Level, sources: Sequence[Input], manifest: str | None, reprocess: bool, epoch: int
) -> Counts:
    config_hash = changes.config_hash(level, context.settings, epoch + reprocess)
    asked = config_hash if reprocess else None
    if level.number:
        counts = level_run.run_level(context, level, config_hash, asked)
    else:
        counts = acquisition.run_level(context, level, sources, manifest, config_hash, asked)
    if reprocess:
        run_log.record(context.spark, context.workspace, context.new_run(level, []), run_log.REPROCESSED)
    return counts
