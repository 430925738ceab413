"""Check an L4 answer: may the model's output replace its chunk (§3 L4, B.3)? If not, the chunk keeps its original text.

L4 may delete text, even a whole chunk. Code spans, inline formulas, citations and numbers are therefore checked only in
sentences that were kept. Code blocks and display formulas must always be kept, and a long deletion must read like noise.
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
)
from darwin_spark.inference.checks.content_checks import (
    CITATION,
    CODE_SPAN,
    code_lines,
    displays,
    flat,
    inlines,
    lost,
    lost_formulas,
    numbers,
    units,
)
from darwin_spark.inference.checks.escapes import restored
from darwin_spark.inference.reasoning import UNFINISHED, final_part
from darwin_spark.levels.l4_refine.rules.noise import reads_like_noise
from darwin_spark.text.markdown import EXACT, kinds

OPEN, CLOSE = "<CLEANED_TEXT>", "</CLEANED_TEXT>"

_SPLIT_WORD = re.compile(r"(?<=\w)[-\u00ad\u00ac]\s*\n?\s*(?=\w)")
_ADDRESS = re.compile(r"(?:https?://|www\.|\bdoi:\s?|\b10\.\d{4,9}/)\S+", re.I)
_MISREAD = re.compile(r"0[01]+|1{3,}[01]*|[01]+\.[01]+")
"""Digits that OCR may have read for letters ('on', 'in', 'm'), or a number: the words around it decide, see `_misread`."""
_LETTERS_FOR_DIGITS = re.compile(r"(?<!\w)[01oOlI|]+(?:[.,][01oOlI|]+)*(?!\w)")
_DIGITS_OF_LETTERS = str.maketrans("oOlI|", "00111")
_INLINE = re.compile(r"\$[^$\n]{1,400}\$")
_TOKEN = re.compile(r"\w+(?:[.,]\w+)*")
_SEPARATORS = re.compile(r"[\W_]+")


def check(chunk: str, output: str | None, finish_reason: str | None, limits: L4CheckSettings | None = None) -> Checked:
    """Return the cleaned text of a chunk (possibly empty), or the reason for rejecting the engine's `output`.

    Reasons in order: cut_by_length, unfinished_reasoning, forged_delimiters, missing_answer_tags; for an empty answer
    empty_output; for others prompt_echo, repetition, too_long, too_short, wrong_language, new_words, code_changed (code
    blocks), content_lost, code_changed (code spans), formulas_changed, citations_lost, numbers_changed.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    answer = final_part(output or "", chunk)
    if answer is None:
        return refused(UNFINISHED)
    if OPEN in chunk or CLOSE in chunk or answer.count(OPEN) > 1 or answer.count(CLOSE) > 1:
        return refused("forged_delimiters")
    start, end = answer.find(OPEN), answer.find(CLOSE)
    if start < 0 or end < start:
        return refused("missing_answer_tags")
    text = restored(answer[start + len(OPEN) : end]).strip()
    limits = limits or L4CheckSettings()
    reason = next(_rejection_reasons(chunk, text, limits), None) if text else _deletion_reason(chunk, limits)
    return refused(reason) if reason else Checked(text)


def _rejection_reasons(given: str, text: str, limits: L4CheckSettings) -> Iterator[str]:
    if echoes(prompts.load("darwin_spark.levels.l4_refine", "prompt.md"), text, given):
        yield "prompt_echo"
    if loops(text, given):
        yield "repetition"
    if len(text) > limits.longer_ratio * len(given) + limits.longer_chars:
        yield "too_long"
    new, words = new_words(text, given)
    if (
        len(given) >= limits.min_chunk_chars_for_stub_check
        and len(text) < limits.stub_ratio * len(given)
        and (new or not words)
    ):
        yield "too_short"
    if speaks_another_language(text, given):
        yield "wrong_language"
    if new > limits.new_words and new > limits.new_share * words:
        yield "new_words"
    if lost(code_lines(given), text):
        yield "code_changed"
    yield from _content_reasons(given, text, limits)


def _content_reasons(given: str, text: str, limits: L4CheckSettings) -> Iterator[str]:
    """Yield the reasons that concern content: wrong deletions, lost code spans, formulas or citations, changed numbers."""
    found = list(units(given, text))
    deleted = "\n".join(unit for unit, share in found if share <= limits.gone_share)
    if len(deleted) >= limits.empty_chars and not reads_like_noise(deleted):
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
    """Return how many words of the answer `text` are not in the chunk `given`, and how many words `text` has; case is ignored.

    A repaired word is not new: the chunk has it without hyphens inside words or, from four letters on, without any separators.
    """
    known = set(WORD.findall(given.lower())) | set(WORD.findall(_SPLIT_WORD.sub("", given).lower()))
    without_separators = _SEPARATORS.sub("", given.lower())
    words = WORD.findall(text.lower())
    return sum(word not in known and (len(word) < 4 or word not in without_separators) for word in words), len(words)


def changed_numbers(kept: str, given: str, text: str) -> list[str]:
    """Return the numbers of two or more characters that `kept` has and the answer `text` lost, and those that `text` made up.

    Left out: split or joined numbers, which are in the joined digits of `text` (lost) or `given` (made up); what OCR misread:
    digits in whose place `text` has a short word (`_misread`), and digits for which `given` has letters (O.l for 0.1).
    """
    wanted, found = set(numbers(kept)), set(numbers(text))
    without_separators, answer_digits = _digits(given), _digits(text)
    lost_numbers = [number for number in wanted - found if number not in answer_digits]
    misread = _misread(kept, text) if any(map(_MISREAD.fullmatch, lost_numbers)) else frozenset()
    made_up = [number for number in found if _digits(number) not in without_separators]
    spelt = {token.translate(_DIGITS_OF_LETTERS) for token in _LETTERS_FOR_DIGITS.findall(given)} if made_up else frozenset()
    return [number for number in lost_numbers if number not in misread] + [number for number in made_up if number not in spelt]


def _misread(kept: str, text: str) -> frozenset[str]:
    """Return the numbers like 011 or 111 that are letters: `text` has, wherever `kept` has one, a word of at most as many
    letters between the same two words."""
    between: dict[tuple[str, str], set[str]] = {}
    for before, word, after in _triples(text):
        if word.isalpha():
            between.setdefault((before, after), set()).add(word)
    repaired: set[str] = set()
    others: set[str] = set()
    for before, number, after in _triples(kept):
        if _MISREAD.fullmatch(number):
            is_word = any(len(word) <= len(_digits(number)) for word in between.get((before, after), ()))
            (repaired if is_word else others).add(number)
    return frozenset(repaired - others)


def _triples(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each word of a text with the words before and after it, in lower case; '' beyond the ends, formulas as one word."""
    words = ["", *_TOKEN.findall(_INLINE.sub(" formula ", text.lower())), ""]
    return zip(words, words[1:], words[2:], strict=False)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _deletion_reason(given: str, limits: L4CheckSettings) -> str | None:
    """Return empty_output if a chunk must not be deleted: it has code blocks or display formulas, or is long and not noise."""
    if EXACT.intersection(kinds(given.split("\n"))):
        return "empty_output"
    return "empty_output" if len(given) >= limits.empty_chars and not reads_like_noise(given) else None
