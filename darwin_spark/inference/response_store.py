"""The ledger: every answer that was ever paid for, append-only, and what is left to ask.

An answer is stored raw. Whether it is good enough is decided by the checks each time it is read, so that a new check costs
no GPU second; what is decided to be asked again is another attempt, with another seed.
"""

from collections.abc import Iterator

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, StringType, StructField, StructType, TimestampType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.inference.requests import ANSWERS, REQUESTS
from darwin_spark.inference.task import Task
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace

TABLE = "generations"

SCHEMA = StructType(
    [
        *ANSWERS.fields,
        StructField("model", StringType()),
        StructField("prompt_version", StringType()),
        StructField("run_id", StringType()),
        StructField("answered_at", TimestampType()),
    ]
)

PIECES = StructType(
    [StructField(name, StringType(), False) for name in ("doc_id", "bucket", "request_id", "input")]
    + [StructField("position", IntegerType(), False)]
)
"""What a level asks: one row for each piece of each document, with the identity of the question about it."""


def read(spark: SparkSession, workspace: Workspace) -> DataFrame:
    """All attempts."""
    return tables.read_or_empty(spark, workspace, TABLE, SCHEMA)


def with_attempts(pieces: DataFrame, ledger: DataFrame) -> DataFrame:
    """The pieces with `attempts`: every answer so far to the question, null where there is none."""
    columns = ("attempt", "output", "finish_reason", "error", "prompt_tokens", "completion_tokens")
    asked = ledger.join(pieces.select("request_id").distinct(), on="request_id", how="left_semi")
    attempts = asked.groupBy("request_id").agg(F.collect_list(F.struct(*columns)).alias("attempts"))
    return pieces.join(attempts, on="request_id", how="left")


def by_document(answered: DataFrame) -> DataFrame:
    """doc_id, bucket and `pieces`: each document's pieces with their attempts, in order."""
    piece = F.struct("position", "input", "attempts")
    return answered.groupBy("doc_id", "bucket").agg(F.array_sort(F.collect_list(piece)).alias("pieces"))


def pending(pieces: DataFrame, marks: DataFrame, ledger: DataFrame, task: Task, max_attempts: int) -> DataFrame:
    """The questions (REQUESTS) without an acceptable answer that may still be asked, each once, with its next attempt.

    A question is asked no oftener than the documents that pose it were judged (`marks`: doc_id, attempts, this judgement
    counted, priority): a climb that broke off after its answers were stored does not ask again what they failed at. A task
    that says itself how often (`attempts`) asks so often whoever judged.
    """
    told = marks.select("doc_id", F.col("attempts").alias("judged"), "priority")
    posed = pieces.join(told, on="doc_id", how="inner")
    questions = posed.groupBy("request_id").agg(
        F.first("input").alias("input"), F.max("judged").alias("judged"), F.max("priority").alias("priority")
    )

    def next_attempt(row: Row) -> Iterator[Row]:
        attempts = row["attempts"] or []
        if task.may_ask(row["input"], attempts, task.attempts or min(max_attempts, row["judged"])):
            yield {
                "request_id": row["request_id"],
                "task": task.name,
                "attempt": max((attempt["attempt"] for attempt in attempts), default=0) + 1,
                "messages": task.messages(row["input"]),
                "picture": task.pictures.name(row["input"], attempts) if task.pictures else None,
                "priority": row["priority"],
            }

    return map_rows(with_attempts(questions, ledger), next_attempt, REQUESTS)
