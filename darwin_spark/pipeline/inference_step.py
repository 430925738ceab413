"""Process documents with models: requests, responses, rows. A level of several groups of buckets and one task may send all
requests first, in one job (`answer_ahead`): between jobs an engine drains, and Spark ends Python workers idle for a minute."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.config.section import Section
from darwin_spark.inference import response_store
from darwin_spark.inference.client import RequestSet
from darwin_spark.pipeline import changes, run_log
from darwin_spark.pipeline.level import AnyLevel, ModelLevel, PreparingLevel
from darwin_spark.pipeline.priority import with_priority
from darwin_spark.pipeline.run_context import RunContext, Timings, stager
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import staging
from darwin_spark.verdicts import Stage, Tables


def answer(
    context: RunContext, run: Run, level: ModelLevel[Section], tables: Tables, processed: DataFrame | None, stage: Stage
) -> DataFrame:
    """Return the level's rows for the documents in `tables`; send its requests before, unless `processed` is None: then
    `answer_ahead` has sent them. `tables` holds `documents`, and `stored`: the same documents before repartitioning, of which
    images are rendered. `processed` (doc_id, bucket, attempts) counts the attempts of each document, this one included."""
    settings = context.settings_of(level)
    if isinstance(level, PreparingLevel):
        tables = {**tables, **level.prepare(tables, settings, stage)}
    tasks = level.tasks(settings)
    for task in tasks:
        chunks = stage(level.requests(tables, settings, task), f"chunks_{task.name}")
        if processed is None:
            tables = {**tables, task.name: response_store.with_attempts(chunks, response_store.read(context.workspace))}
            continue
        documents = with_priority(context, level, processed)
        asked = RequestSet(level.name, run.run_id, task, chunks, documents, stage, tables["stored"])
        tables = {**tables, task.name: context.client.answer(asked)}
    return level.assemble(tables, settings, tasks)


def answer_ahead(context: RunContext, level: AnyLevel, found: DataFrame) -> bool:
    """Send the requests of the whole level, all groups of buckets at once, and store the responses. Return whether it did so.
    Does nothing for a level without tasks, or one that prepares its documents (L1 parses them: a crash must not cost all of
    that) or has several tasks: these two send their requests group by group."""
    settings = context.settings_of(level)
    if not isinstance(level, ModelLevel) or isinstance(level, PreparingLevel):
        return False
    tasks = level.tasks(settings)
    if len(tasks) != 1:
        return False
    run = context.new_run(level, [])
    stage = stager(context, level, run.folder, Timings())
    run_log.record(context.workspace, run, run_log.STARTED)
    processed = found.where(F.col("change").isin(*changes.TODO))
    documents = changes.documents(context.workspace, level, context.settings, processed)
    chunks = stage(level.requests({"documents": documents}, settings, tasks[0]), f"chunks_{tasks[0].name}")
    asked = RequestSet(level.name, run.run_id, tasks[0], chunks, with_priority(context, level, processed), stage, documents)
    context.client.answer(asked)
    staging.clean(context.workspace, run.folder)
    run_log.record(context.workspace, run, run_log.ASKED)
    return True
