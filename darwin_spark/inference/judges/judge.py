"""Judge what L4 and L5 made: sample documents, ask a model, store the judgements, report figures to MLflow.
The requests go through `inference.client`, so their raw responses are in the response store: to judge again sends only requests
that are new or were rejected. The table `judgements` has one row for each question of each judgement."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, IntegerType, StringType, StructType, TimestampType

from darwin_spark.columns import DOC_ID, column
from darwin_spark.config.inference import JudgeSettings
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference.budget import Budget
from darwin_spark.inference.client import Client, RequestSet
from darwin_spark.inference.judges import answers, questions
from darwin_spark.inference.judges.questions import Question
from darwin_spark.inference.prompt_registry import register
from darwin_spark.inference.prompts import load
from darwin_spark.inference.requests import CHUNKS
from darwin_spark.inference.task import Check, Task, make_task
from darwin_spark.storage import delta, staging
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.tracking_server import experiment, tracking_uri
from darwin_spark.storage.workspace import Workspace

log = logging.getLogger(__name__)

TABLE = "judgements"
SCHEMA = StructType(
    [
        column("level", StringType(), "Level whose texts were judged: l4 or l5.", False),
        DOC_ID,
        column("place", IntegerType(), "Number of the group of chunks (l4) or of the section (l5), from 0.", False),
        column("variants", ArrayType(StringType(), False), "Variants that were shown, in order.", False),
        column("request_id", StringType(), "The request in the table generations.", False),
        column("judgement", StringType(), "The answer as JSON; null if no attempt had the right form."),
        column("reason", StringType(), "Why there is no judgement, such as not_json; null otherwise."),
        column("model", StringType(), "Model that judged.", False),
        column("prompt_version", StringType(), "Version of the judge's prompt.", False),
        column("judged_at", TimestampType(), "When the judgement was stored.", False),
    ]
)
"""One row for each question of a judgement; `judgement` is the answer as JSON, `reason` says why there is none."""


@dataclass(frozen=True)
class JudgeReport:
    """The result of judging a level: figures by name, recommendations (`advice`), and the number of unanswered questions."""

    level: str
    variants: tuple[str, ...]
    figures: Mapping[str, float]
    advice: Sequence[str]
    unanswered: int  # questions without an acceptable response


def judge_l4(workspace: Workspace, settings: Settings, variants: Sequence[str] = ()) -> JudgeReport:
    """Judge the named variant of L4, or the only one if none is named, rule by rule (B.2). Raises UserError."""
    own = settings.judge
    (name,) = _variants(workspace, "l4", variants, 1)
    texts = workspace.read("l1").select("doc_id", F.col("text").alias("before"))
    shown = _kept(workspace, "l4", name).join(texts, on="doc_id", how="inner")
    asked = [q for row in _first(shown, own) for q in questions.l4_questions(row.doc_id, row.before, row.text, name, own)]
    task = _task("judge_l4", "l4.md", own, answers.check_l4)
    judged, unanswered = _ask(workspace, settings, "l4", asked, task)
    report = JudgeReport("l4", (name,), questions.l4_summary(judged), questions.recommendations(judged), unanswered)
    _log_to_mlflow(settings, workspace, task, report)
    return report


def judge_l5(workspace: Workspace, settings: Settings, variants: Sequence[str] = ()) -> JudgeReport:
    """Compare two L5 variants (named, else all), or a single one with its L4 text, in both orders (C.1). Raises UserError."""
    own = settings.judge
    names = _variants(workspace, "l5", variants, 2)
    texts = _kept(workspace, "l4", None).groupBy("doc_id").agg(F.min("text").alias("before"))
    shown = _kept(workspace, "l5", names[0]).withColumnRenamed("text", "first").join(texts, on="doc_id", how="inner")
    if len(names) == 2:
        second = _kept(workspace, "l5", names[1]).withColumnRenamed("text", "second")
        shown = shown.join(second, on="doc_id", how="inner")
    else:
        names = (names[0], "l4")
        shown = shown.withColumn("second", F.col("before"))
    asked = [
        question
        for row in _first(shown, own)
        for question in questions.l5_questions(
            row.doc_id, row.before, dict(zip(names, (row["first"], row.second), strict=True)), own
        )
    ]
    task = _task("judge_l5", "l5.md", own, answers.check_l5)
    judged, unanswered = _ask(workspace, settings, "l5", asked, task)
    report = JudgeReport("l5", names, questions.l5_summary(judged, (names[0], names[1])), (), unanswered)
    _log_to_mlflow(settings, workspace, task, report)
    return report


def _variants(workspace: Workspace, level: str, wanted: Sequence[str], count: int) -> tuple[str, ...]:
    """Return the variants to judge: `wanted`, or all. Raises UserError for an unknown variant or more than `count`."""
    if not workspace.exists(level):
        raise UserError(f"nothing to judge: the workspace has no {level}; climb to it first")
    there = [row.variant for row in workspace.read(level).select("variant").distinct().orderBy("variant").collect()]
    if unknown := [name for name in wanted if name not in there]:
        raise UserError(f"no variant {unknown[0]!r} at {level}: there is {', '.join(there)}")
    names = tuple(wanted or there)
    if not 1 <= len(names) <= count:
        raise UserError(f"{level} has the variants {', '.join(there)}: name {count} of them with --variant")
    return names


def _kept(workspace: Workspace, level: str, variant: str | None) -> DataFrame:
    rows = workspace.read(level).where((F.col("verdict") == "kept") & F.col("text").isNotNull())
    return (rows if variant is None else rows.where(F.col("variant") == variant)).select("doc_id", "text")


def _first(shown: DataFrame, own: JudgeSettings) -> list[Row]:
    """Return the documents with the lowest ids: the same in every judgement, and a random sample, because ids are hashes."""
    return shown.orderBy("doc_id").limit(own.documents).collect()


def _task(name: str, prompt: str, own: JudgeSettings, check: Check) -> Task:
    return make_task(name, own.engine, own.model, load(__package__, prompt), check, max_attempts=own.max_attempts)


def _ask(
    workspace: Workspace, settings: Settings, level: str, asked: Sequence[Question], task: Task
) -> tuple[list[tuple[Question, str]], int]:
    """Ask the questions and write a row for each. Return pairs of question and judgement, and how many have no judgement."""
    if not asked:
        raise UserError(f"nothing to judge: no kept document of {level} has a place that can be shown")
    run_id, by_id = uuid4().hex, {task.request_id(question.text): question for question in asked}
    rows = [_chunk(request_id, question) for request_id, question in by_id.items()]
    chunks = frame_of_rows(workspace.spark, rows, CHUNKS)
    documents = chunks.select("doc_id", F.lit(1).alias("attempts"), F.lit(None).cast("double").alias("priority")).distinct()
    folder = f"{staging.STAGING}/{run_id}"
    client = Client(workspace, settings.inference, Budget(settings.inference.circuit_breaker))
    with workspace.lock():
        client.recover()
        try:
            stage = staging.stager(workspace, folder)
            answered = client.answer(RequestSet(task.name, run_id, task, chunks, documents, stage)).collect()
        finally:
            staging.clean(workspace, folder)
        checked = [(by_id[row.request_id], row.request_id, task.choose(row.input, row.attempts or [])) for row in answered]
        judgements = [_row(level, question, name, found.text, found.reason, task) for question, name, found in checked]
        delta.write(frame_of_rows(workspace.spark, judgements, SCHEMA), workspace, TABLE)
    judged = [(question, found.text) for question, _, found in checked if found.text is not None]
    return judged, len(checked) - len(judged)


def _chunk(request_id: str, question: Question) -> dict[str, object]:
    return {
        "doc_id": question.doc_id,
        "bucket": "",
        "request_id": request_id,
        "input": question.text,
        "position": question.place,
    }


def _row(
    level: str, question: Question, request_id: str, judgement: str | None, reason: str | None, task: Task
) -> dict[str, object]:
    return {
        "level": level,
        "doc_id": question.doc_id,
        "place": question.place,
        "variants": list(question.variants),
        "request_id": request_id,
        "judgement": judgement,
        "reason": reason,
        "model": task.model.model,
        "prompt_version": task.prompt.version,
        "judged_at": datetime.now(UTC),
    }


def lines(found: JudgeReport) -> Iterator[str]:
    """Yield the lines of the report as Markdown, for a person."""
    yield f"# {found.level}: {' against '.join(found.variants)}"
    yield from (f"- {name}: {value:.3f}" for name, value in found.figures.items())
    if found.level == "l5":
        yield f"\na is {found.variants[0]}, b is {found.variants[1]}; a tie is a place that the judge decided by the order."
    if found.unanswered:
        yield f"\n{found.unanswered} questions have no answer of the right form."
    if found.advice:
        yield "\nWhat the judge would improve:\n"
        yield from (f"- {advice}" for advice in found.advice)


def _log_to_mlflow(settings: Settings, workspace: Workspace, task: Task, found: JudgeReport) -> None:
    """Log the figures, the report and the judge's prompt as a run in MLflow. An error of MLflow only logs a warning."""
    if not settings.tracking.enabled:
        return
    try:
        _log(settings, workspace, task, found)
    except Exception as error:
        log.warning("MLflow does not take the judgement (%s: %s)", type(error).__name__, error)


def _log(settings: Settings, workspace: Workspace, task: Task, found: JudgeReport) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri(settings, workspace))
    run = client.create_run(experiment(client, settings, workspace), run_name=f"judge {found.level}").info.run_id
    parameters = {"variants": ", ".join(found.variants), "judge": task.model.model, "prompt_version": task.prompt.version}
    for key, value in parameters.items():
        client.log_param(run, key, value)
    for key, number in found.figures.items():
        client.log_metric(run, key, number)
    client.log_metric(run, "unanswered", found.unanswered)
    if version := register(client, f"darwin-judge-{found.level}", task.prompt):
        client.set_tag(run, "prompt", f"darwin-judge-{found.level}/{version}")
    client.log_text(run, "\n".join(lines(found)), "report.md")
    client.set_terminated(run, "FINISHED")


JUDGES: Mapping[str, Callable[[Workspace, Settings, Sequence[str]], JudgeReport]] = {"l4": judge_l4, "l5": judge_l5}
"""The judge of each level."""
