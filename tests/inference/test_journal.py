"""Answers are journaled whole and folded once, whatever dies in between."""

import json
from pathlib import Path

import pytest
from asked import STAMP, asking, journaled
from darwin_spark.storage.tables import Workspace
from pyspark.sql import SparkSession

from darwin_spark.inference import response_store
from darwin_spark.inference.journal import compaction
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.compaction import Compactor, compact_all
from darwin_spark.inference.journal.queue import Queue
from darwin_spark.inference.journal.writer import Writer
from darwin_spark.observe.audit import audit
from darwin_spark.storage import atomic_files


def row(name: str, output: str = "text", attempt: int = 1) -> dict[str, object]:
    return {
        **STAMP,
        **{"request_id": name, "task": "l4", "attempt": attempt, "output": output, "latency_ms": 5, "engine": "e"},
    }


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return Workspace.parse(str(tmp_path / "workspace [odd]"))


@pytest.fixture
def queue(place: Workspace) -> Queue:
    root = journal.root_of(place, None)
    assert root is not None
    return Queue(root, "run-1")


def put(queue: Queue, *names: str, partition: int = 0, writer: int = 1, sequence: int = 0) -> None:
    journal.write(queue, partition, writer, sequence, [row(name, f"by {writer}") for name in names], 0, 0)


def held(spark: SparkSession, place: Workspace) -> list[str]:
    return sorted(found.request_id for found in response_store.read(spark, place).collect())


def torn(place: Workspace) -> list[str]:
    return atomic_files.files(f"{place.folder}/journal/torn")


def test_what_is_written_is_read_and_half_a_surrogate_pair_or_a_zero_byte_is_no_end(queue: Queue) -> None:
    answers = [row("a", "\ud800 lone"), row("b", "zero \x00 byte"), row("c", "ünïcode")]
    journal.write(queue, 3, 9, 0, answers, 3, 1)
    (entry,) = journal.entries(queue)
    assert (entry.partition, entry.writer, entry.sequence, entry.answers, entry.checked, entry.failed) == (3, 9, 0, 3, 3, 1)
    assert journal.keys(queue, entry) == [("a", 1), ("b", 1), ("c", 1)]
    assert [found["output"] for found in journaled(queue)] == ["? lone", "zero \x00 byte", "ünïcode"]
    assert journal.answered(queue, 3) == {("a", 1), ("b", 1), ("c", 1)}
    assert journal.answered(queue, 4) == set()


def test_a_file_cut_at_any_place_is_told_from_a_whole_one(queue: Queue) -> None:
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


def test_folding_in_the_middle_of_a_job_and_after_deaths_keeps_each_answer_once(
    spark: SparkSession, place: Workspace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Compactor(spark, place, queue)
    put(queue, "a", "b")
    put(queue, "c", partition=1, writer=2)
    assert folder.fold() == 3
    assert held(spark, place) == ["a", "b", "c"]
    assert journal.entries(queue) == []
    assert journal.answered(queue, 0) == {("a", 1), ("b", 1)}  # a task that is tried again still knows

    # Another attempt of partition 0 answers `b` again, since the first one's file came after it had looked.
    put(queue, "b", "d", writer=3)
    (Path(queue.folder) / "00000-3-000001-2-0-0.parquet").write_bytes(b"PAR1 torn")
    (Path(queue.folder) / "00000-3-000002-2-0-0.parquet.part").write_bytes(b"PAR1 half")
    # The driver dies after the commit and before it can say so ...
    with monkeypatch.context() as patch:
        patch.setattr(compaction.journal, "write_keys", _die)
        with pytest.raises(KeyboardInterrupt):
            folder.fold()
    assert held(spark, place) == ["a", "b", "c", "d"]
    assert [finding.table for finding in audit(spark, place)] == ["journal"]
    # ... and the next one before its commit.
    put(queue, "e", writer=3, sequence=3)
    with monkeypatch.context() as patch:
        patch.setattr(compaction.tables, "write", _die)
        with pytest.raises(KeyboardInterrupt):
            compact_all(spark, place, queue.root)
    assert compact_all(spark, place, queue.root) == (3, 2)
    assert held(spark, place) == ["a", "b", "c", "d", "e"]
    assert {found.output for found in response_store.read(spark, place).where("request_id = 'b'").collect()} == {"by 1"}
    assert journal.queues(queue.root) == []
    assert torn(place) == ["run-1-00000-3-000001-2-0-0.parquet", "run-1-00000-3-000002-2-0-0.parquet.part"]
    assert audit(spark, place) == []
    assert compact_all(spark, place, queue.root) == (0, 0)


def _die(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_manifests_are_numbered_and_name_their_files(spark: SparkSession, place: Workspace, queue: Queue) -> None:
    folder = Compactor(spark, place, queue)
    for number in range(2):
        put(queue, f"r{number}", sequence=number)
        folder.fold()
    names = atomic_files.files(f"{queue.folder}/manifests")
    assert [name.rsplit("-", 1)[1] for name in names] == ["000001.json", "000002.json"]
    assert json.loads(atomic_files.read(f"{queue.folder}/manifests", names[1])) == ["00000-1-000001-1-0-0.parquet"]


def test_a_catalog_has_no_folder_for_a_journal_unless_it_is_told_of_one() -> None:
    assert journal.root_of(Workspace.parse("catalog:main.science"), None) is None
    assert journal.root_of(Workspace.parse("catalog:main.science"), "/Volumes/main/science/j/") == "/Volumes/main/science/j"


def test_the_writer_never_loses_the_last_answers_and_says_when_it_cannot_keep_them(tmp_path: Path, queue: Queue) -> None:
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


def test_stores_write_list_move_and_delete(store: str) -> None:
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


def test_a_journal_on_a_store_by_uri(tmp_path: Path) -> None:
    asked = asking(tmp_path, "fakes:Echo")
    queue = Queue(f"file://{tmp_path}/by-uri", asked.queue.name)
    put(queue, "a")
    assert journal.answered(queue, 0) == {("a", 1)}
