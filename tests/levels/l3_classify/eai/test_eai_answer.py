"""Every answer gives labels or a reason: recorded answers of each kind, and arbitrary text."""

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.config.l3 import L3Settings
from darwin_spark.inference.task import choose
from darwin_spark.levels.l3_classify import llm_tasks, taxonomy_codes
from darwin_spark.levels.l3_classify.annotator import Labels
from darwin_spark.levels.l3_classify.eai.answer import FDC, LINES, AnswerError, annotation, check, parse

RECORDED: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "eai_answers.yaml").read_text(encoding="utf-8"))
REASONS = {
    *("empty_answer", "too_few_lines", "too_many_lines", "not_a_pair", "no_primary", "bad_fdc_code", "not_a_number"),
    *("unknown_code", "cut_by_length"),
}


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["name"])
def test_a_recorded_answer_gives_its_labels_or_reason(recorded: dict[str, Any]) -> None:
    found = check("", recorded["output"], recorded.get("finish_reason", "stop"))
    assert found.reason == recorded.get("reason")
    read = annotation(found)
    assert read.abstained == recorded.get("reason")
    if "reason" in recorded:
        assert (read.labels, read.secondary) == (Labels(), None)
    else:
        assert read.secondary is not None
        assert recorded["labels"].items() <= read.labels.row().items()
        assert recorded.get("second", {}).items() <= read.secondary.row().items()


def test_every_reason_was_recorded() -> None:
    assert len(RECORDED) > 50
    assert {recorded["reason"] for recorded in RECORDED if "reason" in recorded} == REASONS
    assert max(Counter(recorded["name"] for recorded in RECORDED).values()) == 1


def values(about: str) -> st.SearchStrategy[str]:
    if about == FDC:
        return st.from_regex(r"\A[0-9]{3}(\.[0-9]{1,6})?\Z") | st.just("-1")
    return st.sampled_from(["-1", *map(str, taxonomy_codes.table(about))])


WELL_FORMED = st.tuples(*(st.tuples(values(about), values(about) | st.just("skip")) for about in LINES))


@given(WELL_FORMED)
def test_any_answer_that_the_model_card_allows_is_read(pairs: tuple[tuple[str, str], ...]) -> None:
    answer = parse("\n".join(",".join(pair) for pair in pairs))
    for about, (first, second) in zip(LINES, pairs, strict=True):
        if about != FDC:
            assert answer.primary.row()[about] == int(first)
            assert answer.secondary.row()[about] == (-1 if second == "skip" else int(second))
    code = answer.primary.fdc_level_3
    assert code is None if pairs[0][0] == "-1" else float(code or "nan") == float(pairs[0][0])


@given(
    st.text(st.characters(exclude_categories=())) | st.text("0123456789.,-skip \n\r"), st.sampled_from(["stop", "length", None])
)
def test_any_text_gives_labels_or_a_reason(output: str, finish_reason: str | None) -> None:
    found = check("", output, finish_reason)
    assert (found.text is None) == (found.reason in REASONS)
    read = annotation(found)
    assert (read.abstained is None) == (found.text is not None)


@given(WELL_FORMED, st.data())
def test_a_malformed_answer_raises_answer_error_only(pairs: tuple[tuple[str, str], ...], data: st.DataObject) -> None:
    output = "\n".join(",".join(pair) for pair in pairs)
    start = data.draw(st.integers(0, len(output)))
    end = data.draw(st.integers(start, len(output)))
    broken = output[:start] + data.draw(st.text(max_size=5)) + output[end:]
    with suppress(AnswerError):
        parse(broken)


def test_the_request_follows_the_model_card() -> None:
    (task,) = llm_tasks.tasks(L3Settings(annotator="eai"))
    assert task.messages("The text.") == [{"role": "system", "content": "taxonomy"}, {"role": "user", "content": "The text."}]
    assert (task.model.model, task.model.max_tokens, task.max_attempts) == ("EssentialAI/eai-distill-0.5b", 100, 3)


def attempt(number: int, output: str | None, error: str | None = None) -> dict[str, object]:
    return {"attempt": number, "output": output, "finish_reason": "stop", "error": error}


def test_the_first_acceptable_attempt_counts_else_the_last_reason() -> None:
    good = RECORDED[0]["output"]
    assert annotation(choose(check, "", [attempt(2, good), attempt(1, "nonsense")])).labels.fdc_level_3 == "616.8"
    assert annotation(choose(check, "", [attempt(1, "nonsense"), attempt(2, "6,skip" * 3)])).abstained == "too_few_lines"
    assert annotation(choose(check, "", [attempt(1, None, "prompt_too_long")])).abstained == "prompt_too_long"
    assert annotation(choose(check, "", [])).abstained == "not_asked"
