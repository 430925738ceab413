"""The table `runs`: every run of a level, its settings and results, and the sequence numbers of publications.

Runs append to the table: a run is a row `started`, then a row `published` or `abandoned` (`asked` if it only sent a level's
requests); a finished reprocessing adds a row `reprocessed`. The sequence number is the Delta transaction version of everything
that the run publishes, so a run that is finished after a crash publishes nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pyspark.sql import DataFrame
from pyspark.sql.types import ArrayType, DoubleType, LongType, MapType, StringType, StructType, TimestampType

from darwin_spark.columns import column
from darwin_spark.storage import delta
from darwin_spark.storage.frames import empty_frame, frame_of_rows
from darwin_spark.storage.staging import STAGING
from darwin_spark.storage.table_reader import Row, TableReader
from darwin_spark.storage.workspace import Workspace

STARTED, PUBLISHED, ABANDONED = "started", "published", "abandoned"
REPROCESSED, ASKED = "reprocessed", "asked"

TABLE = "runs"
SCHEMA = StructType(
    [
        column("sequence", LongType(), "Number of the run: the Delta transaction version of all that it publishes.", False),
        column("run_id", StringType(), "Identity of the run; level tables and generations refer to it.", False),
        column("climb_id", StringType(), "Identity of the climb; one climb has several runs.", False),
        column("level", StringType(), "Level that the run processed.", False),
        column("state", StringType(), "State reached: started, published, abandoned, asked or reprocessed.", False),
        column("at", TimestampType(), "When the run reached the state.", False),
        column("version", StringType(), "Version of the level's code."),
        column("settings", StringType(), "The level's settings, as JSON."),
        column("buckets", ArrayType(StringType()), "Buckets that the run processed; empty: all."),
        column("counts", MapType(StringType(), LongType()), "Rows by verdict and reason, such as dropped.too_small."),
        column("timings", MapType(StringType(), DoubleType()), "Seconds by step."),
    ]
)


@dataclass(frozen=True)
class Run:
    """One run of a level, over a group of buckets (an empty `buckets`: all)."""

    sequence: int
    climb_id: str
    level: str
    version: str
    settings: str
    buckets: Sequence[str]
    run_id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def folder(self) -> str:
        """The folder of this run's staging tables."""
        return f"{STAGING}/{self.run_id}"

    def staging(self, name: str) -> str:
        """Return the name, below the workspace, of this run's staging table `name`."""
        return f"{self.folder}/{name}"


def read(workspace: Workspace) -> DataFrame:
    """Return all rows of the table `runs`."""
    return workspace.read_or_empty(TABLE, SCHEMA)


LATEST: Final = """
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY sequence ORDER BY at DESC) AS newest,
            min(at) OVER (PARTITION BY sequence) AS started_at
        FROM {runs}
    ) AS states WHERE newest = 1
"""
"""One row for each run: its latest state, and when it started."""


def latest(workspace: Workspace) -> DataFrame:
    """Return one row for each run: its latest state."""
    if not workspace.exists(TABLE):
        return empty_frame(workspace.spark, SCHEMA)
    return workspace.sql(LATEST).select(*SCHEMA.names)


def last_sequence(workspace: Workspace) -> int:
    """Return the highest sequence number in the table `runs`; 0 before the first run."""
    rows = _query(workspace.reader, "SELECT max(sequence) AS highest FROM {runs}")
    return (rows[0]["highest"] or 0) if rows else 0


def unfinished(workspace: Workspace) -> list[Run]:
    """Return the runs whose latest state is `started`, oldest first: a crash ended them, or a climb is still at work."""
    rows = _query(workspace.reader, f"SELECT * FROM ({LATEST}) AS latest WHERE state = '{STARTED}' ORDER BY sequence")
    return [
        Run(
            sequence=row["sequence"],
            climb_id=row["climb_id"],
            level=row["level"],
            version=row["version"] or "",
            settings=row["settings"] or "",
            buckets=list(row["buckets"] or []),
            run_id=row["run_id"],
        )
        for row in rows
    ]


def _query(reader: TableReader, sql: str) -> list[Row]:
    return reader.query(sql) if reader.exists(TABLE) else []


@dataclass(frozen=True)
class History:
    """The history of a level: number of rows that it published, and how often it was reprocessed to the end.
    `reprocessed` is part of the hash of the level's configuration, so that each reprocessing has a new hash."""

    rows: int = 0
    reprocessed: int = 0


def history(workspace: Workspace) -> dict[str, History]:
    """Return the history of each level that has run, by name of the level."""
    found: dict[str, History] = {}
    for row in _query(workspace.reader, "SELECT level, state, counts FROM {runs}"):
        past = found.get(row["level"], History())
        rows = sum((row["counts"] or {}).values()) if row["state"] == PUBLISHED else 0
        found[row["level"]] = History(past.rows + rows, past.reprocessed + (row["state"] == REPROCESSED))
    return found


def record(
    workspace: Workspace,
    run: Run,
    state: str,
    counts: Mapping[str, int] | None = None,
    timings: Mapping[str, float] | None = None,
) -> None:
    """Append a row to the table `runs`: the run has reached this state."""
    row = {
        "sequence": run.sequence,
        "run_id": run.run_id,
        "climb_id": run.climb_id,
        "level": run.level,
        "state": state,
        "at": datetime.now(UTC),
        "version": run.version,
        "settings": run.settings,
        "buckets": list(run.buckets),
        "counts": None if counts is None else dict(counts),
        "timings": None if timings is None else dict(timings),
    }
    delta.write(frame_of_rows(workspace.spark, [row], SCHEMA), workspace, TABLE)
