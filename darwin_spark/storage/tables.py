"""The Delta tables of a workspace: a folder (or object-store prefix) of tables, or a schema of a catalog.

Workspace.parse("workspace")               -> delta tables below ./workspace/tables
Workspace.parse("s3://bucket/corpus")      -> below that prefix
Workspace.parse("catalog:main.science")    -> tables main.science.l0, main.science.l1, ...
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from filelock import FileLock, Timeout
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from darwin_spark.arrow_udf import to_batches
from darwin_spark.errors import UserError
from darwin_spark.storage import atomic_files

_GLOB = re.compile(r"([*?\[\]{}\\])")
_MISSING = {"DELTA_TABLE_NOT_FOUND", "PATH_NOT_FOUND", "DELTA_MISSING_DELTA_TABLE", "DELTA_PATH_DOES_NOT_EXIST"}
_MISSING |= {"TABLE_OR_VIEW_NOT_FOUND", "DELTA_SCHEMA_NOT_SET", "SCHEMA_NOT_FOUND", "DELTA_MISSING_DELTA_TABLE_COPY_INTO"}


class TableError(UserError):
    """A table is not what it should be; the message names it and says what to do."""


@dataclass(frozen=True)
class Workspace:
    """Where the tables of one corpus lie: `folder`, or `schema` of a catalog (one of the two is empty)."""

    folder: str = ""
    schema: str = ""

    @staticmethod
    def parse(text: str) -> "Workspace":
        """A folder, an object-store prefix, or `catalog:` and a schema's one- or two-part name."""
        if text.startswith("catalog:"):
            return Workspace(schema=text.removeprefix("catalog:"))
        return Workspace(folder=text.rstrip("/") if "://" in text else str(Path(text).absolute()))

    @property
    def is_local(self) -> bool:
        """Whether the tables are a folder of this machine."""
        return bool(self.folder) and "://" not in self.folder

    def path(self, table: str) -> str:
        """The folder of a table (workspaces by folder only)."""
        return f"{self.folder}/tables/{table}"

    def name(self, table: str) -> str:
        """The table as SQL names it: by catalog name, or as a path. `/` in a name becomes `_` in a catalog."""
        return f"{self.schema}.{table.replace('/', '_')}" if self.schema else f"delta.`{self.path(table)}`"


def exists(spark: SparkSession, workspace: Workspace, table: str) -> bool:
    """Whether the table is there; any other trouble (no access, no Delta) is raised."""
    return _find(spark, workspace, table) is not None


def _find(spark: SparkSession, workspace: Workspace, table: str) -> DataFrame | None:
    try:
        frame = read(spark, workspace, table)
        return frame if frame.schema.fields else None
    except AnalysisException as error:
        if _is_missing(error):
            return None
        raise


def _is_missing(error: AnalysisException) -> bool:
    return (error.getCondition() or "").split(".")[0] in _MISSING


def read(spark: SparkSession, workspace: Workspace, table: str) -> DataFrame:
    """The table as it stands now."""
    if workspace.schema:
        return spark.table(workspace.name(table))
    return spark.read.format("delta").load(workspace.path(table))


def read_or_empty(spark: SparkSession, workspace: Workspace, table: str, schema: StructType) -> DataFrame:
    """The table as it stands now, or an empty frame of its schema before its first write."""
    found = _find(spark, workspace, table)
    return nothing(spark, schema) if found is None else found


def nothing(spark: SparkSession, schema: StructType) -> DataFrame:
    """An empty frame that Spark knows to be empty when it plans: joins with it vanish."""
    return spark.createDataFrame([], schema).where(F.lit(False))


def of_rows(spark: SparkSession, rows: Sequence[Mapping[str, Any]], schema: StructType) -> DataFrame:
    """A small frame of what this process holds. It goes by Arrow: for rows of Python Spark starts a worker, half a second."""
    if not rows:
        return nothing(spark, schema)
    arrow_schema = to_arrow_schema(schema)
    return spark.createDataFrame(pa.Table.from_batches(to_batches(rows, arrow_schema), arrow_schema), schema).coalesce(1)


def in_buckets(frame: DataFrame, buckets: Sequence[str]) -> DataFrame:
    """The rows of some buckets: a filter on the partition column."""
    return frame.where(F.col("bucket").isin(*buckets))


