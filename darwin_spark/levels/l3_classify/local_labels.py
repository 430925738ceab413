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
from pyspark.sql.types import DoubleType, IntegerType, MapType, StringType, StructType

from darwin_spark.arrow_udf import Row, rows, to_batches
from darwin_spark.columns import BUCKET, DOC_ID, column
from darwin_spark.config.l3 import L3Settings
from darwin_spark.levels.l3_classify import llm_tasks
from darwin_spark.levels.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Annotation, Annotator, Document, Labels
from darwin_spark.levels.l3_classify.book_or_paper import Kind, book_or_paper
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.local.weights import load
from darwin_spark.levels.l3_classify.rule_precision import probability
from darwin_spark.levels.l3_classify.rules_annotator import RulesAnnotator

_CODE_COMMENTS = {
    "bloom_cognitive_process": "Code of the cognitive process (Bloom), 1 Remember to 6 Create",
    "bloom_knowledge_domain": "Code of the kind of knowledge (Bloom), 1 Factual to 4 Metacognitive",
    "doc_type_v1": "Code of the document type, 17 types",
    "doc_type_v2": "Code of the document type, 25 types",
    "extraction_artifacts": "Code of the extraction artifacts found in the text",
    "missing_content": "Code of the content that is missing from the text",
    "reasoning_depth": "Code of the depth of reasoning",
    "technical_correctness": "Code of the technical correctness",
    "education_level": "Code of the education level that the text needs",
}
_LABELS = StructType(
    [
        column("fdc_level_1", StringType(), "First digit of the FDC code (Free Decimal Correspondence): the class."),
        column("fdc_level_2", StringType(), "First two digits of the FDC code: the division."),
        column("fdc_level_3", StringType(), "The FDC code in full, three digits and possibly decimals."),
        *(
            column(name, IntegerType(), f"{comment}; -1 if unknown (eai_codes.csv).")
            for name, comment in _CODE_COMMENTS.items()
        ),
    ]
)
"""The twelve dimensions (config.l3_labels.DIMENSIONS)."""
_STRING_MAP = MapType(StringType(), StringType())
ANNOTATION = (
    column("discipline", StringType(), "One of the paper's nine disciplines (A.1); null if unknown."),
    column("subdiscipline", StringType(), "Subdiscipline of the FDC code, by the paper's table (A.1); null if unknown."),
    column("labels", _LABELS, "The twelve dimensions of the EAI taxonomy."),
    column("secondary", _LABELS, "Second choice in each dimension, fields as in labels; null if the annotator gives none."),
    column("custom", _STRING_MAP, "Labels of a user-defined taxonomy (l3.endpoint.taxonomy), value by name."),
    column("probabilities", MapType(StringType(), DoubleType()), "Probability by label name or discipline, where known."),
    column("abstained", StringType(), "Reason why a model's answer gave no labels; null otherwise."),
)
KIND = (
    column("doc_type", StringType(), "paper, book or unknown; L5 processes papers only."),
    column("doc_type_source", StringType(), "What decided doc_type: declared, rule:NAME or judge:RESULT."),
)
IDENTITY = (DOC_ID, BUCKET)
ANNOTATOR = column("annotator", StringType(), "What labelled the document: name and version, model and prompt version.")
KNOWN = StructType([*IDENTITY, *KIND, *ANNOTATION, ANNOTATOR])

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
    """Return the documents with head, tail, length, and numbers of pages and chapters in place of the text."""
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
    """Return the annotation with the probability of `doc_type` added, if any: that of the rule (or declaration) in `kind`."""
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
