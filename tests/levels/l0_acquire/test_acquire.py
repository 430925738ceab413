"""L0: every file gives at least one row, whatever it holds."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from pyspark.sql.pandas.types import to_arrow_schema
from support_l0 import make_tar, open_all, read_back, verdicts

from darwin_spark.arrow_udf import to_batches
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire.level import SCHEMA
from darwin_spark.levels.l0_acquire.rows import doc_id, is_sampled
from darwin_spark.storage import uri_reader


def test_a_file_is_kept_with_its_hash_type_and_size(tmp_path: Path) -> None:
    path = tmp_path / "a note.md"
    path.write_bytes(b"# Tides\n\nThe moon pulls.\n")
    (row,) = open_all(path)
    assert (row["verdict"], row["media_type"], row["bytes"]) == ("kept", "text/markdown", 25)
    assert row["content_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert row["doc_id"] == doc_id("s", "a note.md")
    assert row["uri"].endswith("/a%20note.md")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_members_of_a_tar_are_objects_of_their_own(tmp_path: Path, mode: str) -> None:
    members = [("a/one.txt", b"first text"), ("two.xml", b"<?xml version='1.0'?><article><front/></article>")]
    path = make_tar(tmp_path / "papers.tar", members, mode)
    rows = {row["source_id"]: row for row in open_all(path)}
    assert set(rows) == {"papers.tar!a/one.txt", "papers.tar!two.xml"}
    assert rows["papers.tar!two.xml"]["media_type"] == "application/jats+xml"
    assert all(row["verdict"] == "kept" for row in rows.values())


def test_a_format_that_is_a_zip_file_is_one_object(tmp_path: Path) -> None:
    for member, kind in (("META-INF/container.xml", "epub"), ("[Content_Types].xml", "openxml"), ("a/paper.xml", None)):
        with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", "application/epub+zip")
            archive.writestr(member, "<x/>")
        rows = open_all(tmp_path / "z.zip")
        assert len(rows) == (1 if kind else 2)
        assert kind is None or kind in rows[0]["media_type"]


def test_large_objects_are_kept_by_reference_and_read_back(tmp_path: Path) -> None:
    big = os.urandom(3_000)
    settings = L0Settings(max_inline_bytes=1_000, max_record_bytes=10_000)
    (tmp_path / "big.bin").write_bytes(big)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("naïve !#%.bin", big)
    make_tar(tmp_path / "t.tar.xz", [("x.bin", b"before"), ("big.bin", big), ("bigger.bin", big * 4)])
    make_tar(tmp_path / "t.tar", [("x.bin", b"before"), ("big.bin", big), ("big.bin", big[::-1])], "w")
    record = {"id": "r", "text": "long " * 1_000}
    (tmp_path / "r.jsonl").write_text("\n" + json.dumps({"id": "q", "text": "short"}) + "\n" + json.dumps(record) + "\n")
    for name in ("big.bin", "z.zip", "t.tar", "t.tar.xz", "r.jsonl"):
        for row in open_all(tmp_path / name, settings):
            assert hashlib.sha256(read_back(row)).hexdigest() == row["content_sha256"]
            assert (row["content"] is None) == (row["bytes"] > (10_000 if name.endswith(".xz") else 1_000))
            # Not a way through the archive for each member:
            assert name != "t.tar" or not row["content_ref"] or row["content_ref"]["offset"] >= 512


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_large_members_of_a_tar_are_read_back(tmp_path: Path, mode: str) -> None:
    big = os.urandom(6_000_000)
    path = make_tar(tmp_path / "t.tar", [("x.bin", b"before"), ("big.bin", big), ("r.jsonl", b"")], mode)
    row = open_all(path, L0Settings(max_record_bytes=1_000))[1]
    assert row["content"] is None
    assert read_back(row) == big
    assert uri_reader.read(f"{uri_reader.address(str(path))}!big.bin") == big
    assert uri_reader.read(f"{uri_reader.address(str(path))}!big.bin", 1, 5_000_000) == big[1:5_000_001]


def test_text_that_begins_like_another_format_is_text(tmp_path: Path) -> None:
    texts = ("BMC Genomics 2010, 11:1", "MZ twins é", "ID3 is an algorithm", "A PDF begins with %PDF-1.4, as we know")
    for text in texts:
        (tmp_path / "a.txt").write_text(f"{text}\n" * 20)
        assert open_all(tmp_path / "a.txt")[0]["media_type"] == "text/plain"
    (tmp_path / "late.pdf").write_bytes(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n\0\1\2")
    assert open_all(tmp_path / "late.pdf")[0]["media_type"] == "application/pdf"
    image = b"BM" + (3_000_054).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little") + b"\xff" * 40
    (tmp_path / "a.bmp").write_bytes(image)
    assert open_all(tmp_path / "a.bmp")[0]["media_type"] == "image/bmp"


def test_an_archive_of_pdfs_is_an_archive(tmp_path: Path) -> None:
    make_tar(tmp_path / "t.tar", [("a.pdf", b"%PDF-1.4\n"), ("b.pdf", b"%PDF-1.4\n")], "w")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.pdf", b"\n%PDF-1.4\n")
        archive.writestr("b.pdf", b"%PDF-1.4\n")
    for name in ("t.tar", "z.zip"):
        assert [row["media_type"] for row in open_all(tmp_path / name)] == ["application/pdf"] * 2


def test_a_record_with_half_a_surrogate_pair_is_written_to_the_table(tmp_path: Path) -> None:
    record = {"id": "\ud83d", "text": "tides \ud83d " * 500, "title": "bad \ud83d", "deep": {"\ud83d": ["\ud83d"]}}
    (tmp_path / "r.jsonl").write_text(json.dumps(record) + "\n")
    (row,) = open_all(tmp_path / "r.jsonl", L0Settings(max_inline_bytes=1_000))
    assert hashlib.sha256(read_back(row)).hexdigest() == row["content_sha256"]
    (batch,) = to_batches([{**row, "bucket": ""}], to_arrow_schema(SCHEMA))
    (written,) = batch.to_pylist()
    assert written["title"] == "bad ?"
    assert dict(written["metadata"]) == {"deep.?": '["?"]'}


def test_a_record_that_changed_since_it_was_listed_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"id": "r", "text": "long " * 1_000}) + "\n")
    (row,) = open_all(path, L0Settings(max_inline_bytes=1_000))
    size = path.stat().st_size
    for content in (json.dumps({"id": "r", "body": "x" * size}), "x" * size, "short"):
        path.write_text(content)
        with pytest.raises(uri_reader.ObjectError, match="cannot read") as failure:
            read_back(row)
        assert failure.value.reason == "unreadable"


def test_an_unexpected_error_fails_one_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.tex", "held")
        archive.writestr(zipfile.ZipInfo(""), "no name")
        archive.writestr("b.txt", "text")
    assert verdicts(open_all(tmp_path / "z.zip")) == {"z.zip!a.tex": "kept", "z.zip!": "no_name", "z.zip!b.txt": "kept"}
    table = pa.table({"text": ["words"], "when": pa.array([2**62], pa.timestamp("us"))})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert verdicts(open_all(tmp_path / "a.parquet")) == {"a.parquet": "broken_parquet"}

    def surprise(*_: object) -> None:
        raise IndexError("out of range")

    monkeypatch.setattr("darwin_spark.levels.l0_acquire.archive_walker.media.zip_type", surprise)
    (row,) = open_all(tmp_path / "z.zip")
    assert (row["reason"], row["metadata"]) == ("acquire_error", {"error": "IndexError: out of range"})


def test_no_two_objects_of_an_archive_share_an_identity(tmp_path: Path) -> None:
    names = ["a", "a~2", "a", "a", "a~2", "a~3"]
    path = make_tar(tmp_path / "t.tar", [(name, str(nth).encode()) for nth, name in enumerate(names)], "w")
    rows = open_all(path)
    assert len({row["doc_id"] for row in rows}) == len(names)
    assert [uri_reader.read(row["uri"]) for row in rows] == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_records_of_a_jsonl_file_carry_their_fields(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    lines = [
        json.dumps({"id": "w1", "text": "Body.", "title": "T", "license": "CC-BY-4.0", "year": 1999, "abstract": None}),
        "{broken",
        json.dumps({"id": "w2", "abstract": "no body"}),
        json.dumps({"text": "unnamed"}),
        json.dumps({"id": "w1", "text": "the same id again"}),
        json.dumps(["no object"]),
    ]
    path.write_text("\n".join(lines))
    rows = {row["source_id"]: row for row in open_all(path)}
    assert rows["docs.jsonl#w1"]["title"] == "T"
    assert rows["docs.jsonl#w1"]["metadata"] == {"year": "1999"}
    assert rows["docs.jsonl#line-2"]["reason"] == "malformed_record"
    assert rows["docs.jsonl#w2"]["reason"] == "no_text_field"
    assert rows["docs.jsonl#line-4"]["verdict"] == "kept"
    assert rows["docs.jsonl#w1~2"]["content"] == b"the same id again"
    assert rows["docs.jsonl#line-6"]["reason"] == "malformed_record"
    assert len({row["doc_id"] for row in rows.values()}) == 6


def broken_inputs(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Defective files, each with the reason that one of its rows must have (None: kept as it is)."""
    (folder / "empty.pdf").write_bytes(b"")
    yield folder / "empty.pdf", None
    yield folder / "gone.pdf", "unreadable"
    (folder / "dangling").symlink_to(folder / "nowhere")
    yield folder / "dangling", "unreadable"
    os.mkfifo(folder / "pipe")
    yield folder / "pipe", "not_a_file"
    whole = make_tar(folder / "whole.tar", [("one.txt", b"1" * 5_000), ("two.txt", b"2" * 5_000)], "w")
    (folder / "cut.tar").write_bytes(whole.read_bytes()[:7_000])
    yield folder / "cut.tar", "broken_archive"
    with zipfile.ZipFile(folder / "whole.zip", "w") as archive:
        archive.writestr("one.txt", "text")
    (folder / "cut.zip").write_bytes((folder / "whole.zip").read_bytes()[:-30])
    yield folder / "cut.zip", "broken_archive"
    with zipfile.ZipFile(folder / "hollow.zip", "w") as archive:
        archive.writestr("folder/", "")
    yield folder / "hollow.zip", "empty_archive"
    (folder / "none.jsonl").write_bytes(b"\n\n")
    yield folder / "none.jsonl", "empty"
    (folder / "two\nlines\t\x7f.txt").write_bytes(b"a name with a newline")
    yield folder / "two\nlines\t\x7f.txt", None
    (folder / "nul.txt").write_bytes(b"words\0 and more words " * 50)
    yield folder / "nul.txt", None


