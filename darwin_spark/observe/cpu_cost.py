"""What a level will cost before it is run: CPU hours, bytes shuffled and stored, partitions and memory.

Measured are the speed of the features pass (benchmarks/l2/signals.py, one core of a small machine) and the bytes of a row
and a key (benchmarks/l2/scale.py, 6,000 documents). The other speeds are guesses until the latter has been run at size: take
the sums for the order of magnitude, not for a quote.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError

TEXT_BYTES: Final = 70_000
"""A document's text: 17,848 tokens (§3.7) of about four bytes."""
PARTITION_BYTES: Final = 200_000_000
"""What one task sorts in memory without spilling much, in an executor of 1.5 GB with one core."""

_RULES_MB_S: Final = 1.2
"""Text through L4's rules, MB a second and core (benchmarks/l4/rules.py, one core of a small machine)."""
_FEATURES_MB_S: Final = 5.0
"""Text through the features pass, MB a second and core: signatures, signals, garbled, language."""
_KEY_BYTES: Final = 48
"""One (key, doc_id) row in a shuffle, compressed."""
_ROW_BYTES: Final = 200
"""What a row of `l2` takes on disk: signals, verdict, bookkeeping; beside it lies the signature."""
_DUPLICATES: Final = 0.22
"""The share of documents that deduplication removed (§3 L2.1): each gives an edge or two."""
_EDGE_BYTES: Final = 60
_ROUNDS: Final = 10
"""Of joins until the components stand still, above `l2.one_task_edges`."""


@dataclass(frozen=True)
class Step:
    """One step: what it reads, what it shuffles, in bytes; its CPU time in hours of one core."""

    name: str
    reads: float
    shuffles: float
    core_hours: float


@dataclass(frozen=True)
class Estimate:
    """The steps of a level, and what they need."""

    documents: int
    steps: tuple[Step, ...]
    stored: float
    """Bytes of the level's tables, side tables included."""

    @property
    def core_hours(self) -> float:
        return sum(step.core_hours for step in self.steps)

    @property
    def partitions(self) -> int:
        """For spark.sql.shuffle.partitions: the largest shuffle in pieces of PARTITION_BYTES."""
        return max(1, round(max(step.shuffles for step in self.steps) / PARTITION_BYTES))


def estimate(level: str, documents: int, settings: Settings, text_bytes: int = TEXT_BYTES) -> Estimate:
    """Raises UserError for a level whose costs were not measured."""
    if level not in _LEVELS:
        raise UserError(f"no estimate for {level!r}: choose one of {', '.join(_LEVELS)}")
    return _LEVELS[level](documents, settings, text_bytes)


def _l2(documents: int, settings: Settings, text_bytes: int) -> Estimate:
    bands, hashes = settings.l2.bands, settings.l2.bands * settings.l2.rows
    signature = 8 * (bands + hashes) + 100
    text = documents * text_bytes
    keys = documents * (bands + 1)
    edges = documents * _DUPLICATES * 2
    rounds = 0 if edges <= settings.l2.one_task_edges else _ROUNDS
    features = documents * (signature + _ROW_BYTES)
    steps = (
        Step("features: one pass over the text", text, 0, text / 1e6 / _FEATURES_MB_S / 3600),
        Step("edges: keys by value", documents * (8 * bands + 80), keys * _KEY_BYTES, keys / 1e6 / 3600),
        Step(
            f"components: {rounds or 'no'} rounds",
            edges * _EDGE_BYTES,
            4 * rounds * edges * _EDGE_BYTES,
            edges * rounds / 1e5 / 3600,
        ),
        Step("survivors: elections", documents * 200, documents * _DUPLICATES * 2 * 200, documents / 2e5 / 3600),
        Step("publication", features, 2 * features, documents / 2e4 / 3600),
    )
    return Estimate(documents, steps, features)


def _l4(documents: int, _settings: Settings, text_bytes: int) -> Estimate:
    """By rule; what a model costs is `generation.cost`."""
    text = documents * text_bytes
    step = Step("rules: one pass over the text", text, 0, text / 1e6 / _RULES_MB_S / 3600)
    return Estimate(documents, (step, Step("publication", text, 0, documents / 2e4 / 3600)), text)


_LEVELS: Final[Mapping[str, Callable[[int, Settings, int], Estimate]]] = {"l2": _l2, "l4": _l4}
