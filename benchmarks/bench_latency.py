"""How long a person waits for each command, as a ratio to a bare Spark session measured in the same round.

`make bench-latency`, or python -m benchmarks.bench_latency [ROUNDS]. Machines are noisy: each round measures all, the bare
session first and last, and the median of the rounds is shown with its ratio and the limit. Exits with 1 if one is exceeded.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
DARWIN = ("-m", "darwin_spark.cli.app")
CORPUS, QUICKSTART = str(ROOT / "examples" / "corpus"), str(ROOT / "conf" / "quickstart.yaml")
SESSION, READ = "bare session", "bare session and one Delta read"
SECONDS = {
    "status": 1.5,
    "list": 1.5,
    "runs": 1.5,
    "explain": 1.5,
    "a wrong --to": 2.0,
    "nothing to do, after Spark": 5.0,
}
"""Limits in seconds, on a quiet machine of two cores."""
RATIOS = {"sql": (READ, 1.4), "first level of a climb": (SESSION, 1.3)}
"""Limits as ratios to a bare session."""


def timed(*arguments: str, until: str | None = None) -> float:
    """Return the seconds from the start of a Python process to its end, or to the first line that contains `until`."""
    begun = time.monotonic()
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, *arguments], stdout=pipe, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    assert process.stdout is not None
    seen = 0.0
    for line in process.stdout:
        if not seen and until and re.search(until, line):
            seen = time.monotonic() - begun
    process.wait()
    return seen or time.monotonic() - begun


def one_round(workspace: str, fresh: str) -> Mapping[str, float]:
    """Measure everything once."""
    at = ("--workspace", workspace)
    table = f"{workspace}/tables/l0"
    climb = (*DARWIN, "run", CORPUS, "--config", QUICKSTART)
    found = {SESSION: timed("-m", "benchmarks.latency.bare", until="started")}
    found[READ] = timed("-m", "benchmarks.latency.bare", table)
    found["--help"] = timed(*DARWIN, "--help")
    found["a wrong --to"] = timed(*DARWIN, "run", "--to", "l22", *at)
    found["status"] = timed(*DARWIN, "status", *at)
    found["list"] = timed(*DARWIN, "list", *at)
    found["runs"] = timed(*DARWIN, "runs", *at)
    found["explain"] = timed(*DARWIN, "explain", "kater-pendulum.pdf", *at)
    found["sql"] = timed(*DARWIN, "sql", "SELECT count(*) FROM l0", *at)
    found["sql --engine datafusion"] = timed(*DARWIN, "sql", "SELECT count(*) FROM l0", "--engine", "datafusion", *at)
    found["first level of a climb"] = timed("-m", "benchmarks.latency.first_level", fresh, until="started")
    nothing = timed(*climb, *at)
    found["nothing to do, after Spark"] = nothing - found[SESSION]
    return found


def main(arguments: Sequence[str]) -> int:
    rounds = int(arguments[0]) if arguments else 3
    with tempfile.TemporaryDirectory() as folder:
        workspace = f"{folder}/workspace"
        timed(*DARWIN, "run", CORPUS, "--config", QUICKSTART, "--workspace", workspace)
        measured = [one_round(workspace, f"{folder}/fresh-{number}") for number in range(rounds)]
    middle = {name: median(found[name] for found in measured) for name in measured[0]}
    failed = 0
    for name, seconds in middle.items():
        base, limit = RATIOS.get(name, (SESSION, 0.0))
        ratio = median(found[name] / found[base] for found in measured)
        allowed = f"at most {limit} of: {base}" if limit else f"at most {SECONDS[name]} s" if name in SECONDS else ""
        is_over = ratio > limit if limit else seconds > SECONDS.get(name, seconds)
        failed += is_over
        print(f"{name:36} {seconds:6.2f} s  {ratio:5.2f} of the {base:32} {allowed}{'  TOO SLOW' if is_over else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
