"""Every column of every table has a comment, in the code and in the tables that a climb creates."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, DataType, StructType
from support import CORPUS, go

from darwin_spark.columns import comment_of
from darwin_spark.config.l2_rules import COUNTS, SHARES
from darwin_spark.config.l3_labels import DIMENSIONS
from darwin_spark.config.loading import load
from darwin_spark.inference import response_store
from darwin_spark.inference.judges import judge
from darwin_spark.levels.l2_filter.level import SCHEMA as L2
from darwin_spark.levels.l3_classify.level import SCHEMA as L3
from darwin_spark.observe.views import open_views
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import table_schema
from darwin_spark.pipeline.level import side_tables_of
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.storage import delta, workspace_metadata
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import Workspace
from scripts.reference_docs import views

TABLES = {
    **{level.name: table_schema(level) for level in registry.OWN},
    **{name: schema for level in registry.OWN for name, schema in side_tables_of(level).items()},
    run_log.TABLE: run_log.SCHEMA,
    response_store.TABLE: response_store.SCHEMA,
    judge.TABLE: judge.SCHEMA,
    workspace_metadata.TABLE: workspace_metadata.SCHEMA,
}


def comments(of: DataType, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every column and nested field, with its comment."""
    if isinstance(of, ArrayType):
        yield from comments(of.elementType, prefix)
    if isinstance(of, StructType):
        for field in of:
            yield f"{prefix}{field.name}", comment_of(field)
            yield from comments(field.dataType, f"{prefix}{field.name}.")


@pytest.fixture(scope="module")
def workspace(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which one paper climbed to L5."""
    place = Workspace.at(spark, str(tmp_path_factory.mktemp("comments")))
    counts = go(place, CORPUS / "jats" / "cepheids.xml", "l5")
    assert set(counts["l5"]) <= {"kept", "failed.generation_incomplete"}, counts
    return place


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_has_a_sentence(table: str) -> None:
    for name, comment in comments(TABLES[table]):
        assert comment.endswith("."), f"{table}.{name}: {comment!r}"
        assert 10 < len(comment) <= 110, f"{table}.{name}: {comment!r}"


def test_signals_and_dimensions_are_those_of_the_settings() -> None:
    assert L2["signals"].dataType.fieldNames() == [*COUNTS, *SHARES]
    assert L3["labels"].dataType.fieldNames() == list(DIMENSIONS)


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {judge.TABLE}))
def test_a_climb_creates_its_tables_with_comments(workspace: Workspace, table: str) -> None:
    described = workspace.spark.sql(f"DESCRIBE TABLE {workspace.name(table)}").collect()
    shown = {row.col_name: row.comment for row in described if not row.col_name.startswith("#")}
    assert shown == {field.name: comment_of(field) for field in TABLES[table]}
    assert dict(comments(workspace.read(table).schema)) == dict(comments(TABLES[table]))


@pytest.mark.slow
def test_comments_cost_no_commit_and_stay_when_rows_are_replaced(workspace: Workspace) -> None:
    first = delta.last_commit(workspace, "l2")
    assert first is not None
    assert first.version == 0
    pipeline = Pipeline(workspace, load([], ["tracking.enabled=false", "l2.min_bytes=100"]))
    assert pipeline.climb(to="l2", reprocess=["l2"])["l2"] == {"kept": 1}
    last = delta.last_commit(workspace, "l2")
    assert last is not None
    assert last.version == 1
    assert dict(comments(workspace.read("l2").schema)) == dict(comments(TABLES["l2"]))


@pytest.mark.slow
def test_a_catalogs_tables_have_comments_too(spark: SparkSession, tmp_path: Path) -> None:
    spark.sql(f"CREATE SCHEMA described LOCATION '{tmp_path}/described'")
    try:
        place = Workspace.at(spark, "catalog:described")
        document = CORPUS / "jats" / "cepheids.xml"
        Pipeline(place, load([], ["tracking.enabled=false"])).climb([str(document)], to="l1")
        delta.write(frame_of_rows(spark, [], judge.SCHEMA), place, judge.TABLE)
        for table in ("l0", "l1", run_log.TABLE, judge.TABLE):
            assert dict(comments(place.read(table).schema)) == dict(comments(TABLES[table])), table
    finally:
        spark.sql("DROP SCHEMA described CASCADE")


def test_the_views_have_the_columns_that_the_data_dictionary_lists(workspace: Workspace) -> None:
    opened = set(open_views(workspace)) - TABLES.keys()
    listed = {view.name: view.schema for view in views()}
    assert opened == listed.keys()
    for name, schema in listed.items():
        found = workspace.spark.table(name)
        assert dict(found.dtypes) == {field.name: field.dataType.simpleString() for field in schema}, name
