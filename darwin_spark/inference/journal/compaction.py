"""Folding: the driver takes the journal's files into the ledger, one commit for many files, exactly once.

1. The files that are there and whole are named in a manifest with a number; that file appears in one step.
2. Their rows are appended to the ledger in the Delta transaction (the queue and series, that number).
3. Their keys are written down; then the files go.

A driver that dies between two steps leaves the manifest: whoever folds next repeats it under its old number, and Delta skips
what was committed. Each folding process numbers a series of its own, so that no number hides the rows of another one.
"""

import itertools
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from darwin_spark.inference import response_store
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import FOLDED, MANIFESTS, Entry, Key, Queue, TornError
from darwin_spark.storage import atomic_files, tables
from darwin_spark.storage.tables import Workspace

log = logging.getLogger(__name__)

_READERS = 16
"""Files read at once: on an object store each costs a tenth of a second, nearly all of it waiting."""


class Folder:
    """Folds one queue: `fold` any number of times while the job runs, `close` once nobody writes to the queue any more.

    `left_behind` says that the queue is what a crash left: answers of it may be in the ledger already, and are looked up.
    `seen` is told of every file before it goes.
    """

    def __init__(
        self,
        spark: SparkSession,
        workspace: Workspace,
        queue: Queue,
        *,
        left_behind: bool = False,
        seen: Callable[[Sequence[Entry]], None] = lambda _entries: None,
    ) -> None:
        self._spark, self._workspace, self._queue = spark, workspace, queue
        self._left_behind, self._seen = left_behind, seen
        self._series, self._numbers = uuid4().hex[:12], itertools.count(1)
        self._writers: defaultdict[int, set[int]] = defaultdict(set)
        self._unread: set[str] = set()

    def fold(self) -> int:
        """Take every whole file into the ledger; answers how many answers these held."""
        folder = f"{self._queue.folder}/{MANIFESTS}"
        taken = 0
        for name in atomic_files.files(folder):
            if name.endswith(".json") and not atomic_files.exists(f"{self._queue.folder}/{FOLDED}", _keys_of(name)):
                named = set(json.loads(atomic_files.read(folder, name)))
                there = [entry for entry in journal.entries(self._queue) if entry.name in named]
                taken += self._commit(name, self._whole(there))
        if found := self._whole(journal.entries(self._queue)):
            name = f"{self._series}-{next(self._numbers):06d}.json"
            atomic_files.write(folder, name, json.dumps([entry.name for entry, _ in found]).encode())
            taken += self._commit(name, found)
        return taken

    def close(self) -> tuple[int, int]:
        """Fold what is left, put away what cannot be read, remove the queue. Answers the answers folded, the files put away."""
        taken = self.fold()
        torn = [*sorted(self._unread), *journal.halves(self._queue)]
        for name in torn:
            journal.set_aside(self._queue, name)
        atomic_files.delete_folder(self._queue.folder)
        return taken, len(torn)

    def _whole(self, entries: Sequence[Entry]) -> list[tuple[Entry, list[Key]]]:
        """Those of the files that can be read, with their keys. The others may still be on their way."""

        def read(entry: Entry) -> list[Key] | None:
            try:
                return journal.keys(self._queue, entry)
            except (TornError, FileNotFoundError) as error:
                log.info("journal: %s cannot be read yet: %s", entry.name, error)
                return None

        with ThreadPoolExecutor(_READERS) as pool:
            found = list(zip(entries, pool.map(read, entries), strict=True))
        self._unread = {entry.name for entry, held in found if held is None}
        return [(entry, held) for entry, held in found if held is not None]

    def _commit(self, manifest: str, found: Sequence[tuple[Entry, list[Key]]]) -> int:
        """Steps 2 and 3 for a manifest; answers the answers in its files."""
        self._seen([entry for entry, _ in found])
        for entry, _ in found:
            self._writers[entry.partition].add(entry.writer)
        if found:
            paths = [tables.literal(f"{self._queue.folder}/{entry.name}") for entry, _ in found]
            rows = self._spark.read.schema(response_store.SCHEMA).parquet(*paths)
            if self._left_behind or any(len(writers) > 1 for writers in self._writers.values()):
                rows = self._unknown(rows)
            series, number = manifest.removesuffix(".json").rsplit("-", 1)
            transaction = (f"{response_store.TABLE}/{self._queue.name}/{series}", int(number))
            tables.write(rows, self._workspace, response_store.TABLE, transaction=transaction)
        journal.write_keys(self._queue, _keys_of(manifest), found)
        for entry, _ in found:
            atomic_files.delete(self._queue.folder, entry.name)
        return sum(entry.answers for entry, _ in found)

    def _unknown(self, rows: DataFrame) -> DataFrame:
        """One row a key, of those that the ledger has not: a task that was tried again may have asked what another attempt
        of it had just answered.
        """
        keys = ["request_id", "attempt"]
        first = rows.groupBy(*keys).agg(F.min_by(F.struct("*"), F.struct("answered_at", "engine")).alias("row")).select("row.*")
        held = response_store.read(self._spark, self._workspace).select(*keys)
        return first.join(held, on=keys, how="left_anti").select(*response_store.SCHEMA.fieldNames())


def _keys_of(manifest: str) -> str:
    return manifest.removesuffix(".json") + ".parquet"


def fold_all(spark: SparkSession, workspace: Workspace, root: str) -> tuple[int, int]:
    """Fold every queue that a crash left. Answers how many answers were folded, and how many files could not be read."""
    closed = [Folder(spark, workspace, queue, left_behind=True).close() for queue in journal.queues(root)]
    return sum(taken for taken, _ in closed), sum(torn for _, torn in closed)