def write(
    frame: DataFrame,
    workspace: Workspace,
    table: str,
    *,
    mode: str = "append",
    replace_where: str | None = None,
    transaction: tuple[str, int] | None = None,
    partitioned: bool = False,
    note: str | None = None,
) -> None:
    """One Delta transaction, with a `note` on its commit (but for the one that makes a catalog's table: Delta drops it there).

    With `transaction` = (application, version) a version that was committed before is skipped *silently* by Delta: the
    caller checks that its rows are there. With `replace_where` the rows under that predicate are replaced.
    """
    options = {"userMetadata": note} if note else {}
    if transaction:
        options |= {"txnAppId": transaction[0], "txnVersion": str(transaction[1])}
    if replace_where and workspace.schema:
        # `saveAsTable` would replace the table in the catalog too, which a catalog survives once
        frame.writeTo(workspace.name(table)).options(**options).overwrite(F.expr(replace_where))
        return
    if replace_where:
        options["replaceWhere"] = replace_where
    writer = frame.write.format("delta").options(**options).mode("overwrite" if replace_where else mode)
    if partitioned:
        writer = writer.partitionBy("bucket")
    if workspace.schema:
        writer.saveAsTable(workspace.name(table))
    else:
        writer.save(workspace.path(table))


class Commit(NamedTuple):
    """A commit to a table: its version, when it was made, and the note that it was made with."""

    version: int
    at: int
    """Milliseconds since 1970. A table that was deleted and made anew has the same versions, of other times."""
    note: str | None


def last_commit(spark: SparkSession, workspace: Workspace, table: str) -> Commit | None:
    """The table's last commit, whoever made it; None before its first.

    On a local disk it is read from Delta's log: asking Spark for it costs a third of a second.
    """
    if workspace.is_local:
        return _last_in_log(Path(workspace.path(table)) / "_delta_log")
    try:
        history = spark.sql(f"DESCRIBE HISTORY {workspace.name(table)} LIMIT 1")
        (row,) = history.select("version", F.unix_millis("timestamp").alias("at"), "userMetadata").collect()
    except AnalysisException as error:
        if _is_missing(error) or error.getCondition() == "DELTA_TABLE_ONLY_OPERATION":
            return None
        raise
    return Commit(row.version, row.at, row.userMetadata)


def _last_in_log(folder: Path) -> Commit | None:
    newest = max((path for path in folder.glob("*.json") if path.stem.isdigit()), default=None)
    if newest is None:
        return None
    with newest.open(encoding="utf-8") as lines:
        actions = (json.loads(line) for line in lines)
        info: dict[str, Any] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    return Commit(int(newest.stem), info.get("timestamp", 0), info.get("userMetadata"))


def literal(path: str) -> str:
    """A path as Spark wants it, in which nothing is a pattern."""
    return _GLOB.sub(r"\\\1", path)


def write_staging(frame: DataFrame, workspace: Workspace, table: str, *, mode: str = "overwrite") -> None:
    """Write what one run leaves for itself. It counts only once the run says so (`publish.seal`), and goes with the run.

    A Delta table costs three times as much to make as Parquet, most of a small climb's time (1.9 against 0.7 s of a core), and
    the first look at it another second. On a local disk Parquet is as safe; a store without renames, and a catalog, keep Delta.
    """
    if workspace.is_local:
        frame.write.mode(mode).parquet(workspace.path(table))
    else:
        write(frame, workspace, table, mode=mode)


def read_staging(spark: SparkSession, workspace: Workspace, table: str, schema: StructType | None = None) -> DataFrame:
    """What `write_staging` wrote. On a local disk, who knows its schema says so: Spark looks for it in the files, by a job."""
    if not workspace.is_local:
        return read(spark, workspace, table)
    reader = spark.read if schema is None else spark.read.schema(schema)
    return reader.parquet(literal(workspace.path(table)))


def is_whole(spark: SparkSession, workspace: Workspace, table: str) -> bool:
    """Whether `write_staging` came to its end; Spark marks a Parquet folder when all of its files are in place."""
    if workspace.is_local:
        return (Path(workspace.path(table)) / "_SUCCESS").is_file()
    return exists(spark, workspace, table)


def drop(spark: SparkSession, workspace: Workspace, table: str) -> None:
    """Delete a staging table, its files too."""
    if workspace.schema:
        spark.sql(f"DROP TABLE IF EXISTS {workspace.name(table)}")
    elif workspace.is_local:
        shutil.rmtree(workspace.path(table), ignore_errors=True)
    else:
        atomic_files.delete_folder(workspace.path(table))


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Keep other climbs out of a local workspace; the lock dies with its process. Raises TableError if one is at work.

    Elsewhere nothing is locked: a climb that meets another one there ends with a PublishError.
    """
    if not workspace.is_local:
        yield
        return
    Path(workspace.folder).mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{workspace.folder}/.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TableError(f"another climb is at work in {workspace.folder}: wait for it to end") from error
    try:
        yield
    finally:
        lock.release()


def create_schema(spark: SparkSession, workspace: Workspace) -> None:
    """Make the schema of a catalog workspace if it is not there."""
    if workspace.schema:
        spark.sql(f"CREATE SCHEMA IF NOT EXISTS {workspace.schema}")
