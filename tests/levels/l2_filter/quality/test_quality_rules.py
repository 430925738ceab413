"""Quality rules by configuration: names, order, thresholds, rules of one's own, and the rule column of a dropped row."""

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructField, StructType

from darwin_spark.config.l2 import L2Settings
from darwin_spark.config.l2_rules import FAMILIES, MEASURES, PUBLISHED, ThresholdSettings
from darwin_spark.config.loading import ConfigError, build, load
from darwin_spark.levels.l2_filter.features import FEATURES, MEASURED, SIGNALS, extractor
from darwin_spark.levels.l2_filter.quality.rules import first_broken, rules

GOOD = "The results of this study show that the cells have grown. " * 200


def settings(**l2: Any) -> L2Settings:
    return build({"l2": l2}).l2


def reasons(**l2: Any) -> list[str]:
    return [rule.reason for rule in rules(settings(**l2))]


def broken_rule(spark: SparkSession, text: str, **l2: Any) -> tuple[str | None, dict[str, str] | None]:
    """The reason and the rule that drop a text."""
    row = next(iter(extractor(L2Settings())({"doc_id": "1", "bucket": "0", "source": "s", "url": None, "text": text})))
    schema = StructType([*MEASURED, StructField("signals", SIGNALS)])
    frame = spark.createDataFrame([{name: row[name] for name in schema.names}], schema)
    broken = frame.select(first_broken(settings(**l2)).alias("broken")).collect()[0]["broken"]
    return (broken["reason"], broken["rule"].asDict()) if broken else (None, None)


def test_the_papers_rules_are_the_default_in_its_order() -> None:
    assert reasons() == ["too_small", "garbled", "wrong_language"]
    assert reasons(max_bytes=9_000, languages=[]) == ["too_small", "too_large", "garbled"]


def test_a_family_name_expands_to_its_rules_in_order() -> None:
    assert reasons(rules=["fineweb", "too_small"]) == [*FAMILIES["fineweb"], "too_small"]
    assert reasons(rules=["c4_min_sentences"]) == ["c4_min_sentences"]


def test_every_published_rule_has_a_threshold_and_a_signal() -> None:
    assert set(ThresholdSettings.model_fields) == set(PUBLISHED)
    assert {limit.signal for limit in PUBLISHED.values()} <= set(MEASURES)
    assert {name for name in MEASURES if name not in FEATURES.names} == set(SIGNALS.names)


def test_thresholds_are_the_published_ones_until_they_are_set() -> None:
    (rule,) = rules(settings(rules=["gopher_min_words"]))
    assert (rule.signal, rule.when, rule.threshold) == ("gopher_words", "below", 50)
    (rule,) = rules(settings(rules=["gopher_min_words"], thresholds={"gopher_min_words": 500}))
    assert rule.threshold == 500


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("gopher_min_word", r"l2\.rules\.0.*unknown rule 'gopher_min_word'; did you mean gopher_min_words\?"),
        ("gopher_repetitions", "did you mean gopher_repetition"),
        ("xyz", "docs/l2-signals.md has them all"),
        ({"reason": "odd", "signal": "digit_ration", "above": 1}, "unknown signal 'digit_ration'; did you mean digit_ratio"),
        ({"reason": "odd", "signal": "digit_ratio"}, "the rule odd needs a threshold: below, above or both"),
        ({"reason": "Too odd", "signal": "digit_ratio", "above": 1}, "reason"),
        ({"reason": "odd", "signal": "digit_ratio", "over": 1}, "over"),
    ],
)
def test_an_invalid_rule_is_refused_with_a_message(rule: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build({"l2": {"rules": [rule]}})


def test_an_unknown_threshold_names_the_nearest_right_one() -> None:
    with pytest.raises(ConfigError, match=r"did you mean l2\.thresholds\.gopher_max_hash_ratio\?"):
        load([], ["l2.thresholds.gopher_max_hash=1"])


def test_rules_can_be_set_on_the_command_line() -> None:
    chosen = load([], ["l2.rules=[too_small, {reason: numbers, signal: digit_ratio, above: 0.5}]"]).l2
    assert [rule.reason for rule in rules(chosen)] == ["too_small", "numbers"]


def test_a_broken_rule_reports_its_value_and_its_threshold(spark: SparkSession) -> None:
    assert broken_rule(spark, "small") == (
        "too_small",
        {"signal": "text_bytes", "value": "5", "when": "below", "threshold": "8192"},
    )
    assert broken_rule(spark, "Dies ist ein deutscher Satz über die Gebirge. " * 200) == (
        "wrong_language",
        {"signal": "language", "value": "de", "when": "none of", "threshold": "en"},
    )


def test_the_first_broken_rule_in_the_configured_order_gives_the_reason(spark: SparkSession) -> None:
    own = {"reason": "numbers", "signal": "digit_ratio", "above": 0.5}
    assert broken_rule(spark, "1 2 3", rules=[own, "too_small"])[0] == "numbers"
    assert broken_rule(spark, "1 2 3", rules=["too_small", own])[0] == "too_small"


def test_published_filters_drop_their_typical_texts(spark: SparkSession) -> None:
    assert broken_rule(spark, GOOD, rules=["gopher_quality"]) == (None, None)
    assert broken_rule(spark, GOOD, rules=["gopher_repetition"])[0] == "gopher_max_top_3_gram_ratio"
    assert broken_rule(spark, "menu\n" * 100, rules=["fineweb"])[0] == "fineweb_min_punctuated_line_ratio"
    assert broken_rule(spark, "if (x) { return lorem ipsum; }.\n" * 9, rules=["c4"])[0] == "c4_max_lorem_ipsum_lines"


def test_no_rules_drop_nothing(spark: SparkSession) -> None:
    assert broken_rule(spark, "", rules=[]) == (None, None)


def test_a_document_at_the_threshold_is_kept(spark: SparkSession) -> None:
    at_the_threshold = {"reason": "few", "signal": "words", "below": 3, "above": 3}
    assert broken_rule(spark, "one two three", rules=[at_the_threshold]) == (None, None)
    assert broken_rule(spark, "one two three four", rules=[at_the_threshold])[1] == {
        "signal": "words",
        "value": "4",
        "when": "above",
        "threshold": "3",
    }
