"""What an answer of the refiner must be, so that it may take its chunk's place (§3 L4, B.3).

An answer that fails is dropped and the chunk's own text stays. Deleting is what L4 does, up to the whole chunk, so nothing is
asked of a sentence that went as a whole. A sentence that stayed, though, keeps its numbers, formulas, citations and code.
"""

import re
from collections.abc import Iterator

from darwin_spark.config.l4 import L4CheckSettings
from darwin_spark.inference import prompts
from darwin_spark.inference.checks.answer_checks import (
    WORD,
    Checked,
    echoes,
    loops,
    refused,
    speaks_another_language,
    without_thought,
)
from darwin_spark.inference.checks.content_checks import (
    CITATION,
    CODE_SPAN,
    NUMBER,
    code_lines,
    displays,
    flat,
    inlines,
    lost,
    lost_formulas,
    units,
)
from darwin_spark.levels.l4_refine.rules.noise import reads_like_noise
from darwin_spark.text.markdown import EXACT, kinds

OPEN, CLOSE = "<CLEANED_TEXT>", "</CLEANED_TEXT>"

_SPLIT = re.compile(r"(?<=\w)[-\u00ad\u00ac]\s*\n?\s*(?=\w)")
_ADDRESS = re.compile(r"(?:https?://|www\.|\bdoi:\s?|\b10\.\d{4,9}/)\S+", re.I)
_MISREAD = re.compile(r"0[01]+|1{3,}[01]*|[01]+\.[01]+")
"""What OCR makes of 'on', 'in', 'm': to read letters there is a repair."""
_JOINED = re.compile(r"[\W_]+")


def check(chunk: str, output: str | None, finish_reason: str | None, limits: L4CheckSettings | None = None) -> Checked:
    """The cleaned text of a chunk (possibly empty), or the reason for refusing the answer.

    In this order: cut_by_length, forged_delimiters, not_extractable; empty_output of an empty answer; prompt_echo, repetition,
    too_long, too_short, wrong_language, new_words, content_lost, code_changed, formulas_changed, citations_lost,
    numbers_changed.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    answer = without_thought(output)
    if OPEN in chunk or CLOSE in chunk or answer.count(OPEN) > 1 or answer.count(CLOSE) > 1:
        return refused("forged_delimiters")
    start, end = answer.find(OPEN), answer.find(CLOSE)
    if start < 0 or end < start:
        return refused("not_extractable")
    text = answer[start + len(OPEN) : end].strip()
    limits = limits or L4CheckSettings()
    reason = next(_faults(chunk, text, limits), None) if text else _unlawful_deletion(chunk, limits)
    return refused(reason) if reason else Checked(text)


def _faults(given: str, text: str, limits: L4CheckSettings) -> Iterator[str]:
    """The reasons for refusing an answer that is not empty, cheap ones first."""
    if echoes(prompts.load("darwin_spark.levels.l4_refine", "prompt.md"), text, given):
        yield "prompt_echo"
    if loops(text, given):
        yield "repetition"
    if len(text) > limits.longer_ratio * len(given) + limits.longer_chars:
        yield "too_long"
    new, words = new_words(text, given)
    if len(given) >= limits.stub_chars and len(text) < limits.stub_ratio * len(given) and (new or not words):
        yield "too_short"
    if speaks_another_language(text, given):
        yield "wrong_language"
    if new > limits.new_words and new > limits.new_share * words:
        yield "new_words"
    if lost(code_lines(given), text):
        yield "code_changed"
    yield from _changes(given, text, limits)


def _changes(given: str, text: str, limits: L4CheckSettings) -> Iterator[str]:
    """What the sentences that stayed have lost, and sentences that went without a reason."""
    found = list(units(given, text))
    gone = "\n".join(unit for unit, share in found if share <= limits.gone_share)
    if len(gone) >= limits.empty_chars and not reads_like_noise(gone):
        yield "content_lost"
    kept = _ADDRESS.sub(" ", "\n".join(unit for unit, share in found if share >= limits.kept_share))
    if lost(CODE_SPAN.findall(kept), text):
        yield "code_changed"
    formulas = inlines(kept)
    if lost_formulas(displays(given), text) or len(lost_formulas(formulas, text)) > limits.formulas_lost * len(formulas):
        yield "formulas_changed"
    citations = [flat(match[0]) for match in CITATION.finditer(kept)]
    if len(lost(citations, flat(text))) > limits.citations_lost * len(citations):
        yield "citations_lost"
    if len(changed_numbers(kept, given, text)) > limits.numbers_changed:
        yield "numbers_changed"


def new_words(text: str, given: str) -> tuple[int, int]:
    """How many words of the answer the chunk has not, and how many words it has: words that were split or glued are not new."""
    known = set(WORD.findall(given.lower())) | set(WORD.findall(_SPLIT.sub("", given).lower()))
    glued = _JOINED.sub("", given.lower())
    words = WORD.findall(text.lower())
    return sum(word not in known and (len(word) < 4 or word not in glued) for word in words), len(words)


def changed_numbers(kept: str, given: str, text: str) -> list[str]:
    """Numbers of two digits and more that the answer lacks though their sentence stayed, and those that it made up."""
    wanted, found = set(_numbers(kept)), set(_numbers(text))
    glued, said = _digits(given), _digits(text)
    return [number for number in wanted - found if number not in said] + [
        number for number in found if _digits(number) not in glued
    ]


def _numbers(text: str) -> list[str]:
    return [number for number in NUMBER.findall(text) if len(number) > 1 and not _MISREAD.fullmatch(number)]


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _unlawful_deletion(given: str, limits: L4CheckSettings) -> str | None:
    """Code and display formulas are protected without exception, and prose that shows no sign of noise does not go whole."""
    if EXACT.intersection(kinds(given.split("\n"))):
        return "empty_output"
    return "empty_output" if len(given) >= limits.empty_chars and not reads_like_noise(given) else None
