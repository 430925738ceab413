"""Parse in a child process: a document that makes the parser crash, hang or use too much memory does not fail the Spark task.

Each Spark worker has one child, so the workers of an executor are the process pool. A child parses many documents. It is
replaced when it has died, when its memory stays large after a document, or when the settings change. It ends with its worker.
Reasons: `parse_timeout` (neither answer nor heartbeat for `l1.max_seconds`), `parse_memory` (over 80 % of `l1.max_memory_mb`),
`parse_crash` (the child died twice on the same document; a single death may have another cause).
"""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, TypeVar, cast

import psutil

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.isolation import messages
from darwin_spark.parsers.parsed import Parsed, ParseFailure

T = TypeVar("T")
CHILD = "darwin_spark.parsers.isolation.parser_worker"  # module that the child runs
_CHECK_SECONDS = 0.1  # seconds between two checks of a busy child's time and memory
_MEGABYTE = 1024 * 1024
_KILL_SHARE = 0.8  # the parent kills a child at this share of the memory limit; faster growth hits the child's own limit
_REPLACE_SHARE = 0.5  # a child whose memory exceeds this share of the limit after a document is replaced


class ChildDied(Exception):  # noqa: N818  (a verdict on the document, not a program error)
    """The child ended without an answer. `reason` is the verdict on the document (see the module docstring)."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Child:
    """A parsing process and the pipes to it. The constructor waits until the process is ready."""

    def __init__(self, settings: L1Settings) -> None:
        self.settings = settings
        command = [sys.executable, "-m", CHILD, settings.model_dump_json(), str(os.getpid())]
        # A separate session: Ctrl-C in a terminal must reach the driver only; the children end with their workers.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(),
            start_new_session=True,
        )  # fmt: skip
        self._requests, self._answers = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._killed_for: tuple[str, str] | None = None
        self._last_heartbeat = time.monotonic()
        self._peak = 0
        self._memory = psutil.Process(self.pid)
        self._await_start()

    def _await_start(self) -> None:
        """Wait for the first heartbeat. Raises RuntimeError if the child cannot start: no document causes that."""
        try:
            messages.read(self._answers)
        except EOFError as end:
            stderr_text = cast(BinaryIO, self._process.stderr).read().decode(errors="replace")
            raise RuntimeError(f"the parsing process (python -m {CHILD}) cannot start:\n{stderr_text}") from end

    @property
    def pid(self) -> int:
        return self._process.pid

    def parse(self, media_type: str, content: bytes) -> Parsed:
        """Parse one document in the child. Raises ParseFailure (the parser's verdict) and ChildDied."""
        return messages.result(self._answer({"media_type": media_type}, content)[0])

    def draw(self, media_type: str, content: bytes, page: Mapping[str, int]) -> bytes:
        """Render a page (`page`: fields of `PageView`) in the child; return PNG bytes. Raises ParseFailure and ChildDied."""
        message, picture = self._answer({"media_type": media_type, "page": dict(page)}, content)
        messages.raise_failure(message)
        return picture

    def _answer(self, request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        """Send a request and return the answer (JSON object, bytes), while a thread enforces the limits. Raises ChildDied."""
        done = threading.Event()
        self._peak = 0
        self._last_heartbeat = time.monotonic()
        watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watch.start()
        try:
            answer = self._exchange(request, content)
        except (EOFError, BrokenPipeError):
            answer = None
        finally:
            done.set()
            watch.join()
        if answer is None:
            raise self._cause_of_death()
        return answer

    def _exchange(self, request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        messages.write(self._requests, request, content)
        while True:
            message, payload = messages.read(self._answers)
            if "alive" not in message:
                return message, payload
            self._last_heartbeat = time.monotonic()

    def _watch(self, done: threading.Event) -> None:
        """Kill the child when it exceeds the time or memory limit. Runs in a thread until `done` is set."""
        limit, memory = self.settings.max_seconds, self.settings.max_memory_mb
        while not done.wait(_CHECK_SECONDS):
            if time.monotonic() - self._last_heartbeat > limit:
                self._kill("parse_timeout", f"no answer within l1.max_seconds={limit:g}")
            elif self._sample_memory() > _KILL_SHARE * memory * _MEGABYTE:
                self._kill("parse_memory", f"the parser needs more than {_KILL_SHARE:.0%} of l1.max_memory_mb={memory}")

    def _kill(self, reason: str, message: str) -> None:
        self._killed_for = self._killed_for or (reason, message)
        self._signal()

    def _cause_of_death(self) -> ChildDied:
        self._process.wait()
        memory = self.settings.max_memory_mb
        peak = self._peak  # not ru_maxrss: it includes the memory of the parent, which a forked child shares until exec
        if self._killed_for:
            return ChildDied(*self._killed_for)
        if peak > _KILL_SHARE * memory * _MEGABYTE:
            return ChildDied("parse_memory", f"the parser died at {peak // _MEGABYTE} MB; l1.max_memory_mb={memory}")
        cause = (
            signal.Signals(-self._process.returncode).name
            if self._process.returncode < 0
            else f"exit code {self._process.returncode}"
        )
        return ChildDied("parse_crash", f"the parser died twice over this document, the last time by {cause}")

    def _sample_memory(self) -> int:
        """Return the child's resident memory in bytes, and update the peak."""
        self._peak = max(self._peak, now := self.resident())
        return now

    def resident(self) -> int:
        """Return the child's resident memory in bytes, 0 if the child has ended."""
        try:
            return int(self._memory.memory_info().rss)
        except psutil.Error:
            return 0

    def is_fit(self) -> bool:
        """Return whether the child is alive and small enough (`_REPLACE_SHARE`) for another document."""
        return self._process.poll() is None and self.resident() < _REPLACE_SHARE * self.settings.max_memory_mb * _MEGABYTE

    def close(self) -> None:
        """Kill the child and the processes that it started, and close its pipes."""
        self._signal()
        self._process.wait()
        for pipe in (self._requests, self._answers, self._process.stderr):
            with contextlib.suppress(OSError):  # closing flushes unsent bytes, which nobody reads any more
                cast(BinaryIO, pipe).close()

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


_child: Child | None = None


def parse(media_type: str, content: bytes, settings: L1Settings) -> Parsed:
    """Parse one document in this worker's child. Raises ParseFailure."""
    return _with_retry(settings, lambda child: child.parse(media_type, content))


def draw(media_type: str, content: bytes, page: Mapping[str, int], settings: L1Settings) -> bytes:
    """Render one page of a document in this worker's child and return the PNG bytes. Raises ParseFailure."""
    return _with_retry(settings, lambda child: child.draw(media_type, content, page))


def _with_retry(settings: L1Settings, use_child: Callable[[Child], T]) -> T:
    """Return the result of `use_child`, called once again after a crash. Raises ParseFailure, also for the end of the child."""
    for attempt in (1, 2):
        child = _healthy_child(settings)
        try:
            return use_child(child)
        except ChildDied as death:
            close()
            if attempt == 2 or death.reason != "parse_crash":
                raise ParseFailure(death.reason, str(death)) from death
    raise AssertionError("unreachable")


def _healthy_child(settings: L1Settings) -> Child:
    """Return this process's child, after replacing it if it is not fit or has other settings."""
    global _child
    if _child is None or _child.settings != settings or not _child.is_fit():
        close()
        _child = Child(settings)
    return _child


@atexit.register
def close() -> None:
    """Kill this process's child, if there is one. Also runs at exit."""
    global _child
    if _child is not None:
        _child.close()
    _child = None


def _environment() -> dict[str, str]:
    """Return the child's environment: the import path of this process, and one thread, since Spark runs one worker per core."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **threads}
