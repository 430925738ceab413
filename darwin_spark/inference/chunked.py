"""Rewrite documents chunk by chunk: the functions that L4, L5 and plugins share.
Each chunk is one request. An accepted response replaces its chunk; a chunk without an accepted response keeps its text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.inference.rejoin import join
from darwin_spark.inference.requests import CHUNKS
from darwin_spark.inference.response_store import by_document
from darwin_spark.inference.task import Task

INCOMPLETE = "generation_incomplete"  # failure reason: too few chunks of the document have an acceptable response. Retryable.


@dataclass(frozen=True)
class Rewritten:
    """The chunks of one document, and the accepted responses to them."""

    originals: Sequence[str]
    responses: Sequence[str | None]  # the accepted response to each chunk, or None

    @cached_property
    def text(self) -> str:
        """The document's text, in which each accepted response replaces its chunk."""
        return join(self.originals, self.responses)

    @property
    def accepted(self) -> int:
        """The number of chunks that have an accepted response."""
        return sum(response is not None for response in self.responses)

    def is_complete(self, min_success_ratio: float) -> bool:
        """Whether at least this share of the chunks has an accepted response; true for a document without chunks."""
        return self.accepted >= min_success_ratio * len(self.originals)


def chunk_row(document: Row, position: int, text: str, task: Task) -> Row:
    """Return the row of CHUNKS for one chunk, `text`, with the id of the request about it."""
    return {
        "doc_id": document["doc_id"],
        "bucket": document["bucket"],
        "position": position,
        "request_id": task.request_id(text),
        "input": text,
    }


def chunk_requests(documents: DataFrame, task: Task, cut: Callable[[Row], Iterable[str]]) -> DataFrame:
    """Return CHUNKS: all chunks of all documents. `cut` returns the chunks of one row of `documents`, in order."""

    def chunk(row: Row) -> Iterator[Row]:
        for position, text in enumerate(cut(row)):
            yield chunk_row(row, position, text, task)

    return map_rows(documents, chunk, CHUNKS)


def rewrite_documents(
    documents: DataFrame, answered: DataFrame, task: Task, finish: Callable[[Row, Rewritten], Row], schema: StructType
) -> DataFrame:
    """Return per document doc_id, bucket and `finish(row, Rewritten)`, as `schema`. `answered`: CHUNKS rows with `attempts`, as
    `Client.answer` returns them; a document without any has no chunks. A join shuffles `documents`: keep it narrow."""

    def rewrite(row: Row) -> Iterator[Row]:
        originals = [chunk["input"] for chunk in row["chunks"]]
        responses = [task.choose(chunk["input"], chunk["attempts"] or []).text for chunk in row["chunks"]]
        identity = {"doc_id": row["doc_id"], "bucket": row["bucket"]}
        yield identity | dict(finish(row, Rewritten(originals, responses)))

    joined = documents.join(by_document(answered), on=["doc_id", "bucket"], how="left")
    return map_rows(joined.withColumn("chunks", F.coalesce("chunks", F.array())), rewrite, schema)
