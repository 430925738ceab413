"""L4: noise goes, structure is repaired, nothing is added (§3 L4, B.3). By rule, or by a model chunk by chunk."""

from collections.abc import Iterator, Mapping
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType, StructField

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.config.l4 import L4Settings
from darwin_spark.inference.chunking import chunks, join
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.response_store import PIECES, by_document
from darwin_spark.inference.task import Task, choose, make_task, variant_of
from darwin_spark.levels.l4_refine.checks import check
from darwin_spark.levels.l4_refine.rules import refine
from darwin_spark.verdicts import DROPPED, FAILED, KEPT, Stage, judged

VERSION = "5"
READS = {"l1": ("text",)}
HASHED = ("text",)
RETRYABLE = frozenset({"generation_incomplete"})
RULES = "rules"
RULES_VARIANT = f"rules-{VERSION}"

SCHEMA = judged(
    StructField("text", StringType()),
    StructField("variant", StringType(), False),
    StructField("chunks", IntegerType()),
    StructField("chunks_ok", IntegerType()),
    StructField("chars_in", LongType()),
    StructField("chars_out", LongType()),
)


def variant(settings: L4Settings) -> str:
    """What the refined texts are called: `rules-5`, the model and the prompt's version, or those after the rules."""
    if settings.engine == RULES:
        return RULES_VARIANT
    name = variant_of(settings.model, _prompt())
    return f"{RULES_VARIANT}+{name}" if settings.prepass else name


def task(settings: L4Settings) -> Task | None:
    """What a model is asked; None where rules do the work."""
    return (
        None
        if settings.engine == RULES
        else make_task("l4", settings.engine, settings.model, _prompt(), partial(check, limits=settings.checks))
    )


def prompt(settings: L4Settings) -> Prompt | None:
    """What a model is asked with, for the registry; None where rules do the work."""
    return None if settings.engine == RULES else _prompt()


def judge(tables: Mapping[str, DataFrame], settings: L4Settings, _stage: Stage) -> dict[str, DataFrame]:
    """Refine by rule, a whole document at a time: what repeats and where a reference list ends shows only there."""

    def by_rule(row: Row) -> Iterator[Row]:
        text = refine(row["text"]).text
        count = len(chunks(row["text"], settings.chunk_chars))
        yield _row(row, RULES_VARIANT, text, len(row["text"]), count, count, settings)

    return {"l4": map_rows(tables["documents"], by_rule, SCHEMA)}


def requests(tables: Mapping[str, DataFrame], settings: L4Settings, task: Task) -> DataFrame:
    """The chunks of every document (PIECES), in order; with a pre-pass, of what the rules have left of it."""

    def cut(row: Row) -> Iterator[Row]:
        text = refine(row["text"]).text if settings.prepass else row["text"]
        for position, chunk in enumerate(chunks(text, settings.chunk_chars)):
            identity = task.request_id(chunk)
            yield {
                "doc_id": row["doc_id"],
                "bucket": row["bucket"],
                "position": position,
                "request_id": identity,
                "input": chunk,
            }

    return map_rows(tables["documents"], cut, PIECES)


def assemble(tables: Mapping[str, DataFrame], settings: L4Settings, task: Task) -> DataFrame:
    """A row for every document from its answered chunks; a chunk without an acceptable answer keeps its original text."""
    name = variant(settings)

    def put_together(row: Row) -> Iterator[Row]:
        originals = [piece["input"] for piece in row["pieces"]]
        refined = [choose(task.check, piece["input"], piece["attempts"] or []).text for piece in row["pieces"]]
        done = sum(text is not None for text in refined)
        yield _row(row, name, join(originals, refined), row["chars_in"], len(originals), done, settings)

    documents = tables["documents"].select("doc_id", "bucket", F.length("text").alias("chars_in"))
    answered = documents.join(by_document(tables["pieces"]), on=["doc_id", "bucket"], how="left")
    return map_rows(answered.withColumn("pieces", F.coalesce("pieces", F.array())), put_together, SCHEMA)


def _row(row: Row, name: str, text: str, chars_in: int, count: int, done: int, settings: L4Settings) -> Row:
    verdict, reason = KEPT, None
    if count and done / count < settings.min_ok:
        verdict, reason = FAILED, "generation_incomplete"
    elif not text.strip():
        verdict, reason = DROPPED, "nothing_left"
    return {
        "doc_id": row["doc_id"],
        "bucket": row["bucket"],
        "verdict": verdict,
        "reason": reason,
        "text": text if verdict == KEPT else None,
        "variant": name,
        "chunks": count,
        "chunks_ok": done,
        "chars_in": chars_in,
        "chars_out": len(text),
    }


def _prompt() -> Prompt:
    return load("darwin_spark.levels.l4_refine", "prompt.md")
