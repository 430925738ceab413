"""What a second worker brings, by the clock: python -m benchmarks.l1.workers [--turns 5] [--seconds 6]

Two processes like Spark's Python workers, each with its parsing child, both started and warm before the clock. One works
alone, then both do, in turn, so that what else the machine does falls on both; the figures are medians over the turns.
A bare loop in Python goes the same way: what two of these bring is what the machine has to give (cores may be shared, by
other jobs or by the host). "on a core" is the CPU time of workers and children over the time that the clock saw: well
below 1, other jobs had the cores, and the figure by the clock says little; that by CPU time still tells whether two
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
"""Steps of the bare loop that count as one piece of work."""


class Turn(NamedTuple):
    """Work done (pages, or pieces of the loop) by so many workers at once; seconds by the clock, and of CPU in all."""

    workers: int
    work: int
    wall: float
    cpu: float

    @property
    def speed(self) -> float:
        return self.work / self.wall


def _worker(orders: Connection) -> None:
    """Answers each order (what to do, how often) with the work done and the CPU seconds; None ends it."""
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
    """All of them at once, each so many times."""
    begin = time.monotonic()
    for worker in workers:
        worker.send((kind, times))
    answers = [worker.recv() for worker in workers]
    wall = time.monotonic() - begin
    return Turn(len(workers), sum(work for work, _ in answers), wall, sum(cpu for _, cpu in answers))


def turns(workers: Sequence[Connection], kind: str, seconds: float, count: int) -> list[tuple[Turn, Turn]]:
    """Pairs of one worker and all, as many times as takes about so many seconds alone."""
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
    _report("bare loop", "pieces", loop)
    _report("pdf", "pages", pages)


if __name__ == "__main__":
    main()
