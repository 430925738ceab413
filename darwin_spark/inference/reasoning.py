"""Remove the reasoning from the output of a reasoning model. Two conventions exist: OpenAI's harmony format, where a message in
the channel `final` follows the other channels (gpt-oss), and `<think> ... </think>` before the answer (Qwen3, DeepSeek-R1).
Output of other models is returned unchanged, even if these markers occur inside the text."""

from typing import Final

HARMONY: Final = "<|channel|>"
"""Token of gpt-oss's vocabulary. Its output must be decoded with special tokens, otherwise channels cannot be separated."""

_FINAL_CHANNEL = f"{HARMONY}final<|message|>"
_THINK = "<think>"
_HARMONY_END_TOKENS = ("<|return|>", "<|end|>")


def raw(prompt: str, output: str) -> str:
    """Return the output, prefixed with `<think>` if the chat template put that marker at the end of the prompt."""
    return _THINK + output if prompt.rstrip().endswith(_THINK) else output


def final_part(output: str) -> str:
    """Return the output without the reasoning; the whole output if the reasoning has no end (it was cut by length)."""
    if output.startswith(HARMONY):
        _, found, answer = output.partition(_FINAL_CHANNEL)
        for end in _HARMONY_END_TOKENS:
            answer = answer.removesuffix(end)
        return answer if found else output
    if output.lstrip().startswith(_THINK):
        _, found, answer = output.partition("</think>")
        return answer.lstrip("\n") if found else output
    return output
