"""Rewrite a document chunk by chunk: what the levels that do so share (L4, L5 and plugins).
Each chunk is one request. An accepted response replaces its chunk; a chunk without one keeps its original text."""

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
    """A document after its chunks were answered."""

    originals: Sequence[str]
    responses: Sequence[str | None]  # the accepted response to each chunk, or None

    @cached_property
    def text(self) -> str:
        """The document with accepted responses in place of their chunks."""
        return join(self.originals, self.responses)

    @property
    def accepted(self) -> int:
        """How many chunks have an acceptable response."""
        return sum(response is not None for response in self.responses)

    def is_complete(self, min_success_ratio: float) -> bool:
        """Whether enough chunks have an acceptable response; true for a document without chunks."""
        return self.accepted >= min_success_ratio * len(self.originals)


def chunk_row(document: Row, position: int, text: str, task: Task) -> Row:
    """One row of CHUNKS."""
    return {
        "doc_id": document["doc_id"],
        "bucket": document["bucket"],
        "position": position,
        "request_id": task.request_id(text),
        "input": text,
    }


def chunk_requests(documents: DataFrame, task: Task, cut: Callable[[Row], Iterable[str]]) -> DataFrame:
    """CHUNKS of every document. `cut` returns the chunks of one row of `documents`, in order."""

    def chunk(row: Row) -> Iterator[Row]:
        for position, text in enumerate(cut(row)):
            yield chunk_row(row, position, text, task)

    return map_rows(documents, chunk, CHUNKS)


def rewrite_documents(
    documents: DataFrame, answered: DataFrame, task: Task, finish: Callable[[Row, Rewritten], Row], schema: StructType
) -> DataFrame:
    """One row of `schema` a document: `finish` of row and rewritten chunks. Keep `documents` narrow: they are joined."""

    def rewrite(row: Row) -> Iterator[Row]:
        originals = [chunk["input"] for chunk in row["chunks"]]
        responses = [task.choose(chunk["input"], chunk["attempts"] or []).text for chunk in row["chunks"]]
        identity = {"doc_id": row["doc_id"], "bucket": row["bucket"]}
        yield identity | dict(finish(row, Rewritten(originals, responses)))

    joined = documents.join(by_document(answered), on=["doc_id", "bucket"], how="left")
    return map_rows(joined.withColumn("chunks", F.coalesce("chunks", F.array())), rewrite, schema)
