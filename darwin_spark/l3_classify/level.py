"""L3 as the runner sees it: every document labelled, non-educational ones dropped (§3 L3)."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import DoubleType, IntegerType, MapType, StringType, StructField, StructType

from darwin_spark.arrow import Row, rows, to_batches
from darwin_spark.config import L3Settings
from darwin_spark.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Annotation, Annotator, Document, Labels
from darwin_spark.l3_classify.book_or_paper import book_or_paper
from darwin_spark.l3_classify.educational import NON_EDUCATIONAL, is_non_educational
from darwin_spark.l3_classify.fdc import discipline
from darwin_spark.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.l3_classify.local.weights import load
from darwin_spark.l3_classify.rules import RulesAnnotator
from darwin_spark.verdicts import DROPPED, KEPT, Stage, judged

VERSION = "1"
READS = {"l0": ("media_type", "declared_type", "metadata"), "l1": ("title", "declared", "text", "pages")}
HASHED = ("doc_type",)
RETRYABLE: frozenset[str] = frozenset()

LABELS = StructType(
    [StructField(name, StringType() if name.startswith("fdc_") else IntegerType()) for name in Labels.__dataclass_fields__]
)
SCHEMA = judged(
    StructField("doc_type", StringType()),
    StructField("doc_type_source", StringType()),
    StructField("discipline", StringType()),
    StructField("subdiscipline", StringType()),
    StructField("labels", LABELS),
    StructField("probabilities", MapType(StringType(), DoubleType())),
    StructField("annotator", StringType()),
)

_CHAPTER = (
    r"(?im)^[ \t#*_]{0,8}(?:chapter|lecture)[ \t]{1,4}"
    r"(?:[ivxlc]{1,7}|[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)
"""A chapter's heading, to the regular expressions of Java as of Python."""


def judge(tables: Mapping[str, DataFrame], settings: L3Settings, _stage: Stage) -> dict[str, DataFrame]:
    """Label every document and drop by label. Only excerpts and counts of a text reach Python."""
    arrow_schema = to_arrow_schema(SCHEMA)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        annotator = make_annotator(settings)
        return to_batches((answer for batch in batches for answer in _judge_batch(batch, annotator, settings)), arrow_schema)

    return {"l3": excerpts(tables["documents"]).mapInArrow(run, SCHEMA)}


def make_annotator(settings: L3Settings) -> Annotator:
    """The annotator that the settings name; called once a Spark task."""
    if settings.annotator == "rules":
        return RulesAnnotator()
    return LocalAnnotator(settings.min_probability, load(Path(settings.weights)) if settings.weights else None)


def excerpts(documents: DataFrame) -> DataFrame:
    """The head and tail of every text, its length and counts, in place of the text."""
    text = F.coalesce(F.col("text"), F.lit(""))
    after_head = F.greatest(F.length(text) - F.lit(HEAD_CHARS), F.lit(0))
    return documents.select(
        *("doc_id", "bucket", "media_type", "declared_type", "metadata", "title", "declared"),
        F.substring(text, 1, HEAD_CHARS).alias("head"),
        _end(text, F.least(after_head, F.lit(TAIL_CHARS))).alias("tail"),
        F.length(text).alias("chars"),
        F.coalesce(F.size("pages"), F.lit(0)).alias("pages"),
        F.regexp_count(text, F.lit(_CHAPTER)).alias("chapters"),
    )


def _end(text: Column, chars: Column) -> Column:
    return F.when(chars > 0, F.right(text, chars)).otherwise(F.lit(""))


def _judge_batch(batch: pa.RecordBatch, annotator: Annotator, settings: L3Settings) -> Iterator[Row]:
    records = list(rows([batch]))
    documents = [document_of(record) for record in records]
    annotations = annotator.annotate(documents)
    for record, document, annotation in zip(records, documents, annotations, strict=True):
        identity = {"doc_id": record["doc_id"], "bucket": record["bucket"], "annotator": annotator.name}
        yield identity | judge_document(document, annotation, settings)


def judge_document(document: Document, annotation: Annotation, settings: L3Settings) -> dict[str, Any]:
    """The level's own columns of one document, and its verdict."""
    dropped = is_non_educational(annotation.labels, settings)
    kind = book_or_paper(document)
    subject = discipline(annotation.labels.fdc_level_3)
    return {
        "verdict": DROPPED if dropped else KEPT,
        "reason": NON_EDUCATIONAL if dropped else None,
        "doc_type": kind.doc_type,
        "doc_type_source": kind.source,
        "discipline": subject.discipline if subject else None,
        "subdiscipline": subject.subdiscipline if subject else None,
        "labels": annotation.labels.row(),
        "probabilities": dict(annotation.probabilities) if annotation.probabilities else None,
    }


def document_of(record: Row) -> Document:
    """A row of `excerpts` as annotators see it; nulls are empty."""
    texts: dict[str, Any] = {name: record[name] or "" for name in ("head", "tail", "title", "media_type", "declared_type")}
    maps: dict[str, Any] = {name: dict(record[name] or ()) for name in ("declared", "metadata")}
    return Document(**texts, **maps, chars=record["chars"], pages=max(record["pages"], 0), chapters=record["chapters"])
