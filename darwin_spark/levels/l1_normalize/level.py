"""L1, format normalisation (§3 L1): every object becomes one Markdown text, or a reason why not. Filters nothing.

A parser that fails costs its document only, in whatever way it fails (isolation.py). What is too large is refused by its
size in L0, without being read. With `l1.ocr.engine=olmocr` the level calls a model: `prepare` parses every document and
leaves pages to it, `requests` asks about these, `assemble` sets the answers in (olmocr/).
"""

from collections.abc import Iterator, Mapping
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, FloatType, IntegerType, MapType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.config.l1 import L1Settings
from darwin_spark.inference.response_store import PIECES, by_document
from darwin_spark.inference.task import Task
from darwin_spark.levels.l1_normalize.normalize import normalize
from darwin_spark.levels.l1_normalize.olmocr import page_task
from darwin_spark.levels.l1_normalize.olmocr.page_assembly import finished
from darwin_spark.verdicts import Stage, judged

VERSION = "7"
READS = {"l0": ("media_type", "content", "content_ref", "content_sha256", "bytes", "title")}

_PAGE = StructType(
    [
        StructField("start", IntegerType()),
        StructField("end", IntegerType()),
        StructField("engine", StringType()),
        StructField("confidence", FloatType()),
    ]
)
SCHEMA = judged(
    StructField("text", StringType()),
    StructField("title", StringType()),
    StructField("parser", StringType()),
    StructField("parser_version", StringType()),
    StructField("pages", ArrayType(_PAGE)),
    StructField("warnings", ArrayType(StringType())),
    StructField("declared", MapType(StringType(), StringType())),
)
_UNREAD = StructType([StructField("page", IntegerType()), StructField("layer", StringType())])
_PARSED = StructType([*SCHEMA.fields, StructField("unread", ArrayType(_UNREAD)), StructField("content_sha256", StringType())])
"""A row of the level as it is before the model is asked."""
HASHED = ("text", "title", "declared")
RETRYABLE = frozenset({"unreadable"})
SPREAD = True


def judge(tables: Mapping[str, DataFrame], settings: L1Settings, _stage: Stage) -> dict[str, DataFrame]:
    """One row a document: kept with its text, or failed with the parser's reason."""
    return {"l1": map_rows(tables["documents"], partial(_rows, settings=settings), SCHEMA)}


def task(settings: L1Settings) -> Task | None:
    """What a model is asked; None where another engine, or none, does OCR."""
    return page_task.task(settings)


def prepare(tables: Mapping[str, DataFrame], settings: L1Settings, stage: Stage) -> dict[str, DataFrame]:
    """`parsed`: every document without the pages that are left to the model, parsed once."""

    def parse(document: Row) -> Iterator[Row]:
        for row in _rows(document, settings):
            yield {**row, "content_sha256": document["content_sha256"]}

    return {"parsed": stage(map_rows(tables["documents"], parse, _PARSED), "parsed")}


def requests(tables: Mapping[str, DataFrame], settings: L1Settings, task: Task) -> DataFrame:
    """The pages that are left to the model (PIECES), by their index."""
    unread = tables["parsed"].select("doc_id", "bucket", "content_sha256", "unread").where(F.size("unread") > 0)
    return map_rows(unread, partial(page_task.pieces, settings=settings, task=task), PIECES)


def assemble(tables: Mapping[str, DataFrame], settings: L1Settings, task: Task) -> DataFrame:
    """A row for every document, with the answers of the model in their pages' places."""
    answered = tables["parsed"].join(by_document(tables["pieces"]), on=["doc_id", "bucket"], how="left")

    def finish(row: Row) -> Iterator[Row]:
        yield {**row, **finished(row, settings, task)} if row["pieces"] else row

    return map_rows(answered, finish, SCHEMA)


def _rows(document: Row, settings: L1Settings) -> Iterator[Row]:
    yield {"doc_id": document["doc_id"], "bucket": document["bucket"], **normalize(document, settings)}
