"""The response store: the append-only table `generations` of every response that was ever paid for.
A response is stored raw. The checks decide each time it is read whether it is acceptable, so that a new check costs no GPU
second. A request that needs another response gets another attempt, with another seed."""

from collections.abc import Iterator

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType, TimestampType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.columns import column
from darwin_spark.inference.requests import REQUESTS, RESPONSES
from darwin_spark.inference.task import Task
from darwin_spark.storage.workspace import Workspace

TABLE = "generations"

SCHEMA = StructType(
    [
        *RESPONSES.fields,
        column("model", StringType(), "Name of the model, or folder of its weights."),
        column("prompt_version", StringType(), "Version of the prompt."),
        column("run_id", StringType(), "The run that sent the request (table runs), or the judgement."),
        column("answered_at", TimestampType(), "When the response arrived."),
    ]
)


def read(workspace: Workspace) -> DataFrame:
    """Return all stored responses (SCHEMA), one row for each attempt at a request."""
    return workspace.read_or_empty(TABLE, SCHEMA)


def with_attempts(chunks: DataFrame, responses: DataFrame) -> DataFrame:
    """Return the chunks with a column `attempts`: all responses to the chunk's request, in no order; null if there are none."""
    columns = ("attempt", "output", "finish_reason", "error", "prompt_tokens", "completion_tokens")
    wanted = responses.join(chunks.select("request_id").distinct(), on="request_id", how="left_semi")
    attempts = wanted.groupBy("request_id").agg(F.collect_list(F.struct(*columns)).alias("attempts"))
    return chunks.join(attempts, on="request_id", how="left")


def by_document(answered: DataFrame) -> DataFrame:
    """Return doc_id, bucket and `chunks`: an array of the document's chunks with their attempts, in order of position."""
    chunk = F.struct("position", "input", "attempts")
    return answered.groupBy("doc_id", "bucket").agg(F.array_sort(F.collect_list(chunk)).alias("chunks"))


def pending(chunks: DataFrame, documents: DataFrame, responses: DataFrame, task: Task, max_attempts: int) -> DataFrame:
    """Return as REQUESTS the next attempt at each request that has no acceptable response and may have another attempt.
    `documents`: doc_id, attempts (at the level, this one included), priority. Unless the task has `max_attempts`, a request
    gets no more attempts than its documents: a climb that crashed after storing responses does not repeat rejected requests."""
    judged = documents.select("doc_id", F.col("attempts").alias("document_attempts"), "priority")
    requests = (
        chunks.join(judged, on="doc_id", how="inner")
        .groupBy("request_id")
        .agg(
            F.first("input").alias("input"),
            F.max("document_attempts").alias("document_attempts"),
            F.max("priority").alias("priority"),
        )
    )

    def next_attempt(row: Row) -> Iterator[Row]:
        attempts = row["attempts"] or []
        if task.may_retry(row["input"], attempts, task.max_attempts or min(max_attempts, row["document_attempts"])):
            yield {
                "request_id": row["request_id"],
                "task": task.name,
                "attempt": max((attempt["attempt"] for attempt in attempts), default=0) + 1,
                "messages": task.messages(row["input"]),
                "picture": task.images.name(row["input"], attempts) if task.images else None,
                "priority": row["priority"],
            }

    return map_rows(with_attempts(requests, responses), next_attempt, REQUESTS)
