"""Judging a workspace: texts in, answers into the table `judgements`, a report to MLflow.

A judgement is some dozens of requests, so the driver asks the engine itself, by the protocol that all engines follow. Every
answer is stored raw, by the identity of its question: to judge again asks only what is new or was refused.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, IntegerType, StringType, StructField, StructType, TimestampType

from darwin_spark.config.inference import JudgeSettings
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference.engines.protocol import Answer, Request, open_engine
from darwin_spark.inference.judges import answers, questions
from darwin_spark.inference.judges.questions import Question
from darwin_spark.inference.prompt_registry import register
from darwin_spark.inference.prompts import load
from darwin_spark.inference.task import Task, choose, make_task
from darwin_spark.pipeline.tracking import experiment, tracking_uri
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace

log = logging.getLogger(__name__)

TABLE = "judgements"
SCHEMA = StructType(
    [
        StructField("level", StringType(), False),
        StructField("doc_id", StringType(), False),
        StructField("place", IntegerType(), False),
        StructField("variants", ArrayType(StringType(), False), False),
        StructField("request_id", StringType(), False),
        StructField("attempt", IntegerType(), False),
        StructField("output", StringType()),
        StructField("finish_reason", StringType()),
        StructField("error", StringType()),
        StructField("judgement", StringType()),
        StructField("reason", StringType()),
        StructField("model", StringType(), False),
        StructField("prompt_version", StringType(), False),
        StructField("judged_at", TimestampType(), False),
    ]
)
"""One row an attempt; `judgement` is the answer as JSON, `reason` says why there is none."""


@dataclass(frozen=True)
class Verdict:
    """What a judge came to: `figures` by name, lines of `advice`, and how many questions found no answer."""

    level: str
    variants: tuple[str, ...]
    figures: Mapping[str, float]
    advice: Sequence[str]
    unanswered: int


def judge_l4(spark: SparkSession, workspace: Workspace, settings: Settings, variant: str | None = None) -> Verdict:
    """Rule by rule (B.2). `variant`: of L4; the only one if null. Raises UserError."""
    own = settings.judge
    (name,) = _variants(spark, workspace, "l4", [variant] if variant else [], 1)
    texts = tables.read(spark, workspace, "l1").select("doc_id", F.col("text").alias("before"))
    shown = _kept(spark, workspace, "l4", name).join(texts, on="doc_id", how="inner")
    asked = [q for row in _first(shown, own) for q in questions.l4_questions(row.doc_id, row.before, row.text, name, own)]
    task = _task("judge_l4", "l4.md", own, answers.check_l4)
    judged, unanswered = _ask(spark, workspace, "l4", asked, task, own)
    found = Verdict("l4", (name,), questions.l4_summary(judged), questions.recommendations(judged), unanswered)
    _report(settings, workspace, task, found)
    return found


def judge_l5(spark: SparkSession, workspace: Workspace, settings: Settings, variants: Sequence[str] = ()) -> Verdict:
    """Pairwise, in both orders (C.1): two variants of L5, or the only one against the text that it was made from.

    Raises UserError.
    """
    own = settings.judge
    names = _variants(spark, workspace, "l5", variants, 2)
    texts = _kept(spark, workspace, "l4", None).groupBy("doc_id").agg(F.min("text").alias("before"))
    shown = _kept(spark, workspace, "l5", names[0]).withColumnRenamed("text", "first").join(texts, on="doc_id", how="inner")
    if len(names) == 2:
        second = _kept(spark, workspace, "l5", names[1]).withColumnRenamed("text", "second")
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
    judged, unanswered = _ask(spark, workspace, "l5", asked, task, own)
    found = Verdict("l5", names, questions.l5_summary(judged, (names[0], names[1])), (), unanswered)
    _report(settings, workspace, task, found)
    return found


def _variants(spark: SparkSession, workspace: Workspace, level: str, wanted: Sequence[str], count: int) -> tuple[str, ...]:
    """The variants to judge: those named, or all there are if they are not more than `count`."""
    if not tables.exists(spark, workspace, level):
        raise UserError(f"nothing to judge: the workspace has no {level}; climb to it first")
    there = [
        row.variant for row in tables.read(spark, workspace, level).select("variant").distinct().orderBy("variant").collect()
    ]
    if unknown := [name for name in wanted if name not in there]:
        raise UserError(f"no variant {unknown[0]!r} at {level}: there is {', '.join(there)}")
    names = tuple(wanted or there)
    if not 1 <= len(names) <= count:
        raise UserError(f"{level} has the variants {', '.join(there)}: name {count} of them with --variant")
    return names


def _kept(spark: SparkSession, workspace: Workspace, level: str, variant: str | None) -> DataFrame:
    rows = tables.read(spark, workspace, level).where((F.col("verdict") == "kept") & F.col("text").isNotNull())
    return (rows if variant is None else rows.where(F.col("variant") == variant)).select("doc_id", "text")


def _first(shown: DataFrame, own: JudgeSettings) -> list[Row]:
    """The same documents in every judgement: ids are hashes, so the first of them are a random sample."""
    return shown.orderBy("doc_id").limit(own.documents).collect()


def _task(name: str, prompt: str, own: JudgeSettings, check: Any) -> Task:
    return make_task(name, own.engine, own.model, load("darwin_spark.inference.judges", prompt), check, attempts=own.attempts)


def _ask(
    spark: SparkSession, workspace: Workspace, level: str, asked: Sequence[Question], task: Task, own: JudgeSettings
) -> tuple[list[tuple[Question, str]], int]:
    """Each question with its judgement, and how many have none after all attempts; new answers are stored."""
    if not asked:
        raise UserError(f"nothing to judge: no kept document of {level} has a place that can be shown")
    by_id = {task.request_id(question.text): question for question in asked}
    attempts = _stored(spark, workspace, by_id)
    for turn in range(own.attempts):
        requests = [
            Request(name, len(attempts[name]) + 1, task.messages(question.text))
            for name, question in by_id.items()
            if task.may_ask(question.text, attempts[name], own.attempts)
        ]
        if not requests:
            break
        log.info("judge %s: attempt %d, %d questions", level, turn + 1, len(requests))
        rows = [_row(level, by_id[a.request_id], a, task) for a in open_engine(own.engine, own.model).answer(iter(requests))]
        tables.write(tables.of_rows(spark, rows, SCHEMA), workspace, TABLE)
        for row in rows:
            attempts[row["request_id"]].append(row)
    chosen = [(question, choose(task.check, question.text, attempts[name])) for name, question in by_id.items()]
    judged = [(question, checked.text) for question, checked in chosen if checked.text is not None]
    return judged, len(chosen) - len(judged)


def _stored(spark: SparkSession, workspace: Workspace, by_id: Mapping[str, Question]) -> dict[str, list[Any]]:
    before = tables.read_or_empty(spark, workspace, TABLE, SCHEMA).where(F.col("request_id").isin(*by_id)).collect()
    attempts: dict[str, list[Any]] = {name: [] for name in by_id}
    for row in before:
        attempts[row.request_id].append(row)
    return attempts


def _row(level: str, question: Question, answer: Answer, task: Task) -> dict[str, Any]:
    attempt = {"attempt": answer.attempt, "output": answer.output, "finish_reason": answer.finish_reason, "error": answer.error}
    checked = choose(task.check, question.text, [attempt])
    return {
        **attempt,
        "level": level,
        "doc_id": question.doc_id,
        "place": question.place,
        "variants": list(question.variants),
        "request_id": answer.request_id,
        "judgement": checked.text,
        "reason": checked.reason,
        "model": task.model.model,
        "prompt_version": task.prompt.version,
        "judged_at": datetime.now(UTC),
    }


def lines(found: Verdict) -> Iterator[str]:
    """The verdict for a person, as Markdown."""
    yield f"# {found.level}: {' against '.join(found.variants)}"
    yield from (f"- {name}: {value:.3f}" for name, value in found.figures.items())
    if found.level == "l5":
        yield f"\na is {found.variants[0]}, b is {found.variants[1]}; a tie is a place that the judge decided by the order."
    if found.unanswered:
        yield f"\n{found.unanswered} questions have no answer of the right form."
    if found.advice:
        yield "\nWhat the judge would improve:\n"
        yield from (f"- {advice}" for advice in found.advice)


def _report(settings: Settings, workspace: Workspace, task: Task, found: Verdict) -> None:
    """A run in MLflow with figures, the report and the judge's prompt; tracking that is down costs a warning."""
    if not settings.tracking.enabled:
        return
    try:
        _log(settings, workspace, task, found)
    except Exception as error:
        log.warning("MLflow does not take the judgement (%s: %s)", type(error).__name__, error)


def _log(settings: Settings, workspace: Workspace, task: Task, found: Verdict) -> None:
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


JUDGES: Mapping[str, Callable[[SparkSession, Workspace, Settings, Sequence[str]], Verdict]] = {
    "l4": lambda spark, workspace, settings, variants: judge_l4(spark, workspace, settings, variants[0] if variants else None),
    "l5": judge_l5,
}
"""By level."""
