"""Make the requests about pages: the identity of a request, the name of the image shown with it, and the image itself."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l1 import L1Settings
from darwin_spark.inference.chunked import chunk_row
from darwin_spark.inference.engines.protocol import BAD_REQUEST, PROMPT_TOO_LONG
from darwin_spark.inference.images import DocumentUnavailable, Images, Render, RenderError
from darwin_spark.inference.task import Task, make_task
from darwin_spark.levels.l1_normalize.normalize import content_of
from darwin_spark.levels.l1_normalize.olmocr.answer import check, prompt, turn
from darwin_spark.parsers.isolation import supervisor
from darwin_spark.parsers.ocr.page_view import OLMOCR, PageView
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.storage.uri_reader import ObjectError

RENDER_FAILED: Final = "render_failed"
"""Error of a request whose page cannot be rendered."""
_DRAWING = 1
"""Version of the rendering in a request's identity: increase it when an image changes; answers about the old are not reused."""


def task(settings: L1Settings) -> Task | None:
    """Return the task of reading pages (at most `max_attempts` attempts at a page, in all climbs); None if olmocr is off."""
    ocr = settings.ocr
    if ocr.engine != OLMOCR:
        return None
    return make_task(
        "l1_ocr",
        ocr.olmocr.engine,
        ocr.olmocr.model,
        prompt(),
        check,
        images=Images(name, partial(opened, settings=settings)),
        max_attempts=ocr.olmocr.max_attempts,
        non_retryable=frozenset({RENDER_FAILED, PROMPT_TOO_LONG, BAD_REQUEST}),
    )


def page_chunks(document: Row, settings: L1Settings, task: Task) -> Iterator[Row]:
    """Yield one row of CHUNKS per page left to the model. Copies of a file have the same inputs, and so the same requests."""
    for page in document["unread"]:
        page_of = {"content_sha256": document["content_sha256"], "page": page["page"], "drawing": _DRAWING}
        text = json.dumps({**page_of, "longest_side": settings.ocr.olmocr.longest_side}, sort_keys=True)
        yield chunk_row(document, page["page"], text, task)


def name(page: str, attempts: Sequence[Any]) -> str:
    """Return the next attempt's image name: a JSON PageView, rotated as earlier answers ask. It is not in the request's id."""
    view_fields = json.loads(page)
    return json.dumps(PageView(view_fields["page"], turn(attempts), view_fields["longest_side"])._asdict())


def opened(document: Row, settings: L1Settings) -> Render:
    """Read a document once and return the function that renders a page view (JSON) as PNG in this worker's parser process.

    Raises DocumentUnavailable if the document cannot be read; the function raises RenderError.
    """
    try:
        content = content_of(document, settings)
    except (ObjectError, ParseFailure) as error:
        raise DocumentUnavailable(str(error)) from error

    def draw(view: str) -> bytes:
        try:
            return supervisor.draw(document["media_type"], content, json.loads(view), settings)
        except ParseFailure as failure:
            raise RenderError(RENDER_FAILED, str(failure)) from failure

    return draw
