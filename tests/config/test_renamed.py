"""Settings and rules that were renamed are refused with the new name, one sentence a key."""

from pathlib import Path

import pytest
import yaml

from darwin_spark.config import renamed
from darwin_spark.config.l2_rules import FAMILIES, PAPER, PUBLISHED
from darwin_spark.config.loading import ConfigError, build, load
from darwin_spark.config.model import ModelSettings
from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings

OLD = yaml.safe_load((Path(__file__).parent / "data" / "base_of_format_1.yaml").read_text())
"""Every setting of format 1, at its default."""


def refusals(tree: dict, sections: dict[str, type[Section]] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        build(tree, sections)
    return str(caught.value).split("\n")


def test_every_setting_of_format_1_has_its_place_today() -> None:
    tree = renamed.rename_keys(OLD, renamed.KEYS_2)
    tree["l2"]["rules"] = [renamed.rule(name) for name in tree["l2"]["rules"]]
    assert tree == Settings().model_dump(mode="json")


def test_a_whole_configuration_of_format_1_is_refused_with_all_new_names() -> None:
    lines = refusals(OLD)
    assert len(lines) == len(set(lines)) == 68
    rule = "setting l2.rules.3: the rule language is now called wrong_language (got 'language')"
    assert [line for line in lines if " is now called " not in line] == []
    assert rule in lines
    assert "setting generation is now called inference" in lines
    assert "setting generation.brakes.least_answers is now called inference.circuit_breaker.min_responses" in lines
    assert "setting l1.ocr.model.endpoint.tries is now called l1.ocr.olmocr.model.endpoint.max_attempts" in lines
    # What only moved with its section has no sentence of its own.
    assert not any("canary_share" in line or "runner.max_attempts" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("l4.min_ok", "l4.min_success_ratio"),
        ("l5.min_ok", "l5.min_success_ratio"),
        ("l4.checks.stub_chars", "l4.checks.min_chunk_chars_for_stub_check"),
        ("l0.inline_limit", "l0.max_inline_bytes"),
        ("l0.fetch.attempts", "l0.fetch.max_attempts"),
        ("l1.ocr.served_by", "l1.ocr.olmocr.engine"),
        ("l1.ocr.page_attempts", "l1.ocr.olmocr.max_attempts"),
        ("l1.ocr.model.endpoint.patience_seconds", "l1.ocr.olmocr.model.endpoint.unavailable_timeout_seconds"),
        ("l2.one_task_edges", "l2.max_single_task_edges"),
        ("l2.thresholds.gopher_top_2_gram", "l2.thresholds.gopher_max_top_2_gram_ratio"),
        ("l2.thresholds.gopher_duplicate_10_grams", "l2.thresholds.gopher_max_duplicate_10_gram_ratio"),
        ("l3.judge.attempts", "l3.paper_judge.max_attempts"),
        ("l3.judge.sample_chars", "l3.paper_judge.sample_chars"),
        ("l3.paper_judge.attempts", "l3.paper_judge.max_attempts"),
        ("l3.endpoint.attempts", "l3.endpoint.max_attempts"),
        ("l3.endpoint.model.endpoint.tries", "l3.endpoint.model.endpoint.max_attempts"),
        ("judge.attempts", "judge.max_attempts"),
        ("generation.engines", "inference.num_engines"),
        ("inference.engines", "inference.num_engines"),
        ("generation.brakes.max_gpu_hours", "inference.circuit_breaker.max_gpu_hours"),
        ("runner.buckets_per_group", "pipeline.buckets_per_group"),
    ],
)
def test_an_old_key_is_refused_with_its_new_name(old: str, new: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load([], [f"{old}=1"])
    assert str(caught.value) == f"setting {old} is now called {new}"


def test_what_a_renamed_section_does_not_know_is_refused_by_the_section() -> None:
    assert refusals({"generation": {"seeds": 1}}) == ["setting generation is now called inference"]
    assert refusals({"l1": {"ocr": {"model": {"engine_options": {"dtype": "half"}}}}}) == [
        "setting l1.ocr.model is now called l1.ocr.olmocr.model"
    ]


def test_an_assignment_of_one_old_key_is_one_sentence() -> None:
    assert refusals({"l4": {"min_ok": 0.9}}) == ["setting l4.min_ok is now called l4.min_success_ratio"]


def test_each_key_has_its_own_sentence() -> None:
    assert refusals({"l4": {"min_ok": 0.9, "chunk_char": 1, "chunk_chars": "many"}}) == [
        "setting l4.chunk_chars: Input should be a valid integer, unable to parse string as an integer (got 'many')",
        "setting l4.min_ok is now called l4.min_success_ratio",
        "unknown setting l4.chunk_char; did you mean l4.chunk_chars?",
    ]


class Own(Section):
    """The settings of a level of another package."""

    asked: ModelSettings = ModelSettings(model="own")
    max_attempts: int = 1


def test_the_pool_of_a_level_of_another_package_was_renamed_too_but_not_its_own_settings() -> None:
    assert refusals({"own": {"asked": {"endpoint": {"tries": 2}}, "attempts": 2}}, {"own": Own}) == [
        "setting own.asked.endpoint.tries is now called own.asked.endpoint.max_attempts",
        "unknown setting own.attempts; did you mean own.max_attempts?",
    ]


@pytest.mark.parametrize(("old", "new"), renamed.RULES_2.items())
def test_an_old_name_of_a_rule_is_refused_with_its_new_name(old: str, new: str) -> None:
    assert new in {*PAPER, *PUBLISHED}
    assert refusals({"l2": {"rules": ["too_small", old]}}) == [
        f"setting l2.rules.1: the rule {old} is now called {new} (got {old!r})"
    ]


def test_a_rule_of_ones_own_may_have_a_name_that_was_given_up() -> None:
    own = {"reason": "language", "signal": "language_score", "below": 0.5}
    assert build({"l2": {"rules": [own]}}).l2.rules[0].reason == "language"


def test_no_name_of_today_is_an_old_one() -> None:
    today = {*PAPER, *FAMILIES, *PUBLISHED}
    assert {name: renamed.rule(name) for name in today} == {name: name for name in today}
    assert renamed.rename_keys(Settings().model_dump(mode="json"), renamed.KEYS_2) == Settings().model_dump(mode="json")


def test_options_of_a_model_keep_their_keys_and_empty_sections_stay() -> None:
    options = {"chat_template_options": {}, "engine_options": {"attempts": 1, "a.b": {"min_ok": 2}}}
    old = {"l4": {"min_ok": 0.5, "model": {**options, "endpoint": {"tries": 1, "servers": []}}}}
    new = {"l4": {"min_success_ratio": 0.5, "model": {**options, "endpoint": {"max_attempts": 1, "servers": []}}}}
    assert renamed.rename_keys(old, renamed.KEYS_2) == new


def test_old_reasons_are_found_in_a_query_where_they_are_quoted() -> None:
    query = "SELECT language FROM l2 WHERE reason = 'language' OR reason = 'past_end_chars'"
    assert renamed.reasons_in(query) == {"language": "wrong_language"}
