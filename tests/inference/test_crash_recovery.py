"""A crashed engine is built again, and only the request that crashed it gets no output."""

import gc
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_setup import batches, journal_rows, run_task, worker_config

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, EngineError, Request
from darwin_spark.inference.worker import crash_suspects
from darwin_spark.inference.worker.crash_recovery import ENGINE_CRASHED, Group, answer_with_restarts, split

IN_FLIGHT = 16


class Crashing:
    """Runs 16 requests at once and answers the oldest first; a request in `deadly` crashes it when its turn comes."""

    def __init__(self, deadly: set[str], crashes: Counter[str]) -> None:
        self.deadly, self.crashes = deadly, crashes

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        in_flight: list[Request] = []
        while True:
            while len(in_flight) < IN_FLIGHT and (request := next(requests, None)) is not None:
                in_flight.append(request)
            if not in_flight:
                return
            request = in_flight.pop(0)
            if request.request_id in self.deadly:
                self.crashes[request.request_id] += 1
                raise RuntimeError("CUDA error: an illegal memory access was encountered")
            yield Answer(request.request_id, request.attempt, "text", "stop", 1, 1, 0, "crashing")


def requests(count: int) -> Iterator[Request]:
    return (Request(str(number), 1, []) for number in range(count))


def run(count: int, deadly: set[str], limit: int) -> tuple[dict[str, str | None], Counter[str], int]:
    crashes: Counter[str] = Counter()
    engines = [Crashing(deadly, crashes)]
    answers = list(
        answer_with_restarts(lambda: engines[-1], lambda: engines.append(Crashing(deadly, crashes)), requests(count), limit)
    )
    found = {answer.request_id: answer.error for answer in answers}
    assert len(found) == len(answers)
    return found, crashes, len(engines) - 1


@given(deadly=st.sets(st.integers(0, 99), max_size=4))
def test_deadly_requests_fail_and_every_other_one_is_answered(deadly: set[int]) -> None:
    found, _, _ = run(100, set(map(str, deadly)), limit=100)
    assert found == {str(number): ENGINE_CRASHED if number in deadly else None for number in range(100)}


def test_one_deadly_request_costs_three_crashes() -> None:
    found, crashes, restarts = run(100, {"40"}, limit=3)
    assert found["40"] == ENGINE_CRASHED
    assert (crashes["40"], restarts) == (3, 3)


def test_an_engine_that_keeps_crashing_is_given_up() -> None:
    with pytest.raises(RuntimeError, match="illegal memory access"):
        run(100, set(map(str, range(100))), limit=2)


def test_a_broken_protocol_or_input_restarts_nothing() -> None:
    def broken() -> Iterator[Request]:
        yield Request("1", 1, [])
        raise OSError("the shuffle file is gone")

    engine = Crashing(set(), Counter())
    with pytest.raises(OSError, match="the shuffle file is gone"):
        list(answer_with_restarts(lambda: engine, pytest.fail, broken(), 3))

    def refuse() -> Crashing:
        raise EngineError("no such model") from ImportError("vllm")

    with pytest.raises(EngineError, match="no such model"):
        list(answer_with_restarts(refuse, pytest.fail, requests(3), 3))


@given(st.integers(0, 600))
def test_groups_of_suspects_hold_each_once_and_are_few_and_small(count: int) -> None:
    group = list(requests(count))
    groups = split(group)
    assert [request for small in groups for request in small] == group
    assert all(len(small) ** 2 <= max(count, 1) for small in groups)
    assert len(groups) <= 2 * count**0.5 + 2


def test_a_request_that_kills_workers_is_recorded_found_and_given_up(tmp_path: Path) -> None:
    """A native crash raises nothing: the task just ends. From its third attempt on suspects are recorded first."""
    texts = [*["good"] * 10, "exit", *["good"] * 10]
    model = ModelSettings(model="some/model", max_num_seqs=4)
    config = worker_config(tmp_path, "fakes:ProcessKilling", model, flush_responses=2, max_engine_restarts=0)
    for attempt in range(5):
        try:
            run_task(config, batches(texts), attempt)
            break
        except SystemExit:
            recorded_suspects = crash_suspects.recorded_suspects(config.queue, 0)
            assert (attempt >= crash_suspects.PATIENCE) == bool(recorded_suspects)
    assert attempt <= 4
    found = journal_rows(config.queue)
    assert {row["request_id"]: row["error"] for row in found} == {
        f"r{i}": ENGINE_CRASHED if i == 10 else None for i in range(21)
    }
    assert len(found) == 21


def test_suspects_are_set_apart_in_order() -> None:
    apart, rest = crash_suspects.set_apart(requests(6), [("1", 1), ("3", 1)])
    names: Group = [*rest]
    assert [request.request_id for request in apart] == ["1", "3"]
    assert [request.request_id for request in names] == ["0", "2", "4", "5"]


def test_a_crashed_engine_is_freed_before_the_next_one_is_built() -> None:
    engines: list[weakref.ref[CrashingInDepth]] = []
    alive_at_close: list[bool] = []

    def opened() -> CrashingInDepth:
        engine = CrashingInDepth(crashes=not engines)
        engines.append(weakref.ref(engine))
        return engine

    def closed() -> None:
        gc.collect()
        alive_at_close.append(engines[-1]() is not None)

    assert len(list(answer_with_restarts(opened, closed, requests(3), 3))) == 3
    assert alive_at_close == [False], "what a crashed engine still holds, such as GPU memory, the next one lacks"


class CrashingInDepth:
    """Crashes as vLLM does: an inner error is wrapped on its way up, and the frames of both errors refer to the engine."""

    def __init__(self, crashes: bool) -> None:
        self.crashes = crashes

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        for request in requests:
            if self.crashes:
                self.step()
            yield Answer(request.request_id, request.attempt, "text", "stop", 1, 1, 0, "crashing")

    def step(self) -> None:
        try:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        except RuntimeError as error:
            raise ValueError("the engine is dead") from error
