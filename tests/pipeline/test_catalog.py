"""A workspace may be a schema of a catalog, in which others have tables too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from darwin_spark.config.loading import load
from darwin_spark.observe.audit import audit
from darwin_spark.pipeline.inputs import parse
from darwin_spark.pipeline.pipeline import climb
from darwin_spark.pipeline.run_context import Counts
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace


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
    place = Workspace.parse(f"catalog:{schema}")

    def go() -> dict[str, Counts]:
        return climb(spark, place, load([], ["tracking.enabled=false"]), [parse(str(text.parent))], to="l1")

    assert go() == {"l0": {"kept": 1}, "l1": {"kept": 1}}
    for name in ("staging_papers", f"staging_{'0a' * 16}_l1_step_changes"):  # another's table, and a dead climb's
        spark.sql(f"CREATE TABLE {schema}.{name} USING parquet AS SELECT 1 AS number")
    text.write_text("A lens bends light towards its axis, and a prism does not.")
    assert go() == {"l0": {"kept": 1}, "l1": {"kept": 1}}
    assert [row.text for row in tables.read(spark, place, "l1").collect()] == [text.read_text() + "\n"]
    assert audit(spark, place) == []
    names = {row.tableName for row in spark.sql(f"SHOW TABLES IN {schema}").where("NOT isTemporary").collect()}
    assert names == {"l0", "l1", "runs", "properties", "staging_papers"}


def test_a_commit_to_a_catalogs_table_happens_once_and_bears_its_note(spark: SparkSession, schema: str) -> None:
    place = Workspace.parse(f"catalog:{schema}")

    def write(number: int, transaction: int, where: str | None = None) -> tables.Commit | None:
        frame = spark.createDataFrame([(number, "a")], "number int, bucket string")
        named = ("numbers", transaction)
        note = f"number {number}"
        tables.write(frame, place, "numbers", replace_where=where, transaction=named, partitioned=True, note=note)
        return tables.last_commit(spark, place, "numbers")

    def numbers() -> list[int]:
        return sorted(row.number for row in tables.read(spark, place, "numbers").collect())

    write(1, 1)
    appended = write(2, 2)
    assert write(3, 2) == appended
    assert (numbers(), appended and appended.note) == ([1, 2], "number 2")
    replaced = write(4, 3, "bucket IN ('a')")
    assert write(5, 3, "bucket IN ('a')") == replaced
    assert (numbers(), replaced and replaced.note) == ([4], "number 4")
    write(6, 4, "bucket IN ('a')")  # a catalog that was told to replace the whole table did so once, and failed then
    assert numbers() == [6]
    nothing = tables.nothing(spark, tables.read(spark, place, "numbers").schema)
    tables.write(nothing, place, "numbers", transaction=("numbers at rest", 1), partitioned=True, note="at rest")
    alone = tables.last_commit(spark, place, "numbers")
    assert (numbers(), alone and alone.note) == ([6], "at rest")
