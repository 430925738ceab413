"""Looks without a JVM (status, list, runs, explain) give what Spark gives, also on tables with deletion vectors."""

import shutil
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyspark.sql import SparkSession
from support import darwin

from darwin_spark.errors import UserError
from darwin_spark.observe.documents import Wanted, documents, reasons
from darwin_spark.observe.explain import NotFoundError, explain, find_document
from darwin_spark.observe.funnel import funnel
from darwin_spark.observe.run_list import runs
from darwin_spark.observe.views import open_views_of
from darwin_spark.pipeline import run_log
from darwin_spark.storage import workspace_metadata
from darwin_spark.storage.delta_files import DeltaFiles
from darwin_spark.storage.workspace import Workspace

pytestmark = pytest.mark.slow  # its DELETE fails in a session that other tests used before: "Task not serializable"
SKIPPING = "spark.databricks.delta.stats.skipping"


@pytest.fixture(scope="module")
def place(
    spark: SparkSession, examples: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """The examples at L4, in tables with deletion vectors: L4 lost some rows, and a name of L0 holds quotes and backslashes."""
    workspace = Workspace.at(spark, str(tmp_path_factory.mktemp("it's 100% full") / "work space"))
    shutil.copytree(examples[0], workspace.folder)
    skipping = spark.conf.get(SKIPPING)
    spark.conf.set(SKIPPING, "true")  # the rule that pins a table with deletion vectors is part of it
    for table in ("l0", "l4"):
        spark.sql(
            f"ALTER TABLE {workspace.name(table)} SET TBLPROPERTIES (delta.enableDeletionVectors = true, "
            "delta.minReaderVersion = 3, delta.minWriterVersion = 7)"
        )
    spark.sql(f"DELETE FROM {workspace.name('l4')} WHERE doc_id < '8'")
    name = r"a\\b_it\'s 50%.pdf"
    spark.sql(f"UPDATE {workspace.name('l0')} SET source_id = '{name}' WHERE source_id LIKE '%kater-pendulum.pdf'")
    assert list((Path(workspace.path("l4"))).rglob("deletion_vector_*.bin"))
    yield workspace
    spark.conf.set(SKIPPING, skipping)


@pytest.fixture(scope="module")
def files(place: Workspace) -> DeltaFiles:
    return DeltaFiles(place.folder)


def test_the_funnel_and_the_runs_are_those_of_spark(place: Workspace, files: DeltaFiles) -> None:
    assert funnel(files) == funnel(place)
    assert 0 < funnel(files)[-1].rows < place.read("l3").where("verdict = 'kept'").count()
    assert runs(files) == runs(place)
    assert [run.level for run in runs(files)] == ["l4", "l3", "l2", "l1", "l0"]
    assert runs(files, "l2", 1) == runs(place, "l2", 1)
    assert workspace_metadata.read(files) == workspace_metadata.read(place)
    assert run_log.latest(place).count() == 5


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(), 36),
        (Wanted(limit=7), 7),
        (Wanted(verdict="dropped"), 7),
        (Wanted(level="l2", reason="too_small"), 1),
        (Wanted(pattern="*.PDF"), 0),
        (Wanted(pattern="oddities/*"), None),
        (Wanted(pattern="ENTROPY"), 1),
        (Wanted(pattern=r"a\b_it's 50%.pdf"), 1),
        (Wanted(pattern=r"a\?_it's 5?%*"), 1),
        (Wanted(pattern=r"a\??it's*"), 1),
        (Wanted(pattern="nothing'); DROP TABLE l0"), 0),
    ],
)
def test_the_list_is_that_of_spark(wanted: Wanted, count: int | None, place: Workspace, files: DeltaFiles) -> None:
    found = documents(files, wanted)
    assert found == documents(place, wanted)
    assert count is None or len(found) == count


def test_the_reasons_are_those_of_spark(place: Workspace, files: DeltaFiles) -> None:
    assert reasons(files) == reasons(place)
    assert "too_small" in reasons(files)


@pytest.mark.parametrize(
    "name", [r"a\b_it's 50%.pdf", "enzyme-kinetics.md", "heat-engines-chapter.txt", "truncated.pdf", "betz-limit.pdf"]
)
def test_a_document_is_explained_as_by_spark(name: str, place: Workspace, files: DeltaFiles) -> None:
    assert list(explain(files, name)) == list(explain(place, name))


def test_a_document_is_found_as_by_spark(place: Workspace, files: DeltaFiles) -> None:
    (some,) = documents(files, Wanted(pattern="entropy"))
    for tables in (place, files):
        assert find_document(tables, some.doc_id[:9]) == some.doc_id
        with pytest.raises(NotFoundError, match="may be several"):
            find_document(tables, "")
        with pytest.raises(NotFoundError, match=r"no document 'betz-limits.pdf'; did you mean pdf/betz-limit.pdf\?"):
            find_document(tables, "betz-limits.pdf")


@pytest.mark.parametrize("command", ["status", "funnel", "list", "runs", "explain betz-limit.pdf"])
def test_a_look_starts_no_jvm(command: str, place: Workspace) -> None:
    assert darwin(*command.split(" "), "--workspace", place.folder, env={"JAVA_HOME": "/nowhere"})


FROM = "SELECT verdict, count(*) AS documents FROM l2 GROUP BY verdict ORDER BY verdict"


def test_datafusion_answers_sql_without_a_jvm(place: Workspace) -> None:
    at = ("--workspace", place.folder, "--format", "csv")
    told = darwin("sql", FROM, "--engine", "datafusion", *at, env={"JAVA_HOME": "/nowhere"})
    rows = place.spark.sql(FROM.replace("l2", place.name("l2"))).collect()
    assert told.splitlines() == ["verdict,documents", *(f"{row.verdict},{row.documents}" for row in rows)]


def views(place: Workspace) -> set[str]:
    return {row.viewName for row in place.spark.sql("SHOW VIEWS").collect()}


def test_a_query_opens_only_the_views_that_it_names(place: Workspace) -> None:
    for name in views(place):
        place.spark.catalog.dropTempView(name)
    open_views_of(place, "SELECT count(*) FROM L2_kept JOIN verdicts USING (doc_id)")
    assert views(place) == {"l2_kept", "verdicts"}
    open_views_of(place, "SHOW VIEWS")
    assert {"l0", "l4_kept", "corpus", "runs", "verdicts"} <= views(place)


def test_a_million_rows_do_not_fill_memory(tmp_path: Path) -> None:
    table = tmp_path / "tables" / "l0"
    rows = {"doc_id": [f"{number:032x}" for number in range(1_000_000)], "verdict": ["kept"] * 1_000_000}
    write_deltalake(str(table), pa.table(rows))
    files = DeltaFiles(str(tmp_path))
    _, found = files.stream("SELECT doc_id, repeat(doc_id, 30) AS text FROM l0")
    tracemalloc.start()
    assert sum(1 for _ in found) == 1_000_000
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_a_wrong_query_is_one_sentence(files: DeltaFiles) -> None:
    with pytest.raises(UserError, match="l99' not found"):
        files.stream("SELECT * FROM l99")
