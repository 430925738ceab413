"""A workspace may be a schema of a catalog, in which others have tables too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.config.loading import load
from darwin_spark.events import Counts
from darwin_spark.observe.audit import audit
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage import delta
from darwin_spark.storage.delta import Commit, Transaction
from darwin_spark.storage.frames import empty_frame
from darwin_spark.storage.workspace import Workspace


@pytest.fixture
def schema(spark: SparkSession, tmp_path: Path) -> Iterator[str]:
    spark.sql(f"CREATE SCHEMA science LOCATION '{tmp_path}/science'")
    yield "science"
    spark.sql("DROP SCHEMA science CASCADE")


def test_a_schema_keeps_the_tables_of_a_climb_and_loses_only_what_is_ours(
    spark: SparkSession, schema: str, tmp_path: Path
) -> None:
    text = tmp_path / "papers" / "lens.txt"
    text.parent.mkdir()
    text.write_text("A lens bends light towards its axis.")
    place = Workspace.at(spark, f"catalog:{schema}")

    def go() -> dict[str, Counts]:
        return Pipeline(place, load([], ["tracking.enabled=false"])).climb([str(text.parent)], to="l1")

    assert go() == {"l0": {"kept": 1}, "l1": {"kept": 1}}
    for name in ("staging_papers", f"staging_{'0a' * 16}_l1_step_changes"):  # another's table, and a dead climb's
        spark.sql(f"CREATE TABLE {schema}.{name} USING parquet AS SELECT 1 AS number")
    text.write_text("A lens bends light towards its axis, and a prism does not.")
    assert go() == {"l0": {"kept": 1}, "l1": {"kept": 1}}
    assert [row.text for row in place.read("l1").collect()] == [text.read_text() + "\n"]
    assert audit(place) == []
    names = {row.tableName for row in spark.sql(f"SHOW TABLES IN {schema}").where("NOT isTemporary").collect()}
    assert names == {"l0", "l1", "runs", "properties", "staging_papers"}


def test_a_commit_to_a_catalogs_table_happens_once_and_bears_its_note(spark: SparkSession, schema: str) -> None:
    place = Workspace.at(spark, f"catalog:{schema}")

    def write(number: int, version: int, where: str | None = None) -> Commit | None:
        frame = spark.createDataFrame([(number, "a")], "number int, bucket string")
        transaction, note = Transaction("numbers", version), f"number {number}"
        if where is None:
            delta.write_by_bucket(frame, place, "numbers", transaction=transaction, metadata=note)
        else:
            delta.replace_where(frame, place, "numbers", where, transaction=transaction, metadata=note)
        return delta.last_commit(place, "numbers")

    def numbers() -> list[int]:
        return sorted(row.number for row in place.read("numbers").collect())

    write(1, 1)
    appended = write(2, 2)
    assert write(3, 2) == appended
    assert (numbers(), appended and appended.metadata) == ([1, 2], "number 2")
    replaced = write(4, 3, "bucket IN ('a')")
    assert write(5, 3, "bucket IN ('a')") == replaced
    assert (numbers(), replaced and replaced.metadata) == ([4], "number 4")
    write(6, 4, "bucket IN ('a')")  # a catalog that was told to replace the whole table did so once, and failed then
    assert numbers() == [6]
    nothing, transaction = empty_frame(spark, place.read("numbers").schema), Transaction("numbers at rest", 1)
    delta.write_by_bucket(nothing, place, "numbers", transaction=transaction, metadata="at rest")
    alone = delta.last_commit(place, "numbers")
    assert (numbers(), alone and alone.metadata) == ([6], "at rest")
