"""Drop documents by rules on their labels, in the order of the configuration (§3 L3.2).

A document is not dropped by a label that its annotator left open (unless the rule says `missing: drop`), nor by a label whose
probability is below the minimum of the rule. A label without a probability, as from an LLM, counts as one with 0.5.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StringType, StructType

from darwin_spark.columns import column
from darwin_spark.config.l3 import L3Settings
from darwin_spark.config.l3_labels import (
    CODES,
    CUSTOM,
    DIMENSIONS,
    DISCIPLINE,
    NON_EDUCATIONAL,
    SCALES,
    LabelRule,
    LabelRuleSetting,
)
from darwin_spark.levels.l3_classify.rule_precision import UNCOUNTED
from darwin_spark.levels.l3_classify.taxonomy_codes import ABSTAIN, ranked
from darwin_spark.thresholds import Threshold, When, crosses, first, written
from darwin_spark.verdicts import DROPPED, KEPT

RULE: Final = StructType(
    [
        column("label", StringType(), "Label that the rule looks at."),
        column("value", StringType(), "The document's label, as text; null if it is missing."),
        column("probability", DoubleType(), "Probability of the label, 0 to 1; 0.5 if the annotator gives none."),
        column("when", StringType(), "Relation that drops a document: below, above, among, none of or missing."),
        column("threshold", StringType(), "Threshold or list of the rule, as text."),
    ]
)
"""Type of the column `rule`, the rule that dropped the document: `doc_type_v1`, `6`, 0.93, `among`, `6, 8, 15`."""
_DISCIPLINE, _DOC_TYPE = "discipline", "doc_type"


@dataclass(frozen=True)
class Cut:
    """A condition: drop a document for `reason` if its `label` meets `when` and `threshold` with at least `min_probability`.

    `when` is `below` or `above` (a number), `among` or `none of` (a tuple of words), or `missing` (without a threshold).
    """

    reason: str
    label: str
    when: When | Literal["missing"]
    threshold: Threshold = ()
    min_probability: float = 0.0

    def value(self) -> Column:
        """Return a Column with the label of each document; null if the annotator abstained.

        With `below` and `above`, codes off the scale (`Indeterminate`) and custom labels that are no number are null too.
        """
        if self.label.startswith(CUSTOM):
            value = F.col("custom")[self.label.removeprefix(CUSTOM)]
            return value.try_cast("double") if self.when in ("below", "above") else value
        if self.label not in DIMENSIONS:
            return F.col(self.label)
        value = F.col("labels")[self.label]
        if self.label not in CODES:
            return value
        is_set = (
            value.isin(*ranked(self.label)) if self.label in SCALES and self.when in ("below", "above") else value != ABSTAIN
        )
        return F.when(is_set, value)

    def probability(self) -> Column:
        """Return a Column with the probability of the label: the label's entry in `probabilities`, else UNCOUNTED (0.5).

        Before UNCOUNTED, a discipline falls back on the entry of its name (`physics`), an FDC level on the entry `discipline`:
        a code that is declared or found by terms is as certain as its discipline. `missing` has probability 1.
        """
        if self.when == "missing":
            return F.lit(1.0)
        said = F.col("probabilities")
        fallbacks = [said[F.col(self.label)]] if self.label == _DISCIPLINE else []
        fallbacks += [said[_DISCIPLINE]] if self.label.startswith("fdc_") else []
        return F.coalesce(said[self.label], *fallbacks, F.lit(UNCOUNTED))

    def is_broken(self) -> Column:
        """Return a boolean Column: whether the cut drops the document; null without the label, unless `when` is `missing`."""
        if self.when == "missing":
            return self.value().isNull()
        value = self.value().cast("string") if isinstance(self.threshold, tuple) else self.value()
        return crosses(value, self.when, self.threshold) & (self.probability() >= F.lit(self.min_probability))

    def said(self) -> Column:
        """Return a Column struct<reason, rule> that says why this cut drops a document; `rule` has the type RULE."""
        parts = (
            F.lit(self.label).alias("label"),
            self.value().cast("string").alias("value"),
            self.probability().alias("probability"),
            F.lit(self.when).alias("when"),
            F.lit(written(self.threshold)).alias("threshold"),
        )
        return F.struct(F.lit(self.reason).alias("reason"), F.struct(*parts).alias("rule"))


def cuts(settings: L3Settings) -> list[Cut]:
    """Return the cuts of all items of `l3.rules`, in order; the first cut that drops a document gives the reason."""
    return [cut for rule in settings.rules for cut in _cuts_of_rule(rule, settings)]


def first_broken(of: Iterable[Cut]) -> Column:
    """Return a Column struct<reason, rule> from the first of these cuts that drops the document; null if none does."""
    return first(((cut.is_broken(), cut.said()) for cut in of), RULE)


def with_verdict(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """Return the labelled documents with the columns `verdict`, `reason` and `rule` added."""
    with_broken = labelled.withColumn("broken", first_broken(cuts(settings)))
    verdict = F.when(F.col("broken").isNull(), F.lit(KEPT)).otherwise(F.lit(DROPPED))
    columns = {"verdict": verdict, "reason": F.col("broken.reason"), "rule": F.col("broken.rule")}
    return with_broken.withColumns(columns).drop("broken")


def kept_before_judge(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """Return the labelled documents that no rule drops, ignoring rules on `doc_type`, which the paper judge may change."""
    return labelled.where(first_broken(cut for cut in cuts(settings) if cut.label != _DOC_TYPE).isNull())


def _cuts_of_rule(rule: LabelRuleSetting, settings: L3Settings) -> Iterator[Cut]:
    """Yield the cuts of one item of `l3.rules`; none for a named rule whose list of values is empty."""
    if isinstance(rule, LabelRule):
        yield from _cuts_of_label_rule(rule, settings)
    elif rule == NON_EDUCATIONAL:
        for label, listed in (("doc_type_v1", settings.drop_doc_type_v1), ("doc_type_v2", settings.drop_doc_type_v2)):
            if listed:
                yield Cut(rule, label, "among", tuple(map(str, listed)), settings.drop_min_probability)
    elif rule == DISCIPLINE and settings.keep_disciplines:
        yield Cut(rule, _DISCIPLINE, "none of", settings.keep_disciplines, settings.drop_min_probability)


def _cuts_of_label_rule(rule: LabelRule, settings: L3Settings) -> Iterator[Cut]:
    min_label_probability = settings.drop_min_probability if rule.min_probability is None else rule.min_probability
    if rule.below is not None:
        yield Cut(rule.reason, rule.label, "below", rule.below, min_label_probability)
    if rule.above is not None:
        yield Cut(rule.reason, rule.label, "above", rule.above, min_label_probability)
    if rule.among is not None:
        yield Cut(rule.reason, rule.label, "among", tuple(map(str, rule.among)), min_label_probability)
    if rule.none_of is not None:
        yield Cut(rule.reason, rule.label, "none of", tuple(map(str, rule.none_of)), min_label_probability)
    if rule.missing == "drop":
        yield Cut(rule.reason, rule.label, "missing")
