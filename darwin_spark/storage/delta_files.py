"""Read the Delta tables of a local workspace without Spark and without a JVM, in a fraction of a second, by `deltalake`."""

import importlib.util
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from darwin_spark.errors import UserError
from darwin_spark.storage.table_reader import Row, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from deltalake import DeltaTable, QueryBuilder

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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

    def names(self) -> list[str]:
        """Return the names of all tables, sorted, and of their columns, for completion."""
        tables = self.tables()
        return [*tables, *sorted({column for table in tables for column in self.columns(table)})]

    def tables(self) -> list[str]:
        """Return the names of all tables, sorted."""
        return sorted(log.parent.name for log in (Path(self.folder) / "tables").glob("*/_delta_log"))

    def stream(self, sql: str) -> tuple[list[str], "Iterator[list[object]]"]:
        """Return the columns and rows of a query as a user writes it, with tables by name. Rows are read while they are taken.
        Raises UserError for a wrong query."""
        import pyarrow as pa

        for table in mentioned(sql, self.tables()):
            self._opened(table)
        try:
            reader = pa.RecordBatchReader.from_stream(self._engine.execute(sql))
        except Exception as error:  # deltalake has one class of its own for all errors of DataFusion
            raise UserError(str(error).split("\n")[0]) from error
        return reader.schema.names, (list(row.values()) for batch in reader for row in _rows(batch))

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


def overwrite(path: str, rows: Sequence[Mapping[str, str]], comments: Mapping[str, str]) -> None:
    """Replace all rows of a small table of text columns, in one commit; `comments` holds a comment for each column. The first
    commit by Spark in a session takes seconds."""
    import pyarrow as pa
    from deltalake import write_deltalake

    fields = [pa.field(name, pa.string(), metadata={"comment": comment}) for name, comment in comments.items()]
    write_deltalake(path, pa.Table.from_pylist(list(rows), pa.schema(fields)), mode="overwrite")


def mentioned(sql: str, names: Iterable[str]) -> list[str]:
    """Return those of the names that a query contains as words, in upper or lower case."""
    words = set(re.findall(r"\w+", sql.lower()))
    return [name for name in names if name.lower() in words]


def literal(text: str) -> str:
    """Return the text as a literal of DataFusion's SQL."""
    return "'" + text.replace("'", "''") + "'"


def _rows(batch: "pa.RecordBatch") -> list[Row]:
    columns = [_values(column) for column in batch.columns]
    return [dict(zip(batch.schema.names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: "pa.Array") -> list[object]:
    import pyarrow as pa

    if not pa.types.is_timestamp(column.type):
        values: list[object] = column.to_pylist(maps_as_pydicts="strict")
        return values
    # Arrow's own conversion of timestamps imports pandas, which takes longer than the query.
    units = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[column.type.unit]
    ticks = column.view(pa.int64()).to_pylist()
    return [None if tick is None else _EPOCH + timedelta(microseconds=tick * 1_000_000 // units) for tick in ticks]
