"""Prefetch: a thread computes the next items while the consumer processes the current ones."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
_JOIN_TIMEOUT_SECONDS = 10.0
"""Seconds that a consumer which stops early waits for the producer thread to finish its current item."""


def prefetch(items: Iterable[T], count: int) -> Iterator[T]:
    """Yield the items in order, while a thread computes about `count` items ahead of the consumer.
    An error of the iterable is raised to the consumer after the items before it. If the consumer stops early, the thread ends
    after its current item. Useful for items that wait for I/O or another process: Python runs one thread at a time."""
    ready: queue.Queue[tuple[str, Any]] = queue.Queue(count)
    stopped = threading.Event()

    def enqueue(kind: str, value: Any) -> None:
        while not stopped.is_set():
            try:
                ready.put((kind, value), timeout=0.1)
            except queue.Full:
                continue
            return

    def produce() -> None:
        try:
            for item in items:
                enqueue("item", item)
                if stopped.is_set():
                    return
            enqueue("end", None)
        except BaseException as error:  # every error is passed on to the consumer
            enqueue("error", error)

    producer = threading.Thread(target=produce, daemon=True)
    producer.start()
    try:
        while (received := ready.get())[0] == "item":
            yield received[1]
        if received[0] == "error":
            raise received[1]
    finally:
        stopped.set()
        producer.join(timeout=_JOIN_TIMEOUT_SECONDS)
