"""Journal writer of a worker: a thread writes the responses to files, so that the engine does not wait for storage.
The thread writes when a full batch of responses is pending, or when responses have been pending for a set number of seconds."""

import threading
import time
from collections.abc import Sequence
from types import TracebackType

import pyarrow as pa

from darwin_spark.arrow_udf import Row
from darwin_spark.inference.journal import queue as journal
from darwin_spark.inference.journal.queue import Queue

_POLL_SECONDS = 0.5  # longest time that the thread sleeps before it checks the pending responses again
_STOP_POLL_SECONDS = 5.0  # interval of the checks for the queue's stop mark; the Writer's `seconds` if that is shorter
_MAX_PENDING_BATCHES = 16  # pending batches at which `add` blocks, and so the engine: storage is then down or far too slow


class Writer:
    """Writes the journal files of one task attempt: up to `answers` responses per file, at the latest after `seconds`.
    Leaving the `with` block writes the pending responses, even if the task fails."""

    def __init__(self, queue: Queue, partition: int, attempt: int, answers: int, seconds: float) -> None:
        self.queue, self.partition, self.attempt = queue, partition, attempt
        self._batch_size, self._seconds, self._stop_poll_seconds = answers, seconds, min(seconds, _STOP_POLL_SECONDS)
        self._pending: list[journal.CheckedRow] = []
        self._pending_since = self._last_stop_poll = time.monotonic()
        self._sequence = 0
        self._condition = threading.Condition()
        self._closing = self._stopped = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self.written = 0

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self._thread.join()
        if self._error and error is None:
            raise self._error

    @property
    def stopped(self) -> bool:
        """Whether the worker must take no more requests: the driver set the stop mark, or writing failed."""
        return self._stopped or self._error is not None

    def add(self, answer: Row, failed: bool | None) -> None:
        """Queue a response row for writing; `failed`: whether a check rejected it, None if unchecked. Raises write errors."""
        with self._condition:
            self._condition.wait_for(lambda: self._error or len(self._pending) < _MAX_PENDING_BATCHES * self._batch_size)
            if self._error:
                raise self._error
            self._pending_since = self._pending_since if self._pending else time.monotonic()
            self._pending.append((answer, failed))
            if len(self._pending) >= self._batch_size:
                self._condition.notify_all()

    def _run(self) -> None:
        try:
            pa.RecordBatch.from_pylist([{"warm": 1}])  # imports pandas now, while the engine is being built
            while self._step():
                pass
        except BaseException as error:  # every error is raised again in the task
            with self._condition:
                self._error = error
                self._condition.notify_all()

    def _step(self) -> bool:
        """Wait for a batch or a time-out, write if a write is due, check the stop mark. Return whether to continue."""
        with self._condition:
            self._condition.wait_for(lambda: self._closing or len(self._pending) >= self._batch_size, timeout=_POLL_SECONDS)
            closing = self._closing
            due = closing or len(self._pending) >= self._batch_size or time.monotonic() - self._pending_since >= self._seconds
            batch = self._pending[: self._batch_size] if due else []
        if batch:
            self._write(batch)
            with self._condition:
                del self._pending[: len(batch)]
                self._pending_since = time.monotonic()
                self._condition.notify_all()
        if not closing and time.monotonic() - self._last_stop_poll >= self._stop_poll_seconds:
            self._last_stop_poll = time.monotonic()
            self._stopped = self._stopped or journal.is_stopped(self.queue)
        return not closing or bool(self._pending)

    def _write(self, batch: Sequence[journal.CheckedRow]) -> None:
        journal.write(self.queue, self.partition, self.attempt, self._sequence, batch)
        self._sequence += 1
        self.written += len(batch)
