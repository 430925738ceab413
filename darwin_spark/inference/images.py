"""Pictures in questions: named where questions are staged, drawn in the worker that asks, stored nowhere.

A question about a picture carries its name (`REQUESTS.picture`); which document it belongs to is joined in when it is asked
(`with_documents`), and the picture is drawn when the engine pulls the question (`drawn`). It goes to the engine as OpenAI's
content parts do, an `image_url` that holds a data URI: what an endpoint takes as it is.
"""

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.arrow_udf import Row
from darwin_spark.inference.engines.protocol import Message

_DATA: Final = "data:image/png;base64,"
_RUN: Final = 64
"""Pages of one document that are asked by one task: a long scan is spread over the engines, and read once for so many."""

Draw = Callable[[str], bytes]
"""A picture's name in, its PNG out. Raises NotDrawn."""


@dataclass(frozen=True)
class Pictures:
    """How a level names the picture of a piece's next attempt, given the attempts so far, and draws it."""

    name: Callable[[str, Sequence[Any]], str]
    open: Callable[[Row], Draw]
    """A document's row in, what draws its pictures out. Raises OutOfReach."""


class NotDrawn(Exception):  # noqa: N818  (a verdict on the picture, not a fault of the program)
    """There is no such picture, now or later; the question is answered with the error `reason`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class OutOfReach(Exception):  # noqa: N818
    """The document cannot be had at the moment; its questions stay unasked."""


def with_documents(requests: DataFrame, pieces: DataFrame, documents: DataFrame) -> DataFrame:
    """The documents of the requests, each with `requests`: an array of up to 64 of REQUESTS.

    A picture that several documents share is drawn from the first of them. A document's bytes come once for 64 requests and
    not once for each.
    """
    first = pieces.groupBy("request_id").agg(F.min(F.struct("doc_id", "position")).alias("at"))
    placed = requests.join(first, on="request_id", how="inner").withColumn("part", F.floor(F.col("at.position") / _RUN))
    asked = F.array_sort(F.collect_list(F.struct("at.position", F.struct(*requests.columns).alias("request"))))
    runs = placed.groupBy(F.col("at.doc_id").alias("doc_id"), "part").agg(asked.alias("asked"))
    asking = runs.select("doc_id", F.transform("asked", lambda one: one["request"]).alias("requests"))
    concerned = documents.join(F.broadcast(asking.select("doc_id").distinct()), on="doc_id", how="left_semi")
    return concerned.join(asking, on="doc_id", how="inner")


def drawn(documents: Iterable[Row], opened: Callable[[Row], Draw]) -> Iterator[Row]:
    """Rows of REQUESTS whose last message shows its picture, or with an `error` where there is none to show."""
    for document in documents:
        try:
            draw = opened(document)
        except OutOfReach:
            continue
        for request in document["requests"]:
            try:
                yield {**request, "messages": shown(request["messages"], draw(request["picture"]))}
            except NotDrawn as failure:
                yield {**request, "error": failure.reason}


def shown(messages: Sequence[Message], png: bytes) -> list[Message]:
    """The messages with a picture after the text of the last one."""
    *before, last = messages
    url = _DATA + base64.b64encode(png).decode("ascii")
    parts = [{"type": "text", "text": last["content"]}, {"type": "image_url", "image_url": {"url": url}}]
    return [*before, {**last, "content": parts}]


def for_template(messages: Sequence[Message]) -> list[Message]:
    """The messages as chat templates of vision models read them: a place for each picture, without its bytes."""
    return [{**message, "content": _without_bytes(message["content"])} for message in messages]


def _without_bytes(content: Any) -> Any:
    return content if isinstance(content, str) else [{"type": "image"} if _url(part) else part for part in content]


def encoded(messages: Sequence[Message]) -> list[bytes]:
    """The PNG of every picture in the messages, in order."""
    parts = (part for message in messages if not isinstance(message["content"], str) for part in message["content"])
    return [base64.b64decode(url.removeprefix(_DATA)) for part in parts if (url := _url(part))]


def decoded(messages: Sequence[Message]) -> list[Any]:
    """Every picture as Pillow's image in RGB, for an engine in this process."""
    from PIL import Image

    return [Image.open(io.BytesIO(png)).convert("RGB") for png in encoded(messages)]


def _url(part: Any) -> str | None:
    return part["image_url"]["url"] if part.get("type") == "image_url" else None
