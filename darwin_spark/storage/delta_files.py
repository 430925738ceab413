"""Read the Delta tables of a local workspace without Spark and without a JVM, in a fraction of a second, by `deltalake`."""

import importlib.util
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from darwin_spark.storage.table_reader import Row, filled, in_utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from deltalake import DeltaTable, QueryBuilder


def is_installed() -> bool:
    """Return whether the package `deltalake` is installed (extra `laptop`); Spark reads all tables where it is not."""
    return importlib.util.find_spec("deltalake") is not None


class DeltaFiles:
    """A `TableReader` over a local folder. A table is read in the version that it has at the first query that names it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._tables: dict[str, DeltaTable] = {}

    @property
    def location(self) -> str:
        """The folder of the workspace."""
        return self.folder

    def exists(self, table: str) -> bool:
        """Return whether the table exists."""
        return any((Path(self.folder) / "tables" / table / "_delta_log").glob("*.json"))

    def columns(self, table: str) -> list[str]:
        """Return the names of the columns of an existing table."""
        return [field.name for field in self._opened(table).schema().fields]

    def query(self, sql: str, **values: str) -> list[Row]:
        """Return the rows of a query (see `TableReader`)."""
        return [row for batch in self.batches(sql, **values) for row in _rows(batch)]

    def batches(self, sql: str, **values: str) -> "Iterator[pa.RecordBatch]":
        """Yield the rows of a query as Arrow batches, so that a large result is never in memory as a whole."""
        import pyarrow as pa

        def name(table: str) -> str:
            self._opened(table)
            return table

        text = filled(sql, name, {key: literal(value) for key, value in values.items()})
        yield from pa.RecordBatchReader.from_stream(self._engine.execute(text))

    def _opened(self, table: str) -> "DeltaTable":
        from deltalake import DeltaTable

        if table not in self._tables:
            self._tables[table] = DeltaTable(f"{self.folder}/tables/{table}")
            self._engine.register(table, self._tables[table])
        return self._tables[table]

    @cached_property
    def _engine(self) -> "QueryBuilder":
        from deltalake import QueryBuilder

        return QueryBuilder()


def literal(text: str) -> str:
    """Return the text as a literal of DataFusion's SQL."""
    return "'" + text.replace("'", "''") + "'"


def _rows(batch: "pa.RecordBatch") -> list[Row]:
    return [in_utc(row) for row in batch.to_pylist(maps_as_pydicts="strict")]
