"""Between a level's questions and its rows: ask what the ledger does not answer, keep every answer, then assemble."""

from collections.abc import Mapping

from pyspark.sql import DataFrame

from darwin_spark import levels
from darwin_spark.generation import ledger
from darwin_spark.generation.run import engine_workers, generate
from darwin_spark.generation.task import Task
from darwin_spark.levels import Level
from darwin_spark.runner.context import Climb, Event
from darwin_spark.runner.runs import Run
from darwin_spark.verdicts import Stage


def run(
    context: Climb, level: Level, run: Run, task: Task, named: Mapping[str, DataFrame], marks: DataFrame, stage: Stage
) -> DataFrame:
    """The level's rows for the documents in `named`. Each question goes to the engine at most once a climb.

    `marks` (doc_id, attempts) says how often each document was judged, this time counted.
    """
    spark, workspace, settings = context.spark, context.workspace, context.settings
    module, own = levels.module(level), levels.settings_of(level, settings)
    pieces = stage(module.requests(named, own, task), "pieces")
    before = ledger.read(spark, workspace)
    pending = stage(ledger.pending(pieces, marks, before, task, settings.generation.max_attempts), "pending")
    count = pending.count()
    context.report(Event(level.table, "asking", {"requests": count}))
    if count:
        with engine_workers(spark):
            answers = generate(pending, task.engine, task.model, settings.generation.engines)
            ledger.append(answers, workspace, task, run.run_id, run.sequence)
        context.report(Event(level.table, "answered", {"requests": count}))
    answered = ledger.with_attempts(pieces, ledger.read(spark, workspace))
    rows: DataFrame = module.assemble({**named, "pieces": answered}, own, task)
    return rows
