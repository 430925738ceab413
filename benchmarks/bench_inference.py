"""The overhead of Spark on inference: `make bench-inference`, or python -m benchmarks.bench_inference [--only NAME]

NAME is throughput or occupancy.

Occupancy: 50,000 requests to an engine that only waits, with the journal (benchmarks/inference/occupancy.py).
Throughput: vLLM on the CPU with SmolLM2, the same 100 requests through Spark and by raw `LLM.chat` on the whole list, in
turns, without the start of the engine; median of three. The last line is `ratio X.XX`: tokens a second of Spark over those of
raw vLLM.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TURNS = 3
SIDES = {"raw vLLM": "benchmarks.inference.raw_vllm", "through Spark": "benchmarks.inference.through_spark"}


class Side:
    """One of the two sides, in a process of its own that keeps its engine from turn to turn."""

    def __init__(self, module: str) -> None:
        # Both sides get the same cores; without this setting Spark limits each Python worker to one.
        cores = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
        env = {**os.environ, "OMP_NUM_THREADS": cores, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", module]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read("ready")

    def turn(self, number: int) -> dict[str, Any]:
        """Run one turn. Return its tokens, seconds and requests."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._read("{"))
        return answer

    def _read(self, start: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(start):
                return line
        sys.exit(f"{self.process.args!r} ended with {self.process.wait()}")

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)


def throughput() -> float:
    """Return the ratio of tokens a second: through Spark over raw vLLM."""
    sides = {name: Side(module) for name, module in SIDES.items()}
    speeds: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(1, TURNS + 1):
        for name in sorted(sides, reverse=turn % 2 == 0):
            found = sides[name].turn(turn)
            speeds[name].append(found["tokens"] / found["seconds"])
            print(
                f"turn {turn}, {name}: {found['requests']} requests, {found['tokens']:,} tokens in {found['seconds']:.1f} s: "
                f"{speeds[name][-1]:.1f} tokens/s",
                flush=True,
            )
    for side in sides.values():
        side.close()
    medians = {name: statistics.median(found) for name, found in speeds.items()}
    print(", ".join(f"{name} {median:.1f} tokens/s" for name, median in medians.items()))
    return medians["through Spark"] / medians["raw vLLM"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", choices=("throughput", "occupancy"))
    options.add_argument("--requests", type=int, default=50_000, help="of the occupancy run")
    chosen = options.parse_args()
    if chosen.only != "throughput":
        command = [sys.executable, "-m", "benchmarks.inference.occupancy", "--requests", str(chosen.requests)]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    if chosen.only != "occupancy":
        print(f"ratio {throughput():.2f}")


if __name__ == "__main__":
    main()
