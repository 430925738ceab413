"""What a climb carries from level to level, and how it tells what it does."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from darwin_spark.config.inference import BrakeSettings
from darwin_spark.config.settings import Settings
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_log import STAGING, Run
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace
from darwin_spark.verdicts import Stage

Counts = Mapping[str, int]
"""Rows by verdict, or by verdict and reason: `{"kept": 20, "dropped.near_duplicate": 1}`."""


@dataclass(frozen=True)
class Event:
    """A step of a climb: `found` (work), `staging`, `staged`, `side_tables`, `published` of a run, `done` of a level."""

    level: str
    step: str
    counts: Counts = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Budget:
    """What a climb may still ask of models (`generation.brakes`)."""

    brakes: BrakeSettings
    asked: int = 0
    gpu_seconds: float = 0.0

    def requests(self) -> int:
        """How many requests may still be asked."""
        return sys.maxsize if self.brakes.max_requests is None else max(self.brakes.max_requests - self.asked, 0)

    def seconds(self, gpus: int) -> float | None:
        """How long so many GPUs may still work; None: as long as they like."""
        if self.brakes.max_gpu_hours is None:
            return None
        return max(self.brakes.max_gpu_hours * 3600 - self.gpu_seconds, 0.0) / gpus

    def spend(self, requests: int, gpus: int, seconds: float) -> None:
        """So many requests were asked of so many GPUs for so long."""
        self.asked += requests
        self.gpu_seconds += gpus * seconds


Report = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """The report of a climb that nobody watches."""


@dataclass(frozen=True)
class Climb:
    """One climb: the session, the workspace, the settings, and who is told of its steps."""

    spark: SparkSession
    workspace: Workspace
    settings: Settings
    report: Report
    climb_id: str
    sequence: Iterator[int]
    """The numbers of this climb's runs, after the highest that was ever reserved."""
    budget: Budget

    def looking(self, level: Level) -> str:
        """Where lies what a level finds to do, before it has a run."""
        return f"{STAGING}/{self.climb_id}_{level.table}"

    def new_run(self, level: Level, buckets: Sequence[str]) -> Run:
        """A run with the next number. The number is reserved once the run is recorded as started."""
        used = registry.settings_of(level, self.settings).model_dump_json()
        return Run(next(self.sequence), self.climb_id, level.table, registry.module(level).VERSION, used, buckets)

    def bucket(self, doc_id: str = "doc_id") -> Column:
        """The bucket of a document: a prefix of its id, or `all` where the workspace has one bucket."""
        digits = {1: 0, 16: 1, 256: 2, 4096: 3}[self.settings.workspace.buckets]
        return F.substring(doc_id, 1, digits) if digits else F.lit("all")

    def spread(self, count: int) -> int:
        """Into how many partitions `count` rows go whose cost lies in Python: some for each core, at most 1,000 rows each."""
        return max(1, min(count, 4 * self.slots), count // 1_000)

    @property
    def slots(self) -> int:
        """How many tasks the session shuffles into, about one for each core or a few."""
        shuffles = self.spark.conf.get("spark.sql.shuffle.partitions") or ""
        return int(shuffles) if shuffles.isdigit() else 200


@dataclass
class Timings:
    """Seconds by step of one run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a block under a name; the same name adds up."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - begun, 3)


def stager(context: Climb, level: str, folder: str, timings: Timings) -> Stage:
    """How a level cuts lineage: the frame is written to a staging table in `folder` (a run's, say) and read back."""

    def stage(frame: DataFrame, name: str) -> DataFrame:
        table = f"{folder}/step_{name}"
        context.report(Event(level, f"staging {name}"))
        with timings.step(name):
            tables.write_staging(frame, context.workspace, table)
        return tables.read_staging(context.spark, context.workspace, table, frame.schema)

    return stage
