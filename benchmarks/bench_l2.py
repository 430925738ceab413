"""Deduplication compared with its peers, on the same files, in one run: `make bench-l2`, or python -m benchmarks.bench_l2

A corpus of 300 MB is made from ../shared/data (benchmarks/l2/copies.py). Then these run one after the other on the same two
cores: ours end to end, the four stages of datatrove, and the signatures alone on one core, ours and those of rensa in turns.
The peers have an environment of their own, `.cache/bench`, made from constraints/bench.txt (benchmarks/environments.py).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.environments import ROOT, provide
from benchmarks.l2 import peers
from darwin_spark.levels.l2_filter.dedup.minhash import sign

TURNS = 3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--megabytes", type=float, default=300)
    megabytes = options.parse_args().megabytes
    python = str(provide("bench"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "benchmarks.l2.copies", name, "--megabytes", str(megabytes))
        files = list((folder / "jsonl").iterdir())
        documents = sum(1 for file in files for _ in file.open())
        print(f"{documents:,} documents, {megabytes:.0f} MB of text, two cores", flush=True)
        ours = answer(sys.executable, "-m", "benchmarks.l2.ours", name)
        _print("ours", ours["steps"], ours["seconds"], megabytes, f"{ours['kept']:,} kept, peak {ours['peak_mb']:,} MB")
        theirs = answer(python, peers.__file__, "datatrove", name)
        kept = int(theirs.pop("kept"))
        total = sum(theirs.values())
        _print("datatrove", theirs, total, megabytes, f"{kept:,} kept")
        print(f"end to end: {total / ours['seconds']:.1f} times as fast as datatrove", flush=True)
        signatures(folder, python)


def run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def answer(*command: str) -> dict[str, Any]:
    """Run a command; return the JSON on the last line that it prints."""
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def signatures(folder: Path, python: str) -> None:
    """Print MB/s of one core; both run in turns, so that a busy machine slows both."""
    texts = [json.loads(line)["text"] for line in (folder / "jsonl" / "0.jsonl").open()]
    sign(texts[0])
    speeds: dict[str, list[float]] = {"ours": [], "rensa": []}
    for _ in range(TURNS):
        begun = time.process_time()
        for text in texts:
            sign(text)
        speeds["ours"].append(sum(len(text.encode()) for text in texts) / 1e6 / (time.process_time() - begun))
        theirs = answer(python, peers.__file__, "rensa", str(folder))
        speeds["rensa"].append(theirs["bytes"] / 1e6 / theirs["seconds"])
    ours, rensa = (sorted(speeds[name])[TURNS // 2] for name in ("ours", "rensa"))
    print(f"signatures, one core: ours {ours:.1f} MB/s, rensa {rensa:.1f} MB/s: {ours / rensa:.1f} times as fast")


def _print(name: str, steps: dict[str, float], seconds: float, megabytes: float, more: str) -> None:
    print(f"{name:10} {seconds:7.1f} s  {megabytes / seconds / 2:6.2f} MB/s a core  {more}")
    print("           " + ", ".join(f"{step} {spent:.1f} s" for step, spent in steps.items()), flush=True)


if __name__ == "__main__":
    main()
