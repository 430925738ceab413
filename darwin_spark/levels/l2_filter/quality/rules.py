"""Rules of L2 after deduplication, as data, in the order of the configuration (default: as in the paper, §3 L2.2 to L2.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructType

from darwin_spark.columns import column
from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.l2_rules import FAMILIES, PUBLISHED, SIGNALS, OwnRule, RuleSetting
from darwin_spark.thresholds import Threshold, crosses, first, written

URL_DUPLICATE = "url_duplicate"
EXACT_DUPLICATE = "exact_duplicate"
NEAR_DUPLICATE = "near_duplicate"
SUPERSEDED = "superseded"
"""Reason of a document that was kept until a new document connected its cluster with the cluster of a better one."""

RULE = StructType(
    [
        column("signal", StringType(), "Column of l2 or field of signals that the rule looks at."),
        column("value", StringType(), "The document's value, as text."),
        column("when", StringType(), "Relation that drops a document: below, above or none of."),
        column("threshold", StringType(), "Threshold of the rule, as text."),
    ]
)
"""The rule that dropped a document, as text: `text_bytes`, `812`, `below`, `8192`. The number is in the signal's column."""


@dataclass(frozen=True)
class Rule:
    """A rule: drop a survivor of deduplication, with `reason`, if its `signal` is below, above or none of `threshold`."""

    reason: str
    signal: str
    when: Literal["below", "above", "none of"]
    threshold: Threshold

    def value(self) -> Column:
        """Return a Spark column with the document's value of the signal: a column of its row, or a field of `signals`."""
        return F.col("signals")[self.signal] if self.signal in SIGNALS else F.col(self.signal)

    def is_broken(self) -> Column:
        """Return a Spark column: whether the document breaks the rule; null if its value of the signal is null."""
        return crosses(self.value(), self.when, self.threshold)

    def said(self) -> Column:
        """Return a Spark column struct<reason, rule>: the reason, and the rule with the fields of RULE."""
        limit = F.lit(written(self.threshold))
        parts = {"signal": F.lit(self.signal), "value": self.value(), "when": F.lit(self.when), "threshold": limit}
        rule = F.struct(*(part.cast("string").alias(name) for name, part in parts.items()))
        return F.struct(F.lit(self.reason).alias("reason"), rule.alias("rule"))


def rules(settings: L2Settings) -> list[Rule]:
    """Return the rules that the settings enable, in order; the first rule that a document breaks gives the reason."""
    return [rule for setting in settings.rules for rule in _rules_of(setting, settings)]


def first_broken(settings: L2Settings) -> Column:
    """Return a Spark column struct<reason, rule> of the first rule that the document breaks; null if it breaks none."""
    return first(((rule.is_broken(), rule.said()) for rule in rules(settings)), RULE)


def _rules_of(setting: RuleSetting, settings: L2Settings) -> Iterator[Rule]:
    """Yield the rules of one item of `l2.rules`; none if its threshold is not set."""
    if isinstance(setting, OwnRule):
        if setting.below is not None:
            yield Rule(setting.reason, setting.signal, "below", setting.below)
        if setting.above is not None:
            yield Rule(setting.reason, setting.signal, "above", setting.above)
    elif setting == "too_small":
        yield Rule("too_small", "text_bytes", "below", settings.min_bytes)
    elif setting == "too_large" and settings.max_bytes is not None:
        yield Rule("too_large", "text_bytes", "above", settings.max_bytes)
    elif setting == "garbled":
        yield Rule("garbled", "garbled_ratio", "above", settings.max_garbled_ratio)
    elif setting == "wrong_language" and settings.languages:
        yield Rule("wrong_language", "language", "none of", settings.languages)
    else:
        thresholds = dict(settings.thresholds)
        for name in FAMILIES.get(setting, (setting,) if setting in PUBLISHED else ()):
            yield Rule(name, *PUBLISHED[name], thresholds[name])
