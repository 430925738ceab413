"""Custom taxonomies: the prompt that describes them, and answers that are checked against them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.l3_labels import Taxonomy
from darwin_spark.config.loading import ConfigError, build, load
from darwin_spark.levels.l3_classify import llm_tasks
from darwin_spark.levels.l3_classify.custom_taxonomy.answer import annotation, check, parse
from darwin_spark.levels.l3_classify.custom_taxonomy.taxonomy import prompt, schema

SETTINGS = load([Path(__file__).parents[4] / "conf" / "taxonomy.yaml"]).l3
TAXONOMY = SETTINGS.endpoint.taxonomy
assert TAXONOMY is not None
GOOD = {"material": "polymers", "method": "experiment", "reproducible": 4}
REASONS = {
    *("empty_answer", "not_json", "not_an_object", "key_missing", "key_unknown", "value_not_allowed", "cut_by_length"),
}


def taxonomy(**labels: Any) -> Taxonomy:
    return Taxonomy.model_validate({"name": "mine", "labels": labels})


def test_the_prompt_says_every_label_value_and_meaning() -> None:
    prompt_text = prompt(TAXONOMY)
    for name, label in TAXONOMY.labels.items():
        assert name in prompt_text.system
        assert label.description in prompt_text.system
        assert all(value in prompt_text.system and meaning in prompt_text.system for value, meaning in label.values.items())
    assert "from 1 to 5" in prompt_text.system
    assert prompt_text.version.endswith("materials-1")


def test_the_schema_allows_each_value_or_null_and_no_other_key() -> None:
    found = schema(TAXONOMY)
    assert (found["required"], found["additionalProperties"]) == (list(TAXONOMY.labels), False)
    assert found["properties"]["method"]["anyOf"][0]["enum"] == ["experiment", "simulation", "theory", "review"]
    assert found["properties"]["reproducible"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert all({"type": "null"} in about["anyOf"] for about in found["properties"].values())


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (json.dumps(GOOD), None),
        (json.dumps(GOOD, indent=2), None),
        (f"```json\n{json.dumps(GOOD)}\n```", None),
        (json.dumps(dict(reversed(GOOD.items()))), None),
        (json.dumps(dict.fromkeys(GOOD)), None),
        ("", "empty_answer"),
        ("The material is a polymer.", "not_json"),
        (json.dumps(GOOD)[:-1], "not_json"),
        (json.dumps(GOOD) + " I hope this helps.", "not_json"),
        ("{'material': 'polymers'}", "not_json"),
        (json.dumps([GOOD]), "not_an_object"),
        ("null", "not_an_object"),
        ('{"material": "polymers", "method": "review"}', "key_missing"),
        (json.dumps({**GOOD, "quality": 3}), "key_unknown"),
        (json.dumps({**GOOD, "material": "Polymers"}), "value_not_allowed"),
        (json.dumps({**GOOD, "material": ["polymers"]}), "value_not_allowed"),
        (json.dumps({**GOOD, "reproducible": 6}), "value_not_allowed"),
        (json.dumps({**GOOD, "reproducible": "4"}), "value_not_allowed"),
        (json.dumps({**GOOD, "reproducible": 4.0}), "value_not_allowed"),
        (json.dumps({**GOOD, "reproducible": True}), "value_not_allowed"),
        ("[" * 100_000, "not_json"),
    ],
)
def test_an_answer_is_read_or_refused_with_a_reason(output: str, expected: str | None) -> None:
    found = check("", output, "stop", TAXONOMY)
    assert found.reason == expected
    assert annotation(found, TAXONOMY).abstained == expected


def test_labels_without_an_answer_are_not_in_the_map() -> None:
    assert parse(json.dumps(GOOD), TAXONOMY) == {"material": "polymers", "method": "experiment", "reproducible": "4"}
    assert parse(json.dumps({**GOOD, "method": None}), TAXONOMY) == {"material": "polymers", "reproducible": "4"}


def test_a_truncated_answer_is_refused() -> None:
    assert check("", json.dumps(GOOD), "length", TAXONOMY).reason == "cut_by_length"


def test_a_label_may_have_any_name() -> None:
    odd = taxonomy(
        **{name: {"description": "A label.", "scale": [0, 1]} for name in ("json", "copy", "model_fields", "schema")}
    )
    assert parse('{"json": 1, "copy": 0, "model_fields": 1, "schema": null}', odd) == {
        "json": "1",
        "copy": "0",
        "model_fields": "1",
    }


@given(
    st.text(st.characters(exclude_categories=()))
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "other"]), inner, max_size=4),
        max_leaves=6,
    ).map(json.dumps)
)
def test_any_text_gives_labels_or_a_reason(output: str) -> None:
    found = check("", output, "stop", TAXONOMY)
    assert (found.text is None) == (found.reason in REASONS)
    assert (annotation(found, TAXONOMY).custom is None) == (found.text is None)


def test_the_schema_and_the_taxonomy_are_part_of_the_request_id() -> None:
    (task,) = llm_tasks.tasks(SETTINGS)
    assert task.model.json_schema == schema(TAXONOMY)
    assert llm_tasks.annotator_name(SETTINGS) == "qwen2.5-7b-instruct-p1-materials-1"
    more = TAXONOMY.model_dump() | {
        "labels": {**TAXONOMY.model_dump()["labels"], "novel": {"description": "New.", "scale": [1, 3]}}
    }
    changed = SETTINGS.model_copy(
        update={"endpoint": SETTINGS.endpoint.model_copy(update={"taxonomy": Taxonomy.model_validate(more)})}
    )
    (other,) = llm_tasks.tasks(changed)
    assert task.request_id("text") != other.request_id("text")
    assert task.request_id("text") == llm_tasks.tasks(SETTINGS)[0].request_id("text")


@pytest.mark.parametrize(
    ("l3", "message"),
    [
        ({"annotator": "endpoint"}, "needs l3.endpoint.taxonomy"),
        ({"rules": [{"reason": "bad", "label": "custom.rigour", "below": 2}]}, "custom.rigour"),
        ({"rules": [{"reason": "bad", "label": "reasoning_dept", "below": 2}]}, "did you mean reasoning_depth"),
        ({"rules": [{"reason": "bad", "label": "reasoning_depth"}]}, "needs a cut"),
        ({"rules": [{"reason": "bad", "label": "doc_type_v1", "below": 3}]}, "no scale"),
        ({"rules": ["educational"]}, "unknown rule"),
        ({"keep_disciplines": ["alchemy"]}, "keep_disciplines"),
        ({"drop_doc_type_v1": [18]}, "drop_doc_type_v1"),
        ({"endpoint": {"taxonomy": {"name": "x", "labels": {"a": {"description": "A."}}}}}, "values or a scale"),
        ({"endpoint": {"taxonomy": {"name": "x", "labels": {"a": {"description": "A.", "scale": [3, 3]}}}}}, "must rise"),
        ({"endpoint": {"taxonomy": {"name": "x", "labels": {}}}}, "labels"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_message(l3: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build({"l3": l3})