def test_every_defective_file_has_a_row_with_a_reason(tmp_path: Path) -> None:
    for path, reason in broken_inputs(tmp_path):
        rows = open_all(path)
        assert rows, path
        assert reason is None or reason in {row.get("reason") for row in rows}, (path, rows)
        assert all((row["verdict"] == "kept") == (row.get("reason") is None) for row in rows)


def test_members_before_the_damage_are_kept(tmp_path: Path) -> None:
    whole = make_tar(tmp_path / "whole.tar", [("one.txt", b"1" * 5_000), ("two.txt", b"2" * 5_000)], "w")
    (tmp_path / "cut.tar").write_bytes(whole.read_bytes()[:7_000])
    assert [(row["source_id"], row["verdict"]) for row in open_all(tmp_path / "cut.tar")] == [
        ("cut.tar!one.txt", "kept"),
        ("cut.tar!two.txt", "failed"),
        ("cut.tar", "failed"),
    ]


def test_an_archive_that_unpacks_endlessly_is_stopped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", b"0" * 40_000_000)
    rows = open_all(tmp_path / "bomb.zip")
    assert rows[-1]["reason"] == "archive_bomb"
    assert [row["source_id"] for row in rows] == ["bomb.zip!0.txt", "bomb.zip"]


def test_a_member_name_that_occurs_twice_gives_two_documents(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "twice.tar", [("a.txt", b"first"), ("a.txt", b"second")], "w")
    assert [row["source_id"] for row in open_all(path)] == ["twice.tar!a.txt", "twice.tar!a.txt~2"]


@given(st.text(), st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_larger_sample_holds_every_smaller_one(name: str, one: float, other: float) -> None:
    identity = doc_id("s", name)
    small, large = sorted((one, other))
    assert not is_sampled(identity, small) or is_sampled(identity, large)
    assert is_sampled(identity, 1.0)
