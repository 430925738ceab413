"""Responses are written whole and compacted once, whatever crashes in between."""

import json
from pathlib import Path

import pytest
from inference_setup import STAMP, journal_rows
from pyspark.sql import SparkSession

from darwin_spark.inference import response_store
from darwin_spark.inference.journal import compaction
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.compaction import Compactor, compact_all
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.journal.writer import Writer
from darwin_spark.observe.audit import audit
from darwin_spark.storage import atomic_files
from darwin_spark.storage.workspace import Workspace


def row(name: str, output: str = "text", attempt: int = 1) -> dict[str, object]:
    return {
        **STAMP,
        **{"request_id": name, "task": "l4", "attempt": attempt, "output": output, "latency_ms": 5, "engine": "e"},
    }


@pytest.fixture
def workspace(spark: SparkSession, tmp_path: Path) -> Workspace:
    return Workspace.at(spark, str(tmp_path / "workspace [odd]"))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(f"{tmp_path}/workspace [odd]/journal", "run-1")


def put(queue: Queue, *names: str, partition: int = 0, writer: int = 1, sequence: int = 0) -> None:
    journal.write(queue, partition, writer, sequence, [(row(name, f"by {writer}"), None) for name in names])


def stored(workspace: Workspace) -> list[str]:
    return sorted(found.request_id for found in response_store.read(workspace).collect())


def torn(workspace: Workspace) -> list[str]:
    return atomic_files.files(f"{workspace.folder}/journal/torn")


def test_lone_surrogates_and_zero_bytes_can_be_written_and_read(queue: Queue) -> None:
    answers = [(row("a", "\ud800 lone"), False), (row("b", "zero \x00 byte"), True), (row("c", "ünïcode"), False)]
    journal.write(queue, 3, 9, 0, answers)
    (entry,) = journal.entries(queue)
    assert (entry.partition, entry.writer, entry.sequence, entry.answers, entry.checked, entry.failed) == (3, 9, 0, 3, 3, 1)
    assert journal.keys(queue, entry) == [("a", 1), ("b", 1), ("c", 1)]
    assert [found["output"] for found in journal_rows(queue)] == ["? lone", "zero \x00 byte", "ünïcode"]
    assert journal.answered(queue, 3) == {("a", 1), ("b", 1), ("c", 1)}
    assert journal.answered(queue, 4) == set()


