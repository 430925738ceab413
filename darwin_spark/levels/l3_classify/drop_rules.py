"""What L3 drops, and why: rules over labels, as data and in the order of configuration (§3 L3.2).

A label that its annotator left open breaks no rule, nor does one that it is less sure of than the rule asks. A label of which
nobody says how sure it is, a language model's, is as likely right as wrong.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

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
        StructField("label", StringType()),
        StructField("value", StringType()),
        StructField("probability", DoubleType()),
        StructField("when", StringType()),
        StructField("threshold", StringType()),
    ]
)
"""Why a rule dropped the document: `doc_type_v1`, `6`, 0.93, `among`, `6, 8, 15`."""
_DISCIPLINE, _DOC_TYPE = "discipline", "doc_type"


@dataclass(frozen=True)
class Cut:
    """Drop for `reason` when a label lies beyond the threshold, or (`missing`) when there is no label."""

    reason: str
    label: str
    when: When | Literal["missing"]
    threshold: Threshold = ()
    min_probability: float = 0.0

    def value(self) -> Column:
        """The document's label; null where the annotator abstained, and for a code that is no place on the scale asked for."""
        if self.label.startswith(CUSTOM):
            value = F.col("custom")[self.label.removeprefix(CUSTOM)]
            return value.try_cast("double") if self.when in ("below", "above") else value
        if self.label not in DIMENSIONS:
            return F.col(self.label)
        value = F.col("labels")[self.label]
        if self.label not in CODES:
            return value
        says = value.isin(*ranked(self.label)) if self.label in SCALES and self.when in ("below", "above") else value != ABSTAIN
        return F.when(says, value)

    def probability(self) -> Column:
        """How sure the annotator is of the label, and anybody that there is none.

        Of disciplines it may say that of each; an FDC number is declared, or found by terms, with its discipline.
        """
        if self.when == "missing":
            return F.lit(1.0)
        said = F.col("probabilities")
        others = [said[F.col(self.label)]] if self.label == _DISCIPLINE else []
        others += [said[_DISCIPLINE]] if self.label.startswith("fdc_") else []
        return F.coalesce(said[self.label], *others, F.lit(UNCOUNTED))

    def is_broken(self) -> Column:
        """Whether the document goes."""
        if self.when == "missing":
            return self.value().isNull()
        value = self.value().cast("string") if isinstance(self.threshold, tuple) else self.value()
        return crosses(value, self.when, self.threshold) & (self.probability() >= F.lit(self.min_probability))

    def said(self) -> Column:
        """The reason, and the rule as RULE has it."""
        parts = (
            F.lit(self.label).alias("label"),
            self.value().cast("string").alias("value"),
            self.probability().alias("probability"),
            F.lit(self.when).alias("when"),
            F.lit(written(self.threshold)).alias("threshold"),
        )
        return F.struct(F.lit(self.reason).alias("reason"), F.struct(*parts).alias("rule"))


def cuts(settings: L3Settings) -> list[Cut]:
    """The cuts that these settings make; the first that is broken gives the reason."""
    return [cut for rule in settings.rules for cut in _cuts(rule, settings)]


def first_broken(of: Iterable[Cut]) -> Column:
    """struct<reason, rule> of the first broken cut, null where all hold."""
    return first(((cut.is_broken(), cut.said()) for cut in of), RULE)


def decided(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """The labelled documents with `verdict`, `reason` and `rule`."""
    judged = labelled.withColumn("broken", first_broken(cuts(settings)))
    verdict = F.when(F.col("broken").isNull(), F.lit(KEPT)).otherwise(F.lit(DROPPED))
    columns = {"verdict": verdict, "reason": F.col("broken.reason"), "rule": F.col("broken.rule")}
    return judged.withColumns(columns).drop("broken")


def staying(labelled: DataFrame, settings: L3Settings) -> DataFrame:
    """The labelled documents that no rule drops, whatever their `doc_type` will be."""
    return labelled.where(first_broken(cut for cut in cuts(settings) if cut.label != _DOC_TYPE).isNull())


def _cuts(rule: LabelRuleSetting, settings: L3Settings) -> Iterator[Cut]:
    """The cuts behind one item of the configuration's list; none where its list is empty."""
    if isinstance(rule, LabelRule):
        yield from _own(rule, settings)
    elif rule == NON_EDUCATIONAL:
        for label, listed in (("doc_type_v1", settings.drop_doc_type_v1), ("doc_type_v2", settings.drop_doc_type_v2)):
            if listed:
                yield Cut(rule, label, "among", tuple(map(str, listed)), settings.drop_min_probability)
    elif rule == DISCIPLINE and settings.keep_disciplines:
        yield Cut(rule, _DISCIPLINE, "none of", settings.keep_disciplines, settings.drop_min_probability)


def _own(rule: LabelRule, settings: L3Settings) -> Iterator[Cut]:
    least = settings.drop_min_probability if rule.min_probability is None else rule.min_probability
    if rule.below is not None:
        yield Cut(rule.reason, rule.label, "below", rule.below, least)
    if rule.above is not None:
        yield Cut(rule.reason, rule.label, "above", rule.above, least)
    if rule.among is not None:
        yield Cut(rule.reason, rule.label, "among", tuple(map(str, rule.among)), least)
    if rule.none_of is not None:
        yield Cut(rule.reason, rule.label, "none of", tuple(map(str, rule.none_of)), least)
    if rule.missing == "drop":
        yield Cut(rule.reason, rule.label, "missing")
