"""L3 labels every document, tells papers from books, and keeps or drops documents by their labels (§3 L3).

Labels without an LLM come first (`local_labels`): declared metadata, rules, the annotator in the worker's own process. With
`l3.annotator` eai or endpoint an LLM then gives labels, and with `l3.paper_judge.engine` another LLM decides whether an
unknown document is a paper. Rules drop documents last, over the labels as columns (`drop_rules`). Texts are not shuffled: only
excerpts and labels reach Python and joins.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.columns import column, conform
from darwin_spark.config.l3 import L3Settings
from darwin_spark.config.l3_labels import CODES
from darwin_spark.inference.chunked import chunk_row
from darwin_spark.inference.requests import CHUNKS
from darwin_spark.inference.task import Task
from darwin_spark.levels.l3_classify import llm_tasks, taxonomy_codes
from darwin_spark.levels.l3_classify.annotator import Document
from darwin_spark.levels.l3_classify.book_or_paper import UNKNOWN
from darwin_spark.levels.l3_classify.drop_rules import RULE, kept_before_judge, with_verdict
from darwin_spark.levels.l3_classify.excerpt import sample
from darwin_spark.levels.l3_classify.local.annotator import LocalAnnotator
from darwin_spark.levels.l3_classify.local_labels import ANNOTATION, ANNOTATOR, IDENTITY, KIND, annotation_row, known
from darwin_spark.verdicts import Stage, Tables, level_schema

SCHEMA = level_schema(*KIND, *ANNOTATION, ANNOTATOR, column("rule", RULE, "The rule that dropped the document; null if kept."))

_ANSWERED = {
    llm_tasks.EAI: ("discipline", "subdiscipline", "labels", "secondary", "abstained"),
    llm_tasks.ENDPOINT: ("custom", "abstained"),
}
"""Columns that a model's answer fills; the other columns keep the values of `local_labels`."""


class ClassificationLevel:
    """Level L3: label every document, tell papers from books, and drop documents by their labels."""

    name: Final = "l3"
    title: Final = "Lightweight Model Filtering"
    version: Final = "5"
    below: Final = "l2"
    reads: Mapping[str, Sequence[str]] = {
        "l0": ("media_type", "declared_type", "metadata"),
        "l1": ("title", "declared", "text", "pages"),
    }
    schema: Final = SCHEMA
    hashed: Final = ("doc_type",)
    retryable: frozenset[str] = frozenset()
    settings_type: Final = L3Settings
    corpus_columns: Final = ("doc_type", "discipline", "subdiscipline")

    def process(self, tables: Tables, settings: L3Settings, _stage: Stage) -> Tables:
        """Return, under `l3`, one row of SCHEMA per document: labels found without an LLM, and the verdict by drop rules."""
        return {self.name: _rows(known(tables["documents"], settings), settings)}

    def tasks(self, settings: L3Settings) -> Sequence[Task]:
        """Return the LLM tasks: for labels, then whether an unknown document is a paper; each only if configured."""
        return llm_tasks.tasks(settings)

    def prepare(self, tables: Tables, settings: L3Settings, stage: Stage) -> Tables:
        """Return, under `known`, the staged labels of every document from `local_labels`, before an LLM is asked."""
        return {"known": stage(known(tables["documents"], settings), "known")}

    def requests(self, tables: Tables, settings: L3Settings, task: Task) -> DataFrame:
        """Return a row of CHUNKS (an excerpt) per document: all documents for labels, kept unknown ones for the judge."""
        documents = tables["documents"].select("doc_id", "bucket", F.coalesce("text", F.lit("")).alias("text"))
        if task.name == llm_tasks.JUDGE:
            unknown = (
                kept_before_judge(_annotated(tables, settings), settings).where(F.col("doc_type") == UNKNOWN).select("doc_id")
            )
            documents = documents.join(F.broadcast(unknown), on="doc_id", how="left_semi")
        excerpt = sample(F.col("text"), F.col("doc_id"), llm_tasks.sample_chars(settings, task))

        def chunk(row: Row) -> Iterator[Row]:
            yield chunk_row(row, 0, row["input"], task)

        return map_rows(documents.select("doc_id", "bucket", excerpt.alias("input")), chunk, CHUNKS)

    def assemble(self, tables: Tables, settings: L3Settings, _tasks: Sequence[Task]) -> DataFrame:
        """Return one row of SCHEMA per document: its labels, also from the LLM answers, and the verdict of the drop rules."""
        return _rows(_with_paper_judgement(_annotated(tables, settings), tables), settings)

    def promises(self, rows: DataFrame) -> Mapping[str, DataFrame]:
        """Return the rows that break the promise that a dropped document names the rule that dropped it."""
        return {"a dropped document names its rule": rows.where("verdict = 'dropped' AND rule IS NULL")}

    def describe(self, column: str, value: Mapping[str, object]) -> str | None:
        """Return `reasoning_depth is 1 (No Reasoning; 0.93 sure), below 3` for a value of `rule`, None for other columns."""
        if column != "rule":
            return None
        label, code, probability = str(value["label"]), value["value"], value["probability"]
        if code is None:
            return f"{label} is missing"
        word = taxonomy_codes.table(label)[int(str(code))] if label in CODES else ""
        sure = "" if probability is None else f"{probability:.2f} sure"
        details = "; ".join(filter(None, (word, sure)))
        return f"{label} is {code}" + (f" ({details})" if details else "") + f", {value['when']} {value['threshold']}"

    def preload(self) -> None:
        """Load the local annotator's weights and word lists, by labelling a short text."""
        LocalAnnotator().annotate([Document(head="A text that is labelled once loads the model.")])


LEVEL = ClassificationLevel()


def _annotated(tables: Tables, settings: L3Settings) -> DataFrame:
    """Return the table `known`, with the columns of `_ANSWERED` taken from the answers of the annotating LLM, if any."""
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


def _with_paper_judgement(annotated: DataFrame, tables: Tables) -> DataFrame:
    """Return `annotated`, with `doc_type` and `doc_type_source` of unknown documents taken from the paper judge's answers."""
    if llm_tasks.JUDGE not in tables:
        return annotated

    def read(row: Row) -> Iterator[Row]:
        kind = llm_tasks.kind(row["attempts"] or [])
        yield {"doc_id": row["doc_id"], "bucket": row["bucket"], "judged": kind.doc_type, "judged_by": kind.source}

    schema = StructType([*IDENTITY, StructField("judged", StringType()), StructField("judged_by", StringType())])
    answers = map_rows(tables[llm_tasks.JUDGE].select("doc_id", "bucket", "attempts"), read, schema)
    joined = annotated.join(answers, on=["doc_id", "bucket"], how="left")
    columns = {"doc_type": F.coalesce("judged", "doc_type"), "doc_type_source": F.coalesce("judged_by", "doc_type_source")}
    return joined.withColumns(columns).drop("judged", "judged_by")


def _rows(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """Return the rows of SCHEMA: the labelled documents, with the verdict, reason and rule that follow from the labels."""
    return with_verdict(labelled, settings).select(*conform(SCHEMA))