def test_a_file_cut_at_any_place_is_found_damaged(queue: Queue) -> None:
    put(queue, *map(str, range(50)))
    (entry,) = journal.entries(queue)
    file = Path(queue.folder) / entry.name
    content = file.read_bytes()
    damaged = bytearray(content)
    damaged[200] ^= 0xFF
    for bad in (*(content[:size] for size in (0, 3, 100, len(content) // 2, len(content) - 1)), bytes(damaged)):
        file.write_bytes(bad)
        with pytest.raises(journal.DamagedFileError):
            journal.keys(queue, entry)


def test_compaction_during_a_job_and_after_crashes_stores_each_response_once(
    workspace: Workspace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    compactor = Compactor(workspace, queue)
    put(queue, "a", "b")
    put(queue, "c", partition=1, writer=2)
    assert compactor.compact() == 3
    assert stored(workspace) == ["a", "b", "c"]
    assert journal.entries(queue) == []
    assert journal.answered(queue, 0) == {("a", 1), ("b", 1)}  # a retried task still knows

    # Another attempt of partition 0 answers `b` again: it had listed the files before the first one's file was there.
    put(queue, "b", "d", writer=3)
    (Path(queue.folder) / "00000-3-000001-2-0-0.parquet").write_bytes(b"PAR1 torn")
    (Path(queue.folder) / "00000-3-000002-2-0-0.parquet.part").write_bytes(b"PAR1 half")
    # The driver crashes after the commit and before it records the keys ...
    with monkeypatch.context() as patch:
        patch.setattr(compaction.journal, "write_keys", _crash)
        with pytest.raises(KeyboardInterrupt):
            compactor.compact()
    assert stored(workspace) == ["a", "b", "c", "d"]
    assert [finding.table for finding in audit(workspace)] == ["journal"]
    # ... and the next one before its commit.
    put(queue, "e", writer=3, sequence=3)
    with monkeypatch.context() as patch:
        patch.setattr(compaction.delta, "write", _crash)
        with pytest.raises(KeyboardInterrupt):
            compact_all(workspace, queue.root)
    assert compact_all(workspace, queue.root) == (3, 2)
    assert stored(workspace) == ["a", "b", "c", "d", "e"]
    assert {found.output for found in response_store.read(workspace).where("request_id = 'b'").collect()} == {"by 1"}
    assert journal.queues(queue.root) == []
    assert torn(workspace) == ["run-1-00000-3-000001-2-0-0.parquet", "run-1-00000-3-000002-2-0-0.parquet.part"]
    assert audit(workspace) == []
    assert compact_all(workspace, queue.root) == (0, 0)


def _crash(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_manifests_are_numbered_and_name_their_files(workspace: Workspace, queue: Queue) -> None:
    compactor = Compactor(workspace, queue)
    for number in range(2):
        put(queue, f"r{number}", sequence=number)
        compactor.compact()
    names = atomic_files.files(f"{queue.folder}/manifests")
    assert [name.rsplit("-", 1)[1] for name in names] == ["000001.json", "000002.json"]
    assert json.loads(atomic_files.read(f"{queue.folder}/manifests", names[1])) == ["00000-1-000001-1-0-0.parquet"]


def test_a_catalog_has_no_folder_for_a_journal_unless_it_is_configured(spark: SparkSession) -> None:
    catalog = Workspace.at(spark, "catalog:main.science")
    assert journal.root_of(catalog, None) is None
    assert journal.root_of(catalog, "/Volumes/main/science/j/") == "/Volumes/main/science/j"


def test_the_writer_never_loses_the_last_responses_and_raises_when_it_cannot_write(tmp_path: Path, queue: Queue) -> None:
    with Writer(queue, 0, 1, answers=3, seconds=60) as writer:
        for number in range(10):
            writer.add(row(f"r{number}"), failed=number % 2 == 0)
    assert writer.written == 10
    assert [entry.answers for entry in journal.entries(queue)] == [3, 3, 3, 1]
    assert sum(entry.failed for entry in journal.entries(queue)) == 5

    (tmp_path / "file").write_text("no folder")
    with (
        pytest.raises(NotADirectoryError),
        Writer(Queue(str(tmp_path / "file"), "q"), 0, 1, answers=1, seconds=60) as unwritable,
    ):
        unwritable.add(row("a"), None)
    assert unwritable.stopped


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "a folder" / "journal")


def test_files_are_written_listed_moved_and_deleted(store: str) -> None:
    assert atomic_files.files(store) == atomic_files.folders(store) == []
    atomic_files.write(f"{store}/one", "b.json", b"2")
    atomic_files.write(f"{store}/one", "a.json", b"1")
    assert (atomic_files.files(f"{store}/one"), atomic_files.folders(store)) == (["a.json", "b.json"], ["one"])
    atomic_files.write(f"{store}/one", "a.json", b"3")
    assert atomic_files.read(f"{store}/one", "a.json") == b"3"
    atomic_files.move(f"{store}/one", "a.json", f"{store}/two", "c.json")
    assert (atomic_files.exists(f"{store}/one", "a.json"), atomic_files.exists(f"{store}/two", "c.json")) == (False, True)
    atomic_files.delete(f"{store}/two", "c.json")
    atomic_files.delete(f"{store}/two", "c.json")
    atomic_files.delete_folder(store)
    atomic_files.delete_folder(store)
    assert atomic_files.folders(store) == []


def test_a_journal_at_a_uri(tmp_path: Path) -> None:
    queue = Queue(f"file://{tmp_path}/by-uri", "queue")
    put(queue, "a")
    assert journal.answered(queue, 0) == {("a", 1)}
