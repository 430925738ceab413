"""The run of L0: list the inputs, open the files that are new or changed, publish their objects."""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.levels.l0_acquire.level import judge
from darwin_spark.pipeline import changes, inputs, publish, registry, run_log
from darwin_spark.pipeline.inputs import Input
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Climb, Counts, Event, Timings, stager
from darwin_spark.storage import spark_files
from darwin_spark.verdicts import FAILED


def run_level(
    context: Climb, level: Level, sources: Sequence[Input], manifest: str | None, config_hash: str, reprocess: str | None
) -> Counts:
    """Acquire what is new, changed or worth another try. Objects that left the input stay: L0 preserves (§2)."""
    if not sources:
        return {}
    spark, workspace, settings = context.spark, context.workspace, context.settings
    run = context.new_run(level, [])
    timings = Timings()
    stage = stager(context, level.table, run.folder, timings)
    standing = changes.read_level(spark, workspace, level)
    described = inputs.load_manifest(spark, manifest)
    listing = inputs.listing(spark, sources, described, settings.l0.sample)
    retryable = sorted(registry.module(level).RETRYABLE)
    new = inputs.not_yet_acquired(listing, standing, retryable, settings.runner.max_attempts, reprocess)
    files = stage(new, "files")
    count = files.count()
    context.report(Event(level.table, "found", {"files": count}))
    if count == 0:
        publish.clean(context, run.folder)
        return {}
    run_log.record(spark, workspace, run, run_log.STARTED)
    foreign = [source.source for source in sources if source.is_foreign]
    named = {"files": _dealt(files, context.spread(count), foreign), "manifest": described}
    answer = judge(named, settings.l0, stage)[level.table].withColumn("bucket", context.bucket())
    marked = publish.with_bookkeeping(answer, level, _marks(standing, retryable), config_hash, run)
    staged = publish.stage(context, run, level, {level.table: marked}, timings)
    _check_no_file_was_lost(files, staged, settings.l0.sample)
    counts = publish.check(staged, level, None)
    publish.seal(context, run, level, _overcome(standing, files, staged, retryable), counts)
    publish.publish(context, run, level, counts, timings)
    return counts


def _dealt(files: DataFrame, partitions: int, foreign: Sequence[str]) -> DataFrame:
    """Files dealt out evenly; the URLs of one host in one partition, so that one task at a time asks that host.

    The files of foreign sources come with their `content`.
    """
    if foreign:
        near = files.where(~F.col("source").isin(*foreign))
        dealt = _dealt(near, partitions, []).withColumn("content", F.lit(None).cast("binary"))
        for part in spark_files.with_content(files.sparkSession, files.where(F.col("source").isin(*foreign))):
            dealt = dealt.unionByName(part)
        return dealt
    host = F.lower(F.regexp_extract("uri", "^[A-Za-z]+://([^/?#]*)", 1))
    is_url = F.coalesce("is_url", F.lit(False))
    urls = files.where(is_url).repartition(partitions, host)
    return files.where(~is_url).repartition(partitions).unionByName(urls)


def _marks(standing: DataFrame, retryable: Sequence[str]) -> DataFrame:
    """How often the objects were tried whose failure is worth another try."""
    failed = standing.where((F.col("verdict") == FAILED) & F.col("reason").isin(*retryable))
    return failed.select(
        "doc_id", "bucket", F.lit(None).cast("string").alias("input_hash"), (F.col("attempts") + 1).alias("attempts")
    )


def _overcome(standing: DataFrame, files: DataFrame, staged: DataFrame, retryable: Sequence[str]) -> DataFrame:
    """The passing failures of the files opened now that did not come again: objects stand in their place.

    A container that could not be opened failed as one row, and has many now; the row would have it opened for ever.
    """
    failed = standing.where((F.col("verdict") == FAILED) & F.col("reason").isin(*retryable))
    opened = failed.join(files.select("source", "source_file"), on=["source", "source_file"], how="left_semi")
    return opened.join(staged.select("doc_id"), on="doc_id", how="left_anti").select("doc_id", "bucket")


def _check_no_file_was_lost(files: DataFrame, staged: DataFrame, sample: float) -> None:
    """Every file that was opened has at least one row, unless it lies outside the sample."""
    if sample < 1:
        return
    lost = files.join(staged.select("source", "source_file"), on=["source", "source_file"], how="left_anti")
    names = [row.uri for row in lost.select("uri").limit(5).collect()]
    if names:
        raise publish.PublishError(f"l0: no row came of {', '.join(names)}. Nothing was published; this is a bug of L0.")
