"""Brakes: when asking stops before everything is asked, told from what the journal's names count.

Each brake stops cleanly: no new request goes out, what is in flight is finished and kept, and the next climb goes on.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from darwin_spark.config.inference import BrakeSettings
from darwin_spark.errors import UserError
from darwin_spark.inference.journal.queue import Entry


class StoppedError(UserError):
    """Asking was stopped by a brake. Every answer so far is in the ledger; the message says which setting to change."""

    exit_code = 3


@dataclass
class Brakes:
    """What was answered so far of `count` requests, and why to stop, if there is a reason."""

    settings: BrakeSettings
    count: int
    answers: int = 0
    reason: str | None = None
    _checked: int = 0
    _failed: int = 0
    _latest: deque[tuple[int, int]] = field(default_factory=deque)
    _canary_passed: bool = False
    _seen: dict[int, int] = field(default_factory=dict)
    """The last file of each task attempt; they are numbered."""
    _lock: Lock = field(default_factory=Lock)

    def look(self, entries: Sequence[Entry]) -> None:
        """Take account of the journal's files. A file counts once, however often and by whichever thread it is seen."""
        with self._lock:
            for entry in entries:
                if entry.sequence > self._seen.get(entry.writer, -1):
                    self._seen[entry.writer] = entry.sequence
                    self.answers += entry.answers
                    self._checked += entry.checked
                    self._failed += entry.failed
                    self._latest.append((entry.checked, entry.failed))
            self.reason = self.reason or self._judge()

    def _judge(self) -> str | None:
        limit = self.settings.max_failure_rate
        if not self._canary_passed:
            wanted = max(round(self.settings.canary_share * self.count), self.settings.least_answers)
            if self._checked < wanted:
                return None
            if self.settings.canary_share and self._failed > limit * self._checked:
                return self._say("of the first", self._failed, self._checked)
            self._canary_passed = True
        while sum(checked for checked, _ in self._latest) - self._latest[0][0] >= self.settings.least_answers:
            self._latest.popleft()
        checked, failed = (sum(numbers) for numbers in zip(*self._latest, strict=True))
        return self._say("of the latest", failed, checked) if failed > limit * checked else None

    def _say(self, which: str, failed: int, checked: int) -> str:
        return (
            f"{failed:,} {which} {checked:,} answers are of no use, more than generation.brakes.max_failure_rate "
            f"({self.settings.max_failure_rate:g}) allows: look at them (darwin explain, or the table generations), then mend "
            "the prompt or the model, or raise the limit"
        )
