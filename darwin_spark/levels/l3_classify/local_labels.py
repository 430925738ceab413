"""Label documents without an LLM: declared metadata, rules, and the annotator that runs in the Spark task.

Spark cuts the texts in the JVM, so that only excerpts and counts reach Python.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import DoubleType, IntegerType, MapType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, rows, to_batches
from darwin_spark.config.l3 import L3Settings
from darwin_spark.config.l3_labels import DIMENSIONS
from darwin_spark.levels.l3_classify import llm_tasks
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Annotation, Annotator, Document, Labels
from darwin_spark.levels.l3_classify.book_or_paper import Kind, book_or_paper
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.local.weights import load
from darwin_spark.levels.l3_classify.rule_precision import probability
from darwin_spark.levels.l3_classify.rules_annotator import RulesAnnotator

_LABELS = StructType([StructField(name, StringType() if name.startswith("fdc_") else IntegerType()) for name in DIMENSIONS])
_STRING_MAP = MapType(StringType(), StringType())
ANNOTATION = (
    StructField("discipline", StringType()),
    StructField("subdiscipline", StringType()),
    StructField("labels", _LABELS),
    StructField("secondary", _LABELS),
    StructField("custom", _STRING_MAP),
    StructField("probabilities", MapType(StringType(), DoubleType())),
    StructField("abstained", StringType()),
)
KIND = (StructField("doc_type", StringType()), StructField("doc_type_source", StringType()))
IDENTITY = (StructField("doc_id", StringType(), False), StructField("bucket", StringType(), False))
KNOWN = StructType([*IDENTITY, *KIND, *ANNOTATION, StructField("annotator", StringType())])

CHAPTER = (
    r"(?im)^[ \t#*_]{0,8}(?:chapter|lecture)[ \t]{1,4}"
    r"(?:[ivxlc]{1,7}|[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)
"""Regular expression of a chapter heading, valid in Java (Spark) and in Python."""


def known(documents: DataFrame, settings: L3Settings) -> DataFrame:
    """Return one row of KNOWN per document: book or paper, and the labels that need no LLM.

    `annotator` names the in-process annotator and the LLM that will annotate, joined by " + " if there are both.
    """
    arrow_schema = to_arrow_schema(KNOWN)
    llm_name = llm_tasks.annotator_name(settings)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        annotator = in_process(settings)
        names = {"annotator": " + ".join(name for name in (annotator and annotator.name, llm_name) if name)}
        return to_batches(({**row, **names} for batch in batches for row in _label_batch(batch, annotator)), arrow_schema)

    return excerpts(documents).mapInArrow(run, KNOWN)


def in_process(settings: L3Settings) -> Annotator | None:
    """Create the annotator that runs in the Spark task; None for `eai`, where an LLM labels every dimension."""
    if settings.annotator == "eai":
        return None
    if settings.annotator == "rules":
        return RulesAnnotator()
    return LocalAnnotator(settings.min_probability, load(Path(settings.weights)) if settings.weights else None)


def excerpts(documents: DataFrame) -> DataFrame:
    """Replace the text of every document by its head and tail, its length, and its numbers of pages and chapters."""
    text = F.coalesce(F.col("text"), F.lit(""))
    after_head = F.greatest(F.length(text) - F.lit(HEAD_CHARS), F.lit(0))
    return documents.select(
        *("doc_id", "bucket", "media_type", "declared_type", "metadata", "title", "declared"),
        F.substring(text, 1, HEAD_CHARS).alias("head"),
        _last_chars(text, F.least(after_head, F.lit(TAIL_CHARS))).alias("tail"),
        F.length(text).alias("chars"),
        F.coalesce(F.size("pages"), F.lit(0)).alias("pages"),
        F.regexp_count(text, F.lit(CHAPTER)).alias("chapters"),
    )


def _last_chars(text: Column, chars: Column) -> Column:
    return F.when(chars > 0, F.right(text, chars)).otherwise(F.lit(""))


def _label_batch(batch: pa.RecordBatch, annotator: Annotator | None) -> Iterator[Row]:
    records = list(rows([batch]))
    documents = [document_of(record) for record in records]
    annotations = annotator.annotate(documents) if annotator else [Annotation(Labels())] * len(documents)
    for record, document, annotation in zip(records, documents, annotations, strict=True):
        kind = book_or_paper(document)
        yield {
            "doc_id": record["doc_id"],
            "bucket": record["bucket"],
            "doc_type": kind.doc_type,
            "doc_type_source": kind.source,
            **annotation_row(_with_kind_probability(annotation, kind)),
        }


def _with_kind_probability(annotation: Annotation, kind: Kind) -> Annotation:
    """Add the probability of `doc_type`, that of the rule that told book from paper, to an annotation."""
    kind_probability = probability("doc_type", kind.source)
    known = {} if kind_probability is None else {"doc_type": kind_probability}
    return replace(annotation, probabilities={**(annotation.probabilities or {}), **known})


def annotation_row(annotation: Annotation) -> dict[str, Any]:
    """Return an annotation as a dict with the columns of ANNOTATION."""
    subject = annotation.discipline
    return {
        "discipline": subject.discipline if subject else None,
        "subdiscipline": subject.subdiscipline if subject else None,
        "labels": annotation.labels.row(),
        "secondary": annotation.secondary.row() if annotation.secondary else None,
        "custom": dict(annotation.custom) if annotation.custom else None,
        "probabilities": dict(annotation.probabilities) if annotation.probabilities else None,
        "abstained": annotation.abstained,
    }


def document_of(record: Row) -> Document:
    """Convert a row of `excerpts` to a Document; null strings and maps become empty."""
    texts: dict[str, Any] = {name: record[name] or "" for name in ("head", "tail", "title", "media_type", "declared_type")}
    maps: dict[str, Any] = {name: dict(record[name] or ()) for name in ("declared", "metadata")}
    return Document(**texts, **maps, chars=record["chars"], pages=max(record["pages"], 0), chapters=record["chapters"])
