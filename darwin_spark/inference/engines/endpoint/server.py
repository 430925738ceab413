"""State of one server in the pool: how many requests it may get now, if any. A circuit breaker with the usual three states. The
capacity of a closed breaker grows with time (no burst at the start, nor after a failure) and halves when the server reports
overload. Times are seconds of a monotonic clock, given by the caller; nothing here waits or sends requests."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FAILURES: Final = 5  # consecutive failures that open the breaker
WINDOW: Final = 20
"""The breaker also opens if half of this many last outcomes, or more, failed: failing fast must not attract requests."""
ON_PROBATION: Final = 4  # maximum requests in flight after the breaker was open, until the server has answered one of them


class Breaker(StrEnum):
    """OPEN: no requests; HALF_OPEN: a few, on probation; CLOSED: normal operation."""

    OPEN = "open"
    HALF_OPEN = "half-open"
    CLOSED = "closed"


@dataclass(slots=True, eq=False)
class Server:
    """State and counters of one server. The breaker is open until the first successful probe."""

    url: str
    limit: int  # maximum number of requests in flight, at full capacity
    ramp_seconds: float

    breaker: Breaker = Breaker.OPEN
    trouble: str | None = None  # message about why the breaker opened; None for a new or recovered server
    trips: int = 0  # how often the breaker opened since the last answer
    leaving: bool = False  # no longer named anywhere: it gets no more requests, but may answer those in flight

    in_flight: int = 0
    answered: int = 0
    failed: int = 0
    completion_tokens: int = 0

    _allowed: float = 1.0
    _grown_at: float = 0.0
    _paused_until: float = 0.0
    _outcomes: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def room(self, now: float) -> int:
        """Return how many more requests may be sent to the server now; negative if too many are in flight."""
        if self.leaving or self.breaker is Breaker.OPEN or now < self._paused_until:
            return 0
        return self.allowed(now) - self.in_flight

    def allowed(self, now: float) -> int:
        """Return how many requests may be in flight: a number that grows with time up to `limit`; a few while half-open."""
        growth = self.limit * (now - self._grown_at) / self.ramp_seconds if self.ramp_seconds else self.limit
        self._allowed, self._grown_at = min(float(self.limit), self._allowed + max(growth, 0.0)), now
        return min(int(self._allowed), ON_PROBATION) if self.breaker is Breaker.HALF_OPEN else int(self._allowed)

    def admit(self, now: float) -> bool:
        """Record a successful probe at the time `now`. Return whether that changed the state of the breaker."""
        if self.breaker is not Breaker.OPEN:
            return False
        self.breaker = Breaker.CLOSED if self.trouble is None else Breaker.HALF_OPEN
        self._allowed, self._grown_at, self._paused_until = 1.0, now, 0.0
        self._outcomes.clear()
        return True

    def succeed(self) -> bool:
        """Record an answer. Return whether the answer ended the probation."""
        self._outcomes.append(True)
        self.answered += 1
        self.trips = 0
        if self.breaker is not Breaker.HALF_OPEN:
            return False
        self.breaker, self.trouble = Breaker.CLOSED, None
        return True

    def fail(self, trouble: str) -> bool:
        """Record a failed request. Return whether the failure opened the breaker."""
        self._outcomes.append(False)
        self.failed += 1
        if self.breaker is Breaker.OPEN:
            return False
        last = list(self._outcomes)[-FAILURES:]
        in_a_row = len(last) == FAILURES and not any(last)
        half = len(self._outcomes) == WINDOW and sum(self._outcomes) <= WINDOW // 2
        return (in_a_row or half or self.breaker is Breaker.HALF_OPEN) and self.trip(trouble)

    def trip(self, trouble: str) -> bool:
        """Open the breaker for the reason `trouble`. Return False if it was already open for the same reason."""
        changed = self.breaker is not Breaker.OPEN or self.trouble != trouble
        self.trips += self.breaker is not Breaker.OPEN
        self.breaker, self.trouble = Breaker.OPEN, trouble
        return changed

    def ease(self, now: float, seconds: float) -> None:
        """Record an overload: send nothing for `seconds`, then allow half of the requests now in flight, growing again."""
        self._allowed, self._grown_at = max(1.0, self.in_flight / 2), now
        self._paused_until = max(self._paused_until, now + seconds)
