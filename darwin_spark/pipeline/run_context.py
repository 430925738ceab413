"""The context of a climb: the objects that the runs of all its levels share."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings
from darwin_spark.events import Event, Report
from darwin_spark.inference.client import Client
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.level import AnyLevel
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import staging
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import Stage


@dataclass(frozen=True)
class RunContext:
    """One climb: the workspace, the settings, the client to models, and the function that steps are reported to."""

    workspace: Workspace
    settings: Settings
    client: Client
    report: Report
    climb_id: str
    sequence: Iterator[int]  # the sequence numbers of this climb's runs, after the highest number in the table `runs`

    def settings_of(self, level: AnyLevel) -> Section:
        """Return the section of the settings that belongs to `level`."""
        return registry.settings_of(level, self.settings)

    def changes_folder(self, level: AnyLevel) -> str:
        """Return the staging folder of the changes that are found for a level, before the level has a run."""
        return f"{staging.STAGING}/{self.climb_id}_{level.name}"

    def new_run(self, level: AnyLevel, buckets: Sequence[str]) -> Run:
        """Return a run with the climb's next sequence number; each call uses up a number.

        The number is recorded in the table `runs` only when a state of the run is; until then, a later climb may reuse it.
        """
        used = self.settings_of(level).model_dump_json()
        return Run(next(self.sequence), self.climb_id, level.name, level.version, used, buckets)

    def bucket(self, doc_id: str = "doc_id") -> Column:
        """Return a Column: the bucket of a document, a prefix of its id; or `all` if the workspace has one bucket."""
        digits = {1: 0, 16: 1, 256: 2, 4096: 3}[self.settings.workspace.buckets]
        return F.substring(doc_id, 1, digits) if digits else F.lit("all")

    def partitions(self, count: int) -> int:
        """Return the number of partitions for `count` rows that are costly in Python: 4 a slot, at most `count`, and at least
        one for each 1,000 rows."""
        return max(1, min(count, 4 * self.slots), count // 1_000)

    @property
    def slots(self) -> int:
        """The number of shuffle partitions of the Spark session, taken for the number of its cores; 200 if it is not known."""
        shuffles = self.workspace.spark.conf.get("spark.sql.shuffle.partitions") or ""
        return int(shuffles) if shuffles.isdigit() else 200


@dataclass
class Timings:
    """Seconds that each step of one run took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the `with` block under a name; blocks of the same name add up."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - begun, 3)


def stager(context: RunContext, level: AnyLevel, folder: str, timings: Timings) -> Stage:
    """Return the `Stage` that a level gets: it writes a DataFrame to a staging table in `folder` and returns it read back."""
    write = staging.stager(context.workspace, folder)

    def stage(frame: DataFrame, name: str) -> DataFrame:
        context.report(Event(level.name, f"staging {name}"))
        with timings.step(name):
            return write(frame, name)

    return stage
