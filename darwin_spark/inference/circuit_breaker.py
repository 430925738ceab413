"""Circuit breaker: stop sending requests if too many responses are rejected. The counts come from journal file names.
The stop is clean: no new request is sent, requests in flight are finished and stored, and the next climb continues."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from darwin_spark.config.inference import CircuitBreakerSettings
from darwin_spark.errors import UserError
from darwin_spark.inference.journal.queue import Entry


class StoppedError(UserError):
    """A limit or the circuit breaker stopped the job. Responses so far are stored; the message names the limit."""

    exit_code = 3


@dataclass
class CircuitBreaker:
    """Counts the responses to the `count` requests of a job. `reason` says why the job must stop; None if it may go on."""

    settings: CircuitBreakerSettings
    count: int
    answers: int = 0
    reason: str | None = None
    _checked: int = 0
    _failed: int = 0
    _recent: deque[tuple[int, int]] = field(default_factory=deque)
    _canary_passed: bool = False
    _last_sequences: dict[int, int] = field(default_factory=dict)
    """Task attempt -> the highest sequence number of its files that is counted."""
    _lock: Lock = field(default_factory=Lock)

    def look(self, entries: Sequence[Entry]) -> None:
        """Count the responses in these journal files, each file once; set `reason` if too many were rejected. Thread-safe."""
        with self._lock:
            for entry in entries:
                if entry.sequence > self._last_sequences.get(entry.writer, -1):
                    self._last_sequences[entry.writer] = entry.sequence
                    self.answers += entry.answers
                    self._checked += entry.checked
                    self._failed += entry.failed
                    self._recent.append((entry.checked, entry.failed))
            self.reason = self.reason or self._stop_reason()

    def _stop_reason(self) -> str | None:
        """Return why to stop, or None: the failure rate of the canary, then that of the latest `min_responses` or more."""
        limit = self.settings.max_failure_rate
        if not self._canary_passed:
            min_checked = max(round(self.settings.canary_share * self.count), self.settings.min_responses)
            if self._checked < min_checked:
                return None
            if self.settings.canary_share and self._failed > limit * self._checked:
                return self._message("of the first", self._failed, self._checked)
            self._canary_passed = True
        while sum(checked for checked, _ in self._recent) - self._recent[0][0] >= self.settings.min_responses:
            self._recent.popleft()
        checked, failed = (sum(numbers) for numbers in zip(*self._recent, strict=True))
        return self._message("of the latest", failed, checked) if failed > limit * checked else None

    def _message(self, which: str, failed: int, checked: int) -> str:
        return (
            f"{failed:,} {which} {checked:,} responses were rejected, more than inference.circuit_breaker.max_failure_rate "
            f"({self.settings.max_failure_rate:g}) allows: look at them (darwin explain, or the table generations), then fix "
            "the prompt or the model, or raise the limit"
        )
