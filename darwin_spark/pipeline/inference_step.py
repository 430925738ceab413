"""Between a level's questions and its rows: ask what the ledger does not answer, keep every answer, then assemble.

Where a level is judged in several groups of buckets, all of its questions are asked first, in one Spark job (`ask_ahead`):
between two jobs an engine would drain, and Spark ends Python workers that idle for a minute.
"""

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.inference import response_store
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.inference.images import with_documents
from darwin_spark.inference.job import ask_all
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.compaction import fold_all
from darwin_spark.inference.journal.queue import JournalError, Queue
from darwin_spark.inference.task import Task
from darwin_spark.inference.worker.placement import gpus_of
from darwin_spark.inference.worker.worker import Asking
from darwin_spark.pipeline import changes as work
from darwin_spark.pipeline import publish, registry, run_log
from darwin_spark.pipeline.priority import with_priority
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Climb, Event, Timings, stager
from darwin_spark.pipeline.run_log import Run
from darwin_spark.verdicts import Stage


@dataclass(frozen=True)
class _Questions:
    """What one run of a level asks: its pieces, the documents that pose them, and how often these were judged."""

    context: Climb
    run: Run
    task: Task
    pieces: DataFrame
    documents: DataFrame
    marks: DataFrame
    stage: Stage


def run(
    context: Climb,
    level: Level,
    run: Run,
    tasks: Sequence[Task],
    named: Mapping[str, DataFrame],
    marks: DataFrame,
    stage: Stage,
    *,
    asked: bool,
) -> DataFrame:
    """The level's rows for the documents in `named`. A question is asked once a climb, or as often as its task says.

    `marks` (doc_id, bucket, attempts) says how often each document was judged, this time counted. `stored` in `named` are
    the documents as they lie, of which only those are fetched whose pictures are asked about. `asked`: `ask_ahead` did it.
    """
    module, own = registry.module(level), registry.settings_of(level, context.settings)
    named = {**named, **(module.prepare(named, own, stage) if hasattr(module, "prepare") else {})}
    turns = itertools.count(1)
    for task in tasks:
        pieces = stage(module.requests(named, own, task), "pieces" if task is tasks[0] else f"pieces_{task.name}")
        if not asked:
            _ask_in_turns(_Questions(context, run, task, pieces, named["stored"], marks, stage), turns)
        answered = response_store.with_attempts(pieces, response_store.read(context.spark, context.workspace))
        named = {**named, task.name if registry.asks_several(level) else "pieces": answered}
    rows: DataFrame = module.assemble(named, own, tasks if registry.asks_several(level) else tasks[0])
    return rows


def _ask_in_turns(questions: _Questions, turns: Iterator[int]) -> None:
    """Ask as often as the task says, until nothing is left to ask.

    `turns` go on from task to task: a turn names a queue of the journal, and no name is used twice in a run.
    """
    for turn in itertools.islice(turns, questions.task.attempts or 1):
        if not _ask(questions, turn):
            return


def ask_ahead(context: Climb, level: Level, changes: DataFrame) -> bool:
    """Ask what the whole level has to ask, whatever group of buckets it lies in. Answers whether the level could be.

    A level that prepares its documents (L1: it parses them) asks group by group: a crash must not cost all of that.
    """
    module, own = registry.module(level), registry.settings_of(level, context.settings)
    tasks = registry.tasks(level, own)
    if len(tasks) != 1 or hasattr(module, "prepare"):
        return False
    task = tasks[0]
    run = context.new_run(level, [])
    stage = stager(context, level.table, run.folder, Timings())
    run_log.record(context.spark, context.workspace, run, run_log.STARTED)
    marks = changes.where(F.col("change").isin(*work.TODO))
    documents = work.documents(context.spark, context.workspace, level, context.settings, marks)
    pieces = stage(module.requests({"documents": documents}, own, task), "pieces")
    _ask(_Questions(context, run, task, pieces, documents, marks, stage), 1)
    publish.clean(context, run.folder)
    run_log.record(context.spark, context.workspace, run, run_log.ASKED)
    return True


def fold_journal(context: Climb) -> None:
    """Take into the ledger what the workers of a broken climb had answered; comes before anything is asked."""
    root = journal.root_of(context.workspace, context.settings.generation.journal)
    answers, torn = fold_all(context.spark, context.workspace, root) if root else (0, 0)
    counts = {"answers of a broken climb": answers, "files that cannot be read, see journal/torn": torn}
    if answers or torn:
        context.report(Event("ledger", "folded", {name: count for name, count in counts.items() if count}))


def _ask(questions: _Questions, turn: int) -> int:
    """Ask what has no acceptable answer yet and may be asked; answers how much that was. Raises StoppedError."""
    context, run, task = questions.context, questions.run, questions.task
    spark, workspace, settings = context.spark, context.workspace, context.settings.generation
    before, name = response_store.read(spark, workspace), "pending" if turn == 1 else f"pending_{turn}"
    marks = with_priority(context, questions.marks)
    pending = questions.stage(response_store.pending(questions.pieces, marks, before, task, settings.max_attempts), name)
    count = pending.count()
    if count or turn == 1:
        context.report(Event(run.level, "asking", {"requests": count}))
    if not count:
        return 0
    if context.budget.seconds(1) == 0:
        raise StoppedError(f"{run.level}: {count:,} requests stay unasked: generation.brakes.max_gpu_hours are used up")
    allowed = min(count, context.budget.requests())
    if allowed < count:
        first = pending.orderBy(F.desc_nulls_last("priority"), "request_id").limit(allowed)
        pending = questions.stage(first, f"{name}_allowed")
    if allowed:
        _ask_engines(questions, pending, allowed, turn)
    if allowed < count:
        raise StoppedError(
            f"{run.level}: stopped after {allowed:,} of {count:,} requests, as generation.brakes.max_requests says. "
            "All answers are in the ledger; climb again to go on"
        )
    context.report(Event(run.level, "answered", {"requests": count}))
    return count


def _ask_engines(questions: _Questions, pending: DataFrame, count: int, turn: int) -> None:
    context, run, task = questions.context, questions.run, questions.task
    asked = with_documents(pending, questions.pieces, questions.documents) if task.pictures else pending
    gpus = context.settings.generation.engines * gpus_of(task.model)
    begun = time.monotonic()
    try:
        ask_all(
            context.spark,
            context.workspace,
            asked,
            _asking(context, run, task, turn),
            count,
            context.budget.seconds(gpus),
            lambda answers: context.report(Event(run.level, "answering", {"answers": answers, "requests": count})),
        )
    finally:
        context.budget.spend(count, gpus, time.monotonic() - begun)


def _asking(context: Climb, run: Run, task: Task, turn: int) -> Asking:
    settings = context.settings.generation
    root = journal.root_of(context.workspace, settings.journal)
    if root is None:
        raise JournalError(
            f"{context.workspace.schema} is a schema of a catalog, which has no folder for the journal of answers: set "
            "generation.journal to one that the driver and all workers reach, for example a volume (/Volumes/...)"
        )
    stamp = {"model": task.model.model, "prompt_version": task.prompt.version, "run_id": run.run_id}
    queue = Queue(root, f"{run.run_id}-{turn}")
    return Asking(task.engine, task.model, settings, queue, stamp, task.useless, task.pictures)
