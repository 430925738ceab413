"""Settings of L2: deduplication and rules (docs/deduplication.md, docs/l2-signals.md)."""

from pydantic import Field

from darwin_spark.config.l2_rules import PAPER, RuleSetting, ThresholdSettings
from darwin_spark.config.section import Section


class L2Settings(Section):
    """Rules in the paper's order: duplicates, size, garbled text, language (§3 L2)."""

    bands: int = Field(14, ge=1, description="MinHash bands (§3 L2.1)")
    rows: int = Field(8, ge=1, description="Hashes in a band; 14 x 8 = 112 hashes a document (§3 L2.1)")
    shingle_words: int = Field(5, ge=1, description="Words in a shingle, datatrove's default (§3 L2.1)")
    min_jaccard: float = Field(
        0.0,
        ge=0,
        le=1,
        description="Estimated Jaccard similarity that candidates must reach as well; 0: no check, as in the paper",
    )
    source_priority: tuple[str, ...] = Field((), description="Sources preferred as survivors of a cluster, best first")
    max_single_task_edges: int = Field(
        1_000_000, ge=0, description="Candidate edges up to which one Spark task finds the connected components"
    )
    min_bytes: int = Field(8_192, ge=0, description="Smallest text in bytes, 8 KB; smaller: too_small (§3 L2.2)")
    max_bytes: int | None = Field(None, description="Largest text in bytes; larger: too_large; null: no limit, as in the paper")
    max_garbled_ratio: float = Field(
        0.5, ge=0, le=1, description="Largest fraction of garbled characters; above: garbled (§3 L2.3)"
    )
    languages: tuple[str, ...] = Field(("en",), description="Languages to keep; others: wrong_language; empty: all (§3 L2.4)")
    rules: tuple[RuleSetting, ...] = Field(
        PAPER,
        description="Rules in order: names of rules or families (docs/l2-signals.md), or {reason, signal, below or above}",
    )
    thresholds: ThresholdSettings = ThresholdSettings()
