"""The client sends what the response store cannot answer, within the limits of the budget."""

import itertools
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from inference_setup import MODEL, STAMP, task_for
from pyspark.sql import SparkSession

from darwin_spark.config.inference import CircuitBreakerSettings, InferenceSettings
from darwin_spark.events import Event
from darwin_spark.inference import response_store
from darwin_spark.inference.budget import Budget
from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.inference.circuit_breaker import StoppedError
from darwin_spark.inference.client import Client, RequestSet
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import JournalError, Queue
from darwin_spark.inference.requests import CHUNKS
from darwin_spark.inference.task import Task
from darwin_spark.storage import delta, staging
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import Workspace

DOCUMENTS = "doc_id string, attempts int, priority double"
NOWHERE = "no_such_module:Engine"
"""An engine that cannot be opened: a request that is sent to it fails the job."""


@pytest.fixture
def workspace(spark: SparkSession, tmp_path: Path) -> Workspace:
    return Workspace.at(spark, str(tmp_path / "workspace"))


def new_client(workspace: Workspace, events: list[Event] | None = None, **limits: float) -> Client:
    settings = InferenceSettings(flush_seconds=0.2, circuit_breaker=CircuitBreakerSettings.model_validate(limits))
    return Client(workspace, settings, Budget(settings.circuit_breaker), [].append if events is None else events.append)


def ask_about(workspace: Workspace, task: Task, texts: list[str], run_id: str = "run", attempts: int = 1) -> RequestSet:
    """One document for each text; later documents have a higher priority."""
    chunks = [
        {"doc_id": f"d{i}", "bucket": "all", "request_id": task.request_id(text), "input": text, "position": 0}
        for i, text in enumerate(texts)
    ]
    documents = workspace.spark.createDataFrame([(f"d{i}", attempts, float(i)) for i in range(len(texts))], DOCUMENTS)
    frame = frame_of_rows(workspace.spark, chunks, CHUNKS)
    return RequestSet("l4", run_id, task, frame, documents, staging.stager(workspace, f"staging/{run_id}"))


def response(task: Task, text: str, output: str, attempt: int = 1) -> dict[str, Any]:
    """One row of the response store."""
    key = {"request_id": task.request_id(text), "task": task.name, "attempt": attempt}
    return {**key, "output": output, "latency_ms": 1, "engine": "before", **STAMP, "answered_at": datetime.now(UTC)}


def store(workspace: Workspace, *rows: Mapping[str, Any]) -> None:
    delta.write(frame_of_rows(workspace.spark, rows, response_store.SCHEMA), workspace, response_store.TABLE)


def outputs(client: Client, asked: RequestSet) -> dict[str, list[str | None]]:
    """The outputs of all attempts, by the text of the chunk."""
    rows = client.answer(asked).collect()
    return {row.input: [found.output for found in sorted(row.attempts, key=lambda found: found.attempt)] for row in rows}


def accept_good(_text: str, output: str | None, _finish_reason: str | None) -> Checked:
    if output in ("poor", "hopeless"):
        return refused(output)
    return Checked(output)


def test_stored_responses_are_returned_and_only_missing_ones_are_sent(workspace: Workspace) -> None:
    silent, echo = task_for(NOWHERE), task_for("fakes:Echo")
    store(workspace, response(silent, "one", "stored"), response(silent, "two", "stored"))
    events: list[Event] = []
    client = new_client(workspace, events)
    assert outputs(client, ask_about(workspace, silent, ["one", "two", "one"])) == {"one": ["stored"], "two": ["stored"]}
    assert [(event.step, dict(event.counts)) for event in events] == [("asking", {"requests": 0})]
    assert client.budget.requests == 0

    # The engine is no part of the request id, so what one engine answered is not sent to another one.
    found = outputs(client, ask_about(workspace, echo, ["one", "two", "new", "new"], "second"))
    assert found == {"one": ["stored"], "two": ["stored"], "new": ["new"]}
    assert client.budget.requests == 1
    assert response_store.read(workspace).count() == 3
    assert [event.step for event in events[1:] if event.step != "answering"] == ["asking", "answered"]


def test_a_rejected_response_is_retried_only_in_a_later_attempt_of_its_document(workspace: Workspace) -> None:
    task = task_for("fakes:Echo", check=accept_good)
    store(workspace, response(task, "good", "poor"))
    assert outputs(new_client(workspace), ask_about(workspace, task, ["good"], "first", attempts=1)) == {"good": ["poor"]}
    found = outputs(new_client(workspace), ask_about(workspace, task, ["good"], "second", attempts=2))
    assert found == {"good": ["poor", "good"]}


def test_a_task_with_max_attempts_retries_at_once_unless_the_reason_is_non_retryable(workspace: Workspace) -> None:
    task = task_for("fakes:Echo", check=accept_good, max_attempts=3, non_retryable=frozenset({"hopeless"}))
    found = outputs(new_client(workspace), ask_about(workspace, task, ["good", "poor", "hopeless"]))
    assert found == {"good": ["good"], "poor": ["poor"] * 3, "hopeless": ["hopeless"]}


