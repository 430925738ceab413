"""A worker sends each request once, writes each response to the journal, and resumes after a failed attempt of its task."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_setup import MODEL, batches, journal_rows, request, run_task, worker_config
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.inference.engines.factory import open_engine
from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.worker.worker import engine_workers, send
from darwin_spark.storage import atomic_files

TEXTS = st.lists(st.sampled_from(["good", "bad", "ünïcode \x00"]), max_size=50)


@settings(max_examples=30)
@given(texts=TEXTS, size=st.integers(1, 20), flush=st.integers(1, 9))
def test_each_request_gets_one_response_whatever_the_batches(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, flush: int
) -> None:
    config = worker_config(tmp_path_factory.mktemp("journal"), "fakes:Echo", flush_responses=flush)
    assert run_task(config, batches(texts, size)) == len(texts)
    answered = journal_rows(config.queue)
    assert sorted(row["request_id"] for row in answered) == sorted(f"r{i}" for i in range(len(texts)))
    assert all(entry.answers <= flush for entry in journal.entries(config.queue))
    for row in answered:
        text = texts[int(row["request_id"][1:])]
        expected = (None, None, "bad_request") if text == "bad" else (text, "stop", None)
        assert (row["output"], row["finish_reason"], row["error"]) == expected
        assert (row["task"], row["attempt"], row["run_id"]) == ("l5", 1, "run")


def test_file_names_count_the_responses_and_the_rejected_ones(tmp_path: Path) -> None:
    config = worker_config(tmp_path, "fakes:Echo", flush_responses=4)
    run_task(config, batches(["good", "bad", "good", "bad", "bad", "good"]))
    counts = [(entry.answers, entry.checked, entry.failed) for entry in journal.entries(config.queue)]
    assert [sum(numbers) for numbers in zip(*counts, strict=True)] == [6, 6, 3]


def test_responses_of_a_slow_engine_are_written_before_the_next_one_comes(tmp_path: Path) -> None:
    """After `flush_seconds` responses are in the journal, without the arrival of another one."""
    config = worker_config(tmp_path, "fakes:Echo", flush_seconds=0.2)

    def slow() -> Iterator[object]:
        yield from batches(["one", "two"], 1)
        until = time.monotonic() + 10
        while not journal_rows(config.queue) and time.monotonic() < until:
            time.sleep(0.05)
        assert len(journal_rows(config.queue)) == 2
        yield from ()

    assert run_task(config, slow()) == 2  # type: ignore[arg-type]


def test_a_retried_task_sends_only_what_earlier_attempts_have_not_answered(tmp_path: Path) -> None:
    config = worker_config(tmp_path, "fakes:Echo", flush_responses=4, max_engine_restarts=0)
    texts = [*["good"] * 21, "death", *["good"] * 4]
    with pytest.raises(MemoryError):
        run_task(config, batches(texts))
    kept = {row["request_id"] for row in journal_rows(config.queue)}
    assert kept == {f"r{i}" for i in range(20)}
    texts[21] = "good"
    assert run_task(config, batches(texts), attempt=1) == 6
    assert len(journal_rows(config.queue)) == 26
    assert run_task(config, batches(texts), attempt=2) == 0


def test_a_stopped_queue_takes_no_more_requests_and_keeps_its_responses(tmp_path: Path) -> None:
    config = worker_config(tmp_path, "fakes:Echo", flush_seconds=0.2)
    journal.stop(config.queue)
    pulled: list[int] = []

    def slow() -> Iterator[object]:
        for batch in batches(["text"] * 400, 2, pulled):
            time.sleep(0.05)
            yield batch

    answered = run_task(config, slow())  # type: ignore[arg-type]
    assert 0 < answered < 400
    assert len(journal_rows(config.queue)) == answered
    assert sum(pulled) <= answered + 4


def test_a_task_whose_input_fails_keeps_its_responses(tmp_path: Path) -> None:
    def broken() -> Iterator[object]:
        yield from batches(["text"] * 10, 5)
        raise OSError("no more rows")

    config = worker_config(tmp_path, "fakes:Echo")
    with pytest.raises(OSError, match="no more rows"):
        run_task(config, broken())  # type: ignore[arg-type]
    assert len(journal_rows(config.queue)) == 10


def test_responses_that_cannot_be_written_end_the_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = worker_config(tmp_path, "fakes:Echo", flush_responses=1)
    write, read, written = atomic_files.write, 0, 0

    def counted() -> Iterator[object]:
        nonlocal read
        for batch in batches(["text"] * 4_000, 2):
            read += 1
            yield batch

    def write_until_full(folder: str, name: str, content: bytes) -> None:
        nonlocal written
        if written == 5:
            raise OSError("the disk is full")
        written += 1
        write(folder, name, content)

    monkeypatch.setattr(atomic_files, "write", write_until_full)
    with pytest.raises(OSError, match="the disk is full"):
        run_task(config, counted())  # type: ignore[arg-type]
    assert 0 < read < 2_000  # noticed while the task runs, not at its end
    assert len(journal_rows(config.queue)) >= 5


def test_a_cancelled_task_closes_the_iterator_of_its_engine(tmp_path: Path) -> None:
    def cancel(_text: str, _output: str | None, _finish_reason: str | None) -> Checked:
        raise KeyboardInterrupt

    config = worker_config(tmp_path, "fakes:Echo")
    config = replace(config, task=replace(config.task, check=cancel))

    with pytest.raises(KeyboardInterrupt):
        run_task(config, batches(["text"] * 4))
    assert open_engine("fakes:Echo", MODEL).abandoned  # type: ignore[attr-defined]


def test_an_empty_partition_opens_no_engine(tmp_path: Path) -> None:
    assert run_task(worker_config(tmp_path, "no_such_module:Engine"), iter(())) == 0


def test_an_engine_that_loses_requests_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="left 2 requests without an answer"):
        run_task(worker_config(tmp_path, "fakes:LosingRequests"), batches(["text"] * 4))


def test_an_engine_that_answers_unknown_requests_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="somebody else's"):
        run_task(worker_config(tmp_path, "fakes:InventingRequests"), batches(["text"]))


def test_a_request_that_is_sent_twice_is_an_error(tmp_path: Path) -> None:
    twice = [batch for _ in range(2) for batch in batches(["text"])]
    with pytest.raises(EngineError, match="r0, attempt 1, is asked twice"):
        run_task(worker_config(tmp_path, "fakes:Echo"), twice)


def frame(spark: SparkSession, texts: list[str]) -> DataFrame:
    return spark.createDataFrame([request(i, text) for i, text in enumerate(texts)], REQUESTS)


def test_in_spark_high_priority_goes_first_and_a_bad_request_fails_alone(spark: SparkSession, tmp_path: Path) -> None:
    rows = [{**request(i, "bad" if i == 3 else "good"), "priority": [None, 1.0, 2.0][i % 3]} for i in range(9)]
    config = worker_config(tmp_path, "fakes:OrderedEcho")
    (report,) = send(spark.createDataFrame(rows, REQUESTS), config).collect()
    assert report.answers == 9
    found = journal_rows(config.queue)
    assert [row["request_id"] for row in found] == ["r2", "r5", "r8", "r1", "r4", "r7", "r0", "r3", "r6"]
    assert {row["request_id"]: row["error"] for row in found if row["error"]} == {"r3": "bad_request"}


def test_in_spark_an_engine_that_always_crashes_fails_the_job(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(PythonException, match="the engine is out of memory"):
        send(frame(spark, ["one", "two", "death"]), worker_config(tmp_path, "fakes:Echo", max_engine_restarts=0)).collect()


def test_engines_have_python_workers_of_their_own(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> None:
    def worker() -> str:
        config = worker_config(tmp_path_factory.mktemp("journal"), "fakes:Echo")
        send(frame(spark, ["one"]), config).collect()
        (answer,) = journal_rows(config.queue)
        return str(answer["engine"])

    with engine_workers(spark):
        first = worker()
    plain = {worker() for _ in range(3)}
    with engine_workers(spark):
        again = {worker() for _ in range(3)}
    assert again == {first}
    assert first not in plain
