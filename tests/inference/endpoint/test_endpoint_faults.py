"""Servers that fail, by real HTTP: every request is answered once, and correctly if any server can."""

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from fake_server import FakeServer, free_port, said_back

from darwin_spark.config.model import ModelSettings, PoolSettings
from darwin_spark.inference.engines.endpoint.engine import EndpointEngine
from darwin_spark.inference.engines.factory import open_engine
from darwin_spark.inference.engines.protocol import Answer, EngineError, Request

FAST = {"ramp_seconds": 0, "backoff_seconds": 0.02, "probe_seconds": 0.2, "unavailable_timeout_seconds": 20, "in_flight": 8}


def model(servers: list[str], **more: object) -> ModelSettings:
    endpoint = PoolSettings.model_validate({**FAST, "servers": servers, **more})
    return ModelSettings(model="small", endpoint=endpoint)


def request(name: str, attempt: int = 1) -> Request:
    return Request(f"id of {name}", attempt, [{"role": "user", "content": name}])


def questions(number: int) -> Iterator[Request]:
    return (request(f"question {i}") for i in range(number))


def questions_while(needed: Callable[[], bool]) -> Iterator[Request]:
    for i in range(20_000):
        if not needed():
            return
        yield request(f"question {i}")


def ask(settings: ModelSettings, requests: Iterator[Request]) -> dict[str, Answer]:
    answers = list(EndpointEngine(settings).answer(requests))
    found = {answer.request_id: answer for answer in answers}
    assert len(found) == len(answers), "a request was answered twice"
    return found


def are_right(answers: dict[str, Answer], number: int) -> bool:
    wanted = {f"id of question {i}": said_back(f"question {i}", 1) for i in range(number)}
    return {name: answer.output for name, answer in answers.items()} == wanted


@contextmanager
def three() -> Iterator[list[FakeServer]]:
    with ExitStack() as stack:
        yield [stack.enter_context(FakeServer(latency=0.01)) for _ in range(3)]


def test_each_request_is_answered_once_with_the_columns_of_the_response_store() -> None:
    with three() as servers:
        answers = ask(model([server.url + "/v1/" for server in servers]), questions(200))
    assert are_right(answers, 200)
    one = answers["id of question 7"]
    assert (one.attempt, one.finish_reason, one.prompt_tokens, one.completion_tokens, one.error) == (1, "stop", 10, 3, None)
    assert one.latency_ms >= 10
    assert {answer.engine for answer in answers.values()} == {f"endpoint {server.url}" for server in servers}
    assert min(len(server.asked) for server in servers) > 40  # the least loaded is asked first


def test_the_engine_opens_by_name_and_serves_one_call_after_the_other() -> None:
    with FakeServer() as server:
        engine = open_engine("endpoint", model([server.url]))
        for _ in range(2):
            assert [answer.output for answer in engine.answer(iter([request("river", 3)]))] == ["3: revir"]
        assert server.asked[0]["seed"] == 3
    assert not [thread for thread in threading.enumerate() if thread.name == "endpoint"]


@pytest.mark.parametrize("how", ["error", "hang", "close", "half", "garbage", "busy"])
def test_a_server_that_fails_loses_no_request(how: str) -> None:
    with three() as servers:
        servers[0].how = how
        answers = ask(model([server.url for server in servers], timeout_seconds=0.5), questions(60))
    assert are_right(answers, 60)
    assert not any(answer.engine.endswith(servers[0].url) for answer in answers.values())
    assert len(servers[0].asked) < 60


@pytest.mark.parametrize("how", ["error", "hang", "close", "half", "garbage", "busy"])
def test_a_server_that_recovers_is_asked_again(how: str) -> None:
    with FakeServer(how) as server:
        threading.Timer(1.0, lambda: setattr(server, "how", "well")).start()
        assert are_right(ask(model([server.url], timeout_seconds=0.3, max_attempts=50), questions(30)), 30)


def test_a_bad_request_fails_alone_and_is_not_sent_again() -> None:
    with FakeServer() as server:
        answers = ask(model([server.url]), iter([request("bad"), request("long"), request("good")]))
    assert {name: answer.error for name, answer in answers.items()} == {
        "id of bad": "bad_request",
        "id of long": "prompt_too_long",
        "id of good": None,
    }
    assert answers["id of long"].prompt_tokens == 99
    assert len(server.asked) == 3


def test_a_request_that_every_server_fails_fails_alone() -> None:
    with three() as servers:
        answers = ask(model([server.url for server in servers], max_attempts=4), iter([request("poison"), *questions(100)]))
    poisoned = answers.pop("id of poison")
    assert (poisoned.output, poisoned.error) == (None, "server_error")
    assert are_right(answers, 100)
    assert sum(asked["messages"][0]["content"] == "poison" for server in servers for asked in server.asked) == 4


def test_a_healthy_server_that_fails_every_request_gets_fewer_and_fewer() -> None:
    with FakeServer("error") as server, FakeServer(latency=0.05) as other:
        begun = time.monotonic()
        settings = model([server.url, other.url], probe_seconds=0.05, backoff_seconds=0.5)
        answers = ask(settings, questions_while(lambda: time.monotonic() - begun < 2))
    assert are_right(answers, len(answers))
    assert 5 <= len(server.asked) < 30


