"""What isolation costs, and what a second worker brings: python -m benchmarks.l1.isolated [--rounds 3]

The PDFs go through `isolation.parse` as in a Spark worker; the CPU time is that of the worker and of its parsing process
together, beside raw pypdfium2 over the same files in the same run. Then one worker and two do the same work, by the clock.
"""

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import psutil

from benchmarks.l1.fidelity import raw_pages
from benchmarks.l1.throughput import PDFS, SETTINGS, samples
from darwin_spark.l1_normalize import isolation


@contextmanager
def cpu_seconds() -> Iterator[list[float]]:
    """The CPU time of this process and of its child, in a list once the block is done."""
    answer: list[float] = []
    begin = _spent()
    yield answer
    answer.append(_spent() - begin)


def _spent() -> float:
    children = psutil.Process().children()
    return time.process_time() + sum(sum(child.cpu_times()[:2]) for child in children)


def isolated(contents: list[bytes]) -> int:
    """Parse all; answers the pages."""
    return sum(len(isolation.parse("application/pdf", content, SETTINGS).pages) for content in contents)


def _work(rounds: int) -> int:
    contents = list(samples(PDFS))
    return sum(isolated(contents) for _ in range(rounds))


def pages_a_second(workers: int, rounds: int) -> float:
    """Pages a second, by the clock, of so many workers at once, each with a child of its own."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_work, [1] * workers))
        begin = time.monotonic()
        pages = sum(pool.map(_work, [rounds] * workers))
        return pages / (time.monotonic() - begin)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3, help="how often all PDFs are parsed")
    rounds = options.parse_args().rounds
    contents = list(samples(PDFS))
    isolated(contents)
    raw = ours = 0.0
    pages = 0
    for _ in range(rounds):
        with cpu_seconds() as spent:
            pages += sum(len(raw_pages(content)) for content in contents)
        raw += spent[0]
        with cpu_seconds() as spent:
            isolated(contents)
        ours += spent[0]
    print(f"{'raw pypdfium2':26} {pages / raw:8.1f} pages/s of CPU")
    print(f"{'pdf, isolated':26} {pages / ours:8.1f} pages/s of CPU {raw / ours:.3f} of raw pypdfium2's speed")
    one, two = pages_a_second(1, rounds), pages_a_second(2, rounds)
    print(f"one worker {one:.1f}, two {two:.1f} pages/s by the clock: {two / one:.2f} times")


if __name__ == "__main__":
    main()
