"""The answer of a reasoning model without its reasoning.

Two conventions exist: OpenAI's harmony format, where a message in the channel `final` follows others (gpt-oss), and
`<think> ... </think>` before the answer (Qwen3, DeepSeek-R1). Text of other models passes through as it is, even where a
document speaks of these marks.
"""

from typing import Final

HARMONY: Final = "<|channel|>"
"""A token of gpt-oss's vocabulary; its outputs must be decoded with special tokens, or the channels run together."""

_FINAL = f"{HARMONY}final<|message|>"
_THINK = "<think>"
_HARMONY_ENDS = ("<|return|>", "<|end|>")


def raw(prompt: str, output: str) -> str:
    """The whole answer: where the chat template opened the reasoning at the prompt's end, that mark is the answer's."""
    return _THINK + output if prompt.rstrip().endswith(_THINK) else output


def final_part(output: str) -> str:
    """What the model said to the user; the whole output where it never came to that (it was cut while it reasoned)."""
    if output.startswith(HARMONY):
        _, found, answer = output.partition(_FINAL)
        for end in _HARMONY_ENDS:
            answer = answer.removesuffix(end)
        return answer if found else output
    if output.lstrip().startswith(_THINK):
        _, found, answer = output.partition("</think>")
        return answer.lstrip("\n") if found else output
    return output
