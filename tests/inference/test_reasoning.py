import pytest
from hypothesis import given
from hypothesis import strategies as st

from darwin_spark.inference.reasoning import final_part, raw

CUT = "<|channel|>analysis<|message|>The user wants"
HARMONY = f"{CUT} X.<|end|><|start|>assistant<|channel|>final<|message|>The answer."


@pytest.mark.parametrize(
    ("prompt", "output", "answer"),
    [
        ("", HARMONY, "The answer."),
        ("", HARMONY + "<|return|>", "The answer."),
        ("", HARMONY + " It explains <|channel|>final<|message|>.", "The answer. It explains <|channel|>final<|message|>."),
        ("", CUT, None),
        ("", "<think>\nHm.\n</think>\n\nThe answer.", "The answer."),
        ("<|im_start|>assistant\n<think>\n", "Hm.\n</think>\n\nThe answer.", "The answer."),
        ("<|im_start|>assistant\n<think>\n", "Hm. And so", None),
        ("", "Models end their reasoning with </think> as a rule.", "Models end their reasoning with </think> as a rule."),
    ],
)
def test_the_answer_is_returned_without_the_reasoning(prompt, output, answer):
    assert final_part(raw(prompt, output)) == answer


@given(text=st.text().filter(lambda text: not text.lstrip().startswith("<")))
def test_output_of_models_that_do_not_reason_is_unchanged(text):
    assert final_part(raw("<|im_start|>assistant\n", text)) == text


GIVEN = "The answer stands in the text."
QUOTING = "A model writes <think> before and </think> after its reasoning."


@pytest.mark.parametrize(
    ("given_text", "output", "answer"),
    [
        (GIVEN, "Hm.\n</think>\n\nThe answer.", "The answer."),
        (GIVEN, "<think>a</think><think>b</think>The answer.", "The answer."),
        (GIVEN, "<think>a <think> b</think> c</think>The answer.", "The answer."),
        (GIVEN, "<think>a</think>Half <think>and", None),
        (GIVEN, "Half of it. <think>Hm.", None),
        (GIVEN, "<thinking>Hm.</thinking>The answer.", "The answer."),
        (GIVEN, "[THINK]Hm.[/THINK]The answer.", "The answer."),
        (GIVEN, "◁think▷Hm.◁/think▷The answer.", "The answer."),
        (GIVEN, "<seed:think>Hm.", None),
        (QUOTING, f"Hm.</think>{QUOTING}", QUOTING),
        (QUOTING, f"<think>Hm.</think>{QUOTING}", QUOTING),
        (QUOTING, QUOTING, QUOTING),
        (QUOTING, f"<think>Hm. {QUOTING.split('</')[0]}", None),
        (GIVEN, "<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|>", None),
        (GIVEN, "<|channel|>commentary<|message|>Hm.<|call|>", None),
        (GIVEN, "Hm.<|end|><|start|>assistant<|channel|>final<|message|>The answer.<|return|>", "The answer."),
        (GIVEN, "<|channel|>final <|constrain|>json<|message|>{}<|return|>", "{}"),
        (GIVEN, "analysisWe write it.assistantfinalThe answer.", "The answer."),
        (GIVEN, "analysisWe write it.", None),
        (GIVEN, "Hm.<|channel|>analysis<|message|>Hm.", None),
        ("a page", "---\nform\n---\nIt writes <think>a</think> first.", "---\nform\n---\nIt writes <think>a</think> first."),
        ("a page", "---\nform\n---\na draft</think>---\nform\n---\nThe page.", "---\nform\n---\nThe page."),
    ],
)
def test_marks_count_where_the_given_text_has_none(given_text, output, answer):
    found = final_part(output, given_text)
    assert found == answer
    assert found is None or final_part(found, given_text) == found


@given(text=st.text(alphabet="ab </think>[]", max_size=60), given_text=st.text(alphabet="ab </think>", max_size=30))
def test_an_answer_without_its_reasoning_has_none(text, given_text):
    found = final_part(text, given_text)
    assert found is None or final_part(found, given_text) == found
