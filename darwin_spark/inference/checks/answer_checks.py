"""What every answer of a model is checked for, whichever level asked; the levels add what their own rules demand.

Reasons are stable words that people group by; a refused answer costs its piece of text the rewriting, never the text.
"""

import re
from collections import Counter
from dataclasses import dataclass

from darwin_spark.inference.prompts import Prompt
from darwin_spark.text.language import detect_language

LOOP_GRAM = 32
"""Characters in the spans that are counted to find a loop."""
LOOP_REPEATS = 3
"""From this occurrence on a span counts as repeated; texts say a thing twice, loops say it without end."""
LOOP_SHARE = 0.2
"""Refused above this share of repeated spans, on top of the share in the text that the model was given."""
LOOP_MIN_CHARS = 120
"""Fewer repeated spans than this are no loop, whatever their share (a short table, a refrain)."""
ECHO_WORDS = 12
"""So many words of the instructions in a row, found in an answer, were copied from them."""
WORD = re.compile(r"[^\W_]+")
LANGUAGE_CHARS = 200
"""Of shorter texts no language is told."""
LANGUAGE_SCORE = 0.6
"""Below this certainty, of either text, none is told either."""

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)


@dataclass(frozen=True)
class Checked:
    """`text` is the answer to use, or None with the `reason` why it was refused."""

    text: str | None
    reason: str | None = None


def refused(reason: str) -> Checked:
    """An answer that will not be used."""
    return Checked(None, reason)


def without_thought(output: str | None) -> str:
    """The answer without the reasoning before it."""
    return _THOUGHT.sub("", output or "", count=1)


def speaks_another_language(text: str, given: str) -> bool:
    """Whether `text` is for certain in another language than `given`."""
    if min(len(text), len(given)) < LANGUAGE_CHARS:
        return False
    (language, sure), (before, certain) = detect_language(text), detect_language(given)
    return language != before and min(sure, certain) >= LANGUAGE_SCORE


def loops(text: str, given: str = "") -> bool:
    """Whether `text` repeats itself without end, with a period of any length, at its end or in its middle (B.3).

    In a loop every span of LOOP_GRAM characters comes back, so the share of spans seen LOOP_REPEATS times or more tells
    loops of any period apart from prose, in linear time. What repeats in `given` (rows of a table, dot leaders) may repeat.
    """
    repeated, spans = _repeated_spans(text)
    if repeated < LOOP_MIN_CHARS:
        return False
    given_repeated, given_spans = _repeated_spans(given)
    return repeated / spans > LOOP_SHARE + given_repeated / max(given_spans, 1)


def _repeated_spans(text: str) -> tuple[int, int]:
    flat = " ".join(text.split())
    spans = max(len(flat) - LOOP_GRAM + 1, 0)
    counts = Counter(flat[start : start + LOOP_GRAM] for start in range(spans))
    return sum(count - LOOP_REPEATS + 1 for count in counts.values() if count >= LOOP_REPEATS), spans


def echoes(prompt: Prompt, output: str, given: str) -> bool:
    """Whether `output` says ECHO_WORDS words of the instructions in a row that the text it was given does not say."""
    return bool((_runs(output) & _runs(f"{prompt.system}\n{prompt.user_template}")) - _runs(given))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    return set(zip(*(words[start:] for start in range(ECHO_WORDS)), strict=False))


def foreign_words(output: str, given: str) -> tuple[int, int]:
    """How many of the words of `output` are not among those of `given`, and how many words it has; case does not count."""
    words = WORD.findall(output.lower())
    known = set(WORD.findall(given.lower()))
    return sum(word not in known for word in words), len(words)
