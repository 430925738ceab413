"""What a rewritten window must be, so that it may take the window's place (§3 L5: the musts that a program can see)."""

import re
from collections.abc import Iterator

from darwin_spark.config.l5 import L5CheckSettings
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
    NUMBER,
    code_lines,
    displays,
    flat,
    headers,
    in_order,
    inlines,
    labels,
    lost,
    lost_formulas,
    made_up_citations,
)

_META = re.compile(
    r"\b(?:the|this|that) (?:original|given|provided|source|input|rewritten) "
    r"(?:text|passage|paragraph|excerpt|window|chunk|content)\b"
    r"|\bthis (?:passage|excerpt|snippet)\b|\b(?:rewritten|expanded|revised) (?:version|text|window|passage)\b"
    r"|\bthe text (?:above|below|says|states|mentions|you provided)\b"
    r"|\bas (?:an|a large) (?:AI|language model)\b|\bI(?:'ve| have) (?:rewritten|expanded|revised|preserved|kept)\b"
    r"|\A\W*(?:here(?:'s| is| are)|sure|certainly|of course|okay|below is)\b.{0,80}?(?:[:!]|version|rewrit|window|passage)",
    re.I,
)
_LONG_WORD = 5
"""Letters of the words that tell where a sentence of the window went."""
_LAST_WORDS = 12
_NEAR = 400
"""Characters in which a sentence is looked for, rewritten."""


def check(window: str, output: str | None, finish_reason: str | None, limits: L5CheckSettings | None = None) -> Checked:
    """The rewritten window, or the reason for refusing it.

    In this order: cut_by_length, empty_output, prompt_echo, repetition, meta_talk, wrong_language, headers_lost,
    headers_added, labels_changed, citations_lost, citations_made_up, code_lost, formulas_lost, numbers_lost, too_short,
    too_long, past_end.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    text = without_thought(output).strip()
    if not text:
        return Checked("") if not window.strip() else refused("empty_output")
    reason = next(_faults(window, text, limits or L5CheckSettings()), None)
    return refused(reason) if reason else Checked(text)


def _faults(window: str, text: str, limits: L5CheckSettings) -> Iterator[str]:
    """The reasons for refusing an answer, cheap ones first."""
    if echoes(prompts.load("darwin_spark.levels.l5_complete", "prompt.md"), text, window):
        yield "prompt_echo"
    if loops(text, window):
        yield "repetition"
    if talks_about_the_text(window, text):
        yield "meta_talk"
    if speaks_another_language(text, window):
        yield "wrong_language"
    wanted, found = list(headers(window)), list(headers(text))
    if not in_order(wanted, found):
        yield "headers_lost"
    if len(found) > len(wanted):
        yield "headers_added"
    yield from _losses(window, text, limits)
    if len(text) < limits.shorter_ratio * len(window.strip()):
        yield "too_short"
    if len(text) > limits.longer_ratio * len(window) + limits.longer_chars:
        yield "too_long"
    if chars_past_end(window, text) > limits.past_end_chars + limits.past_end_share * len(text):
        yield "past_end"


def _losses(window: str, text: str, limits: L5CheckSettings) -> Iterator[str]:
    """Labels, citations, code, formulas and numbers of the window that did not come back; labels and citations of nowhere."""
    wanted, found = labels(window), labels(text)
    if len(wanted - found) > limits.labels_lost * len(wanted) or not found <= wanted:
        yield "labels_changed"
    citations = {flat(match[0]) for match in CITATION.finditer(window)}
    if len(lost(citations, flat(text))) > limits.citations_lost * len(citations):
        yield "citations_lost"
    if made_up_citations(text, window):
        yield "citations_made_up"
    if lost(code_lines(window), text):
        yield "code_lost"
    inline = set(inlines(window))
    if lost_formulas(displays(window), text) or len(lost_formulas(inline, text)) > limits.formulas_lost * len(inline):
        yield "formulas_lost"
    numbers = {number for number in NUMBER.findall(window) if len(number) > 1}
    if len(numbers - set(NUMBER.findall(text))) > limits.numbers_lost * len(numbers):
        yield "numbers_lost"


def talks_about_the_text(window: str, text: str) -> bool:
    """Whether the answer speaks of the text as a text, in words that the window does not use itself."""
    said = " ".join(window.split()).casefold()
    return any(" ".join(phrase[0].split()).casefold() not in said for phrase in _META.finditer(text))


def chars_past_end(window: str, text: str) -> int:
    """How much the answer says behind the last place that speaks of the window's end.

    That place is where half of the window's last long words stand near each other; an answer without such a place is judged
    by other checks (0).
    """
    last = set([word for word in WORD.findall(window.lower()) if len(word) >= _LONG_WORD][-_LAST_WORDS:])
    found = [(match.end(), match[0]) for match in WORD.finditer(text.lower()) if match[0] in last]
    for place, (end, _) in reversed(list(enumerate(found))):
        near = {word for at, word in found[max(place - _NEAR, 0) : place + 1] if at >= end - _NEAR}
        if 2 * len(near) >= len(last):
            return len(text) - end
    return 0
