"""Kill a climb over real documents, again and again, and compare what comes out with an unbroken climb.

    .venv/bin/python scripts/crash_real.py FOLDER --input PATH [--input PATH ...] [--to l4] [--set key=value] [--moments 5]

A first climb is not broken. A second is killed by SIGKILL at each named boundary, a third at random moments (seeded); each is
then finished. Every table must be equal in all columns but run ids, times and latencies, the audits clean, and no staging
table left.
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
E2E = ROOT / "tests" / "e2e"
sys.path.insert(0, str(E2E))

from support import snapshot  # noqa: E402

from darwin_spark.observe.audit import audit  # noqa: E402
from darwin_spark.storage.session import spark_session  # noqa: E402
from darwin_spark.storage.workspace import Workspace  # noqa: E402

STEPS_OF_L2 = ["changes", "features", "edges", "components", "touched", "changed", "l2", "signatures"]
BOUNDARIES = ["l0:staged", "l0:published", "l1:staged", "l1:published"]
BOUNDARIES += [f"l2:staging {step}" for step in STEPS_OF_L2]
BOUNDARIES += ["l2:staged", "l2:side_tables", "l2:published", "l4:staged", "l4:published"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the two workspaces go; must not exist yet")
    parser.add_argument("--input", action="append", required=True)
    parser.add_argument("--to", default="l4")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--moments", type=int, default=5, help="how many random moments")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    command = ["--to", arguments.to, "--set", "tracking.enabled=false"]
    command += [text for path in arguments.input for text in ("--input", path)]
    command += [text for assignment in arguments.set for text in ("--set", assignment)]
    unbroken = arguments.folder / "unbroken"
    seconds, _ = climb("never", unbroken, command)
    print(f"unbroken: {seconds:.0f} s", flush=True)
    moments = random.Random(arguments.seed)
    # A climb that goes on begins with what it finds, so each moment lies somewhat deeper than the one before.
    at_random = [f"after:{moments.uniform(0.1, 0.35) * seconds:.1f}" for _ in range(arguments.moments)]
    reached = [boundary for boundary in BOUNDARIES if boundary[:2] <= arguments.to]
    same = True
    for name, kills in (("boundaries", reached), ("moments", at_random)):
        broken = arguments.folder / name
        for kill in kills:
            seconds, died = climb(kill, broken, command)
            print(f"{kill}: {'killed' if died else 'NOT REACHED, the climb ended'} after {seconds:.0f} s", flush=True)
        print(f"finished: {climb('never', broken, command)[0]:.0f} s", flush=True)
        same &= are_equal(unbroken, broken)
    sys.exit(0 if same else 1)


def climb(kill: str, workspace: Path, command: list[str]) -> tuple[float, bool]:
    """One climb; answers its seconds, and whether it was killed."""
    begun = time.monotonic()
    script = [sys.executable, str(E2E / "climb_and_die.py"), kill, *command, "--workspace", str(workspace)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    if done.returncode not in ((0,) if kill == "never" else (-9, 0)):
        sys.exit(f"the climb failed:\n{done.stdout}\n{done.stderr}")
    return time.monotonic() - begun, done.returncode == -9


def are_equal(unbroken: Path, broken: Path) -> bool:
    """Whether all tables are equal and the audit is clean; prints what it finds."""
    with spark_session() as spark:
        first, second = (Workspace.at(spark, str(folder)) for folder in (unbroken, broken))
        one, other = snapshot(first), snapshot(second)
        findings = audit(second)
    for table in sorted(one.keys() | other.keys()):
        same = one.get(table) == other.get(table)
        print(f"{table}: {len(one.get(table, []))} rows, {'equal' if same else 'DIFFERENT'}", flush=True)
    left = sorted(path.name for path in (broken / "tables" / "staging").glob("*"))
    print(f"audit: {findings or 'clean'}; staging tables left: {left or 'none'}", flush=True)
    return one == other and not findings and not left


if __name__ == "__main__":
    main()
