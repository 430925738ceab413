"""The table `runs`: every level run, what it was asked and what came of it; the sequence numbers of publications.

The table is append-only. A run is a row `started`, then `published` or `abandoned` (`asked` where it only put a level's
questions); a finished reprocessing adds a row `reprocessed`. The sequence number is the Delta transaction version of
everything that the run publishes, so a run that is finished after a crash publishes nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    DoubleType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace

STARTED, PUBLISHED, ABANDONED = "started", "published", "abandoned"
REPROCESSED, ASKED = "reprocessed", "asked"

STAGING = "staging"
"""Below this lies what runs leave for themselves; nothing of it outlives the climb, or the next one's start after a crash."""

SCHEMA = StructType(
    [
        StructField("sequence", LongType(), False),
        StructField("run_id", StringType(), False),
        StructField("climb_id", StringType(), False),
        StructField("level", StringType(), False),
        StructField("state", StringType(), False),
        StructField("at", TimestampType(), False),
        StructField("version", StringType()),
        StructField("settings", StringType()),
        StructField("buckets", ArrayType(StringType())),
        StructField("counts", MapType(StringType(), LongType())),
        StructField("timings", MapType(StringType(), DoubleType())),
    ]
)


@dataclass(frozen=True)
class Run:
    """One level run over one group of buckets."""

    sequence: int
    climb_id: str
    level: str
    version: str
    settings: str
    buckets: Sequence[str]
    run_id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def folder(self) -> str:
        """Where this run's staging tables lie."""
        return f"{STAGING}/{self.run_id}"

    def staging(self, name: str) -> str:
        """The staging table of this run under a name."""
        return f"{self.folder}/{name}"


def read(spark: SparkSession, workspace: Workspace) -> DataFrame:
    """All rows."""
    return tables.read_or_empty(spark, workspace, "runs", SCHEMA)


def latest(spark: SparkSession, workspace: Workspace) -> DataFrame:
    """One row a run: its last state."""
    newest = Window.partitionBy("sequence").orderBy(F.desc("at"))
    return read(spark, workspace).withColumn("_rank", F.row_number().over(newest)).where("_rank = 1").drop("_rank")


def last_sequence(spark: SparkSession, workspace: Workspace) -> int:
    """The highest number that was ever reserved."""
    highest = read(spark, workspace).agg(F.max("sequence")).first()
    return (highest[0] or 0) if highest else 0


def unfinished(spark: SparkSession, workspace: Workspace) -> list[Run]:
    """Runs that were started and neither published nor abandoned: what a crash left, oldest first."""
    rows = latest(spark, workspace).where(F.col("state") == STARTED).orderBy("sequence").collect()
    return [
        Run(row.sequence, row.climb_id, row.level, row.version or "", row.settings or "", list(row.buckets or []), row.run_id)
        for row in rows
    ]


@dataclass(frozen=True)
class Past:
    """What was done at a level before: rows that it judged, and how often it was reprocessed to the end.

    The latter is part of its configuration's hash, so that each time is a new one.
    """

    judged: int = 0
    reprocessed: int = 0


def past(spark: SparkSession, workspace: Workspace) -> dict[str, Past]:
    """The past of each level that has one."""
    judged = F.aggregate(F.map_values("counts"), F.lit(0).cast("long"), lambda total, rows: total + rows)
    found = (
        read(spark, workspace)
        .groupBy("level")
        .agg(
            F.sum(F.when(F.col("state") == PUBLISHED, judged)).alias("judged"),
            F.count_if(F.col("state") == REPROCESSED).alias("reprocessed"),
        )
    )
    return {row.level: Past(row.judged or 0, row.reprocessed) for row in found.collect()}


def record(
    spark: SparkSession,
    workspace: Workspace,
    run: Run,
    state: str,
    counts: Mapping[str, int] | None = None,
    timings: Mapping[str, float] | None = None,
) -> None:
    """Append one row: the run has reached a state."""
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
    tables.write(tables.of_rows(spark, [row], SCHEMA), workspace, "runs")
