"""L3 as the runner sees it: every document labelled, told book from paper, dropped by label or kept (§3 L3).

What needs no model is found first (`known`): declared metadata, rules, the annotator of the worker's own process. With
`l3.annotator` eai or endpoint a model is then asked for labels, with `l3.judge.engine` another about what is still neither
book nor paper. The decisions come last, over the labels as columns (decisions.py). Texts are read where they lie: what
reaches Python, and what is joined, are excerpts and labels.
"""

from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.config.l3 import L3Settings
from darwin_spark.inference.response_store import PIECES
from darwin_spark.inference.task import Task
from darwin_spark.levels.l3_classify import llm_tasks
from darwin_spark.levels.l3_classify.book_or_paper import UNKNOWN
from darwin_spark.levels.l3_classify.drop_rules import RULE, decided, staying
from darwin_spark.levels.l3_classify.excerpt import sample
from darwin_spark.levels.l3_classify.local_labels import ANNOTATION, IDENTITY, KIND, annotation_row, known
from darwin_spark.verdicts import Stage, judged

VERSION = "5"
READS = {"l0": ("media_type", "declared_type", "metadata"), "l1": ("title", "declared", "text", "pages")}
HASHED = ("doc_type",)
RETRYABLE: frozenset[str] = frozenset()

SCHEMA = judged(*KIND, *ANNOTATION, StructField("annotator", StringType()), StructField("rule", RULE))

_ANSWERED = {
    llm_tasks.EAI: ("discipline", "subdiscipline", "labels", "secondary", "abstained"),
    llm_tasks.ENDPOINT: ("custom", "abstained"),
}
"""What a model's answer says of a document; the other columns stay as they are known."""


def judge(tables: Mapping[str, DataFrame], settings: L3Settings, _stage: Stage) -> dict[str, DataFrame]:
    """Label every document and drop by label, without asking a model."""
    return {"l3": _rows(known(tables["documents"], settings), settings)}


def tasks(settings: L3Settings) -> list[Task]:
    """What models are asked: for labels, then about what is neither book nor paper."""
    return llm_tasks.tasks(settings)


def prepare(tables: Mapping[str, DataFrame], settings: L3Settings, stage: Stage) -> dict[str, DataFrame]:
    """`known`: what is known of every document before a model is asked."""
    return {"known": stage(known(tables["documents"], settings), "known")}


def requests(tables: Mapping[str, DataFrame], settings: L3Settings, task: Task) -> DataFrame:
    """One piece a document (PIECES), its sample: of every document for labels, of what is unknown and stays for the judge."""
    documents = tables["documents"].select("doc_id", "bucket", F.coalesce("text", F.lit("")).alias("text"))
    if task.name == llm_tasks.JUDGE:
        unknown = staying(_annotated(tables, settings), settings).where(F.col("doc_type") == UNKNOWN).select("doc_id")
        documents = documents.join(F.broadcast(unknown), on="doc_id", how="left_semi")
    shown = sample(F.col("text"), F.col("doc_id"), llm_tasks.sample_chars(settings, task))

    def piece(row: Row) -> Iterator[Row]:
        yield {**row, "position": 0, "request_id": task.request_id(row["input"])}

    return map_rows(documents.select("doc_id", "bucket", shown.alias("input")), piece, PIECES)


def assemble(tables: Mapping[str, DataFrame], settings: L3Settings, _tasks: Sequence[Task]) -> DataFrame:
    """A row for every document, with what the models answered."""
    return _rows(_judged(_annotated(tables, settings), tables), settings)


def _annotated(tables: Mapping[str, DataFrame], settings: L3Settings) -> DataFrame:
    """`known`, with the labels that a model answered."""
    name = next((name for name in llm_tasks.ANNOTATORS if name in tables), None)
    if name is None:
        return tables["known"]

    def read(row: Row) -> Iterator[Row]:
        annotation = llm_tasks.annotation(name, row["attempts"] or [], settings)
        yield {"doc_id": row["doc_id"], "bucket": row["bucket"], **annotation_row(annotation)}

    answers = map_rows(tables[name].select("doc_id", "bucket", "attempts"), read, StructType([*IDENTITY, *ANNOTATION]))
    columns = _ANSWERED[name]
    answered = answers.select("doc_id", "bucket", *columns)
    return tables["known"].drop(*columns).join(answered, on=["doc_id", "bucket"], how="left")


def _judged(annotated: DataFrame, tables: Mapping[str, DataFrame]) -> DataFrame:
    """With what the judge said of documents that were unknown."""
    if llm_tasks.JUDGE not in tables:
        return annotated

    def read(row: Row) -> Iterator[Row]:
        kind = llm_tasks.kind(row["attempts"] or [])
        yield {"doc_id": row["doc_id"], "bucket": row["bucket"], "said": kind.doc_type, "by": kind.source}

    said = StructType([*IDENTITY, StructField("said", StringType()), StructField("by", StringType())])
    answers = map_rows(tables[llm_tasks.JUDGE].select("doc_id", "bucket", "attempts"), read, said)
    joined = annotated.join(answers, on=["doc_id", "bucket"], how="left")
    columns = {"doc_type": F.coalesce("said", "doc_type"), "doc_type_source": F.coalesce("by", "doc_type_source")}
    return joined.withColumns(columns).drop("said", "by")


def _rows(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """The level's table: the labels, and what is decided by them."""
    return decided(labelled, settings).select(*(F.col(field.name).cast(field.dataType) for field in SCHEMA))
