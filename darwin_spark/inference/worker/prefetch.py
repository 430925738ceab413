"""Work done ahead: a thread makes the next items while the consumer is busy with these."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
_PATIENCE = 10.0
"""Seconds that a consumer who stops early waits for the item that is being made."""


def ahead(items: Iterable[T], count: int) -> Iterator[T]:
    """The items in order, up to `count` of them made before they are asked for.

    An error in making them is raised to the consumer in its place. A consumer that stops early ends the thread at its next
    item. For work that waits (on another process, on a store): Python runs one thread at a time.
    """
    ready: queue.Queue[tuple[str, Any]] = queue.Queue(count)
    stopped = threading.Event()

    def hand_over(kind: str, value: Any) -> None:
        while not stopped.is_set():
            try:
                ready.put((kind, value), timeout=0.1)
            except queue.Full:
                continue
            return

    def make() -> None:
        try:
            for item in items:
                hand_over("item", item)
                if stopped.is_set():
                    return
            hand_over("end", None)
        except BaseException as error:  # whatever it is, it belongs to the consumer
            hand_over("error", error)

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    try:
        while (got := ready.get())[0] == "item":
            yield got[1]
        if got[0] == "error":
            raise got[1]
    finally:
        stopped.set()
        maker.join(timeout=_PATIENCE)
