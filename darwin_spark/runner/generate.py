"""Between a level's questions and its rows: ask what the ledger does not answer, keep every answer, then assemble."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql import DataFrame

from darwin_spark import levels
from darwin_spark.generation import ledger
from darwin_spark.generation.pictures import with_documents
from darwin_spark.generation.run import engine_workers, generate
from darwin_spark.generation.task import Task
from darwin_spark.levels import Level
from darwin_spark.runner.context import Climb, Event
from darwin_spark.runner.runs import Run
from darwin_spark.verdicts import Stage


def run(
    context: Climb,
    level: Level,
    run: Run,
    tasks: Sequence[Task],
    named: Mapping[str, DataFrame],
    marks: DataFrame,
    stage: Stage,
) -> DataFrame:
    """The level's rows for the documents in `named`. A question is asked once a climb, or as often as its task says.

    `marks` (doc_id, attempts) says how often each document was judged, this time counted. `stored` in `named` are the
    documents as they lie, of which only those are fetched whose pictures are asked about.
    """
    module, own = levels.module(level), levels.settings_of(level, context.settings)
    named = {**named, **(module.prepare(named, own, stage) if hasattr(module, "prepare") else {})}
    turns = itertools.count(1)
    for task in tasks:
        pieces = stage(module.requests(named, own, task), "pieces" if task is tasks[0] else f"pieces_{task.name}")
        answered = _answered(context, run, task, pieces, named["stored"], marks, stage, turns)
        named = {**named, task.name if levels.asks_several(level) else "pieces": answered}
    rows: DataFrame = module.assemble(named, own, tasks if levels.asks_several(level) else tasks[0])
    return rows


def _answered(
    context: Climb,
    run: Run,
    task: Task,
    pieces: DataFrame,
    documents: DataFrame,
    marks: DataFrame,
    stage: Stage,
    turns: Iterator[int],
) -> DataFrame:
    """The pieces with all attempts at them, after what is still to be asked was asked.

    `turns` go on from task to task: each is a transaction of the ledger, and one number is never used twice in a run.
    """
    for turn in itertools.islice(turns, task.attempts or 1):
        if not _ask(context, run, task, pieces, documents, marks, stage, turn):
            break
    return ledger.with_attempts(pieces, ledger.read(context.spark, context.workspace))


def _ask(
    context: Climb, run: Run, task: Task, pieces: DataFrame, documents: DataFrame, marks: DataFrame, stage: Stage, turn: int
) -> int:
    """Ask what has no acceptable answer yet and may be asked; answers how much that was."""
    spark, workspace, settings = context.spark, context.workspace, context.settings.generation
    before = ledger.read(spark, workspace)
    name = "pending" if turn == 1 else f"pending_{turn}"
    pending = stage(ledger.pending(pieces, marks, before, task, settings.max_attempts), name)
    count = pending.count()
    if count or turn == 1:
        context.report(Event(run.level, "asking", {"requests": count}))
    if count:
        asked = with_documents(pending, pieces, documents) if task.pictures else pending
        with engine_workers(spark):
            answers = generate(asked, task.engine, task.model, settings.engines, task.pictures)
            ledger.append(answers, workspace, task, run.run_id, run.sequence, turn)
        context.report(Event(run.level, "answered", {"requests": count}))
    return count
