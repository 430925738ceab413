"""The journal: answers made durable by the workers that were paid for them, while the job still runs.

Spark hands a task's rows on only when the task ends, and commits a write only when the job ends; days of answers would hang
by one thread. So workers write finished answers to small immutable files, as rows of the ledger, and the driver folds them
into the ledger as they come (`folding.py`).

    <root>/<queue>/<partition>-<task attempt>-<sequence>-<answers>-<checked>-<failed>.parquet
    <root>/<queue>/manifests/<folder's id>-<number>.json    what one commit takes
    <root>/<queue>/folded/<folder's id>-<number>.parquet    the keys that it took, written after the commit
    <root>/<queue>/stop                                     the workers are to take no more requests
    <root>/torn/...                                         what could not be read, kept for a person to look at

A queue is what one Spark job asks. A name is never used twice: Spark numbers task attempts through a session, and a queue
belongs to one. A file is Parquet, so a torn one is told by its missing end. Names carry counts: who watches a job lists names
and opens nothing.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.pandas.types import to_arrow_schema

from darwin_spark.arrow_udf import Row, to_batches
from darwin_spark.errors import UserError
from darwin_spark.inference import response_store
from darwin_spark.storage import atomic_files
from darwin_spark.storage.tables import Workspace

log = logging.getLogger(__name__)

Key = tuple[str, int]
"""request_id and attempt."""

TORN: Final = "torn"
MANIFESTS: Final = "manifests"
FOLDED: Final = "folded"
_STOP: Final = "stop"
_NAME: Final = re.compile(r"(\d+)-(\d+)-(\d+)-(\d+)-(\d+)-(\d+)\.parquet")
_KEYS: Final = pa.schema([("partition", pa.int32()), ("request_id", pa.string()), ("attempt", pa.int32())])


class JournalError(UserError):
    """The journal has no place, or cannot be used where it is; the message says which setting to change."""


class TornError(Exception):
    """A file of the journal is not whole."""


@dataclass(frozen=True)
class Queue:
    """The journal of one Spark job's requests."""

    root: str
    name: str

    @property
    def folder(self) -> str:
        """Where its files lie."""
        return f"{self.root}/{self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of answers, as its name tells it. `checked` of the `answers` were looked at, `failed` of these are of no use."""

    name: str
    partition: int
    writer: int
    sequence: int
    answers: int
    checked: int
    failed: int


def root_of(workspace: Workspace, configured: str | None) -> str | None:
    """The journal's folder: beside the tables, or as `generation.journal` says; None for a catalog that was told of none."""
    if configured:
        return configured.rstrip("/")
    return f"{workspace.folder}/journal" if workspace.folder else None


def queues(root: str) -> list[Queue]:
    """The queues that hold something."""
    return [Queue(root, name) for name in atomic_files.folders(root) if name != TORN]


def entries(queue: Queue) -> list[Entry]:
    """The files of answers that are not folded yet, in order."""
    named = ((name, _NAME.fullmatch(name)) for name in atomic_files.files(queue.folder))
    return [Entry(name, *map(int, match.groups())) for name, match in named if match]


def write(queue: Queue, partition: int, writer: int, sequence: int, answers: Sequence[Row], checked: int, failed: int) -> None:
    """Write rows of the ledger as one file of the queue."""
    name = f"{partition:05d}-{writer}-{sequence:06d}-{len(answers)}-{checked}-{failed}.parquet"
    schema = to_arrow_schema(response_store.SCHEMA)
    atomic_files.write(queue.folder, name, _parquet(pa.Table.from_batches(to_batches(answers, schema), schema)))


def keys(queue: Queue, entry: Entry) -> list[Key]:
    """The keys of a file, all of which was read and found whole. Raises TornError, FileNotFoundError, OSError (the store)."""
    table = _table(atomic_files.read(queue.folder, entry.name))
    if table.num_rows != entry.answers:
        raise TornError(f"{entry.name} holds {table.num_rows} answers")
    return list(zip(table["request_id"].to_pylist(), table["attempt"].to_pylist(), strict=True))


def write_keys(queue: Queue, name: str, found: Sequence[tuple[Entry, list[Key]]]) -> None:
    """Say that these answers are in the ledger: a task that Spark tries again knows then what it need not ask."""
    rows = [(entry.partition, *key) for entry, held in found for key in held]
    table = pa.Table.from_pylist([dict(zip(_KEYS.names, row, strict=True)) for row in rows], schema=_KEYS)
    atomic_files.write(f"{queue.folder}/{FOLDED}", name, _parquet(table))


def answered(queue: Queue, partition: int) -> set[Key]:
    """What earlier attempts of a task have answered, folded or not."""
    found: set[Key] = set()
    for entry in entries(queue):
        if entry.partition == partition:
            try:
                found.update(keys(queue, entry))
            except (TornError, FileNotFoundError) as missing:  # folded meanwhile, and then among those below; or lost
                log.warning("journal: %s", missing)
    folder = f"{queue.folder}/{FOLDED}"
    for name in atomic_files.files(folder):  # after the files: their keys are written before they go
        table = _table(atomic_files.read(folder, name))
        mine = table.filter(pa.compute.equal(table["partition"], partition))
        found.update(zip(mine["request_id"].to_pylist(), mine["attempt"].to_pylist(), strict=True))
    return found


def stop(queue: Queue) -> None:
    """Ask the workers to take no more requests and to end when those in flight are answered."""
    atomic_files.write(queue.folder, _STOP, b"")


def is_stopped(queue: Queue) -> bool:
    """Whether `stop` was called."""
    return atomic_files.exists(queue.folder, _STOP)


def set_aside(queue: Queue, name: str) -> None:
    """Put away a file that cannot be read; its answers will be asked again."""
    kept = f"{queue.name}-{name}"
    atomic_files.move(queue.folder, name, f"{queue.root}/{TORN}", kept)
    log.warning("journal: %s is not whole and was moved to %s/%s/%s; its answers are asked again", name, queue.root, TORN, kept)


def halves(queue: Queue) -> Iterator[str]:
    """The files that a worker was writing when it died."""
    return (name for name in atomic_files.files(queue.folder) if name.endswith(atomic_files.PART))


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())


def _table(content: bytes) -> Any:
    try:
        return pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise TornError(str(error)) from error
