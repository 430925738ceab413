"""How a worker keeps its journal: answers are handed over here and written by a thread, so that the engine never waits.

The thread writes when there are enough answers, or when the oldest has waited long enough, whether or not another one comes.
"""

import threading
import time
from types import TracebackType

import pyarrow as pa

from darwin_spark.arrow_udf import Row
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Queue

_BEAT = 0.5
"""Seconds between two looks at what is pending."""
_WATCH = 5.0
"""Seconds between two looks for the queue's stop mark, at the most."""
_BEHIND = 16
"""The engine waits when so many files' worth of answers are unwritten: the store is down or far too slow."""


class Writer:
    """The journal of one task attempt; leaving its `with` block writes what is pending, also where the task fails."""

    def __init__(self, queue: Queue, partition: int, attempt: int, answers: int, seconds: float) -> None:
        self.queue, self.partition, self.attempt = queue, partition, attempt
        self._most, self._seconds, self._watch = answers, seconds, min(seconds, _WATCH)
        self._pending: list[tuple[Row, bool | None]] = []
        self._oldest = self._looked = time.monotonic()
        self._sequence = 0
        self._changed = threading.Condition()
        self._closing = self._stopped = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self.written = 0

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        if self._error and error is None:
            raise self._error

    @property
    def stopped(self) -> bool:
        """Whether no more requests are to be taken: the driver said so, or answers can no longer be kept."""
        return self._stopped or self._error is not None

    def add(self, answer: Row, failed: bool | None) -> None:
        """Keep a row of the ledger; `failed` says whether it is of no use, None that nobody looked. Raises a failed write."""
        with self._changed:
            self._changed.wait_for(lambda: self._error or len(self._pending) < _BEHIND * self._most)
            if self._error:
                raise self._error
            self._oldest = self._oldest if self._pending else time.monotonic()
            self._pending.append((answer, failed))
            if len(self._pending) >= self._most:
                self._changed.notify_all()

    def _run(self) -> None:
        try:
            pa.RecordBatch.from_pylist([{"warm": 1}])  # imports pandas, in seconds in which the engine is being built
            while self._turn():
                pass
        except BaseException as error:  # whatever it is, it belongs to the task
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _turn(self) -> bool:
        """Wait for something to do and do it; answers whether there may be more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or len(self._pending) >= self._most, timeout=_BEAT)
            closing = self._closing
            due = closing or len(self._pending) >= self._most or time.monotonic() - self._oldest >= self._seconds
            taken = self._pending[: self._most] if due else []
        if taken:
            self._write(taken)
            with self._changed:
                del self._pending[: len(taken)]
                self._oldest = time.monotonic()
                self._changed.notify_all()
        if not closing and time.monotonic() - self._looked >= self._watch:
            self._looked = time.monotonic()
            self._stopped = self._stopped or journal.is_stopped(self.queue)
        return not closing or bool(self._pending)

    def _write(self, taken: list[tuple[Row, bool | None]]) -> None:
        rows = [row for row, _ in taken]
        checked, failed = (sum(mark is not None for _, mark in taken), sum(mark is True for _, mark in taken))
        journal.write(self.queue, self.partition, self.attempt, self._sequence, rows, checked, failed)
        self._sequence += 1
        self.written += len(rows)