def test_several_tasks_and_turns_of_one_run_have_queues_of_their_own(workspace: Workspace) -> None:
    client, seen = new_client(workspace), []
    for name in ("labels", "paper_judge"):
        task = task_for("fakes:Echo", check=accept_good, name=name, max_attempts=2)
        seen.append(outputs(client, ask_about(workspace, task, ["good", "poor"])))
    assert seen == [{"good": ["good"], "poor": ["poor", "poor"]}] * 2
    queues = ["run-labels-1", "run-labels-2", "run-paper_judge-1", "run-paper_judge-2"]
    assert sorted(committed_queues(workspace)) == queues
    assert sorted(response_store.read(workspace).groupBy("task").count().collect()) == [("labels", 3), ("paper_judge", 3)]
    assert journal.queues(f"{workspace.folder}/journal") == []


def committed_queues(workspace: Workspace) -> list[str]:
    """The queues whose responses were committed to the response store, from the transaction ids in Delta's log."""
    log = Path(workspace.path(response_store.TABLE)).glob("_delta_log/*.json")
    actions = itertools.chain.from_iterable(map(json.loads, path.read_text().splitlines()) for path in log)
    return [action["txn"]["appId"].split("/")[1] for action in actions if "txn" in action]


def test_max_requests_stops_after_the_requests_with_the_highest_priority(workspace: Workspace) -> None:
    task, texts = task_for("fakes:Echo"), [f"text {i}" for i in range(5)]
    none = new_client(workspace, max_requests=0)
    with pytest.raises(StoppedError, match=r"^l4: stopped after 0 of 5 requests: max_requests is reached\."):
        none.answer(ask_about(workspace, task, texts, "none"))
    assert not workspace.exists(response_store.TABLE)

    limited = new_client(workspace, max_requests=3)
    with pytest.raises(StoppedError, match=r"^l4: stopped after 3 of 5 requests: max_requests is reached\.") as stopped:
        limited.answer(ask_about(workspace, task, texts, "limited"))
    assert "All responses are stored; climb again to go on" in str(stopped.value)
    assert stopped.value.exit_code == 3
    assert {row.output for row in response_store.read(workspace).collect()} == set(texts[2:])
    assert limited.budget.requests_left() == 0

    again = new_client(workspace, max_requests=3)
    assert outputs(again, ask_about(workspace, task, texts, "again")) == {text: [text] for text in texts}
    assert again.budget.requests == 2


def test_max_gpu_hours_ends_a_job_and_sends_nothing_once_it_is_reached(workspace: Workspace) -> None:
    slow, texts = task_for("fakes:SlowEcho"), [f"text {i}" for i in range(3_000)]
    client = new_client(workspace, max_gpu_hours=2 / 3_600)
    with pytest.raises(StoppedError, match=r"^stopped after [\d,]+ of 3,000 requests: max_gpu_hours is reached\."):
        client.answer(ask_about(workspace, slow, texts))
    stored = response_store.read(workspace).count()
    assert stored < 3_000
    left = 3_000 - stored
    with pytest.raises(StoppedError, match=rf"^l4: {left:,} requests were not sent: max_gpu_hours is reached"):
        client.answer(ask_about(workspace, task_for(NOWHERE), texts, "second"))
    assert response_store.read(workspace).count() == stored


def test_gpu_time_is_the_time_of_the_job_on_every_gpu_of_every_engine(workspace: Workspace) -> None:
    task = task_for("fakes:Echo", MODEL.model_copy(update={"engine_options": {"tensor_parallel_size": 4}}))
    times: dict[str, float] = {}
    settings = InferenceSettings(num_engines=2)
    budget = Budget(settings.circuit_breaker)
    client = Client(workspace, settings, budget, lambda event: times.update({event.step: time.monotonic()}))
    client.answer(ask_about(workspace, task, ["one"]))
    assert budget.gpu_seconds == pytest.approx(8 * (times["answered"] - times["asking"]), rel=0.1)


def test_responses_of_a_crashed_job_are_recovered_and_not_sent_again(workspace: Workspace) -> None:
    task, queue = task_for(NOWHERE), Queue(f"{workspace.folder}/journal", "crashed-l5-1")
    journal.write(queue, 0, 1, 0, [(response(task, "one", "kept"), False)])
    events: list[Event] = []
    client = new_client(workspace, events)
    client.recover()
    assert events == [Event("journal", "compacted", {"responses of a crashed job": 1})]
    assert outputs(client, ask_about(workspace, task, ["one"])) == {"one": ["kept"]}


def test_a_catalog_without_a_journal_folder_is_an_error_that_names_the_setting(spark: SparkSession) -> None:
    catalog = Workspace.at(spark, "catalog:no_such_schema")
    task = task_for(NOWHERE)
    rows = [{"doc_id": "d", "bucket": "all", "request_id": task.request_id("one"), "input": "one", "position": 0}]
    documents = spark.createDataFrame([("d", 1, None)], DOCUMENTS)
    asked = RequestSet("l4", "run", task, frame_of_rows(spark, rows, CHUNKS), documents, lambda frame, _name: frame)
    with pytest.raises(JournalError, match=r"inference\.journal to a folder that the driver and all workers reach"):
        new_client(catalog).answer(asked)
