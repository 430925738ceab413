"""Kill processes while requests are sent to a model; no stored response may be lost, and none may be paid for twice.

    .venv/bin/python scripts/faults_inference.py FOLDER [--only driver|executor|worker]

The examples climb to L4; from there L5 is climbed on a small cluster of processes (`local-cluster`) with a slow engine: once
unbroken, and once for each fault, a SIGKILL when some responses are in the journal: of the driver (its Python process and its
JVM; the executors notice by themselves), of the executor that holds an engine, of the Python worker with the engine in it.
Afterwards every request that had a response in the journal at that moment must have been sent once, the tables must equal
those of the unbroken climb (so every response is stored once), and `darwin audit` must exit with 0.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
E2E = ROOT / "tests" / "e2e"
sys.path.insert(0, str(E2E))

from support import CORPUS, ENGINE, MANIFEST, QUICKSTART, snapshot  # noqa: E402

from darwin_spark.storage.session import spark_session  # noqa: E402
from darwin_spark.storage.workspace import Workspace  # noqa: E402

FAULTS = ("driver", "executor", "worker")
SETTINGS = [
    *ENGINE,
    "l5.engine=engines:SlowRewriter",
    "l5.window_tokens=32",
    "inference.num_engines=2",
    "inference.circuit_breaker.max_failure_rate=1",
    "inference.flush_responses=3",
    "inference.flush_seconds=1",
    "inference.compaction_seconds=4",
]
MIN_RESPONSES = 20
"""Responses in the journal at the kill; some of them are compacted into the response store by then."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="where the workspaces go; what is there already is reused")
    options.add_argument("--only", choices=FAULTS)
    chosen = options.parse_args()
    folder = chosen.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    base, unbroken = folder / "base", folder / "unbroken"
    if not (base / "tables" / "l4").exists():
        finish(start(base, folder / "base.log", "l4", "local[*]"))
    if not (unbroken / "tables" / "l5").exists():
        shutil.copytree(base, unbroken, dirs_exist_ok=True)
        finish(start(unbroken, folder / "unbroken.log", "l5", CLUSTER))
    print(f"unbroken: {len(sent(folder / 'unbroken.log'))} requests sent", flush=True)
    good = [survives(fault, base, unbroken, folder) for fault in FAULTS if chosen.only in (None, fault)]
    sys.exit(0 if all(good) else 1)


CLUSTER = "local-cluster[2,1,1024]"


def start(workspace: Path, log: Path, to: str, master: str) -> "subprocess.Popen[bytes]":
    """Start a climb in a process of its own; its engine writes each request to `log`."""
    paths = [str(ROOT), str(E2E)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "DARWIN_ENGINE_LOG": str(log), "SPARK_MASTER": master}
    command = [sys.executable, "-m", "darwin_spark.cli.app", "run", "--input", str(CORPUS), "--manifest", str(MANIFEST)]
    command += ["--config", str(QUICKSTART), "--workspace", str(workspace), "--to", to]
    command += [text for assignment in SETTINGS for text in ("--set", assignment)]
    with log.with_suffix(".out").open("ab") as out:
        return subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, stderr=out)


def finish(climb: "subprocess.Popen[bytes]") -> None:
    if climb.wait():
        sys.exit(f"the climb failed with {climb.returncode}; see the .out files: {climb.args!r}")


def survives(fault: str, base: Path, unbroken: Path, folder: Path) -> bool:
    """Run one fault. Return whether the result is correct; print what is not."""
    workspace, log = folder / fault, folder / f"{fault}.log"
    for old in (workspace, log, Path(f"{log}.pids")):
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    shutil.copytree(base, workspace)
    climb = start(workspace, log, "l5", CLUSTER)
    while len(journaled(workspace)) < MIN_RESPONSES:
        if climb.poll() is not None:
            sys.exit(f"{fault}: the climb ended before the kill, see {log.with_suffix('.out')}")
        time.sleep(0.1)
    kept = journaled(workspace)
    for process in victims(fault, climb.pid, Path(f"{log}.pids")):
        os.kill(process, signal.SIGKILL)
    survived = climb.wait() == 0
    if not survived:
        finish(start(workspace, log, "l5", CLUSTER))
    times = Counter(sent(log))
    with spark_session() as spark:
        one, other = (snapshot(Workspace.at(spark, str(place))) for place in (unbroken, workspace))
    audit = subprocess.run(
        [sys.executable, "-m", "darwin_spark.cli.app", "audit", "--workspace", str(workspace)], cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    checks = {
        "in the journal at the kill and sent again": sum(times[key] != 1 for key in kept),
        "tables that differ": [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)],
        "left in the journal": [path.name for path in (workspace / "journal").glob("*") if path.name != "torn"],
        "audit": audit.stdout.strip() if audit.returncode else "",
    }
    problems = {name: found for name, found in checks.items() if found}
    again = sum(count - 1 for count in times.values())
    print(
        f"{fault}: killed with {len(kept)} responses in the journal; {'the climb went on' if survived else 'climbed again'}; "
        f"{again} of {len(times)} requests were in flight or unwritten and sent again; "
        f"{problems or 'equal to the unbroken climb'}",
        flush=True,
    )
    return not problems


def victims(fault: str, driver: int, pids: Path) -> list[int]:
    """The processes to kill."""
    if fault == "driver":
        children = psutil.Process(driver).children()
        return [driver, *(child.pid for child in children if "java" in child.name())]
    worker = next(pid for line in pids.read_text().split() if psutil.pid_exists(pid := int(line)))
    above = psutil.Process(worker).parents()
    return [worker] if fault == "worker" else [next(process.pid for process in above if "java" in process.name())]


def journaled(workspace: Path) -> set[str]:
    """The requests with a response in the journal, compacted or not: `request_id attempt`, as the engine writes it."""
    return set(_journaled(workspace))


def _journaled(workspace: Path) -> Iterator[str]:
    for pattern in ("journal/*/*.parquet", "journal/*/folded/*.parquet"):
        for file in workspace.glob(pattern):
            try:
                table = pq.read_table(file, columns=["request_id", "attempt"])
            except FileNotFoundError:  # just compacted: the second pattern has its keys
                continue
            yield from (f"{row['request_id']} {row['attempt']}" for row in table.to_pylist())


def sent(log: Path) -> list[str]:
    """The requests that the engine got, in order."""
    return log.read_text().splitlines()


if __name__ == "__main__":
    main()
