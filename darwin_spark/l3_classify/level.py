"""L3 as the runner sees it: every document labelled, told book from paper, dropped by label or kept (§3 L3).

What needs no model is found first (`known`): declared metadata, rules, the annotator of the worker's own process. With
`l3.annotator` eai or endpoint a model is then asked for labels, with `l3.judge.engine` another about what is still neither
book nor paper. The decisions come last, over the labels as columns (decisions.py). Texts are read where they lie: what
reaches Python, and what is joined, are excerpts and labels.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import DoubleType, IntegerType, MapType, StringType, StructField, StructType

from darwin_spark.arrow import Row, map_rows, rows, to_batches
from darwin_spark.config import L3Settings
from darwin_spark.config_labels import DIMENSIONS
from darwin_spark.generation.ledger import PIECES
from darwin_spark.generation.task import Task
from darwin_spark.l3_classify import asking
from darwin_spark.l3_classify.annotator import HEAD_CHARS, TAIL_CHARS, Annotation, Annotator, Document, Labels
from darwin_spark.l3_classify.book_or_paper import UNKNOWN, book_or_paper
from darwin_spark.l3_classify.decisions import RULE, decided, staying
from darwin_spark.l3_classify.rules import RulesAnnotator
from darwin_spark.l3_classify.sample import sample
from darwin_spark.verdicts import Stage, judged

VERSION = "2"
READS = {"l0": ("media_type", "declared_type", "metadata"), "l1": ("title", "declared", "text", "pages")}
HASHED = ("doc_type",)
RETRYABLE: frozenset[str] = frozenset()

_LABELS = StructType([StructField(name, StringType() if name.startswith("fdc_") else IntegerType()) for name in DIMENSIONS])
_WORDS = MapType(StringType(), StringType())
_ANNOTATION = (
    StructField("discipline", StringType()),
    StructField("subdiscipline", StringType()),
    StructField("labels", _LABELS),
    StructField("secondary", _LABELS),
    StructField("custom", _WORDS),
    StructField("probabilities", MapType(StringType(), DoubleType())),
    StructField("abstained", StringType()),
)
_KIND = (StructField("doc_type", StringType()), StructField("doc_type_source", StringType()))
_IDENTITY = (StructField("doc_id", StringType(), False), StructField("bucket", StringType(), False))
_KNOWN = StructType([*_IDENTITY, *_KIND, *_ANNOTATION, StructField("annotator", StringType())])
SCHEMA = judged(*_KIND, *_ANNOTATION, StructField("annotator", StringType()), StructField("rule", RULE))

_ANSWERED = {
    asking.EAI: ("discipline", "subdiscipline", "labels", "secondary", "abstained"),
    asking.ENDPOINT: ("custom", "abstained"),
}
"""What a model's answer says of a document; the other columns stay as they are known."""

