"""A task asks its engine each question once, keeps each answer, and knows at another attempt what it has."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from asked import MODEL, ask, asking, batches, journaled, request
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.errors import PythonException
from pyspark.sql import DataFrame, SparkSession

from darwin_spark.inference.engines.protocol import EngineError, open_engine
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.requests import REQUESTS
from darwin_spark.inference.worker.worker import ask as ask_in_spark
from darwin_spark.inference.worker.worker import engine_workers
from darwin_spark.storage import atomic_files

TEXTS = st.lists(st.sampled_from(["good", "bad", "ünïcode \x00"]), max_size=50)


@settings(max_examples=30)
@given(texts=TEXTS, size=st.integers(1, 20), flush=st.integers(1, 9))
def test_each_request_gets_one_answer_whatever_the_batches(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, flush: int
) -> None:
    asked = asking(tmp_path_factory.mktemp("journal"), "fakes:Echo", flush_responses=flush)
    assert ask(asked, batches(texts, size)) == len(texts)
    answered = journaled(asked.queue)
    assert sorted(row["request_id"] for row in answered) == sorted(f"r{i}" for i in range(len(texts)))
    assert all(entry.answers <= flush for entry in journal.entries(asked.queue))
    for row in answered:
        text = texts[int(row["request_id"][1:])]
        expected = (None, None, "bad_request") if text == "bad" else (text, "stop", None)
        assert (row["output"], row["finish_reason"], row["error"]) == expected
        assert (row["task"], row["attempt"], row["run_id"]) == ("l5", 1, "run")


def test_names_say_how_many_answers_there_are_and_how_many_are_of_no_use(tmp_path: Path) -> None:
    asked = asking(tmp_path, "fakes:Echo", flush_responses=4)
    ask(asked, batches(["good", "bad", "good", "bad", "bad", "good"]))
    counts = [(entry.answers, entry.checked, entry.failed) for entry in journal.entries(asked.queue)]
    assert [sum(numbers) for numbers in zip(*counts, strict=True)] == [6, 6, 3]


def test_a_slow_engine_s_answers_are_kept_before_the_next_one_comes(tmp_path: Path) -> None:
    """Three answers, then silence: after `flush_seconds` they are in the journal, without another answer's arrival."""
    asked = asking(tmp_path, "fakes:Echo", flush_seconds=0.2)

    def slow() -> Iterator[object]:
        yield from batches(["one", "two"], 1)
        until = time.monotonic() + 10
        while not journaled(asked.queue) and time.monotonic() < until:
            time.sleep(0.05)
        assert len(journaled(asked.queue)) == 2
        yield from ()

    assert ask(asked, slow()) == 2  # type: ignore[arg-type]


def test_an_attempt_that_follows_another_asks_what_that_has_not_answered(tmp_path: Path) -> None:
    asked = asking(tmp_path, "fakes:Echo", flush_responses=4, max_engine_restarts=0)
    texts = [*["good"] * 21, "death", *["good"] * 4]
    with pytest.raises(MemoryError):
        ask(asked, batches(texts))
    kept = {row["request_id"] for row in journaled(asked.queue)}
    assert kept == {f"r{i}" for i in range(20)}
    texts[21] = "good"
    assert ask(asked, batches(texts), attempt=1) == 6
    assert len(journaled(asked.queue)) == 26
    assert ask(asked, batches(texts), attempt=2) == 0


def test_a_stopped_queue_takes_no_more_requests_and_keeps_what_it_has(tmp_path: Path) -> None:
    asked = asking(tmp_path, "fakes:Echo", flush_seconds=0.2)
    journal.stop(asked.queue)
    pulled: list[int] = []

    def slow() -> Iterator[object]:
        for batch in batches(["text"] * 400, 2, pulled):
            time.sleep(0.05)
            yield batch

    answered = ask(asked, slow())  # type: ignore[arg-type]
    assert 0 < answered < 400
    assert len(journaled(asked.queue)) == answered
    assert sum(pulled) <= answered + 4


def test_a_task_whose_input_breaks_keeps_what_was_paid_for(tmp_path: Path) -> None:
    def broken() -> Iterator[object]:
        yield from batches(["text"] * 10, 5)
        raise OSError("no more rows")

    asked = asking(tmp_path, "fakes:Echo")
    with pytest.raises(OSError, match="no more rows"):
        ask(asked, broken())  # type: ignore[arg-type]
    assert len(journaled(asked.queue)) == 10


def test_answers_that_cannot_be_kept_end_the_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asking(tmp_path, "fakes:Echo", flush_responses=1)
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
        ask(asked, counted())  # type: ignore[arg-type]
    assert 0 < read < 2_000  # it is noticed on the way, not at the end
    assert len(journaled(asked.queue)) >= 5


def test_a_task_that_is_cancelled_tells_its_engine_before_it_ends(tmp_path: Path) -> None:
    def cancel(_messages: object, _answer: object) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(replace(asking(tmp_path, "fakes:Echo"), is_rejected=cancel), batches(["text"] * 4))
    assert open_engine("fakes:Echo", MODEL).abandoned  # type: ignore[attr-defined]


def test_an_empty_partition_opens_no_engine(tmp_path: Path) -> None:
    assert ask(asking(tmp_path, "no_such_module:Engine"), iter(())) == 0


def test_an_engine_that_loses_requests_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="left 2 requests without an answer"):
        ask(asking(tmp_path, "fakes:Forgetful"), batches(["text"] * 4))


def test_an_engine_that_invents_answers_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="somebody else's"):
        ask(asking(tmp_path, "fakes:Inventive"), batches(["text"]))


def test_a_request_asked_twice_is_an_error(tmp_path: Path) -> None:
    twice = [batch for _ in range(2) for batch in batches(["text"])]
    with pytest.raises(EngineError, match="r0, attempt 1, is asked twice"):
        ask(asking(tmp_path, "fakes:Echo"), twice)


def frame(spark: SparkSession, texts: list[str]) -> DataFrame:
    return spark.createDataFrame([request(i, text) for i, text in enumerate(texts)], REQUESTS)


def test_in_spark_urgent_requests_go_first_and_a_bad_one_costs_only_itself(spark: SparkSession, tmp_path: Path) -> None:
    rows = [{**request(i, "bad" if i == 3 else "good"), "priority": [None, 1.0, 2.0][i % 3]} for i in range(9)]
    asked = asking(tmp_path, "fakes:Plain")
    (report,) = ask_in_spark(spark.createDataFrame(rows, REQUESTS), asked).collect()
    assert report.answers == 9
    found = journaled(asked.queue)
    assert [row["request_id"] for row in found] == ["r2", "r5", "r8", "r1", "r4", "r7", "r0", "r3", "r6"]
    assert {row["request_id"]: row["error"] for row in found if row["error"]} == {"r3": "bad_request"}


def test_in_spark_an_engine_that_always_dies_fails_the_job(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(PythonException, match="the engine is out of memory"):
        ask_in_spark(frame(spark, ["one", "two", "death"]), asking(tmp_path, "fakes:Echo", max_engine_restarts=0)).collect()


def test_engines_keep_workers_of_their_own_beside_other_python_work(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def worker() -> str:
        asked = asking(tmp_path_factory.mktemp("journal"), "fakes:Echo")
        ask_in_spark(frame(spark, ["one"]), asked).collect()
        (answer,) = journaled(asked.queue)
        return str(answer["engine"])

    with engine_workers(spark):
        first = worker()
    plain = {worker() for _ in range(3)}
    with engine_workers(spark):
        again = {worker() for _ in range(3)}
    assert again == {first}
    assert first not in plain
