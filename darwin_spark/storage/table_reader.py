"""Read the tables of a workspace by SQL, by Spark or, for a local workspace, without a JVM (`delta_files`).

A query is SQL that Spark and DataFusion both understand, with tables and values in braces: `reader.query("SELECT count(*) AS
rows FROM {l0} WHERE source_id = {name}", name="a.pdf")`. So each query is written once, and both engines give equal rows.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

Row = Mapping[str, Any]


class TableReader(Protocol):
    """The tables of a workspace, to be read only."""

    @property
    def location(self) -> str:
        """The folder, prefix or schema name of the workspace, for messages."""

    def exists(self, table: str) -> bool:
        """Return whether the table exists."""

    def names(self) -> list[str]:
        """Return the names of the tables, sorted, and of their columns, for completion."""

    def columns(self, table: str) -> list[str]:
        """Return the names of the columns of an existing table."""

    def query(self, sql: str, **values: str) -> list[Row]:
        """Return the rows of a query: `{l0}` stands for a table, `{name}` for the value `name`. Timestamps are in UTC."""


def filled(sql: str, table: Callable[[str], str], values: Mapping[str, str]) -> str:
    """Return the query with its braces replaced: by `values` (SQL literals), and by what `table` returns for other names."""

    class Names(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return table(name)

    return sql.format_map(Names(values))


def in_utc(row: Mapping[str, Any]) -> Row:
    """Return the row with its timestamps in UTC: Spark's have no time zone and are meant in the zone of this process."""
    return {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in row.items()}
