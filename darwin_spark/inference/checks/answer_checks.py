"""Functions that the levels check a model's answers with: language, loops, prompt echoes, foreign words. Levels add their own.
A rejection reason is a stable word that users group by."""

import re
from collections import Counter
from dataclasses import dataclass

from darwin_spark.inference.prompts import Prompt
from darwin_spark.text.language import detect_language

LOOP_GRAM = 32  # length in characters of the spans that are counted to detect a loop
LOOP_REPEATS = 3  # a span counts as repeated from this occurrence on: texts say a thing twice, loops repeat it endlessly
LOOP_SHARE = 0.2  # maximum share of repeated spans, in addition to the share in the text that the model was given
LOOP_MIN_CHARS = 120  # minimum number of repeated spans in a loop, whatever their share; a short table or a refrain has fewer
ECHO_WORDS = 12  # this many consecutive words of the instructions, found in an answer, count as copied from them
WORD = re.compile(r"[^\W_]+")
LANGUAGE_CHARS = 200  # minimum length in characters of both texts for their languages to be compared
LANGUAGE_SCORE = 0.6  # minimum score of both detected languages for them to be compared


@dataclass(frozen=True)
class Checked:
    """Result of a check: `text` is the answer to use, or None with the `reason` for rejecting it."""

    text: str | None
    reason: str | None = None


def refused(reason: str) -> Checked:
    """Return a Checked without text, for an answer that is rejected for this reason."""
    return Checked(None, reason)


def speaks_another_language(text: str, given: str) -> bool:
    """Whether the two texts have different languages. False if a text is short or its language is detected with a low score."""
    if min(len(text), len(given)) < LANGUAGE_CHARS:
        return False
    (language, score), (before, given_score) = detect_language(text), detect_language(given)
    return language != before and min(score, given_score) >= LANGUAGE_SCORE


def loops(text: str, given: str = "") -> bool:
    """Return whether `text` repeats itself endlessly, with a period of any length, at its end or in its middle (B.3).
    In a loop every span of LOOP_GRAM characters recurs. The share of third and later occurrences of spans separates
    loops of any period from prose, in linear time. What repeats in `given` (table rows, dot leaders) may repeat in `text`."""
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
    """Whether `output` has ECHO_WORDS consecutive words of the prompt's text that are not consecutive anywhere in `given`."""
    return bool((_word_runs(output) & _word_runs(f"{prompt.system}\n{prompt.user_template}")) - _word_runs(given))


def _word_runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    return set(zip(*(words[start:] for start in range(ECHO_WORDS)), strict=False))


def foreign_words(output: str, given: str) -> tuple[int, int]:
    """Return how many words of `output` are not in `given`, and how many words `output` has; case is ignored."""
    words = WORD.findall(output.lower())
    known = set(WORD.findall(given.lower()))
    return sum(word not in known for word in words), len(words)
