"""The gain of a second worker, in wall-clock time: python -m benchmarks.l1.workers [--turns 5] [--seconds 6]

Two processes like Spark's Python workers, each with its parser process, both started and warm before the clock. One works
alone, then both work, in turn, so that other load on the machine affects both; the figures are medians over the turns.
A Python loop without parsing is measured the same way: its gain is the most that the machine can give (cores may be shared,
by other jobs or by the host). "on a core" is the CPU time of workers and parser processes over wall-clock time. If it is well
below 1, other jobs had the cores and the wall-clock figure means little; the figure by CPU time still shows whether two
workers slow each other (caches, memory).
"""

import argparse
import os
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from typing import NamedTuple

from benchmarks.l1.isolated import isolated, spent
from benchmarks.l1.throughput import PDFS, samples

_LOOP = 200_000
"""Steps of the loop that count as one unit of work."""


class Turn(NamedTuple):
    """Units of work (pages, or units of the loop) done by `workers` workers at once; wall-clock seconds, total CPU seconds."""

    workers: int
    work: int
    wall: float
    cpu: float

    @property
    def speed(self) -> float:
        return self.work / self.wall


def _worker(orders: Connection) -> None:
    """Answer each order (kind of work, how often) with the units done and the CPU seconds; None ends the worker."""
    contents = list(samples(PDFS))
    kinds = {"pdf": lambda: sum(isolated("application/pdf", content) for content in contents), "loop": _loop}
    kinds["pdf"]()
    orders.send("ready")
    while (order := orders.recv()) is not None:
        kind, times = order
        begin = spent()
        orders.send((sum(kinds[kind]() for _ in range(times)), spent() - begin))


def _loop() -> int:
    total = 0
    for i in range(_LOOP):
        total += i * i
    return 1 if total else 0


def turn(workers: Sequence[Connection], kind: str, times: int) -> Turn:
    """All workers at once, each `times` times."""
    begin = time.monotonic()
    for worker in workers:
        worker.send((kind, times))
    answers = [worker.recv() for worker in workers]
    wall = time.monotonic() - begin
    return Turn(len(workers), sum(work for work, _ in answers), wall, sum(cpu for _, cpu in answers))


def turns(workers: Sequence[Connection], kind: str, seconds: float, count: int) -> list[tuple[Turn, Turn]]:
    """`count` pairs of turns, of one worker and of all; each turn takes one worker about `seconds` seconds."""
    times = max(1, round(seconds / turn(workers[:1], kind, 1).wall))
    return [(turn(workers[:1], kind, times), turn(workers, kind, times)) for _ in range(count)]


def _report(name: str, unit: str, pairs: Sequence[tuple[Turn, Turn]]) -> None:
    one, two = median(a.speed for a, _ in pairs), median(b.speed for _, b in pairs)
    gains = [b.speed / a.speed for a, b in pairs]
    shares = [median(t.cpu / t.wall / t.workers for t in column) for column in zip(*pairs, strict=True)]
    by_cpu = median(2 * (a.cpu / a.work) / (b.cpu / b.work) for a, b in pairs)
    print(
        f"{name:10} one {one:8.1f}, two {two:8.1f} {unit}/s by the clock: {median(gains):.2f} times"
        f" ({min(gains):.2f} to {max(gains):.2f}); on a core {shares[0]:.2f} and {shares[1]:.2f};"
        f" by CPU time {by_cpu:.2f} times"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--turns", type=int, default=5, help="how often one worker and two take turns")
    options.add_argument("--seconds", type=float, default=6.0, help="about how long one worker works in a turn")
    given = options.parse_args()
    context = get_context("spawn")
    ends, processes = [], []
    for _ in range(2):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=_worker, args=(theirs,)))
        processes[-1].start()
        ends.append(ours)
    for end in ends:
        end.recv()
    loads = [os.getloadavg()[0]]
    loop = turns(ends, "loop", given.seconds / 3, given.turns)
    pages = turns(ends, "pdf", given.seconds, given.turns)
    loads.append(os.getloadavg()[0])
    for end, process in zip(ends, processes, strict=True):
        end.send(None)
        process.join()
    print(f"medians of {given.turns} turns; load of the machine {loads[0]:.1f} before and {loads[1]:.1f} after on", end=" ")
    print(f"{os.cpu_count()} cores (1 and 2 are the benchmark's own)")
    _report("loop", "units", loop)
    _report("pdf", "pages", pages)


if __name__ == "__main__":
    main()
