"""The journal: files in which workers store responses durably while the Spark job still runs.

Spark returns a task's rows only when the task ends, and commits a write only when the job ends, so one failure could lose
responses of several days. Therefore workers write finished responses, as rows of the response store, to small immutable
files, and the driver moves these into the response store while the job runs (`compaction.py`).

    <root>/<queue>/<partition>-<task attempt>-<sequence>-<answers>-<checked>-<failed>.parquet
    <root>/<queue>/manifests/<series>-<number>.json    the files of one commit; a Compactor has one series
    <root>/<queue>/folded/<series>-<number>.parquet    the keys of these files, written after the commit
    <root>/<queue>/stop                                tells the workers to take no more requests
    <root>/<queue>/suspects/<partition>.json           requests that may crash the engine (`worker/crash_suspects.py`)
    <root>/torn/...                                    unreadable files, kept for inspection

A queue holds the responses of one Spark job. A file name is never used twice, because Spark numbers task attempts uniquely
within a session and a queue belongs to one session. The files are Parquet with page checksums, so a truncated or damaged file
is detected. File names contain counts, so a running job is monitored by listing names, without opening files.
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
from darwin_spark.storage.workspace import Workspace

log = logging.getLogger(__name__)

Key = tuple[str, int]  # request_id and attempt
CheckedRow = tuple[Row, bool | None]
"""A row of the response store, and whether the worker's check rejected it; None if it was not checked."""

TORN: Final = "torn"
MANIFESTS: Final = "manifests"
COMPACTED: Final = "folded"
_STOP_MARK: Final = "stop"
_FILE_NAME: Final = re.compile(r"(\d+)-(\d+)-(\d+)-(\d+)-(\d+)-(\d+)\.parquet")
_KEYS_SCHEMA: Final = pa.schema([("partition", pa.int32()), ("request_id", pa.string()), ("attempt", pa.int32())])


class JournalError(UserError):
    """The journal has no location or cannot be used at its location; the message says which setting to change."""


class DamagedFileError(Exception):
    """A journal file is truncated or damaged."""


@dataclass(frozen=True)
class Queue:
    """The part of the journal that belongs to one Spark job: the folder `name` below `root`."""

    root: str
    name: str

    @property
    def folder(self) -> str:
        """The path of the folder that holds the queue's files."""
        return f"{self.root}/{self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A response file, parsed from its name. The worker checked `checked` of the `answers` responses and rejected `failed`."""

    name: str
    partition: int
    writer: int
    sequence: int
    answers: int
    checked: int
    failed: int


def root_of(workspace: Workspace, configured: str | None) -> str | None:
    """Return the journal's folder: `configured`, else one in the workspace's folder; None for a catalog if neither is known."""
    if configured:
        return configured.rstrip("/")
    return f"{workspace.folder}/journal" if workspace.folder else None


def queues(root: str) -> list[Queue]:
    """Return the queues below `root`: each of its folders but `torn`."""
    return [Queue(root, name) for name in atomic_files.folders(root) if name != TORN]


def entries(queue: Queue) -> list[Entry]:
    """Return the response files of the queue that are not compacted yet, in order of name."""
    matches = ((name, _FILE_NAME.fullmatch(name)) for name in atomic_files.files(queue.folder))
    return [Entry(name, *map(int, match.groups())) for name, match in matches if match]


def write(queue: Queue, partition: int, writer: int, sequence: int, batch: Sequence[CheckedRow]) -> None:
    """Write rows of the response store as one file of the queue. `writer` is the id of the task attempt."""
    checked = sum(rejected is not None for _, rejected in batch)
    failed = sum(rejected is True for _, rejected in batch)
    name = f"{partition:05d}-{writer}-{sequence:06d}-{len(batch)}-{checked}-{failed}.parquet"
    schema = to_arrow_schema(response_store.SCHEMA)
    table = pa.Table.from_batches(to_batches((row for row, _ in batch), schema), schema)
    atomic_files.write(queue.folder, name, _to_parquet(table))


def keys(queue: Queue, entry: Entry) -> list[Key]:
    """Verify a response file; return its (request_id, attempt) keys. Raises DamagedFileError, FileNotFoundError, OSError."""
    table = _from_parquet(atomic_files.read(queue.folder, entry.name))
    if table.num_rows != entry.answers:
        raise DamagedFileError(f"{entry.name} holds {table.num_rows} answers")
    return list(zip(table["request_id"].to_pylist(), table["attempt"].to_pylist(), strict=True))


def write_keys(queue: Queue, name: str, found: Sequence[tuple[Entry, list[Key]]]) -> None:
    """Write the keys in `found`, now in the response store, to `folded`: a retried task does not send these requests again."""
    rows = [(entry.partition, *key) for entry, entry_keys in found for key in entry_keys]
    table = pa.Table.from_pylist([dict(zip(_KEYS_SCHEMA.names, row, strict=True)) for row in rows], schema=_KEYS_SCHEMA)
    atomic_files.write(f"{queue.folder}/{COMPACTED}", name, _to_parquet(table))


def answered(queue: Queue, partition: int) -> set[Key]:
    """Return the keys of all responses that earlier attempts of this partition's task have written, compacted or not."""
    found: set[Key] = set()
    for entry in entries(queue):
        if entry.partition == partition:
            try:
                found.update(keys(queue, entry))
            except (DamagedFileError, FileNotFoundError) as unread:  # compacted meanwhile and found below, or lost
                log.warning("journal: %s", unread)
    folder = f"{queue.folder}/{COMPACTED}"
    for name in atomic_files.files(folder):  # list these last: keys are written before files are deleted
        table = _from_parquet(atomic_files.read(folder, name))
        of_partition = table.filter(pa.compute.equal(table["partition"], partition))
        found.update(zip(of_partition["request_id"].to_pylist(), of_partition["attempt"].to_pylist(), strict=True))
    return found


def stop(queue: Queue) -> None:
    """Tell the workers to take no more requests and to end when the requests in flight are answered."""
    atomic_files.write(queue.folder, _STOP_MARK, b"")


def is_stopped(queue: Queue) -> bool:
    """Whether `stop` was called for this queue."""
    return atomic_files.exists(queue.folder, _STOP_MARK)


def quarantine(queue: Queue, name: str) -> None:
    """Move an unreadable file to the folder `torn`. Its requests will be sent again."""
    kept = f"{queue.name}-{name}"
    atomic_files.move(queue.folder, name, f"{queue.root}/{TORN}", kept)
    log.warning("journal: %s is not whole and was moved to %s/%s/%s; its answers are asked again", name, queue.root, TORN, kept)


def temporary_files(queue: Queue) -> Iterator[str]:
    """Return the names of temporary files: still being written, or left by a worker that crashed while writing."""
    return (name for name in atomic_files.files(queue.folder) if name.endswith(atomic_files.PART))


def _to_parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())


def _from_parquet(content: bytes) -> Any:
    try:
        return pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(str(error)) from error
