"""List the runs of a workspace: what each climb did at each level, when, and how long it took."""

from dataclasses import dataclass
from datetime import datetime

from darwin_spark.pipeline import run_log
from darwin_spark.storage.table_reader import Row, TableReader


@dataclass(frozen=True)
class RunRow:
    """One run of a level in its latest state. `seconds` is the time from its start to that state."""

    run: int
    climb_id: str
    level: str
    state: str
    started_at: datetime
    seconds: float
    rows: int
    counts: tuple[tuple[str, int], ...]  # rows by verdict and reason, most rows first


def runs(tables: TableReader, level: str = "", limit: int = 0) -> list[RunRow]:
    """Return the runs, the latest first: all, or those of one level, or at most `limit`."""
    if not tables.exists(run_log.TABLE):
        return []
    condition = "WHERE level = {wanted}" if level else ""
    bound = f"LIMIT {limit:d}" if limit else ""
    sql = f"SELECT * FROM ({run_log.LATEST}) AS latest {condition} ORDER BY sequence DESC, at DESC {bound}"
    return [_run(row) for row in tables.query(sql, wanted=level)]


def _run(row: Row) -> RunRow:
    counts = row["counts"] or {}
    return RunRow(
        run=row["sequence"],
        climb_id=row["climb_id"],
        level=row["level"],
        state=row["state"],
        started_at=row["started_at"],
        seconds=round((row["at"] - row["started_at"]).total_seconds(), 1),
        rows=sum(counts.values()),
        counts=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
    )
