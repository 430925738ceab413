"""L5: what a paper leaves implicit is made explicit, window by window, by a model (§3 L5). Books keep their L4 text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, LongType, StringType, StructField

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.config.l5 import L5Settings
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.response_store import PIECES, by_document
from darwin_spark.inference.task import Task, choose, make_task, variant_of
from darwin_spark.inference.tokens import token_counter
from darwin_spark.levels.l5_complete.checks import check
from darwin_spark.levels.l5_complete.window import join, windows
from darwin_spark.verdicts import FAILED, KEPT, PASSED, judged

VERSION = "2"
READS = {"l3": ("doc_type",), "l4": ("text",)}
HASHED = ("text",)
RETRYABLE = frozenset({"generation_incomplete"})

SCHEMA = judged(
    StructField("text", StringType()),
    StructField("variant", StringType(), False),
    StructField("windows", IntegerType()),
    StructField("windows_ok", IntegerType()),
    StructField("tokens_in", LongType()),
    StructField("tokens_out", LongType()),
)


def variant(settings: L5Settings) -> str:
    """What the completed texts are called: the model and the prompt's version."""
    return variant_of(settings.model, _prompt())


def task(settings: L5Settings) -> Task:
    """What the model is asked."""
    return make_task("l5", settings.engine, settings.model, _prompt(), partial(check, limits=settings.checks))


def prompt(_settings: L5Settings) -> Prompt:
    """What the model is asked with, for the registry."""
    return _prompt()


def requests(tables: Mapping[str, DataFrame], settings: L5Settings, task: Task) -> DataFrame:
    """The windows of every paper (PIECES), in order; nothing for books and for what is neither."""

    def cut(row: Row) -> Iterator[Row]:
        count = token_counter(task.model)
        for position, window in enumerate(windows(row["text"], count, settings.window_tokens, settings.max_block_tokens)):
            identity = task.request_id(window)
            yield {
                "doc_id": row["doc_id"],
                "bucket": row["bucket"],
                "position": position,
                "request_id": identity,
                "input": window,
            }

    return map_rows(tables["documents"].where("doc_type = 'paper'"), cut, PIECES)


def assemble(tables: Mapping[str, DataFrame], settings: L5Settings, task: Task) -> DataFrame:
    """A row for every document; a window without an acceptable answer keeps its L4 text."""
    name = variant(settings)

    def put_together(row: Row) -> Iterator[Row]:
        if row["doc_type"] != "paper":
            yield {**_identity(row, name), "verdict": PASSED, "reason": "book" if row["doc_type"] == "book" else "not_a_paper"}
            return
        originals = [piece["input"] for piece in row["pieces"]]
        completed = [choose(task.check, piece["input"], piece["attempts"] or []).text for piece in row["pieces"]]
        yield {**_identity(row, name), **_completed(originals, completed, settings, token_counter(task.model))}

    documents = tables["documents"].select("doc_id", "bucket", "doc_type")
    answered = documents.join(by_document(tables["pieces"]), on=["doc_id", "bucket"], how="left")
    return map_rows(answered.withColumn("pieces", F.coalesce("pieces", F.array())), put_together, SCHEMA)


def _identity(row: Row, name: str) -> Row:
    return {"doc_id": row["doc_id"], "bucket": row["bucket"], "variant": name}


def _completed(
    originals: Sequence[str], completed: Sequence[str | None], settings: L5Settings, count: Callable[[str], int]
) -> Row:
    text = join(originals, completed)
    done = sum(window is not None for window in completed)
    failed = done < settings.min_ok * len(originals)
    return {
        "verdict": FAILED if failed else KEPT,
        "reason": "generation_incomplete" if failed else None,
        "text": None if failed else text,
        "windows": len(originals),
        "windows_ok": done,
        "tokens_in": sum(count(window) for window in originals),
        "tokens_out": count(text),
    }


def _prompt() -> Prompt:
    return load("darwin_spark.levels.l5_complete", "prompt.md")
