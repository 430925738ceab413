"""Requests about images: rendered when they are sent, from a document that is read once for many of them."""

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from inference_setup import journal_rows, run_task, worker_config
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.arrow_udf import Row
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import temperature
from darwin_spark.inference.images import (
    DocumentUnavailable,
    Images,
    Render,
    RenderError,
    encoded,
    image_placeholders,
    join_documents,
    shown,
)
from darwin_spark.inference.requests import REQUESTS, sampling_of
from darwin_spark.inference.worker.prefetch import prefetch

ASK = [{"role": "user", "content": "What does it say?"}]


def test_an_image_follows_the_text_of_the_last_message() -> None:
    system = {"role": "system", "content": "Read."}
    messages = shown([system, *ASK], b"\x89PNG")
    url = "data:image/png;base64,iVBORw=="
    parts = [{"type": "text", "text": "What does it say?"}, {"type": "image_url", "image_url": {"url": url}}]
    assert messages == [system, {"role": "user", "content": parts}]
    assert encoded(messages) == [b"\x89PNG"]
    assert image_placeholders(messages)[1]["content"] == [parts[0], {"type": "image"}]
    assert image_placeholders([system, *ASK]) == [system, *ASK]
    assert encoded(ASK) == []


def opened(document: Row) -> Render:
    if document["doc_id"] == "gone":
        raise DocumentUnavailable("the store is down")

    def render(name: str) -> bytes:
        if name == "giant":
            raise RenderError("render_failed", "too large")
        return f"{document['doc_id']}/{name}".encode()

    return render


IMAGES = Images(lambda _page, _attempts: "", opened)


def documents(names: dict[str, list[str]]) -> Iterator[pa.RecordBatch]:
    asked = [
        {
            "doc_id": name,
            "requests": [
                {"request_id": f"{name}/{page}", "task": "ocr", "attempt": 1, "messages": ASK, "picture": page}
                for page in pages
            ],
        }
        for name, pages in names.items()
    ]
    yield pa.RecordBatch.from_pylist(asked)


def responses(names: dict[str, list[str]]) -> dict[str, tuple[object, object]]:
    with tempfile.TemporaryDirectory() as folder:
        config = worker_config(Path(folder), "fakes:ImageEcho", images=IMAGES)
        run_task(config, documents(names))
        rows = journal_rows(config.queue)
    assert {row["task"] for row in rows} <= {"ocr"}
    return {row["request_id"]: (row["output"], row["error"]) for row in rows}


def test_every_request_shows_its_own_image() -> None:
    assert responses({"a": ["1", "2"], "b": ["1"]}) == {page: (page, None) for page in ("a/1", "a/2", "b/1")}


def test_an_image_that_cannot_be_rendered_fails_its_request_and_an_unreadable_document_fails_none() -> None:
    found = responses({"a": ["giant", "1"], "gone": ["1"], "b": ["giant"]})
    assert found == {"a/giant": (None, "render_failed"), "a/1": ("a/1", None), "b/giant": (None, "render_failed")}
    assert responses({"a": ["giant"]}) == {"a/giant": (None, "render_failed")}


def test_a_document_is_joined_once_for_64_pages_and_a_shared_page_once(spark: SparkSession) -> None:
    def chunks(rows: list[tuple[str, str, int]]) -> DataFrame:
        return spark.createDataFrame(rows, "doc_id string, request_id string, position int")

    asked = [(f"r{page}", "ocr", 1, [("user", "?")], str(page), None) for page in range(100)]
    requests = spark.createDataFrame(asked, REQUESTS)
    placed = chunks([(name, f"r{page}", page) for page in range(100) for name in ("b", "a")])
    held = spark.createDataFrame([("a", b"bytes"), ("b", b"bytes"), ("c", b"other")], "doc_id string, content binary")
    rows = join_documents(requests, placed, held).collect()
    assert [row.doc_id for row in rows] == ["a", "a"]
    assert sorted(len(row.requests) for row in rows) == [36, 64]
    pages = sorted([[int(request.picture) for request in row.requests] for row in rows])
    assert pages == [list(range(64)), list(range(64, 100))]


def test_retry_temperatures_rise_and_are_part_of_the_request_id() -> None:
    model = ModelSettings(model="m", temperature=0.1, retry_temperatures=(0.2, 0.8))
    assert [temperature(model, attempt) for attempt in range(1, 6)] == [0.1, 0.2, 0.8, 0.8, 0.8]
    assert temperature(ModelSettings(model="m"), 7) == 0.6
    assert "retry_temperatures" in sampling_of(model)
    assert "retry_temperatures" not in sampling_of(ModelSettings(model="m"))


def test_items_are_prefetched_in_order_and_no_more_than_the_limit() -> None:
    made: list[int] = []
    seen = threading.Event()

    def numbers() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            if number == 4:
                seen.set()
            yield number

    items = prefetch(numbers(), 4)
    assert next(items) == 0
    assert seen.wait(5)
    assert len(made) <= 6
    assert list(items) == list(range(1, 50))


def test_a_prefetch_error_reaches_the_consumer_and_a_consumer_that_stops_ends_the_thread() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise MemoryError("no room for an image")

    with pytest.raises(MemoryError, match="no room"):
        list(prefetch(broken(), 2))
    before = threading.active_count()
    endless = prefetch(iter(int, 1), 2)
    next(endless)
    endless.close()
    assert threading.active_count() == before
