"""The rules of L2 after deduplication, as data and in the paper's order (§3 L2.2 to L2.4)."""

from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F

from darwin_spark.config import L2Settings

URL_DUPLICATE = "url_duplicate"
EXACT_DUPLICATE = "exact_duplicate"
NEAR_DUPLICATE = "near_duplicate"
SUPERSEDED = "superseded"
"""Reason of a document that was kept until a newcomer joined its cluster with that of a better one."""


@dataclass(frozen=True)
class Rule:
    """Drop a survivor for `reason` when its `column` is below, above or none of the `threshold`."""

    reason: str
    column: str
    when: Literal["below", "above", "none of"]
    threshold: float | tuple[str, ...]

    def is_broken(self) -> Column:
        value = F.col(self.column)
        if isinstance(self.threshold, tuple):
            return ~value.isin(*self.threshold)
        return value < self.threshold if self.when == "below" else value > self.threshold


def rules(settings: L2Settings) -> list[Rule]:
    """The rules that these settings make; the first that is broken gives the reason."""
    chosen = [Rule("too_small", "text_bytes", "below", settings.min_bytes)]
    if settings.max_bytes is not None:
        chosen.append(Rule("too_large", "text_bytes", "above", settings.max_bytes))
    chosen.append(Rule("garbled", "garbled_ratio", "above", settings.max_garbled_ratio))
    if settings.languages:
        chosen.append(Rule("language", "language", "none of", settings.languages))
    return chosen


def first_broken(settings: L2Settings) -> Column:
    """The reason of the first broken rule, null where all hold."""
    return F.coalesce(*(F.when(rule.is_broken(), F.lit(rule.reason)) for rule in rules(settings)))
