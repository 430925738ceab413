"""L1, format normalisation (§3 L1): one Markdown text for every object, or the reason why there is none. Filters nothing.

A parser that fails, crashes or hangs fails its own document only (`parsers/isolation`). Objects that are too large are refused
by their size in L0, without being read. With `l1.ocr.engine=olmocr` the level calls a model: `prepare` parses every document
and leaves unreadable pages to the model, `requests` asks about these pages, `assemble` merges the responses (`olmocr/`).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, FloatType, IntegerType, MapType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.columns import column
from darwin_spark.config.l1 import L1Settings
from darwin_spark.inference.requests import CHUNKS
from darwin_spark.inference.response_store import by_document
from darwin_spark.inference.task import Task
from darwin_spark.levels.l1_normalize.normalize import normalize
from darwin_spark.levels.l1_normalize.olmocr import page_task
from darwin_spark.parsers.registry import parsers
from darwin_spark.verdicts import Stage, Tables, level_schema

_PAGE = StructType(
    [
        column("start", IntegerType(), "First character of the page in the text."),
        column("end", IntegerType(), "Character after the last one of the page in the text."),
        column("engine", StringType(), "What read the page: the PDF's text layer, or the OCR engine."),
        column("confidence", FloatType(), "Mean confidence of the OCR engine, 0 to 1; null if it gives none."),
    ]
)
SCHEMA = level_schema(
    column("text", StringType(), "The document as Markdown; null if it failed."),
    column("title", StringType(), "Title found by the parser, else the title of L0."),
    column("parser", StringType(), "Parser that was used."),
    column("parser_version", StringType(), "Version of the parser."),
    column("pages", ArrayType(_PAGE), "Pages of the text, in order; empty for formats without pages."),
    column("warnings", ArrayType(StringType()), "What was lost or doubtful; of a failed document the first is the error."),
    column("declared", MapType(StringType(), StringType()), "Facts that the document declares, such as doi, journal, isbn."),
)
_UNREAD = StructType([StructField("page", IntegerType()), StructField("layer", StringType())])
_PARSED = StructType([*SCHEMA.fields, StructField("unread", ArrayType(_UNREAD)), StructField("content_sha256", StringType())])
"""A row of the level before the model is asked about its unread pages."""


class NormalizationLevel:
    """Level L1, format normalisation: converts objects to Markdown, with or without a model (see the module)."""

    name: Final = "l1"
    title: Final = "Format Normalization"
    version: Final = "8"
    below: Final = "l0"
    reads: Mapping[str, Sequence[str]] = {
        "l0": ("media_type", "content", "content_ref", "content_sha256", "bytes", "title"),
    }
    schema: Final = SCHEMA
    hashed: Final = ("text", "title", "declared")
    retryable: Final = frozenset({"unreadable"})
    settings_type: Final = L1Settings
    balance_rows: Final = True
    corpus_columns: Final = ("title",)

    def process(self, tables: Tables, settings: L1Settings, _stage: Stage) -> Tables:
        """Return one row per document: kept with its text, or failed with a reason. Raises ParserError (unusable package)."""
        parsers()  # refuses a wrong package before any document is parsed
        return {self.name: map_rows(tables["documents"], partial(_rows, settings=settings), SCHEMA)}

    def tasks(self, settings: L1Settings) -> Sequence[Task]:
        """Return the one task of L1, reading a page; an empty list unless `l1.ocr.engine` is olmocr."""
        task = page_task.task(settings)
        return [task] if task else []

    def prepare(self, tables: Tables, settings: L1Settings, stage: Stage) -> Tables:
        """Return the table `parsed`: every document, parsed once; pages left to the model are empty. Raises ParserError."""
        parsers()

        def parse(document: Row) -> Iterator[Row]:
            for row in _rows(document, settings):
                yield {**row, "content_sha256": document["content_sha256"]}

        return {"parsed": stage(map_rows(tables["documents"], parse, _PARSED), "parsed")}

    def requests(self, tables: Tables, settings: L1Settings, task: Task) -> DataFrame:
        """Return rows of CHUNKS: one for every page that is left to the model; `position` is the page index from 0."""
        unread = tables["parsed"].select("doc_id", "bucket", "content_sha256", "unread").where(F.size("unread") > 0)
        return map_rows(unread, partial(page_task.page_chunks, settings=settings, task=task), CHUNKS)

    def assemble(self, tables: Tables, settings: L1Settings, tasks: Sequence[Task]) -> DataFrame:
        """Return the L1 row of every document; pages that were left to the model get its text, or their text layer."""
        from darwin_spark.levels.l1_normalize.olmocr.page_assembly import finished  # imports the parsers of PDFs

        (task,) = tasks
        answered = tables["parsed"].join(by_document(tables[task.name]), on=["doc_id", "bucket"], how="left")

        def finish(row: Row) -> Iterator[Row]:
            yield {**row, **finished(row, settings, task)} if row["chunks"] else row

        return map_rows(answered, finish, SCHEMA)


def _rows(document: Row, settings: L1Settings) -> Iterator[Row]:
    yield {"doc_id": document["doc_id"], "bucket": document["bucket"], **normalize(document, settings)}


LEVEL = NormalizationLevel()
