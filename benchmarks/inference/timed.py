"""An engine that only waits: `benchmarks.inference.timed:Timed`, with 256 slots of 2 seconds.

It takes requests as vLLM does: they wait in its queue, `max_num_seqs` of them run at once, and a free slot is filled only when
another request has been handed over. The start and end of each request go to the file TIMED_LOG.
"""

import heapq
import os
import random
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from darwin_spark.config.model import ModelSettings
from darwin_spark.inference.engines.protocol import Answer, Request

SECONDS = 2.0
SPREAD = 0.5
"""A request takes SECONDS, plus or minus up to this: requests of equal length would end at the same time."""
TEXT = "An answer of about the length of a chunk. " * 24


class Timed:
    """Runs `max_num_seqs` requests at once, and holds as many more."""

    def __init__(self, model: ModelSettings) -> None:
        self.slots = model.max_num_seqs

    def answer(self, requests: Iterator[Request]) -> Iterator[Answer]:
        waiting: deque[Request] = deque()
        running: list[tuple[float, float, int, Request]] = []
        lengths = random.Random(1)
        number = 0
        with Path(os.environ["TIMED_LOG"]).open("w") as log:
            while True:
                while len(waiting) + len(running) < 2 * self.slots and (request := next(requests, None)) is not None:
                    waiting.append(request)
                while waiting and len(running) < self.slots:
                    now, number = time.monotonic(), number + 1
                    length = SECONDS + lengths.uniform(-SPREAD, SPREAD)
                    heapq.heappush(running, (now + length, now, number, waiting.popleft()))
                if not running:
                    return
                until, begun, _, request = heapq.heappop(running)
                time.sleep(max(until - time.monotonic(), 0))
                log.write(f"{begun} {until}\n")
                yield Answer(request.request_id, request.attempt, TEXT, "stop", 300, 250, 2_000, "timed")
