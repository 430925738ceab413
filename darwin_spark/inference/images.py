"""Images in requests: a request names its image; the worker that sends the request renders the image; no image is stored. The
name is the column `picture` of REQUESTS. The document is joined when requests are sent (`join_documents`), the image rendered
when the engine pulls the request (`render_images`): an OpenAI part `image_url` with a data URI, which endpoints accept."""

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.arrow_udf import Row
from darwin_spark.inference.engines.protocol import Message

_DATA_URI_PREFIX: Final = "data:image/png;base64,"
_ROW_SPAN: Final = 64
"""Positions (pages) of one document per row of `join_documents`: spreads a long scan over engines, one read per 64 pages."""

Render = Callable[[str], bytes]
"""Function from an image's name to its PNG. Raises RenderError."""


@dataclass(frozen=True)
class Images:
    """Names and renders the images of a level's requests. `name` takes the chunk's input and the attempts so far."""

    name: Callable[[str, Sequence[Any]], str]
    open: Callable[[Row], Render]
    """Function from a document's row to the function that renders its images. Raises DocumentUnavailable."""


class RenderError(Exception):
    """The image can never be rendered. The request gets a response with the error `reason`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class DocumentUnavailable(Exception):  # noqa: N818
    """The document cannot be read at the moment. Its requests are not sent."""


def join_documents(requests: DataFrame, chunks: DataFrame, documents: DataFrame) -> DataFrame:
    """Return rows of documents with a column `requests`: an array of REQUESTS rows, in order of position.
    A document has one row for each 64 positions, so its bytes are sent once per row and not once per request. The image of a
    request that several documents share is rendered from the document with the smallest doc_id."""
    first = chunks.groupBy("request_id").agg(F.min(F.struct("doc_id", "position")).alias("at"))
    located = requests.join(first, on="request_id", how="inner").withColumn("part", F.floor(F.col("at.position") / _ROW_SPAN))
    ordered = F.array_sort(F.collect_list(F.struct("at.position", F.struct(*requests.columns).alias("request"))))
    groups = located.groupBy(F.col("at.doc_id").alias("doc_id"), "part").agg(ordered.alias("asked"))
    requests_by_document = groups.select("doc_id", F.transform("asked", lambda one: one["request"]).alias("requests"))
    selected = documents.join(F.broadcast(requests_by_document.select("doc_id").distinct()), on="doc_id", how="left_semi")
    return selected.join(requests_by_document, on="doc_id", how="inner")


def render_images(documents: Iterable[Row], opened: Callable[[Row], Render]) -> Iterator[Row]:
    """Yield each document's REQUESTS with the image in the last message, or with `error`. Skips unavailable documents."""
    for document in documents:
        try:
            draw = opened(document)
        except DocumentUnavailable:
            continue
        for request in document["requests"]:
            try:
                yield {**request, "messages": shown(request["messages"], draw(request["picture"]))}
            except RenderError as failure:
                yield {**request, "error": failure.reason}


def shown(messages: Sequence[Message], png: bytes) -> list[Message]:
    """Return the messages with the image appended after the text of the last message."""
    *before, last = messages
    url = _DATA_URI_PREFIX + base64.b64encode(png).decode("ascii")
    parts = [{"type": "text", "text": last["content"]}, {"type": "image_url", "image_url": {"url": url}}]
    return [*before, {**last, "content": parts}]


def image_placeholders(messages: Sequence[Message]) -> list[Message]:
    """Return the messages for the chat template of a vision model: a placeholder for each image instead of its bytes."""
    return [{**message, "content": _with_placeholders(message["content"])} for message in messages]


def _with_placeholders(content: Any) -> Any:
    return content if isinstance(content, str) else [{"type": "image"} if _image_url(part) else part for part in content]


def encoded(messages: Sequence[Message]) -> list[bytes]:
    """Return the PNG bytes of every image in the messages, in order."""
    parts = (part for message in messages if not isinstance(message["content"], str) for part in message["content"])
    return [base64.b64decode(url.removeprefix(_DATA_URI_PREFIX)) for part in parts if (url := _image_url(part))]


def decoded(messages: Sequence[Message]) -> list[Any]:
    """Return every image in the messages as a Pillow image in RGB, for an engine in this process."""
    from PIL import Image

    return [Image.open(io.BytesIO(png)).convert("RGB") for png in encoded(messages)]


def _image_url(part: Any) -> str | None:
    return part["image_url"]["url"] if part.get("type") == "image_url" else None
