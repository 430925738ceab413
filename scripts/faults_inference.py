"""Kill what asks a model in the middle of its work, and see that no answer is lost and none is paid for twice.

    .venv/bin/python scripts/faults_inference.py FOLDER [--only driver|executor|worker]

The examples climb to L4; from there L5 is climbed on a small cluster of processes (`local-cluster`), with an engine that
takes its time: once unbroken, and once for each fault, by SIGKILL when some answers are journaled: of the driver (its Python
and its JVM; the executors are left to find out), of the executor that holds an engine, of the Python worker with the engine
in it. Then: every answer that was journaled at that moment was asked once and stands in the ledger once, the tables equal
those of the unbroken climb, and `darwin audit` exits with 0.
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
ENOUGH = 20
"""Answers that are journaled when the kill comes; some of them are in the ledger by then."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="where the workspaces go; what is there already is used again")
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
    print(f"unbroken: {len(asked(folder / 'unbroken.log'))} requests asked", flush=True)
    good = [suffers(fault, base, unbroken, folder) for fault in FAULTS if chosen.only in (None, fault)]
    sys.exit(0 if all(good) else 1)


CLUSTER = "local-cluster[2,1,1024]"


def start(workspace: Path, log: Path, to: str, master: str) -> "subprocess.Popen[bytes]":
    """A climb in a process of its own; what its engine was asked goes to `log`."""
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


def suffers(fault: str, base: Path, unbroken: Path, folder: Path) -> bool:
    """One fault; answers whether everything is as it should be, and says what is not."""
    workspace, log = folder / fault, folder / f"{fault}.log"
    for old in (workspace, log, Path(f"{log}.pids")):
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    shutil.copytree(base, workspace)
    climb = start(workspace, log, "l5", CLUSTER)
    while len(journaled(workspace)) < ENOUGH:
        if climb.poll() is not None:
            sys.exit(f"{fault}: the climb ended before the kill, see {log.with_suffix('.out')}")
        time.sleep(0.1)
    kept = journaled(workspace)
    for process in victims(fault, climb.pid, Path(f"{log}.pids")):
        os.kill(process, signal.SIGKILL)
    survived = climb.wait() == 0
    if not survived:
        finish(start(workspace, log, "l5", CLUSTER))
    times = Counter(asked(log))
    with spark_session() as spark:
        one, other = snapshot(spark, unbroken), snapshot(spark, workspace)
    audit = subprocess.run(
        [sys.executable, "-m", "darwin_spark.cli.app", "audit", "--workspace", str(workspace)], cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    told = {
        "kept at the kill and asked again": sum(times[key] != 1 for key in kept),
        "tables that differ": [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)],
        "journal left": [path.name for path in (workspace / "journal").glob("*") if path.name != "torn"],
        "audit": audit.stdout.strip() if audit.returncode else "",
    }
    again = sum(count - 1 for count in times.values())
    print(
        f"{fault}: killed with {len(kept)} answers journaled; {'the climb went on' if survived else 'climbed again'}; "
        f"{again} of {len(times)} requests were in flight or unwritten and asked again; "
        f"{'as unbroken' if not any(told.values()) else {name: found for name, found in told.items() if found}}",
        flush=True,
    )
    return not any(told.values())


def victims(fault: str, driver: int, pids: Path) -> list[int]:
    """The processes to kill."""
    if fault == "driver":
        children = psutil.Process(driver).children()
        return [driver, *(child.pid for child in children if "java" in child.name())]
    worker = next(pid for line in pids.read_text().split() if psutil.pid_exists(pid := int(line)))
    above = psutil.Process(worker).parents()
    return [worker] if fault == "worker" else [next(process.pid for process in above if "java" in process.name())]


def journaled(workspace: Path) -> set[str]:
    """What the journal holds, folded or not: `request_id attempt`, as the engine writes it down."""
    return set(_journaled(workspace))


def _journaled(workspace: Path) -> Iterator[str]:
    for pattern in ("journal/*/*.parquet", "journal/*/folded/*.parquet"):
        for file in workspace.glob(pattern):
            try:
                table = pq.read_table(file, columns=["request_id", "attempt"])
            except FileNotFoundError:  # folded in this moment: the second pattern has its keys
                continue
            yield from (f"{row['request_id']} {row['attempt']}" for row in table.to_pylist())


def asked(log: Path) -> list[str]:
    """What the engine was asked, in order."""
    return log.read_text().splitlines()


if __name__ == "__main__":
    main()
