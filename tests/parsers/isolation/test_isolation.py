"""A document that crashes, hangs or uses too much memory fails alone: the next one is parsed, and no process is left."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.isolation import messages, supervisor
from darwin_spark.parsers.parsed import ParseFailure

SETTINGS = L1Settings(max_memory_mb=512)
HASTY = L1Settings(max_seconds=1.5)


@pytest.fixture(autouse=True)
def hostile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setattr(supervisor, "CHILD", "hostile_parsers")
    supervisor.close()
    yield
    supervisor.close()


def parse(kind: str, content: bytes = b"some text", settings: L1Settings = SETTINGS) -> str:
    return supervisor.parse(f"test/{kind}", content, settings).text


@pytest.mark.parametrize(
    ("kind", "settings", "reason", "message"),
    [
        ("crash", SETTINGS, "parse_crash", "SIGSEGV"),
        ("hang", HASTY, "parse_timeout", r"l1\.max_seconds=1\.5"),
        ("hoard", SETTINGS, "parse_memory", r"l1\.max_memory_mb=512"),
        ("ask_for_too_much", SETTINGS, "parse_memory", r"l1\.max_memory_mb=512"),
        ("raise_an_error", SETTINGS, "parse_error", "ZeroDivisionError: some text"),
    ],
)
def test_bad_behaviour_fails_its_document_and_the_next_one_is_parsed(
    kind: str, settings: L1Settings, reason: str, message: str
) -> None:
    with pytest.raises(ParseFailure, match=message) as failure:
        parse(kind, settings=settings)
    assert failure.value.reason == reason
    assert supervisor.parse("text/plain", b"The next document.", settings).text == "The next document.\n"


def test_a_failure_names_no_address_in_memory() -> None:
    failure = messages.failure("corrupt_image", f"cannot identify {object()}")
    assert failure["message"] == "cannot identify <object object>"


def test_a_child_that_dies_once_is_replaced_and_the_document_parsed_again(tmp_path: Path) -> None:
    assert parse("crash_once", str(tmp_path / "mark").encode()) == "second time\n"


def test_long_work_that_shows_signs_of_life_is_no_hang() -> None:
    assert parse("work_long", settings=HASTY) == "some text"


def test_what_a_library_prints_does_not_reach_the_answer() -> None:
    assert parse("chatter") == "some text"


def test_one_child_serves_many_documents_until_its_settings_change() -> None:
    first, second = parse("name_the_process"), parse("name_the_process")
    assert first == second
    other = supervisor.parse("test/name_the_process", b"", L1Settings(max_seconds=2)).text
    assert other != first
    assert not psutil.pid_exists(int(first))


def test_a_killed_child_leaves_no_process() -> None:
    pid = int(parse("name_the_process", settings=HASTY))
    with pytest.raises(ParseFailure):
        parse("hang", settings=HASTY)
    assert not psutil.pid_exists(pid)


def test_the_child_ends_with_its_worker_even_while_it_hangs() -> None:
    script = (
        "from darwin_spark.parsers.isolation import supervisor; from darwin_spark.config.l1 import L1Settings\n"
        "supervisor.CHILD = 'hostile_parsers'; settings = L1Settings()\n"
        "print(supervisor.parse('test/name_the_process', b'', settings).text.strip(), flush=True)\n"
        "supervisor.parse('test/hang', b'', settings)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    worker = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    assert worker.stdout is not None
    pid = int(worker.stdout.readline())
    worker.kill()
    worker.wait()
    worker.stdout.close()
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its worker")


def test_a_child_that_cannot_start_is_an_error_of_the_machine_not_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "CHILD", "no_such_module")
    with pytest.raises(RuntimeError, match=r"cannot start[\s\S]*no_such_module"):
        parse("crash")


def test_killing_children_at_random_loses_no_document_of_three_hundred() -> None:
    texts: list[str] = []
    killed: list[int] = []
    thread = threading.Thread(target=_kill_at_random, args=(texts, killed))
    thread.start()
    for number in range(300):
        texts.append(supervisor.parse("text/plain", f"Document number {number}.".encode(), SETTINGS).text)
    thread.join()
    assert texts == [f"Document number {number}.\n" for number in range(300)]
    assert len(set(killed)) == 5


def _kill_at_random(texts: list[str], killed: list[int]) -> None:
    """Kill a child at a random moment, five times."""
    moments = random.Random(7)
    for hundredth in range(5):
        at = 50 * hundredth + moments.randint(1, 49)
        while len(texts) < at or supervisor._child is None:
            time.sleep(0.001)
        time.sleep(moments.uniform(0, 0.005))
        killed.append(supervisor._child.pid)
        os.kill(supervisor._child.pid, signal.SIGKILL)
