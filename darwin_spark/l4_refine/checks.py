"""What an answer of the refiner must be, so that it may take its chunk's place (§3 L4, B.3).

An answer that fails is dropped and the chunk's own text stays. Deleting is what L4 does, up to the whole chunk: no check
here can tell a reference list that went from a paragraph that was lost. What they can tell: answers that are none, that add
words, that never end, and that delete what the rules protect without exception.
"""

import re

from darwin_spark.generation import prompts
from darwin_spark.generation.checks import Checked, echoes, foreign_words, loops, refused
from darwin_spark.markdown import EXACT, kinds

OPEN, CLOSE = "<CLEANED_TEXT>", "</CLEANED_TEXT>"

LONGER_RATIO = 1.25
LONGER_CHARS = 200
"""A refiner adds blanks, hyphens, a mark or two: an answer over 1.25 times the chunk plus 200 characters holds more."""
STUB_CHARS = 500
STUB_RATIO = 0.02
"""Of a chunk of 500 characters or more, an answer below 2 % in other words than its own is a remark ('N/A')."""
NEW_WORDS = 20
NEW_SHARE = 0.5
"""Repairs change words; but an answer with 20 words that the chunk has not, half of it made of them, was written anew."""

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.S)


def check(chunk: str, output: str | None, finish_reason: str | None) -> Checked:
    """The cleaned text of a chunk (possibly empty), or the reason for refusing the answer.

    cut_by_length, not_extractable, forged_delimiters, prompt_echo, repetition, too_long, too_short, new_words, empty_output.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    answer = _THOUGHT.sub("", output or "", count=1)
    if OPEN in chunk or CLOSE in chunk or answer.count(OPEN) > 1 or answer.count(CLOSE) > 1:
        return refused("forged_delimiters")
    start, end = answer.find(OPEN), answer.find(CLOSE)
    if start < 0 or end < start:
        return refused("not_extractable")
    text = answer[start + len(OPEN) : end].strip()
    reason = _fault(chunk, text) if text else _unlawful_deletion(chunk)
    return refused(reason) if reason else Checked(text)


def _fault(given: str, text: str) -> str | None:
    if echoes(prompts.load("darwin_spark.l4_refine", "prompt.md"), text, given):
        return "prompt_echo"
    if loops(text, given):
        return "repetition"
    if len(text) > LONGER_RATIO * len(given) + LONGER_CHARS:
        return "too_long"
    new, words = foreign_words(text, given)
    if len(given) >= STUB_CHARS and len(text) < STUB_RATIO * len(given) and (new or not words):
        return "too_short"
    return "new_words" if new >= NEW_WORDS and new > NEW_SHARE * words else None


def _unlawful_deletion(given: str) -> str | None:
    """Code and display formulas are protected without exception, so a chunk that holds one cannot be noise as a whole."""
    return "empty_output" if EXACT.intersection(kinds(given.split("\n"))) else None
