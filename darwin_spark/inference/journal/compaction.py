"""Journal compaction: the driver moves journal files into the response store, many files per commit, exactly once.

1. Write a numbered manifest that lists the readable files. The manifest file is written atomically.
2. Append the rows to the response store in a Delta transaction identified by the queue, the series and that number.
3. Write the keys of the files to the folder `folded`, then delete the files.

If the driver crashes between two steps, the manifest remains. The next compaction repeats it under the same number, and Delta
skips the append if it was committed before. Each Compactor numbers its own series, and so reuses no number.
"""

import itertools
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.columns import conform
from darwin_spark.inference import response_store
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import COMPACTED, MANIFESTS, DamagedFileError, Entry, Key, Queue
from darwin_spark.storage import atomic_files, delta
from darwin_spark.storage.delta import Transaction
from darwin_spark.storage.frames import escape_glob
from darwin_spark.storage.workspace import Workspace

log = logging.getLogger(__name__)

_READ_THREADS = 16  # files read in parallel. One read from an object store takes about 0.1 s, nearly all of it waiting.


class Compactor:
    """Compacts one queue. Call `compact` any number of times while the job runs, and `close` once after the last write.
    `from_crash`: the queue was left by a crash, so its responses may be in the response store already; these are skipped.
    `seen` is called with the files of each commit before they are deleted."""

    def __init__(
        self,
        workspace: Workspace,
        queue: Queue,
        *,
        from_crash: bool = False,
        seen: Callable[[Sequence[Entry]], None] = lambda _entries: None,
    ) -> None:
        self._workspace, self._queue = workspace, queue
        self._from_crash, self._seen = from_crash, seen
        self._series, self._numbers = uuid4().hex[:12], itertools.count(1)
        self._writers: defaultdict[int, set[int]] = defaultdict(set)
        self._unreadable: set[str] = set()

    def compact(self) -> int:
        """Move every readable file into the response store, unfinished manifests first. Return the number of responses."""
        folder = f"{self._queue.folder}/{MANIFESTS}"
        taken = 0
        for name in atomic_files.files(folder):
            if name.endswith(".json") and not atomic_files.exists(f"{self._queue.folder}/{COMPACTED}", _keys_file(name)):
                named = set(json.loads(atomic_files.read(folder, name)))
                remaining = [entry for entry in journal.entries(self._queue) if entry.name in named]
                taken += self._commit(name, self._readable(remaining))
        if found := self._readable(journal.entries(self._queue)):
            name = f"{self._series}-{next(self._numbers):06d}.json"
            atomic_files.write(folder, name, json.dumps([entry.name for entry, _ in found]).encode())
            taken += self._commit(name, found)
        return taken

    def close(self) -> tuple[int, int]:
        """Compact the rest, move unreadable files to `torn`, delete the queue. Return (responses compacted, files moved)."""
        taken = self.compact()
        torn = [*sorted(self._unreadable), *journal.temporary_files(self._queue)]
        for name in torn:
            journal.quarantine(self._queue, name)
        atomic_files.delete_folder(self._queue.folder)
        return taken, len(torn)

    def _readable(self, entries: Sequence[Entry]) -> list[tuple[Entry, list[Key]]]:
        """Return the readable files, each with the keys of its responses. The other files may not be completely written yet."""

        def read(entry: Entry) -> list[Key] | None:
            try:
                return journal.keys(self._queue, entry)
            except (DamagedFileError, FileNotFoundError) as error:
                log.info("journal: %s cannot be read yet: %s", entry.name, error)
                return None

        with ThreadPoolExecutor(_READ_THREADS) as pool:
            found = list(zip(entries, pool.map(read, entries), strict=True))
        self._unreadable = {entry.name for entry, known_keys in found if known_keys is None}
        return [(entry, known_keys) for entry, known_keys in found if known_keys is not None]

    def _commit(self, manifest: str, found: Sequence[tuple[Entry, list[Key]]]) -> int:
        """Run steps 2 and 3 for a manifest and its readable files (`found`). Return the number of responses in the files."""
        self._seen([entry for entry, _ in found])
        for entry, _ in found:
            self._writers[entry.partition].add(entry.writer)
        if found:
            paths = [escape_glob(f"{self._queue.folder}/{entry.name}") for entry, _ in found]
            rows = self._workspace.spark.read.schema(response_store.SCHEMA).parquet(*paths)
            if self._from_crash or any(len(writers) > 1 for writers in self._writers.values()):
                rows = self._not_stored(rows)
            series, number = manifest.removesuffix(".json").rsplit("-", 1)
            transaction = Transaction(f"{response_store.TABLE}/{self._queue.name}/{series}", int(number))
            delta.write(rows, self._workspace, response_store.TABLE, transaction=transaction)
        journal.write_keys(self._queue, _keys_file(manifest), found)
        for entry, _ in found:
            atomic_files.delete(self._queue.folder, entry.name)
        return sum(entry.answers for entry, _ in found)

    def _not_stored(self, rows: DataFrame) -> DataFrame:
        """Return one of these rows for each key that is not in the response store.
        Keys can occur twice: a retried task may send a request that an earlier attempt of the task has just answered."""
        keys = ["request_id", "attempt"]
        first = rows.groupBy(*keys).agg(F.min_by(F.struct("*"), F.struct("answered_at", "engine")).alias("row")).select("row.*")
        known_keys = response_store.read(self._workspace).select(*keys)
        return first.join(known_keys, on=keys, how="left_anti").select(*conform(response_store.SCHEMA))


def _keys_file(manifest: str) -> str:
    return manifest.removesuffix(".json") + ".parquet"


def compact_all(workspace: Workspace, root: str) -> tuple[int, int]:
    """Compact and delete all queues, which crashes left. Return (number of responses compacted, number of unreadable files)."""
    results = [Compactor(workspace, queue, from_crash=True).close() for queue in journal.queues(root)]
    return sum(taken for taken, _ in results), sum(torn for _, torn in results)
