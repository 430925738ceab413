"""The answers of the OCR model about a page: parsed strictly, rejected with stable reasons."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.levels.l1_normalize.olmocr.answer import check, last_text, prompt, turn

FACTS = {
    "primary_language": "en",
    "is_rotation_valid": "True",
    "rotation_correction": "0",
    "is_table": "False",
    "is_diagram": "false",
}
TEXT = "# Cells\n\nThe cell is the smallest unit of life."


def answer(text: str = TEXT, **facts: str) -> str:
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in {**FACTS, **facts}.items()) + f"---\n{text}"


def attempt(number: int, output: str | None, finish_reason: str = "stop") -> dict[str, Any]:
    return {"attempt": number, "output": output, "finish_reason": finish_reason, "error": None if output else "bad_request"}


@pytest.mark.parametrize("language", ["en", "null", "no", "'no'"])
def test_the_text_under_a_front_matter_is_the_page(language: str) -> None:
    assert check("", answer(primary_language=language), "stop").text == TEXT + "\n"


def test_a_page_without_text_is_an_answer() -> None:
    assert check("", answer(""), "stop").text == ""
    assert check("", answer("").rstrip("\n"), "stop").text == ""


def test_a_json_object_is_read_too() -> None:
    facts = {"primary_language": "en", "is_rotation_valid": True, "rotation_correction": 0, "is_table": False}
    whole = {**facts, "is_diagram": False, "natural_text": TEXT}
    assert check("", json.dumps(whole), "stop").text == TEXT + "\n"
    assert check("", json.dumps({**whole, "natural_text": None}), "stop").text == ""
    assert check("", json.dumps({**whole, "natural_text": 7}), "stop").reason == "bad_front_matter"
    assert check("", json.dumps(facts), "stop").reason == "bad_front_matter"
    assert check("", "{" + TEXT, "stop").reason == "missing_front_matter"


@pytest.mark.parametrize(
    ("output", "finish_reason", "reason"),
    [
        (answer(), "length", "cut_by_length"),
        (None, "stop", "missing_front_matter"),
        (TEXT, "stop", "missing_front_matter"),
        (f"Here it is:\n{answer()}", "stop", "missing_front_matter"),
        (answer(is_table="perhaps"), "stop", "bad_front_matter"),
        (answer(rotation_correction="45"), "stop", "bad_front_matter"),
        (answer(rotation_correction="True"), "stop", "bad_front_matter"),
        (answer(primary_language="[en, de]"), "stop", "bad_front_matter"),
        (answer(primary_language="'en"), "stop", "bad_front_matter"),
        (answer(mood="good"), "stop", "bad_front_matter"),
        (answer(is_table="!!bool maybe"), "stop", "bad_front_matter"),
        (answer(is_table="!!int ''"), "stop", "bad_front_matter"),
        ("---\njust words\n---\n" + TEXT, "stop", "bad_front_matter"),
        (answer("the cell divides and " * 100), "stop", "repetition"),
        (answer(prompt().user_template[:200]), "stop", "prompt_echo"),
        (answer(is_rotation_valid="False", rotation_correction="90"), "stop", "page_turned"),
    ],
)
def test_an_unusable_answer_is_refused_with_its_reason(output: str | None, finish_reason: str, reason: str) -> None:
    refused = check("", output, finish_reason)
    assert (refused.text, refused.reason) == (None, reason)


def test_a_page_that_no_rotation_helps_is_accepted() -> None:
    assert check("", answer(is_rotation_valid="False"), "stop").text == TEXT + "\n"


def test_rotations_add_up_over_the_attempts_and_a_truncated_answer_counts() -> None:
    sideways = answer(is_rotation_valid="False", rotation_correction="270")
    head = answer(is_rotation_valid="False", rotation_correction="180")
    assert turn([]) == 0
    assert turn([attempt(1, sideways, "length")]) == 270
    assert turn([attempt(1, sideways), attempt(2, None), attempt(3, TEXT), attempt(4, head)]) == 90


def test_the_last_answer_about_a_page_that_is_never_upright_may_be_used() -> None:
    sideways = answer(is_rotation_valid="False", rotation_correction="90")
    assert last_text([attempt(2, sideways), attempt(1, TEXT)]) == TEXT + "\n"
    assert last_text([attempt(1, sideways), attempt(2, TEXT)]) is None
    assert last_text([attempt(1, sideways), attempt(2, None)]) is None
    assert last_text([attempt(1, sideways, "length")]) is None
    assert last_text([]) is None


@given(st.text())
def test_any_answer_is_parsed_or_refused(output: str) -> None:
    for whole in (output, f"---\n{output}\n---\n", "{" + output):
        assert check("", whole, "stop").reason in ("missing_front_matter", "bad_front_matter")