_CHAPTER = (
    r"(?im)^[ \t#*_]{0,8}(?:chapter|lecture)[ \t]{1,4}"
    r"(?:[ivxlc]{1,7}|[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)
"""A chapter's heading, to the regular expressions of Java as of Python."""


def judge(tables: Mapping[str, DataFrame], settings: L3Settings, _stage: Stage) -> dict[str, DataFrame]:
    """Label every document and drop by label, without asking a model."""
    return {"l3": _rows(known(tables["documents"], settings), settings)}


def tasks(settings: L3Settings) -> list[Task]:
    """What models are asked: for labels, then about what is neither book nor paper."""
    return asking.tasks(settings)


def prepare(tables: Mapping[str, DataFrame], settings: L3Settings, stage: Stage) -> dict[str, DataFrame]:
    """`known`: what is known of every document before a model is asked."""
    return {"known": stage(known(tables["documents"], settings), "known")}


def requests(tables: Mapping[str, DataFrame], settings: L3Settings, task: Task) -> DataFrame:
    """One piece a document (PIECES), its sample: of every document for labels, of what is unknown and stays for the judge."""
    documents = tables["documents"].select("doc_id", "bucket", F.coalesce("text", F.lit("")).alias("text"))
    if task.name == asking.JUDGE:
        unknown = staying(_annotated(tables, settings), settings).where(F.col("doc_type") == UNKNOWN).select("doc_id")
        documents = documents.join(F.broadcast(unknown), on="doc_id", how="left_semi")
    shown = sample(F.col("text"), F.col("doc_id"), asking.sample_chars(settings, task))

    def piece(row: Row) -> Iterator[Row]:
        yield {**row, "position": 0, "request_id": task.request_id(row["input"])}

    return map_rows(documents.select("doc_id", "bucket", shown.alias("input")), piece, PIECES)


def assemble(tables: Mapping[str, DataFrame], settings: L3Settings, _tasks: Sequence[Task]) -> DataFrame:
    """A row for every document, with what the models answered."""
    return _rows(_judged(_annotated(tables, settings), tables), settings)


def known(documents: DataFrame, settings: L3Settings) -> DataFrame:
    """Of every document what its source declares and rules say; of its labels what no model is asked for."""
    arrow_schema = to_arrow_schema(_KNOWN)
    asked = asking.annotator_name(settings)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        annotator = in_process(settings)
        names = {"annotator": " + ".join(name for name in (annotator and annotator.name, asked) if name)}
        return to_batches(({**row, **names} for batch in batches for row in _known_batch(batch, annotator)), arrow_schema)

    return excerpts(documents).mapInArrow(run, _KNOWN)


def in_process(settings: L3Settings) -> Annotator | None:
    """The annotator that works in the Spark task itself; made once a task. None where a model labels every dimension."""
    if settings.annotator == "eai":
        return None
    return {"rules": RulesAnnotator, "endpoint": RulesAnnotator}[settings.annotator]()


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


def _known_batch(batch: pa.RecordBatch, annotator: Annotator | None) -> Iterator[Row]:
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
            **annotation_row(annotation),
        }


def annotation_row(annotation: Annotation) -> dict[str, Any]:
    """An annotation as the columns of the table."""
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
    """A row of `excerpts` as annotators see it; nulls are empty."""
    texts: dict[str, Any] = {name: record[name] or "" for name in ("head", "tail", "title", "media_type", "declared_type")}
    maps: dict[str, Any] = {name: dict(record[name] or ()) for name in ("declared", "metadata")}
    return Document(**texts, **maps, chars=record["chars"], pages=max(record["pages"], 0), chapters=record["chapters"])


def _annotated(tables: Mapping[str, DataFrame], settings: L3Settings) -> DataFrame:
    """`known`, with the labels that a model answered."""
    name = next((name for name in asking.ANNOTATORS if name in tables), None)
    if name is None:
        return tables["known"]

    def read(row: Row) -> Iterator[Row]:
        annotation = asking.annotation(name, row["attempts"] or [], settings)
        yield {"doc_id": row["doc_id"], "bucket": row["bucket"], **annotation_row(annotation)}

    answers = map_rows(tables[name].select("doc_id", "bucket", "attempts"), read, StructType([*_IDENTITY, *_ANNOTATION]))
    columns = _ANSWERED[name]
    answered = answers.select("doc_id", "bucket", *columns)
    return tables["known"].drop(*columns).join(answered, on=["doc_id", "bucket"], how="left")


def _judged(annotated: DataFrame, tables: Mapping[str, DataFrame]) -> DataFrame:
    """With what the judge said of documents that were unknown."""
    if asking.JUDGE not in tables:
        return annotated

    def read(row: Row) -> Iterator[Row]:
        kind = asking.kind(row["attempts"] or [])
        yield {"doc_id": row["doc_id"], "bucket": row["bucket"], "said": kind.doc_type, "by": kind.source}

    said = StructType([*_IDENTITY, StructField("said", StringType()), StructField("by", StringType())])
    answers = map_rows(tables[asking.JUDGE].select("doc_id", "bucket", "attempts"), read, said)
    joined = annotated.join(answers, on=["doc_id", "bucket"], how="left")
    columns = {"doc_type": F.coalesce("said", "doc_type"), "doc_type_source": F.coalesce("by", "doc_type_source")}
    return joined.withColumns(columns).drop("said", "by")


def _rows(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """The level's table: the labels, and what is decided by them."""
    return decided(labelled, settings).select(*(F.col(field.name).cast(field.dataType) for field in SCHEMA))
