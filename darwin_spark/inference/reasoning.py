"""Remove the reasoning from the output of a reasoning model: one rule for all levels.

Two conventions exist: OpenAI's harmony format, where a message in the channel `final` follows the other channels (gpt-oss), and
a block such as `<think> ... </think>` before the answer (Qwen3, DeepSeek-R1; Magistral, Kimi and others have their own marks).
An output whose reasoning does not end, or a harmony output without a final message, has no answer. Marks that the given text
has too are text.
"""

import re
from typing import Final

HARMONY: Final = "<|channel|>"
"""Token of gpt-oss's vocabulary. Its output must be decoded with special tokens, otherwise channels cannot be separated."""
UNFINISHED: Final = "unfinished_reasoning"
"""Rejection reason of an output without an answer: its reasoning does not end, or it has no final message."""

_THINK = "<think>"
_NAMES = r"(?:seed:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad)"
_OPEN = re.compile(rf"<{_NAMES}>|\[THINK\]|◁think▷|<\|begin_of_thought\|>", re.I)
_CLOSE = re.compile(rf"</{_NAMES}>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>", re.I)
_HARMONY_START = re.compile(r"\s*<\|(?:start\|>\w+<\|)?(?:channel|message)\|>")
_FINAL = re.compile(r"<\|channel\|>\s*final\b[^<\n]{0,80}(?:<\|constrain\|>[^<\n]{0,80})?<\|message\|>")
_HARMONY_END = re.compile(r"<\|(?:return|end|call)\|>\s*(?:\Z|<\|start\|>)")
_UNDECODED = re.compile(r"\s*analysis(?=[A-Z])")
_UNDECODED_FINAL = "assistantfinal"
"""How the marks of the harmony format read if the output was decoded without special tokens."""
_FORM = re.compile(r"\s*(?:---[ \t]*\n|\{)")
"""The beginning of an answer in a form that no reasoning has: a front matter or a JSON object."""


def raw(prompt: str, output: str) -> str:
    """Return the output, prefixed with `<think>` if the chat template put that marker at the end of the prompt."""
    return _THINK + output if prompt.rstrip().endswith(_THINK) else output


def final_part(output: str, given: str | None = None) -> str | None:
    """Return the output without the reasoning; None if the reasoning has no end, or a final message is missing.

    `given` is the text that the model was given. With it, marks inside the output count too (an end without a beginning, a
    second block), unless `given` has as many. Without it (None, or ''), or if the output begins like JSON or a front matter and
    its marks are balanced, only reasoning at the start of the output is removed.
    """
    if _HARMONY_START.match(output) or (given and HARMONY in output and HARMONY not in given):
        return _final_message(output)
    if given and _UNDECODED.match(output) and not _UNDECODED.match(given):
        _, found, answer = output.partition(_UNDECODED_FINAL)
        return answer if found else None
    if not given or (_FORM.match(output) and _is_balanced(output)):
        return _behind_first_block(output)
    return _behind_blocks(output, given)


def _final_message(output: str) -> str | None:
    start = _FINAL.search(output)
    if start is None:
        return None
    end = _HARMONY_END.search(output, start.end())
    return output[start.end() : end.start() if end else len(output)]


def _behind_first_block(output: str) -> str | None:
    """Return what follows the blocks of reasoning at the start of an output, each up to its first end mark."""
    rest = output
    while (start := _OPEN.match(rest.lstrip())) is not None:
        end = _CLOSE.search(rest.lstrip(), start.end())
        if end is None:
            return None
        rest = rest.lstrip()[end.end() :].lstrip("\n")
    return rest


def _behind_blocks(output: str, given: str) -> str | None:
    """Return what follows the last end mark that `given` does not account for; None if more blocks begin in it than there."""
    ends = list(_CLOSE.finditer(output))
    surplus = len(ends) - len(_CLOSE.findall(given))
    rest = output[ends[surplus - 1].end() :].lstrip("\n") if surplus > 0 else output
    return None if len(_OPEN.findall(rest)) > len(_OPEN.findall(given)) else rest


def _is_balanced(output: str) -> bool:
    """Return whether each end mark follows a begin mark, so that both may be text."""
    opened = 0
    for mark in re.finditer(rf"({_OPEN.pattern})|{_CLOSE.pattern}", output, re.I):
        opened += 1 if mark[1] else -1
        if opened < 0:
            return False
    return True
