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
        ("", CUT, CUT),
        ("", "<think>\nHm.\n</think>\n\nThe answer.", "The answer."),
        ("<|im_start|>assistant\n<think>\n", "Hm.\n</think>\n\nThe answer.", "The answer."),
        ("<|im_start|>assistant\n<think>\n", "Hm. And so", "<think>Hm. And so"),
        ("", "Models end their reasoning with </think> as a rule.", "Models end their reasoning with </think> as a rule."),
    ],
)
def test_the_answer_is_returned_without_the_reasoning(prompt, output, answer):
    assert final_part(raw(prompt, output)) == answer


@given(text=st.text().filter(lambda text: not text.lstrip().startswith("<")))
def test_output_of_models_that_do_not_reason_is_unchanged(text):
    assert final_part(raw("<|im_start|>assistant\n", text)) == text
