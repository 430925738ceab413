"""The workspace: the Delta tables of one corpus, and the Spark session that reads and writes them.

Workspace.at(spark, "workspace")               -> Delta tables below ./workspace/tables
Workspace.at(spark, "s3://bucket/corpus")      -> below that prefix
Workspace.at(spark, "catalog:main.science")    -> tables main.science.l0, main.science.l1, ...
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from darwin_spark.errors import UserError
from darwin_spark.storage import delta_files
from darwin_spark.storage.delta_files import DeltaFiles
from darwin_spark.storage.frames import empty_frame
from darwin_spark.storage.session import spark_session
from darwin_spark.storage.table_reader import Row, TableReader, filled, in_utc

_MISSING = {"DELTA_TABLE_NOT_FOUND", "PATH_NOT_FOUND", "DELTA_MISSING_DELTA_TABLE", "DELTA_PATH_DOES_NOT_EXIST"}
_MISSING |= {"TABLE_OR_VIEW_NOT_FOUND", "DELTA_SCHEMA_NOT_SET", "SCHEMA_NOT_FOUND", "DELTA_MISSING_DELTA_TABLE_COPY_INTO"}


class TableError(UserError):
    """A table or workspace is not in the expected state; the message names it and says what to do."""


@dataclass(frozen=True)
class Workspace:
    """The tables of one corpus: in `folder`, or in `schema` of a catalog (exactly one of the two is set)."""

    spark: SparkSession
    folder: str = ""
    schema: str = ""

    @staticmethod
    def at(spark: SparkSession, location: str) -> "Workspace":
        """Return the workspace at a folder, an object-store prefix, or `catalog:` and a one- or two-part schema name."""
        if location.startswith("catalog:"):
            return Workspace(spark, schema=location.removeprefix("catalog:"))
        return Workspace(spark, folder=local_folder(location) or location.rstrip("/"))

    @staticmethod
    @contextmanager
    def open(location: str = "workspace") -> Iterator["Workspace"]:
        """Yield the workspace for a `with` block; find or start a Spark session. A session that was found is not stopped."""
        with spark_session() as spark:
            yield Workspace.at(spark, location)

    @property
    def location(self) -> str:
        """The folder, prefix or schema name of the workspace, for messages."""
        return self.folder or self.schema

    @property
    def is_local(self) -> bool:
        """Whether the tables lie in a folder of this machine that is given as a path: not as a URI, not even `file://`."""
        return bool(self.folder) and "://" not in self.folder

    def path(self, table: str) -> str:
        """Return the folder of a table (not for workspaces in a catalog)."""
        return f"{self.folder}/tables/{table}"

    def name(self, table: str) -> str:
        """Return the name of a table in SQL: a catalog name, or a path. `/` in the name becomes `_` in a catalog."""
        return f"{self.schema}.{table.replace('/', '_')}" if self.schema else f"delta.`{self.path(table)}`"

    def exists(self, table: str) -> bool:
        """Return whether the table exists. Raises the error of Spark if that cannot be told (no access, no Delta)."""
        return self._find(table) is not None

    def read(self, table: str) -> DataFrame:
        """Return the table in its latest version. Raises AnalysisException if the table does not exist."""
        if self.schema:
            return self.spark.table(self.name(table))
        return self.spark.read.format("delta").load(self.path(table))

    def names(self) -> list[str]:
        """Return no names: Spark completes none (see `TableReader`)."""
        return []

    def columns(self, table: str) -> list[str]:
        """Return the names of the columns of an existing table."""
        return self.read(table).columns

    def sql(self, sql: str, **values: str) -> DataFrame:
        """Return the answer of a query: `{l0}` stands for a table, `{name}` for the value `name` (see `table_reader`)."""
        return self.spark.sql(filled(sql, self.name, {key: _literal(value) for key, value in values.items()}))

    def query(self, sql: str, **values: str) -> list[Row]:
        """Return the rows of a query (see `table_reader`)."""
        return [in_utc(row.asDict(recursive=True)) for row in self.sql(sql, **values).collect()]

    @property
    def reader(self) -> TableReader:
        """The quickest reader of the tables: without Spark if they lie in a folder of this machine."""
        return DeltaFiles(self.folder) if self.is_local and delta_files.is_installed() else self

    def read_or_empty(self, table: str, schema: StructType) -> DataFrame:
        """Return the table in its latest version, or, if it does not exist yet, an empty DataFrame of `schema`."""
        found = self._find(table)
        return empty_frame(self.spark, schema) if found is None else found

    def _find(self, table: str) -> DataFrame | None:
        try:
            frame = self.read(table)
            return frame if frame.schema.fields else None
        except AnalysisException as error:
            if is_missing(error):
                return None
            raise

    def create_schema(self) -> None:
        """Create the schema of a workspace in a catalog if it does not exist."""
        if self.schema:
            self.spark.sql(f"CREATE SCHEMA IF NOT EXISTS {self.schema}")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other climbs and upgrades out of a local workspace for a `with` block. Raises TableError if one holds the lock.
        The lock ends with the process. Workspaces elsewhere are not locked."""
        if not self.is_local:
            yield
            return
        Path(self.folder).mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{self.folder}/.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise TableError(f"another climb is at work in {self.folder}: wait for it to end") from error
        try:
            yield
        finally:
            lock.release()


def local_folder(location: str) -> str | None:
    """Return the absolute path of a workspace that is given as a path of this machine; None for a URI or a catalog."""
    return None if location.startswith("catalog:") or "://" in location else str(Path(location).absolute())


def _literal(text: str) -> str:
    """Return the text as a literal of Spark's SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def is_missing(error: AnalysisException) -> bool:
    """Return whether the error says that a table, path or schema does not exist."""
    return (error.getCondition() or "").split(".")[0] in _MISSING
