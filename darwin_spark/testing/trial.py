"""Run one level through the real pipeline, on Delta tables of a workspace of its own.

The levels below do not run: their tables are written as a climb would have left them, with every document kept.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructField, StructType

from darwin_spark.config.settings import Settings, WorkspaceSettings
from darwin_spark.events import Counts, Event
from darwin_spark.inference import response_store
from darwin_spark.pipeline import changes, publish, registry
from darwin_spark.pipeline.level import AnyLevel, IncumbentLevel, side_tables_of, variant_of
from darwin_spark.pipeline.pipeline import Pipeline
from darwin_spark.pipeline.run_log import Run
from darwin_spark.storage import delta
from darwin_spark.storage.frames import empty_frame, frame_of_rows
from darwin_spark.storage.workspace import Workspace
from darwin_spark.testing.promises import BrokenPromiseError, Promise, Rows, rows_by
from darwin_spark.verdicts import KEPT, with_retry_columns

_OTHER_PARTITIONS = 3
"""Shuffle partitions of a run in another order."""

Documents = Sequence[Mapping[str, Any]]
"""One mapping a document: `doc_id`, and the columns that the level reads."""


class Killed(BaseException):
    """A simulated crash. It is a BaseException, so that no handler of ordinary errors catches it."""


class OneLevelPipeline(Pipeline):
    """A pipeline that runs one level, without the levels below it."""

    def path(self, to: str) -> Sequence[AnyLevel]:
        """Return the level `to` alone."""
        return [registry.find(to)]


@dataclass
class Trial:
    """One level in a workspace of its own, with methods to write its input and to run it."""

    workspace: Workspace
    level: AnyLevel
    settings: Settings
    other_order: bool = False
    """Whether the documents come in reverse order, a file for each bucket, and are shuffled into several partitions."""
    sent: int = 0
    """Requests that were sent to models so far."""
    steps: Counter[str] = field(default_factory=Counter)
    """Steps that the climbs reported so far."""

    def write(self, documents: Documents) -> None:
        """Write the tables that the level reads, and the table of the level below it, from the documents."""
        for table in dict.fromkeys([str(self.level.below), *self.level.reads]):
            rows = documents[::-1] if self.other_order else documents
            self._write_table(registry.find(table), rows, self.level.reads.get(table, ()))

    def climb(self, kill_at: str | None = None) -> Counts:
        """Run the level; return its counts by verdict and reason. `kill_at`: the step at whose first event Killed is raised."""
        pipeline = OneLevelPipeline(self.workspace, self.settings, self._listener(kill_at))
        try:
            with shuffle_partitions(self.workspace.spark, _OTHER_PARTITIONS if self.other_order else None):
                return pipeline.climb(to=self.level.name)[self.level.name]
        except publish.PublishError as error:
            raise BrokenPromiseError(self.level.name, Promise.CONSERVATION, str(error)) from error

    def kill(self, step: str) -> None:
        """Run the level until it reports this step, then end the run as a crash would."""
        with suppress(Killed):
            self.climb(kill_at=step)

    def settle(self) -> None:
        """Run the level until no document has a retryable failure with attempts left."""
        retried = {f"failed.{reason}" for reason in self.level.retryable}
        for _ in range(self.settings.pipeline.max_attempts):
            if not retried & self.climb().keys():
                return

    def tables(self) -> dict[str, Rows]:
        """Return the rows of the level's table and its side tables, by table name."""
        own = {self.level.name: self.level.schema, **side_tables_of(self.level)}
        return {name: rows_by(self.workspace.read(name).select(*schema.fieldNames())) for name, schema in own.items()}

    def tables_without_history(self) -> dict[str, Rows]:
        """Return `tables`; of an IncumbentLevel only what does not depend on the order in which documents arrived."""
        if not isinstance(self.level, IncumbentLevel):
            return self.tables()
        names = [self.level.name, *side_tables_of(self.level)]
        frame = self.level.independent_of_history({name: self.workspace.read(name) for name in names})
        return {" and ".join(names): rows_by(frame)}

    def responses(self) -> Rows:
        """Return the keys of the stored responses (request_id, task, attempt), by request_id."""
        return rows_by(response_store.read(self.workspace).select("request_id", "task", "attempt"), "request_id")

    def _listener(self, kill_at: str | None) -> Callable[[Event], None]:
        def listen(event: Event) -> None:
            self.steps[event.step] += 1
            if event.step == "answered":
                self.sent += event.counts["requests"]
            if event.step == kill_at:
                raise Killed

        return listen

    def _write_table(self, source: AnyLevel, documents: Documents, columns: Sequence[str]) -> None:
        """Write the table of a level below, with these columns of the documents; `output_hash` covers these columns."""
        spark = self.workspace.spark
        fixed = {"verdict": KEPT, "variant": variant_of(source, registry.settings_of(source, self.settings))}
        rows = [
            {column: document.get(column) for column in columns}
            | {"doc_id": document["doc_id"], "bucket": document["doc_id"][:1] if self.other_order else "all", **fixed}
            for document in documents
        ]
        nullable = StructType([StructField(column.name, column.dataType) for column in source.schema])
        nothing = empty_frame(spark, with_retry_columns(StructType(nullable.fields[:2])))
        run = Run(0, "", source.name, source.version, "", [])
        table = publish.with_bookkeeping(frame_of_rows(spark, rows, nullable), source, nothing, "", run)
        hashed = changes.hash_of(*columns) if columns else F.lit("")
        table = table.withColumn("output_hash", hashed)
        delta.write_by_bucket(table, self.workspace, source.name, mode="overwrite")
        for side, schema in side_tables_of(source).items():
            delta.write_by_bucket(empty_frame(spark, schema), self.workspace, side, mode="overwrite")


@dataclass(frozen=True)
class Trials:
    """Makes Trials of one level, each in a workspace of its own below `folder`."""

    spark: SparkSession
    folder: Path
    level: AnyLevel
    settings: Settings

    def new(self, name: str, *, other_order: bool = False) -> Trial:
        """Return a new Trial without documents, in a workspace of its own."""
        settings = self.settings.model_copy(update={"workspace": WorkspaceSettings(buckets=16 if other_order else 1)})
        return Trial(Workspace.at(self.spark, str(self.folder / name)), self.level, settings, other_order)


@contextmanager
def shuffle_partitions(spark: SparkSession, count: int | None) -> Iterator[None]:
    """Set the number of shuffle partitions for the `with` block; None leaves it."""
    name = "spark.sql.shuffle.partitions"
    usual = spark.conf.get(name) or "200"
    spark.conf.set(name, str(count or usual))
    try:
        yield
    finally:
        spark.conf.set(name, usual)


def with_ids(documents: Documents) -> Documents:
    """Return the documents, each with a `doc_id`; a missing one is made from the document's position."""
    return [{"doc_id": new_id(str(position)), **document} for position, document in enumerate(documents)]


def new_id(name: str) -> str:
    """Return a doc_id of the form that L0 makes: a 128-bit hash of the name, in hex."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
