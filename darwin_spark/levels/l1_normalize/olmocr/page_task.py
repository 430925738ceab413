"""Questions about pages: what names one for ever, what is shown with it, who draws that."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l1 import L1Settings
from darwin_spark.inference.engines.protocol import BAD_REQUEST, PROMPT_TOO_LONG
from darwin_spark.inference.images import Draw, NotDrawn, OutOfReach, Pictures
from darwin_spark.inference.task import Task, make_task
from darwin_spark.levels.l1_normalize.normalize import content_of
from darwin_spark.levels.l1_normalize.olmocr.answer import check, prompt, turn
from darwin_spark.parsers.isolation import supervisor
from darwin_spark.parsers.ocr.page_view import OLMOCR, PageView
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.storage.uri_reader import ObjectError

NOT_DRAWN: Final = "page_not_drawn"
_DRAWING = 1
"""Raised whenever the same page and settings would give another picture; answers to the old one are then not used again."""


def task(settings: L1Settings) -> Task | None:
    """What the model is asked, `l1.ocr.page_attempts` times in one climb; None where another engine does OCR."""
    ocr = settings.ocr
    if ocr.engine != OLMOCR:
        return None
    return make_task(
        "l1_ocr",
        ocr.served_by,
        ocr.model,
        prompt(),
        check,
        pictures=Pictures(name, partial(opened, settings=settings)),
        attempts=ocr.page_attempts,
        hopeless=frozenset({NOT_DRAWN, PROMPT_TOO_LONG, BAD_REQUEST}),
    )


def pieces(document: Row, settings: L1Settings, task: Task) -> Iterator[Row]:
    """A piece for each page that is left to the model. Its input, and so its question, is the same in every copy of a file."""
    for page in document["unread"]:
        page_of = {"content_sha256": document["content_sha256"], "page": page["page"], "drawing": _DRAWING}
        text = json.dumps({**page_of, "longest_side": settings.ocr.longest_side}, sort_keys=True)
        yield {
            "doc_id": document["doc_id"],
            "bucket": document["bucket"],
            "position": page["page"],
            "request_id": task.request_id(text),
            "input": text,
        }


def name(page: str, attempts: Sequence[Any]) -> str:
    """What the next attempt shows: the page, turned as the answers so far ask.

    The turn is no part of the question's identity: it follows from the answers that stand in the ledger.
    """
    known = json.loads(page)
    return json.dumps(PageView(known["page"], turn(attempts), known["longest_side"])._asdict())


def opened(document: Row, settings: L1Settings) -> Draw:
    """What draws pages of a document, read once, in the parsing child of this worker. Raises OutOfReach."""
    try:
        content = content_of(document, settings)
    except (ObjectError, ParseFailure) as error:
        raise OutOfReach(str(error)) from error

    def draw(view: str) -> bytes:
        try:
            return supervisor.draw(document["media_type"], content, json.loads(view), settings)
        except ParseFailure as failure:
            raise NotDrawn(NOT_DRAWN, str(failure)) from failure

    return draw
