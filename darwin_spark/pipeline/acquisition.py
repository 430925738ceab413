"""Run L0: list the inputs, open the files that must be acquired now, publish their objects."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.events import Counts, Event
from darwin_spark.levels.l0_acquire.level import LEVEL as L0
from darwin_spark.pipeline import changes, inputs, listing_check, noop_check, publish, run_log
from darwin_spark.pipeline.inputs import Input
from darwin_spark.pipeline.run_context import RunContext, Timings, stager
from darwin_spark.storage import spark_files, staging
from darwin_spark.verdicts import is_retryable


@dataclass(frozen=True)
class Sources:
    """What a climb acquires: the inputs, and the path of the manifest that describes their objects."""

    inputs: Sequence[Input] = ()
    manifest: str | None = None


def run_acquisition(context: RunContext, sources: Sources, config_hash: str, reprocess: str | None) -> Counts:
    """Acquire the files that `not_yet_acquired` finds; return row counts by verdict and reason.
    Without inputs it does nothing. Objects of deleted files stay."""
    if not sources.inputs:
        return {}
    workspace, settings = context.workspace, context.settings.l0
    listed = listing_check.digest(context, sources.inputs, sources.manifest)
    if reprocess is None and listing_check.is_unchanged(context, listed):
        context.report(Event(L0.name, "found", {"files": 0}))
        return {}
    run = context.new_run(L0, [])
    timings = Timings()
    stage = stager(context, L0, run.folder, timings)
    existing = changes.read_level(workspace, L0)
    manifest = inputs.load_manifest(workspace.spark, sources.manifest)
    listing = inputs.listing(workspace.spark, sources.inputs, manifest, settings.sample)
    max_attempts = context.settings.pipeline.max_attempts
    files = stage(inputs.not_yet_acquired(listing, existing, L0.retryable, max_attempts, reprocess), "files")
    count = files.count()
    context.report(Event(L0.name, "found", {"files": count}))
    if count == 0:
        staging.clean(workspace, run.folder)
        listing_check.leave_note(context, listed)
        return {}
    run_log.record(workspace, run, run_log.STARTED)
    foreign = [source.source for source in sources.inputs if source.is_foreign]
    tables = {"files": _spread(files, context.partitions(count), foreign), "manifest": manifest}
    answer = L0.process(tables, settings, stage)[L0.name].withColumn("bucket", context.bucket())
    rows = publish.with_bookkeeping(answer, L0, _next_attempts(existing), config_hash, run)
    staged = publish.stage(context, run, L0, {L0.name: rows}, timings)
    _check_no_file_was_lost(files, staged, settings.sample)
    counts = publish.check(staged, L0, None)
    publish.mark_staged(context, run, L0, _superseded_failures(existing, files, staged), counts)
    is_finished = noop_check.is_finished(context, L0, staged, counts)
    publish.publish(context, run, L0, counts, timings)
    if is_finished:
        listing_check.leave_note(context, listed)
    return counts


def _spread(files: DataFrame, partitions: int, foreign: Sequence[str]) -> DataFrame:
    """Return the files spread evenly over partitions; all URLs of a host in one, so that one task at a time asks it.
    The files of foreign sources come with their `content`."""
    if foreign:
        reachable = files.where(~F.col("source").isin(*foreign))
        spread = _spread(reachable, partitions, []).withColumn("content", F.lit(None).cast("binary"))
        for part in spark_files.with_content(files.sparkSession, files.where(F.col("source").isin(*foreign))):
            spread = spread.unionByName(part)
        return spread
    host = F.lower(F.regexp_extract("uri", "^[A-Za-z]+://([^/?#]*)", 1))
    is_url = F.coalesce("is_url", F.lit(False))
    urls = files.where(is_url).repartition(partitions, host)
    return files.where(~is_url).repartition(partitions).unionByName(urls)


def _next_attempts(existing: DataFrame) -> DataFrame:
    """Return doc_id, bucket and RETRY_COLUMNS of the objects whose failure is retryable, with the next attempt's number."""
    failed = existing.where(is_retryable(L0.retryable))
    return failed.select(
        "doc_id", "bucket", F.lit(None).cast("string").alias("input_hash"), (F.col("attempts") + 1).alias("attempts")
    )


def _superseded_failures(existing: DataFrame, files: DataFrame, staged: DataFrame) -> DataFrame:
    """Return doc_id and bucket of retryable failures of the opened files that are not in `staged`: new objects replace them.
    An archive that could not be opened failed as one row, and may have many rows now."""
    failed = existing.where(is_retryable(L0.retryable))
    opened = failed.join(files.select("source", "source_file"), on=["source", "source_file"], how="left_semi")
    return opened.join(staged.select("doc_id"), on="doc_id", how="left_anti").select("doc_id", "bucket")


def _check_no_file_was_lost(files: DataFrame, staged: DataFrame, sample: float) -> None:
    """Raise PublishError if a file that was opened has no row, unless it may lie outside the sample."""
    if sample < 1:
        return
    lost = files.join(staged.select("source", "source_file"), on=["source", "source_file"], how="left_anti")
    names = [row.uri for row in lost.select("uri").limit(5).collect()]
    if names:
        raise publish.PublishError(f"l0: no row came of {', '.join(names)}. Nothing was published; this is a bug of L0.")
