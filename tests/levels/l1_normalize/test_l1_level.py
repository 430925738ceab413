"""L1: one row for each document, whatever the document is."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.config.l1 import L1Settings
from darwin_spark.levels.l1_normalize.level import LEVEL
from darwin_spark.levels.l1_normalize.normalize import normalize
from darwin_spark.storage import uri_reader

_L0 = (
    "doc_id string, bucket string, media_type string, content binary, "
    "content_ref struct<uri: string, offset: long, length: long>, bytes long, title string"
)


def _row(name: str, media_type: str, content: bytes | None, size: int | None = None, **more: Any) -> dict[str, Any]:
    size = len(content or b"") if size is None else size
    return {
        "doc_id": name,
        "bucket": "0",
        "media_type": media_type,
        "content": content,
        "bytes": size,
        "content_ref": None,
        "title": None,
    } | more


def _stage(frame: DataFrame, _name: str) -> DataFrame:
    return frame


def test_every_document_has_one_row_with_its_verdict(spark: SparkSession, tmp_path: Path) -> None:
    file = tmp_path / "book.txt"
    file.write_bytes(b"skipThe Book\n\nIt begins.")
    reference = {"uri": uri_reader.address(str(file)), "offset": 4, "length": None}
    gone = {"uri": uri_reader.address(str(tmp_path / "gone.txt")), "offset": None, "length": None}
    rows = [
        _row("kept", "text/plain", b"Some words.", title="From L0"),
        _row("by_reference", "text/plain", None, content_ref=reference, title="From L0"),
        _row("huge", "text/plain", None, 200_000_000, content_ref=gone),
        _row("sound", "audio/mpeg", b"ID3"),
        _row("blank", "text/markdown", b" \n"),
        _row("cut", "application/jats+xml", b"<article>"),
        _row("no_pdf", "application/pdf", b"%PDF-1.7 nothing"),
    ]
    answer = LEVEL.process({"documents": spark.createDataFrame(rows, _L0)}, L1Settings(), _stage)
    assert set(answer) == {"l1"}
    assert answer["l1"].schema == LEVEL.schema
    found = {row["doc_id"]: row for row in answer["l1"].collect()}
    assert {name: (row["verdict"], row["reason"]) for name, row in found.items()} == {
        "kept": ("kept", None),
        "by_reference": ("kept", None),
        "huge": ("failed", "too_large"),
        "sound": ("failed", "unsupported_media_type"),
        "blank": ("failed", "empty"),
        "cut": ("failed", "malformed_xml"),
        "no_pdf": ("failed", "corrupt_pdf"),
    }
    assert (found["kept"]["text"], found["kept"]["title"], found["kept"]["parser"]) == ("Some words.\n", "From L0", "plaintext")
    assert (found["by_reference"]["text"], found["by_reference"]["title"]) == ("The Book\n\nIt begins.\n", "The Book")
    assert found["cut"]["text"] is None
    assert "not XML that can be read" in found["cut"]["warnings"][0]


def test_unreadable_object_is_retryable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(uri: str, _offset: int | None, _length: int | None) -> bytes:
        raise uri_reader.ObjectError("unreadable", f"cannot read {uri}: timed out")

    monkeypatch.setattr(uri_reader, "read", refuse)
    row = normalize(
        _row("x", "text/plain", None, 5, content_ref={"uri": "s3://b/x", "offset": None, "length": None}), L1Settings()
    )
    assert (row["verdict"], row["reason"]) == ("failed", "unreadable")
    assert row["reason"] in LEVEL.retryable
    assert row["warnings"] == ["cannot read s3://b/x: timed out"]


def test_large_object_is_refused_without_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uri_reader, "read", lambda *_: pytest.fail("it was read"))
    row = normalize(_row("x", "application/pdf", None, 200_000_000, content_ref={"uri": "file:///x"}), L1Settings())
    assert row["reason"] == "too_large"
