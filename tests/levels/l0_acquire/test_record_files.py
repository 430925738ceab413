"""Files of documents: JSONL and Parquet in the shapes that corpora ship."""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from support_l0 import make_tar, open_all, read_back, verdicts

from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire.text_media import S2ORC

TXT360 = {
    "text": "We study tides.",
    "meta": {"title": "Tides", "url": "http://arxiv.org/abs/1", "authors": ["A. Bell"], "license": None},
    "subset": "arxiv",
}
S2ORC_V2 = {
    "corpusid": 18170,
    "externalids": {"arxiv": None, "doi": "10.1/x"},
    "content": {
        "source": {"pdfurls": ["http://x.org/a.pdf"], "oainfo": {"license": "CCBY", "status": "GOLD"}},
        "text": "Introduction\nWe study tides.",
        "annotations": {"sectionheader": '[{"start": 0, "end": 12}]', "bibref": "r" * 20_000},
    },
}


def write_jsonl(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def write_parquet(path: Path, *records: object) -> Path:
    parquet.write_table(pa.Table.from_pylist(list(records)), path, row_group_size=2)
    return path


def write(path: Path, *records: object) -> Path:
    return (write_parquet if path.suffix == ".parquet" else write_jsonl)(path, *records)


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_txt360_records(tmp_path: Path, suffix: str) -> None:
    (row,) = open_all(write(tmp_path / f"r.{suffix}", TXT360))
    assert (row["content"], row["title"], row.get("license")) == (b"We study tides.", "Tides", None)
    assert row["metadata"] == {"meta.authors": '["A. Bell"]', "subset": "arxiv", "url": "http://arxiv.org/abs/1"}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_s2orc_records(tmp_path: Path, suffix: str) -> None:
    (row,) = open_all(write(tmp_path / f"r.{suffix}", S2ORC_V2))
    assert row["source_id"] == f"r.{suffix}#18170"
    assert (row["content"], row["license"]) == (b"Introduction\nWe study tides.", "CCBY")
    assert row["metadata"]["externalids.doi"] == "10.1/x"
    assert row["metadata"]["content.annotations.sectionheader"] == '[{"start": 0, "end": 12}]'
    assert "content.annotations.bibref" not in row["metadata"]


def test_a_paper_parsed_by_s2orc_doc2json_stays_whole(tmp_path: Path, shared: Path) -> None:
    paper = (shared / "json" / "2020.acl-main.207.json").read_bytes()
    (alone,) = open_all(shared / "json" / "2020.acl-main.207.json")
    assert (alone["media_type"], alone["content"]) == (S2ORC, paper)
    path = tmp_path / "r.jsonl"
    path.write_bytes(json.dumps(json.loads(paper)).encode() + b"\n")
    (row,) = open_all(path)
    assert (row["media_type"], row["source_id"], row["title"][:7]) == (S2ORC, "r.jsonl#2020", "SPECTER")
    (by_reference,) = open_all(path, L0Settings(max_inline_bytes=1_000))
    assert by_reference["content"] is None
    assert hashlib.sha256(read_back(by_reference)).hexdigest() == by_reference["content_sha256"]
    assert json.loads(read_back(by_reference)) == json.loads(paper)


def test_a_nested_text_field_can_be_kept_by_reference(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "r.jsonl", S2ORC_V2 | {"content": {"text": "wörds " * 1_000}})
    (row,) = open_all(path, L0Settings(max_inline_bytes=100))
    assert read_back(row) == ("wörds " * 1_000).encode()
    assert row["uri"].endswith("r.jsonl#content.text")


def test_the_mapping_of_fields_is_configurable(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "r.jsonl", {"data": {"raw": {"body": "Text."}}, "key": 7})
    settings = L0Settings.model_validate({"records": {"text": ["data.raw.body"], "id": ["key"]}})
    (row,) = open_all(path, settings)
    assert (row["source_id"], row["content"]) == ("r.jsonl#7", b"Text.")


def test_parquet_rows_without_text_fail_one_by_one_and_tables_without_any_as_one(tmp_path: Path) -> None:
    mixed = write_parquet(tmp_path / "mixed.parquet", {"id": "a", "text": "A"}, {"id": "b", "text": None})
    assert verdicts(open_all(mixed)) == {"mixed.parquet#a": "kept", "mixed.parquet#b": "no_text_field"}
    numbers = write_parquet(tmp_path / "numbers.parquet", *({"n": n} for n in range(100)))
    assert verdicts(open_all(numbers)) == {"numbers.parquet": "no_text_field"}
    empty = tmp_path / "empty.parquet"
    parquet.write_table(pa.table({"text": pa.array([], pa.string())}), empty)
    assert verdicts(open_all(empty)) == {"empty.parquet": "empty"}


def test_a_damaged_parquet_file_has_a_row(tmp_path: Path) -> None:
    whole = write_parquet(tmp_path / "a.parquet", *({"text": f"text {n}" * 50} for n in range(50))).read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[:-9])
    assert verdicts(open_all(tmp_path / "a.parquet")) == {"a.parquet": "broken_parquet"}
    (tmp_path / "a.parquet").write_bytes(whole[:4] + b"\xff" * 2_000 + whole[2_004:])
    assert "broken_parquet" in verdicts(open_all(tmp_path / "a.parquet")).values()


def test_files_of_documents_are_opened_inside_archives(tmp_path: Path) -> None:
    lines = write_jsonl(tmp_path / "r.jsonl", {"id": "a", "text": "A"}).read_bytes()
    table = write_parquet(tmp_path / "r.parquet", {"id": "b", "text": "B"}).read_bytes()
    make_tar(tmp_path / "t.tar.gz", [("x/r.jsonl", lines), ("x/r.parquet", table)], "w:gz")
    assert verdicts(open_all(tmp_path / "t.tar.gz")) == {"t.tar.gz!x/r.jsonl#a": "kept", "t.tar.gz!x/r.parquet#b": "kept"}


def test_deep_nesting_in_a_record_is_read(tmp_path: Path) -> None:
    deep = '{"text": "T", "x": ' + '{"y":' * 900 + "1" + "}" * 900 + "}\n"
    too_deep = '{"text": "T", "x": ' + "[" * 100_000 + "]" * 100_000 + "}\n"
    (tmp_path / "r.jsonl").write_text(deep + too_deep)
    assert verdicts(open_all(tmp_path / "r.jsonl")) == {"r.jsonl#line-1": "kept", "r.jsonl#line-2": "malformed_record"}
