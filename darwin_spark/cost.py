"""CPU cost of a level before it runs: core hours, bytes read, shuffled and stored, partitions."""

from dataclasses import dataclass
from typing import Final

TEXT_BYTES: Final = 70_000  # text of a document: 17,848 tokens (§3.7) of about four bytes
OUTPUT_TOKENS_PER_SECOND: Final = 6_100.0
"""Output tokens a second and H100, prefill with prefix cache included: a billion in 1.9 GPU days on a model of 120B."""
PARTITION_BYTES: Final = 200_000_000
"""Bytes that one task sorts in memory without much spilling, in an executor of 1.5 GB with one core."""


@dataclass(frozen=True)
class CpuStep:
    """One step of a level: bytes read, bytes shuffled, hours of one core."""

    name: str
    reads: float
    shuffles: float
    core_hours: float


@dataclass(frozen=True)
class CpuCost:
    """The CPU cost of a level over a number of documents: the cost of each step, and the bytes stored."""

    documents: int
    steps: tuple[CpuStep, ...]
    stored: float  # bytes of the level's tables, with side tables

    @property
    def core_hours(self) -> float:
        """Hours of one core for all steps together."""
        return sum(step.core_hours for step in self.steps)

    @property
    def partitions(self) -> int:
        """A value for spark.sql.shuffle.partitions: the largest shuffle in partitions of PARTITION_BYTES."""
        return max(1, round(max(step.shuffles for step in self.steps) / PARTITION_BYTES))
