"""Let documents climb to L4 with servers that fail in every way, and compare the tables with those of an unbroken climb.

    .venv/bin/python scripts/faults_endpoint.py FOLDER [--input PATH ...] [--latency SECONDS]

The servers speak HTTP and hold no model: they return each chunk as a refiner does that finds nothing to clean. In the broken
climb one server answers 500, one hangs, one closes the connection, one closes it in the middle of an answer, one sends
garbage, one is always overloaded, one is killed by SIGKILL and comes back, one joins and one leaves. Every table must be equal
in all columns but run ids, times and engines, and the audit must be clean.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "e2e"), str(ROOT / "tests" / "inference" / "endpoint")]

from crash_real import are_equal  # noqa: E402
from fake_server import FakeServer, free_port  # noqa: E402
from support import CORPUS, QUICKSTART, darwin  # noqa: E402

BAD = ("error", "hang", "close", "half", "garbage", "busy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the two workspaces go; must not exist yet")
    parser.add_argument("--input", action="append")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds that a server takes for an answer")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    inputs = arguments.input or [str(CORPUS)]
    with ExitStack() as stack:
        good = [stack.enter_context(FakeServer(latency=arguments.latency, says="refined")) for _ in range(2)]
        climb(arguments.folder / "unbroken", inputs, good)
    with ExitStack() as stack:
        good = [stack.enter_context(FakeServer(latency=arguments.latency, says="refined")) for _ in range(3)]
        bad = [stack.enter_context(FakeServer(how, says="refined")) for how in BAD]
        victim = stack.enter_context(Victim(arguments.latency))
        climb(arguments.folder / "broken", inputs, [*good[:2], *bad], victim, late=good[2])
        for server in bad:
            print(f"the server that fails by {server.how}: {len(server.asked)} requests", flush=True)
        print(f"the server that joined: {len(good[2].asked)} requests", flush=True)
        assert victim.killed, "the climb ended before the kill: raise --latency"
        assert good[2].asked, "the climb ended before the server that joined got a request: raise --latency"
    sys.exit(0 if are_equal(arguments.folder / "unbroken", arguments.folder / "broken") else 1)


class Victim:
    """A server in a process of its own, which is killed and started again."""

    def __init__(self, latency: float) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.killed = False
        self._how = json.dumps({"latency": latency, "says": "refined"})

    def __enter__(self) -> "Victim":
        script = ROOT / "tests" / "inference" / "endpoint" / "fake_server.py"
        self._process = subprocess.Popen([sys.executable, str(script), str(self.port), self._how])
        return self

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self.killed = True

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def climb(
    workspace: Path, inputs: list[str], servers: list[FakeServer], victim: Victim | None = None, late: FakeServer | None = None
) -> None:
    """One climb to L4; `victim` is killed and restarted, and `late` joins while it runs."""
    discovery = workspace.with_suffix(".servers")
    discovery.mkdir()
    for server in [*servers, *([victim] if victim else [])]:
        (discovery / f"{server.port}.url").write_text(server.url)
    ended = threading.Event()
    if victim and late:
        threading.Thread(target=disturb, args=(discovery, servers[0], victim, late, ended), daemon=True).start()
    place = f"l4.model.endpoint.discovery={discovery}"
    settings = ["l4.engine=endpoint", "l4.model.model=small", "tracking.enabled=false", place]
    pace = {"probe_seconds": 0.5, "backoff_seconds": 0.2, "ramp_seconds": 1, "timeout_seconds": 3, "in_flight": 4}
    settings += [f"l4.model.endpoint.{name}={value}" for name, value in pace.items()]
    command = ["run", "--to", "l4", "--config", str(QUICKSTART), "--workspace", str(workspace)]
    command += [text for path in inputs for text in ("--input", path)]
    command += [text for setting in settings for text in ("--set", setting)]
    begun = time.monotonic()
    darwin(*command, env={"PYTHONPATH": str(ROOT)})
    ended.set()
    print(f"{workspace.name}: {time.monotonic() - begun:.0f} s", flush=True)


def disturb(discovery: Path, leaver: FakeServer, victim: Victim, late: FakeServer, ended: threading.Event) -> None:
    """Kill one server, remove another and add a third while the climb runs; the killed one comes back."""
    while len(leaver.asked) < 5 and not ended.is_set():
        time.sleep(0.05)
    victim.kill()
    (discovery / f"{leaver.port}.url").unlink()
    (discovery / f"{late.port}.url").write_text(late.url)
    time.sleep(1.0)
    victim.__enter__()


if __name__ == "__main__":
    main()
