"""Events of a climb: what a person, a log or a test is told while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Counts = Mapping[str, int]
"""Numbers by name; of rows, by verdict or by verdict and reason: `{"kept": 20, "dropped.near_duplicate": 1}`."""


@dataclass(frozen=True)
class Event:
    """One event of a climb. `step`, with what `counts` holds: `compacted` (responses; `level` is `journal`), `found` (changes),
    `staging NAME`, `asking`, `answering`, `answered` (requests), `staged`, `side_tables`, `published` (rows of a run), `done`
    (rows of the level; only this step has `seconds`)."""

    level: str
    step: str
    counts: Counts = field(default_factory=dict)
    seconds: float = 0.0


Report = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Do nothing with the event: the Report for callers that want none."""
