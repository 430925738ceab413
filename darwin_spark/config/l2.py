"""L2 as configuration: deduplication and rules (docs/deduplication.md, docs/l2-signals.md)."""

from pydantic import Field

from darwin_spark.config.l2_rules import PAPER, RuleSetting, ThresholdSettings
from darwin_spark.config.section import Section


class L2Settings(Section):
    """Rules (§3 L2), in the paper's order: duplicates, size, garbled text, language."""

    bands: int = Field(14, ge=1, description="MinHash bands (buckets) (§3 L2.1)")
    rows: int = Field(8, ge=1, description="hashes a band; 14 x 8 = 112 hashes a document (§3 L2.1)")
    shingle_words: int = Field(5, ge=1, description="words a shingle (§3 L2.1: datatrove's default)")
    min_jaccard: float = Field(
        0.0, ge=0, le=1, description="estimated similarity that candidates must have too; 0: none, as in the paper"
    )
    source_priority: tuple[str, ...] = Field((), description="sources preferred as survivors, best first")
    max_single_task_edges: int = Field(
        1_000_000, ge=0, description="candidate edges up to which components are found in one task"
    )
    min_bytes: int = Field(8_192, ge=0, description="drop smaller texts; 8 KB (§3 L2.2)")
    max_bytes: int | None = Field(None, description="drop larger texts; null: no limit (the paper has none)")
    max_garbled_ratio: float = Field(0.5, ge=0, le=1, description="drop above this share of garbled characters (§3 L2.3)")
    languages: tuple[str, ...] = Field(("en",), description="keep these languages; empty: all (§3 L2.4)")
    rules: tuple[RuleSetting, ...] = Field(
        PAPER, description="rules and families in order (docs/l2-signals.md), or {reason, signal, below or above} of your own"
    )
    thresholds: ThresholdSettings = ThresholdSettings()
