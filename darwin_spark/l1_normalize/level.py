"""L1, format normalisation (§3 L1): every object becomes one Markdown text, or a reason why not. Filters nothing.

A parser that fails costs its document only, in whatever way it fails (isolation.py). What is too large is refused by its
size in L0, without being read.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, FloatType, IntegerType, MapType, StringType, StructField, StructType

from darwin_spark import objects
from darwin_spark.arrow import Row, map_rows
from darwin_spark.config import L1Settings
from darwin_spark.l1_normalize import isolation
from darwin_spark.l1_normalize.dispatch import parser_for
from darwin_spark.l1_normalize.parsed import ParseFailure
from darwin_spark.verdicts import FAILED, KEPT, Stage, judged

VERSION = "3"
READS = {"l0": ("media_type", "content", "content_ref", "bytes", "title")}

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
HASHED = ("text", "title", "declared")
RETRYABLE = frozenset({"unreadable"})
SPREAD = True


def judge(tables: Mapping[str, DataFrame], settings: L1Settings, _stage: Stage) -> dict[str, DataFrame]:
    """One row a document: kept with its text, or failed with the parser's reason."""
    return {"l1": map_rows(tables["documents"], partial(_rows, settings=settings), SCHEMA)}


def _rows(document: Row, settings: L1Settings) -> Iterator[Row]:
    yield {"doc_id": document["doc_id"], "bucket": document["bucket"], **normalize(document, settings)}


def normalize(document: Row, settings: L1Settings) -> Row:
    """The verdict on one L0 row and its text. Raises RuntimeError only if no parser can be started at all."""
    columns: dict[str, object] = {}
    try:
        parser = parser_for(document["media_type"])
        columns = {"parser": parser.name, "parser_version": parser.version}
        parsed = isolation.parse(document["media_type"], _content(document, settings), settings)
    except (ParseFailure, objects.ObjectError) as failure:
        return _failed(failure.reason, str(failure), columns)
    return columns | {
        "verdict": KEPT,
        "text": parsed.text,
        "title": parsed.title or document["title"],
        "pages": [page._asdict() for page in parsed.pages],
        "warnings": list(parsed.warnings),
        "declared": dict(parsed.declared),
    }


def _content(document: Row, settings: L1Settings) -> bytes:
    """The object's bytes, from the row or from where they lie. Raises ParseFailure too_large, empty; ObjectError."""
    size, limit = document["bytes"], settings.max_bytes
    if size is not None and size > limit:
        raise ParseFailure("too_large", f"{size} bytes, more than l1.max_bytes={limit}")
    content: bytes | None = document["content"]
    if content is None:
        reference = document["content_ref"]
        content = objects.read(reference["uri"], reference["offset"], reference["length"])
    if len(content) > limit:
        raise ParseFailure("too_large", f"{len(content)} bytes, more than l1.max_bytes={limit}")
    if not content.strip():
        raise ParseFailure("empty", "the object has no bytes but white space")
    return content


def _failed(reason: str, message: str, columns: Mapping[str, object]) -> Row:
    return {
        **columns,
        "verdict": FAILED,
        "reason": reason,
        "title": None,
        "pages": [],
        "warnings": [message[:1_000]],
        "declared": {},
    }
