"""Compressed files and archives in archives."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from support_l0 import make_tar, open_all, read_back, verdicts

from darwin_spark.config.l0 import L0Settings

ARTICLE = b"<?xml version='1.0'?><article><front/></article>"


def zst(content: bytes) -> bytes:
    return bytes(pa.compress(content, "zstd", asbytes=True))


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zst}


def tar_of(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_file_has_the_type_of_its_content(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.xml.{suffix}"
    path.write_bytes(PACKERS[suffix](ARTICLE))
    (row,) = open_all(path)
    assert (row["source_id"], row["media_type"], row["content"]) == (path.name, "application/jats+xml", ARTICLE)


@pytest.mark.parametrize("suffix", PACKERS)
def test_the_content_of_a_compressed_file_can_be_kept_by_reference(tmp_path: Path, suffix: str) -> None:
    big = os.urandom(300_000)
    lines = json.dumps({"id": "a", "text": "x"}) + "\n  " + json.dumps({"id": "b", "text": "wörds " * 500}) + "\n"
    files = {"big.bin": big, "r.jsonl": lines.encode(), "t.tar": tar_of(("a", b"before"), ("b", big), ("b", big[::-1]))}
    for name, content in files.items():
        (tmp_path / f"{name}.{suffix}").write_bytes(PACKERS[suffix](content))
        rows = open_all(tmp_path / f"{name}.{suffix}", L0Settings(max_inline_bytes=1_000, max_record_bytes=10_000))
        assert any(row.get("content_ref") for row in rows) == (name != "r.jsonl")
        for row in rows:
            assert hashlib.sha256(read_back(row)).hexdigest() == row["content_sha256"], row["uri"]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_tar_in_any_compression_is_an_archive(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.tar.{suffix}"
    path.write_bytes(PACKERS[suffix](tar_of(("one.txt", b"1"), ("two.txt", b"2"))))
    assert verdicts(open_all(path)) == {f"{path.name}!one.txt": "kept", f"{path.name}!two.txt": "kept"}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_truncated_compressed_file_fails(tmp_path: Path, suffix: str) -> None:
    packed = PACKERS[suffix](os.urandom(300_000))
    (tmp_path / f"a.txt.{suffix}").write_bytes(packed[: len(packed) // 2])
    assert verdicts(open_all(tmp_path / f"a.txt.{suffix}")) == {f"a.txt.{suffix}": "broken_compression"}


def test_records_before_the_damage_are_kept(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": str(n), "text": os.urandom(50).hex()}) + "\n" for n in range(20_000))
    (tmp_path / "r.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-100_000])
    rows = open_all(tmp_path / "r.jsonl.gz")
    assert rows[0]["source_id"] == "r.jsonl.gz#0"
    assert rows[-1]["reason"] == "broken_compression"
    assert len(rows) > 1_000


def test_concatenated_compressed_streams_are_one_file(tmp_path: Path) -> None:
    for suffix, pack in PACKERS.items():
        (tmp_path / f"a.md.{suffix}").write_bytes(pack(b"# One\n") + pack(b"two\n"))
        assert open_all(tmp_path / f"a.md.{suffix}")[0]["content"] == b"# One\ntwo\n", suffix


def test_an_archive_of_archives_as_arxiv_makes_them_is_read(tmp_path: Path) -> None:
    paper = gzip.compress(
        tar_of(("paper.tex", rb"\documentclass{article}\input{a}"), ("a.tex", b"A"), ("fig.pdf", b"%PDF-1.4"))
    )
    single = gzip.compress(rb"\documentclass{article} One file")
    make_tar(
        tmp_path / "arXiv_src_0001_001.tar", [("0001/1.gz", paper), ("0001/2.gz", single), ("0001/3.pdf", b"%PDF-1.5")], "w"
    )
    rows = {row["source_id"].split("!", 1)[1]: row["media_type"] for row in open_all(tmp_path / "arXiv_src_0001_001.tar")}
    assert rows == {
        "0001/1.gz!paper.tex": "application/x-tex-project",
        "0001/1.gz!fig.pdf": "application/pdf",
        "0001/2.gz": "text/x-tex",
        "0001/3.pdf": "application/pdf",
    }


def test_members_of_an_inner_archive_can_be_kept_by_reference(tmp_path: Path) -> None:
    big = os.urandom(5_000)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("é;2!#.bin", big)
    make_tar(tmp_path / "o.tar.xz", [("in.zip", inner.getvalue()), ("in.tgz", gzip.compress(tar_of(("b.bin", big))))])
    rows = open_all(tmp_path / "o.tar.xz", L0Settings(max_inline_bytes=100, max_record_bytes=100))
    assert all(row["content_ref"] for row in rows)
    assert [row["source_id"] for row in rows] == ["o.tar.xz!in.zip!é;2!#.bin", "o.tar.xz!in.tgz!b.bin"]
    assert all(read_back(row) == big for row in rows)


def test_a_zip_based_document_is_recognized_inside_an_archive(tmp_path: Path) -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    make_tar(tmp_path / "o.tar", [("a.docx", book.getvalue())], "w")
    (row,) = open_all(tmp_path / "o.tar")
    assert row["media_type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert row["content"] == book.getvalue()


def test_archives_are_opened_to_a_depth_of_two(tmp_path: Path) -> None:
    third = tar_of(("deep.txt", b"deep"))
    make_tar(
        tmp_path / "a.tar",
        [("b.tar", tar_of(("c.tar", third), ("ok.txt", b"text"))), ("d.gz", gzip.compress(gzip.compress(third)))],
        "w",
    )
    assert verdicts(open_all(tmp_path / "a.tar")) == {
        "a.tar!b.tar!c.tar": "nested_too_deep",
        "a.tar!b.tar!ok.txt": "kept",
        "a.tar!d.gz": "nested_too_deep",
    }


def test_objects_outside_the_sample_are_not_kept(tmp_path: Path) -> None:
    make_tar(tmp_path / "a.tar", [(f"{n}.txt", b"text") for n in range(400)], "w")
    names = set(verdicts(open_all(tmp_path / "a.tar", L0Settings(sample=0.2))))
    assert 40 < len(names) < 130
    assert names < set(verdicts(open_all(tmp_path / "a.tar", L0Settings(sample=0.5))))
