"""Servers are kept running, and none outlives the supervisor. They are small HTTP servers; for vLLM: test_vllm_served.py."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest
from processes import children, is_alive

from darwin_spark.inference.engines.protocol import EngineError
from darwin_spark.inference.serve.supervisor import Pace, Serving, serve

SERVER = """
import http.server, subprocess, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])  # like the engine process of a vLLM server
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
FAST = Pace(probe=0.1, pause=0.05, startup=10)


def serving(port: int, script: str = SERVER, log: Path | None = None) -> Serving:
    url = f"http://127.0.0.1:{port}"
    return Serving(f"here-{port}", url, url, [sys.executable, "-c", script, str(port)], dict(os.environ), log)


async def until(true: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


def run(servers: list[Serving], discovery: Path, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Serve, do something, then send SIGTERM as a cluster does."""

    async def both() -> None:
        serving = asyncio.create_task(serve(servers, discovery, FAST))
        try:
            await meanwhile()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(serving, 20)

    asyncio.run(both())


def test_servers_are_announced_while_they_answer_and_leave_nothing(tmp_path: Path, free_ports: list[int]) -> None:
    before = children()

    async def look() -> None:
        await until(lambda: len(list(tmp_path.glob("*.url"))) == 2)

    run([serving(port) for port in free_ports[:2]], tmp_path, look)
    assert list(tmp_path.iterdir()) == []
    assert not set(children()) - set(before)  # Python workers of another test may have ended meanwhile


def test_a_killed_server_is_withdrawn_replaced_and_announced_again(tmp_path: Path, free_ports: list[int]) -> None:
    (port, *_), before = free_ports, children()
    file = tmp_path / f"here-{port}.url"

    async def kill_it() -> None:
        await until(file.exists)
        assert file.read_text() == f"http://127.0.0.1:{port}\n"
        first = [child for child in children() if child not in before]
        next(child for child in first if child.ppid() == os.getpid()).kill()
        await until(lambda: not file.exists())
        await until(file.exists)
        await until(lambda: not any(map(is_alive, first)))  # its engine process too

    run([serving(port)], tmp_path, kill_it)


def test_a_server_that_hangs_is_replaced(tmp_path: Path, free_ports: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("darwin_spark.inference.serve.supervisor.MISSES", 2)
    file = tmp_path / f"here-{free_ports[0]}.url"

    async def stop_it() -> None:
        await until(file.exists)
        (leader,) = (child for child in children() if child.ppid() == os.getpid() and str(free_ports[0]) in child.cmdline())
        leader.suspend()
        await until(lambda: not file.exists())
        await until(file.exists)

    run([serving(free_ports[0])], tmp_path, stop_it)


def test_servers_that_never_come_up_are_given_up_and_the_log_is_named(tmp_path: Path, free_ports: list[int]) -> None:
    log = tmp_path / "server.log"
    with pytest.raises(EngineError, match=r"did not come up in 5 starts: its log is .*server\.log"):
        asyncio.run(serve([serving(free_ports[0], "raise SystemExit('no such model')", log)], tmp_path, FAST))
    assert log.read_text().count("no such model") == 5


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_a_server_does_not_outlive_a_killed_supervisor(tmp_path: Path, free_ports: list[int]) -> None:
    script = textwrap.dedent(f"""
        import asyncio, sys
        from pathlib import Path
        sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[3])]!r}
        from test_serve_supervisor import FAST, serve, serving
        asyncio.run(serve([serving({free_ports[0]})], Path({str(tmp_path)!r}), FAST))
    """)
    with subprocess.Popen([sys.executable, "-c", script]) as supervisor:
        begun = time.monotonic()
        while not list(tmp_path.glob("*.url")):
            assert time.monotonic() - begun < 20
            time.sleep(0.05)
        (server,) = psutil.Process(supervisor.pid).children()
        supervisor.kill()
    server.wait(10)
