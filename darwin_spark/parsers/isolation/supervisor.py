"""Parsing in a child process: a document that crashes, hangs or eats memory costs itself, not the Spark task.

Every Spark worker holds one child, so an executor's workers are the pool. The child lives over many documents and is
replaced when it dies, or when a document left it large. It ends with its worker, whatever ends that one.
Reasons: `parse_timeout` (no answer and no sign of life for `l1.max_seconds`), `parse_memory` (above `l1.max_memory_mb`),
`parse_crash` (the child died twice over the same document: once may have been somebody else's doing).
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
CHILD = "darwin_spark.parsers.isolation.parser_worker"
"""The module that the child runs."""
_TICK = 0.1
"""Seconds between two looks at a busy child."""
_MEGABYTE = 1024 * 1024
_SHARE_WATCHED = 0.8
"""The parent ends a child at this share of the memory limit; what grows too fast to be seen meets the child's own limit."""
_SHARE_REPLACED = 0.5
"""A child that a document left larger than this share of the limit makes way for a fresh one."""


class ChildDied(Exception):  # noqa: N818  (a verdict on the document, not a fault of the program)
    """The child ended without an answer; `reason` says of what."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Child:
    """A parsing process and its two pipes."""

    def __init__(self, settings: L1Settings) -> None:
        self.settings = settings
        command = [sys.executable, "-m", CHILD, settings.model_dump_json(), str(os.getpid())]
        # A session of its own: Ctrl-C at a terminal reaches the driver, and the children end with their workers.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(),
            start_new_session=True,
        )  # fmt: skip
        self._requests, self._answers = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._killed_for: tuple[str, str] | None = None
        self._last_sign = time.monotonic()
        self._peak = 0
        self._memory = psutil.Process(self.pid)
        self._await_start()

    def _await_start(self) -> None:
        """Raises RuntimeError: a child that cannot start is no document's fault."""
        try:
            messages.read(self._answers)
        except EOFError as end:
            said = cast(BinaryIO, self._process.stderr).read().decode(errors="replace")
            raise RuntimeError(f"the parsing process (python -m {CHILD}) cannot start:\n{said}") from end

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._process.pid

    def parse(self, media_type: str, content: bytes) -> Parsed:
        """One document. Raises ParseFailure (the parser's own verdict) and ChildDied."""
        return messages.result(self._answer({"media_type": media_type}, content)[0])

    def draw(self, media_type: str, content: bytes, page: Mapping[str, int]) -> bytes:
        """One page of a document as a PNG, as `olmocr.picture` draws it. Raises ParseFailure and ChildDied."""
        message, picture = self._answer({"media_type": media_type, "page": dict(page)}, content)
        messages.raise_failure(message)
        return picture

    def _answer(self, request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        """What the child answers, watched until it does."""
        done = threading.Event()
        self._peak = 0
        self._last_sign = time.monotonic()
        watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watch.start()
        try:
            answer = self._ask(request, content)
        except (EOFError, BrokenPipeError):
            answer = None
        finally:
            done.set()
            watch.join()
        if answer is None:
            raise self._cause_of_death()
        return answer

    def _ask(self, request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        messages.write(self._requests, request, content)
        while True:
            message, payload = messages.read(self._answers)
            if "alive" not in message:
                return message, payload
            self._last_sign = time.monotonic()

    def _watch(self, done: threading.Event) -> None:
        """Kill the child when it is silent for too long or too large; runs beside the question."""
        limit, memory = self.settings.max_seconds, self.settings.max_memory_mb
        while not done.wait(_TICK):
            if time.monotonic() - self._last_sign > limit:
                self._kill("parse_timeout", f"no answer within l1.max_seconds={limit:g}")
            elif self._look() > _SHARE_WATCHED * memory * _MEGABYTE:
                self._kill("parse_memory", f"the parser needs more than {_SHARE_WATCHED:.0%} of l1.max_memory_mb={memory}")

    def _kill(self, reason: str, message: str) -> None:
        self._killed_for = self._killed_for or (reason, message)
        self._signal()

    def _cause_of_death(self) -> ChildDied:
        self._process.wait()
        memory = self.settings.max_memory_mb
        peak = self._peak  # ru_maxrss would be that of a large parent, whose memory a forked child bears until it runs
        if self._killed_for:
            return ChildDied(*self._killed_for)
        if peak > _SHARE_WATCHED * memory * _MEGABYTE:
            return ChildDied("parse_memory", f"the parser died at {peak // _MEGABYTE} MB; l1.max_memory_mb={memory}")
        how = (
            signal.Signals(-self._process.returncode).name
            if self._process.returncode < 0
            else f"exit code {self._process.returncode}"
        )
        return ChildDied("parse_crash", f"the parser died twice over this document, the last time by {how}")

    def _look(self) -> int:
        """What the child holds now; the highest of it is remembered."""
        self._peak = max(self._peak, now := self.resident())
        return now

    def resident(self) -> int:
        """Bytes of memory that the child holds; 0 when it is gone."""
        try:
            return int(self._memory.memory_info().rss)
        except psutil.Error:
            return 0

    def is_fit(self) -> bool:
        """Alive, and small enough for another document."""
        return self._process.poll() is None and self.resident() < _SHARE_REPLACED * self.settings.max_memory_mb * _MEGABYTE

    def close(self) -> None:
        """End the child and what it started; nothing of it is left."""
        self._signal()
        self._process.wait()
        for pipe in (self._requests, self._answers, self._process.stderr):
            with contextlib.suppress(OSError):  # what was not yet sent has nowhere to go
                cast(BinaryIO, pipe).close()

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


_child: Child | None = None


def parse(media_type: str, content: bytes, settings: L1Settings) -> Parsed:
    """One document, in this worker's child. Raises ParseFailure."""
    return _tried(settings, lambda child: child.parse(media_type, content))


def draw(media_type: str, content: bytes, page: Mapping[str, int], settings: L1Settings) -> bytes:
    """One page of a document as a PNG, drawn in this worker's child. Raises ParseFailure."""
    return _tried(settings, lambda child: child.draw(media_type, content, page))


def _tried(settings: L1Settings, work: Callable[[Child], T]) -> T:
    for attempt in (1, 2):
        child = _fit_child(settings)
        try:
            return work(child)
        except ChildDied as death:
            close()
            if attempt == 2 or death.reason != "parse_crash":
                raise ParseFailure(death.reason, str(death)) from death
    raise AssertionError("unreachable")


def _fit_child(settings: L1Settings) -> Child:
    global _child
    if _child is None or _child.settings != settings or not _child.is_fit():
        close()
        _child = Child(settings)
    return _child


@atexit.register
def close() -> None:
    """End this process's child, if it has one."""
    global _child
    if _child is not None:
        _child.close()
    _child = None


def _environment() -> dict[str, str]:
    """The child imports what this process can, and uses one core: there is one worker a core."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **threads}
