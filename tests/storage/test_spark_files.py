"""Files that only Spark can reach, tried on files of this machine."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.pipeline.inputs import parse
from darwin_spark.storage import spark_files


def test_files_are_listed_and_read_through_spark(spark: SparkSession, tmp_path: Path) -> None:
    names = ("a.md", "deep er/b #1%!?;.md", "deep er/[c]*{d}.md")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode() * 10)
    listed = spark_files.list_files(spark, "s", f"file://{tmp_path}", 1.0)
    parts = spark_files.with_content(spark, listed)
    rows = [row for part in parts for file in part.collect() for row in acquire(file.asDict(), L0Settings(max_inline_bytes=10))]
    assert {row["source_id"]: row["content"] for row in rows} == {name: name.encode() * 10 for name in names}
    assert {row["source_version"].split("-")[0] for row in rows} == {str(len(name) * 10) for name in names}
    assert all("#" not in row["uri"] and "!" not in row["uri"] for row in rows)


def test_a_folder_that_is_not_there_is_an_error_that_names_it(spark: SparkSession) -> None:
    with pytest.raises(spark_files.UnreachableError, match="cannot list file:///nowhere"):
        spark_files.list_files(spark, "s", "file:///nowhere", 1.0)


def test_only_what_python_cannot_open_goes_through_spark() -> None:
    assert parse("papers=dbfs:/corpus/papers").is_foreign
    assert parse("wasbs://box@account.blob.core.windows.net/papers").source == "papers"
    assert not spark_files.is_foreign("file:///data")
    assert not spark_files.is_foreign("s3://bucket/papers")


def test_a_single_file_keeps_its_name_and_one_too_large_has_a_reason(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_files, "_LARGEST", 5)
    (tmp_path / "a b.md").write_bytes(b"more than five")
    listed = spark_files.list_files(spark, "s", f"file://{tmp_path}/a%20b.md", 1.0)
    files = [file.asDict() for part in spark_files.with_content(spark, listed) for file in part.collect()]
    (row,) = [row for file in files for row in acquire(file, L0Settings())]
    assert (row["source_id"], row["reason"], row["bytes"]) == ("a b.md", "object_too_large", 14)
