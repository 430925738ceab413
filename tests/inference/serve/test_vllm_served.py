"""`darwin serve` with real vLLM and a small real model; nearly all of the time is the start of vLLM.

The test that kills the server waits for a second start: make test-slow
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from processes import is_alive

from darwin_spark.config.loading import load
from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.endpoint.engine import EndpointEngine
from darwin_spark.inference.engines.protocol import Answer, Request
from darwin_spark.inference.serve.placement import free_ports

LAPTOP = Path(__file__).parents[3] / "conf" / "llm_cpu.yaml"
START_SECONDS = 600
SYSTEM = "You are a careful editor. Answer in one short sentence, and keep every number of the text exactly as it stands."


@pytest.fixture(scope="module")
def overlay(smollm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings of a small model whose servers are announced in a folder beside this file."""
    place = tmp_path_factory.mktemp("served")
    endpoint = {"discovery": str(place / "servers"), "probe_seconds": 1, "in_flight": 2, "ramp_seconds": 0}
    model = {"model": str(smollm), "max_tokens": 12, "max_num_seqs": 4, "max_model_len": 1024, "endpoint": endpoint}
    (place / "overlay.yaml").write_text(json.dumps({"l5": {"model": model}}))
    return place / "overlay.yaml"


@pytest.fixture(scope="module")
def model(overlay: Path) -> ModelSettings:
    return load([LAPTOP, overlay]).l5.model


@contextmanager
def served(overlay: Path) -> Iterator[psutil.Process]:
    """`darwin serve`, from the announcement of its server to its end, which must leave no process and no file."""
    port = next(free_ports(18_000, "127.0.0.1"))
    arguments = ["serve", "--level", "l5", "--config", str(LAPTOP), "--config", str(overlay), "--port", str(port)]
    with psutil.Popen([sys.executable, "-m", "darwin_spark.cli.app", *arguments, "--logs", str(overlay.parent)]) as supervisor:
        try:
            wait_for_announcement(overlay, supervisor)
            yield supervisor
            left = supervisor.children(recursive=True)
        finally:
            supervisor.terminate()
            code = supervisor.wait(60)
    assert code == 0
    assert not any(is_alive(process) for process in left)
    assert not list((overlay.parent / "servers").iterdir())


def wait_for_announcement(overlay: Path, supervisor: subprocess.Popen[bytes]) -> None:
    begun = time.monotonic()
    while not list((overlay.parent / "servers").glob("*.url")):
        logs = "".join(log.read_text()[-3000:] for log in overlay.parent.glob("*.log"))
        assert supervisor.poll() is None, logs
        assert time.monotonic() - begun < START_SECONDS, logs
        time.sleep(0.2)


def questions() -> Iterator[Request]:
    for i in range(6):
        turns = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": f"The river is {i} km long."}]
        yield Request(f"r{i}", 1 + i % 2, turns)
    yield Request("long", 1, [{"role": "user", "content": "and on " * 2_000}])


def by_id(answers: list[Answer]) -> dict[str, tuple[str | None, ...]]:
    assert len({answer.request_id for answer in answers}) == len(answers)
    return {answer.request_id: (answer.output, answer.finish_reason, answer.error) for answer in answers}


def test_a_server_answers_every_request_and_leaves_nothing(overlay: Path, model: ModelSettings) -> None:
    with served(overlay):
        answers = by_id(list(EndpointEngine(model).answer(questions())))
        assert answers.pop("long") == (None, None, "prompt_too_long")
        assert all(output and error is None for output, _, error in answers.values())

        held = model.model_copy(update={"json_schema": SCHEMA, "max_tokens": 40})
        (answer,) = EndpointEngine(held).answer(iter([next(questions())]))
        assert json.loads(answer.output or "")["length"] in ("short", "long")


@pytest.mark.slow
def test_a_killed_server_comes_back_and_changes_no_answer(overlay: Path, model: ModelSettings) -> None:
    with served(overlay) as supervisor:
        engine = EndpointEngine(model)
        unbroken = list(engine.answer(questions()))
        answers: list[Answer] = []
        for answer in engine.answer(questions()):
            answers.append(answer)
            if len(answers) == 3:
                (server,) = supervisor.children()
                engine_beside = server.children(recursive=True)
                server.kill()
        assert by_id(answers) == by_id(unbroken)
        assert engine_beside
        assert not any(is_alive(process) for process in engine_beside)


SCHEMA = {
    "type": "object",
    "properties": {"length": {"enum": ["short", "long"]}},
    "required": ["length"],
    "additionalProperties": False,
}