def test_a_server_whose_process_hangs_is_given_up_with_its_requests() -> None:
    with three() as servers:
        servers[0].how, servers[0].healthy = "hang", True
        threading.Timer(0.3, lambda: setattr(servers[0], "healthy", False)).start()
        begun = time.monotonic()
        assert are_right(ask(model([server.url for server in servers], timeout_seconds=60), questions(60)), 60)
        assert time.monotonic() - begun < 10


def test_a_killed_server_loses_no_request_and_is_used_again_when_it_is_back() -> None:
    port = free_port()
    victim = f"http://127.0.0.1:{port}"
    answers: dict[str, Answer] = {}
    again: list[Answer] = []
    killed = False
    process = start_fake(port)
    try:
        with FakeServer(latency=0.05) as other:
            settings = model([victim, other.url])
            for answer in EndpointEngine(settings).answer(questions_while(lambda: len(again) < 5)):
                assert answer.request_id not in answers
                answers[answer.request_id] = answer
                if answer.engine != f"endpoint {victim}":
                    continue
                if not killed:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    process, killed = start_fake(port), True
                    in_flight_then = {f"id of question {i}" for i in range(len(answers) + 18)}
                elif answer.request_id not in in_flight_then:
                    again.append(answer)
    finally:
        process.kill()
        process.wait()
    assert are_right(answers, len(answers))
    assert len(again) >= 5


def start_fake(port: int) -> subprocess.Popen[bytes]:
    here = Path(__file__).with_name("fake_server.py")
    return subprocess.Popen([sys.executable, str(here), str(port), json.dumps({"latency": 0.05})])


def test_servers_come_and_go_while_it_runs(tmp_path: Path) -> None:
    with three() as (first, second, third):
        (tmp_path / "one.url").write_text(first.url)
        (tmp_path / "two.url").write_text(f"# node 2\n{second.url}\n")
        settings = model([], discovery=str(tmp_path), probe_seconds=0.05)
        answers: dict[str, Answer] = {}
        for answer in EndpointEngine(settings).answer(questions_while(lambda: len(third.asked) < 20)):
            answers[answer.request_id] = answer
            if len(answers) == 20:
                (tmp_path / "two.url").unlink()
                (tmp_path / "three.url").write_text(json.dumps({"url": third.url}))
                asked_before = len(second.asked)
    assert are_right(answers, len(answers))
    assert len(second.asked) < asked_before + 200
    assert len(third.asked) >= 20


def test_a_server_without_the_model_gets_no_requests() -> None:
    with FakeServer() as server, FakeServer(model="another") as other:
        answers = ask(model([server.url, other.url]), questions(30))
    assert are_right(answers, 30)
    assert not other.asked


def test_without_any_server_the_job_ends_and_says_what_to_do() -> None:
    with FakeServer(model="another") as other, pytest.raises(EngineError) as raised:
        ask(model([other.url, f"http://127.0.0.1:{free_port()}"], unavailable_timeout_seconds=0.5), questions(3))
    assert "it serves another, not small" in str(raised.value)
    assert "Cannot connect" in str(raised.value)
    assert "darwin serve" in str(raised.value)


def test_servers_that_fail_every_request_end_the_job() -> None:
    with FakeServer("error") as server, pytest.raises(EngineError, match="HTTP 500"):
        ask(model([server.url], unavailable_timeout_seconds=1.0, backoff_seconds=0.3), questions(500))


def test_a_server_that_joins_gets_no_burst() -> None:
    with FakeServer(latency=0.1) as server:
        answers = EndpointEngine(model([server.url], ramp_seconds=4.0, in_flight=40)).answer(questions(500))
        begun = time.monotonic()
        next(answers)
        while time.monotonic() - begun < 1.0:
            next(answers)
        assert server.most_at_once <= 40 * 1.5 / 4
        answers.close()


def test_stopping_early_cancels_requests_in_flight() -> None:
    with FakeServer(latency=0.3) as server:
        answers = EndpointEngine(model([server.url])).answer(questions(500))
        next(answers)
        answers.close()
        time.sleep(0.2)
        assert server.at_once == 0
        assert server.broken_off > 0


def test_no_more_requests_are_pulled_than_servers_may_have() -> None:
    pulled = 0

    def pull() -> Iterator[Request]:
        nonlocal pulled
        for one in questions(500):
            pulled += 1
            yield one

    with FakeServer(latency=0.2) as server:
        answers = EndpointEngine(model([server.url])).answer(pull())
        next(answers)
        time.sleep(0.3)
        assert pulled <= 8 + 2
        answers.close()


def test_the_key_goes_to_the_server_and_nowhere_else(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("OUR_KEY", "open sesame")
    with FakeServer("key") as server, caplog.at_level(logging.DEBUG):
        settings = model([server.url], api_key_env="OUR_KEY")
        answers = ask(settings, questions(3))
        assert server.headers[0]["Authorization"] == "Bearer open sesame"
    assert are_right(answers, 3)
    assert "sesame" not in caplog.text + repr(answers) + settings.model_dump_json()


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUR_KEY", raising=False)
    with pytest.raises(EngineError, match="OUR_KEY"):
        EndpointEngine(model(["http://127.0.0.1:1"], api_key_env="OUR_KEY"))


def test_the_log_says_which_server_answered(caplog: pytest.LogCaptureFixture) -> None:
    with three() as servers, caplog.at_level(logging.WARNING):
        servers[0].how = "error"
        ask(model([server.url for server in servers]), questions(60))
    assert f"{servers[0].url} gets no more requests for now: server_error: HTTP 500" in caplog.text
    assert f"{servers[1].url} answered" in caplog.text
