"""The paper judge: a model says whether a document is a paper that is neither book nor paper by declaration or rule."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.l3 import L3Settings
from darwin_spark.levels.l3_classify import llm_tasks
from darwin_spark.levels.l3_classify.paper_judge.answer import check, kind

YES = json.dumps({"analysis": "A method, data and a discussion.", "is_article": True})
NO = json.dumps({"analysis": "A manual.", "is_article": False})
JUDGED = L3Settings.model_validate({"paper_judge": {"engine": "vllm"}})


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (YES, ("paper", "judge:article")),
        (f"```json\n{YES}\n```", ("paper", "judge:article")),
        (NO, ("unknown", "judge:no_article")),
        ("Yes, it is an article.", ("unknown", "judge:not_json")),
        ('{"is_article": true}', ("unknown", "judge:key_missing")),
        ('{"analysis": "", "is_article": "true"}', ("unknown", "judge:value_not_allowed")),
        ('{"analysis": "", "is_article": 1}', ("unknown", "judge:value_not_allowed")),
        ("", ("unknown", "judge:empty_answer")),
    ],
)
def test_the_answer_makes_a_paper_or_leaves_the_document_unknown(output: str, expected: tuple[str, str]) -> None:
    assert kind(check("", output, "stop")) == expected


def test_a_rejected_answer_is_retried_and_a_prompt_too_long_is_not() -> None:
    (task,) = llm_tasks.tasks(JUDGED)
    bad = {"attempt": 1, "output": "Yes.", "finish_reason": "stop", "error": None}
    assert task.may_retry("", [bad], 3)
    assert not task.may_retry("", [{**bad, "output": NO}], 3)
    assert not task.may_retry("", [{**bad, "output": None, "error": "prompt_too_long"}], 3)


def test_there_is_no_task_unless_a_judge_is_configured() -> None:
    assert llm_tasks.tasks(L3Settings()) == []
    assert [task.name for task in llm_tasks.tasks(JUDGED)] == ["l3_judge"]
    assert llm_tasks.tasks(JUDGED)[0].model.json_schema == {
        "type": "object",
        "properties": {"analysis": {"type": "string"}, "is_article": {"type": "boolean"}},
        "required": ["analysis", "is_article"],
        "additionalProperties": False,
    }


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(["stop", "length", None]))
def test_any_answer_gives_a_document_type(output: str, finish_reason: str | None) -> None:
    assert kind(check("", output, finish_reason)).doc_type in ("paper", "unknown")
