"""One server as the pool sees it: how much it may get now, and whether it gets anything at all.

A circuit breaker with the usual three states. How much flows through a closed one grows with time (no burst at the start, nor
after a failure) and halves when the server says that it has too much. Times are seconds of a monotonic clock, given by the
caller; nothing here waits or asks.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FAILURES: Final = 5
"""So many failures in a row open the breaker."""
WINDOW: Final = 20
"""So does a share of failures of one half among the last so many outcomes: failing fast must not make a server attractive."""
ON_PROBATION: Final = 4
"""Requests that a server gets at once, after its breaker was open, until it has answered one of them."""


class Breaker(StrEnum):
    """OPEN: nothing flows; HALF_OPEN: a few, on probation; CLOSED: all is well."""

    OPEN = "open"
    HALF_OPEN = "half-open"
    CLOSED = "closed"


@dataclass(slots=True, eq=False)
class Server:
    """State and counts of one server. It begins open, until its first probe."""

    url: str
    limit: int
    """Requests at once when it runs at full."""
    ramp_seconds: float

    breaker: Breaker = Breaker.OPEN
    trouble: str | None = None
    """Why the breaker is open, in words; None before the first probe."""
    trips: int = 0
    """How often the breaker opened since the last answer."""
    leaving: bool = False
    """Named by nobody any more: what it has been asked it may still answer."""

    in_flight: int = 0
    answered: int = 0
    failed: int = 0
    completion_tokens: int = 0

    _allowed: float = 1.0
    _grown_at: float = 0.0
    _paused_until: float = 0.0
    _outcomes: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))

    def room(self, now: float) -> int:
        """How many more requests it may get at this moment."""
        if self.leaving or self.breaker is Breaker.OPEN or now < self._paused_until:
            return 0
        return self.allowed(now) - self.in_flight

    def allowed(self, now: float) -> int:
        """How many requests it may have at once; grows from 1 to the limit in `ramp_seconds`."""
        growth = self.limit * (now - self._grown_at) / self.ramp_seconds if self.ramp_seconds else self.limit
        self._allowed, self._grown_at = min(float(self.limit), self._allowed + max(growth, 0.0)), now
        return min(int(self._allowed), ON_PROBATION) if self.breaker is Breaker.HALF_OPEN else int(self._allowed)

    def admit(self, now: float) -> bool:
        """A probe has found it well. Answers whether that changed anything."""
        if self.breaker is not Breaker.OPEN:
            return False
        self.breaker = Breaker.CLOSED if self.trouble is None else Breaker.HALF_OPEN
        self._allowed, self._grown_at, self._paused_until = 1.0, now, 0.0
        self._outcomes.clear()
        return True

    def succeed(self) -> bool:
        """It answered. Answers whether that ended its probation."""
        self._outcomes.append(True)
        self.answered += 1
        self.trips = 0
        if self.breaker is not Breaker.HALF_OPEN:
            return False
        self.breaker, self.trouble = Breaker.CLOSED, None
        return True

    def fail(self, trouble: str) -> bool:
        """It failed a request. Answers whether that opened the breaker."""
        self._outcomes.append(False)
        self.failed += 1
        if self.breaker is Breaker.OPEN:
            return False
        last = list(self._outcomes)[-FAILURES:]
        in_a_row = len(last) == FAILURES and not any(last)
        half = len(self._outcomes) == WINDOW and sum(self._outcomes) <= WINDOW // 2
        return (in_a_row or half or self.breaker is Breaker.HALF_OPEN) and self.trip(trouble)

    def trip(self, trouble: str) -> bool:
        """Open the breaker. Answers whether it was not open, or open for another reason."""
        news = self.breaker is not Breaker.OPEN or self.trouble != trouble
        self.trips += self.breaker is not Breaker.OPEN
        self.breaker, self.trouble = Breaker.OPEN, trouble
        return news

    def ease(self, now: float, seconds: float) -> None:
        """It says that it has too much: half of what it has now, growing again, and nothing for some seconds."""
        self._allowed, self._grown_at = max(1.0, self.in_flight / 2), now
        self._paused_until = max(self._paused_until, now + seconds)
