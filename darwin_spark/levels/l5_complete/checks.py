"""Check an L5 answer: may the rewritten window replace its window (§3 L5, the requirements that a program can verify)?"""

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
)
from darwin_spark.inference.checks.content_checks import (
    CITATION,
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
    numbers,
)
from darwin_spark.inference.checks.escapes import restored
from darwin_spark.inference.reasoning import UNFINISHED, final_part

_META = re.compile(
    r"\b(?:the|this|that) (?:original|given|provided|source|input|rewritten) "
    r"(?:text|passage|paragraph|excerpt|window|chunk|content)\b"
    r"|\bthis (?:passage|excerpt|snippet)\b|\b(?:rewritten|expanded|revised) (?:version|text|window|passage)\b"
    r"|\bthe text (?:above|below|says|states|mentions|you provided)\b"
    r"|\bas (?:an|a large) (?:AI|language model)\b|\bI(?:'ve| have) (?:rewritten|expanded|revised|preserved|kept)\b"
    r"|\A\W*(?:here(?:'s| is| are)|sure|certainly|of course|okay|below is)\b.{0,80}?(?:[:!]|version|rewrit|window|passage)",
    re.I,
)
_LONG_WORD = 5  # minimum length in letters of the words that show where a sentence of the window is in the answer
_LAST_WORDS = 12  # number of the window's last long words that are looked for in the answer
_NEAR = 400  # length in characters of the part of the answer in which these words must occur together


def check(window: str, output: str | None, finish_reason: str | None, limits: L5CheckSettings | None = None) -> Checked:
    """Return the rewritten window from the engine's `output`, or the reason for rejecting that output.

    Reasons, in the order of the checks: cut_by_length, unfinished_reasoning, empty_output, prompt_echo, repetition, meta_talk,
    wrong_language, headers_lost, headers_added, labels_changed, citations_lost, citations_made_up, code_lost, formulas_lost,
    numbers_lost, too_short, too_long, exceeds_window. An empty answer is accepted for a window of white space only.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    answer = final_part(output or "", window)
    if answer is None:
        return refused(UNFINISHED)
    text = restored(answer).strip()
    if not text:
        return Checked("") if not window.strip() else refused("empty_output")
    reason = next(_rejection_reasons(window, text, limits or L5CheckSettings()), None)
    return refused(reason) if reason else Checked(text)


def _rejection_reasons(window: str, text: str, limits: L5CheckSettings) -> Iterator[str]:
    """Yield the reasons for rejecting an answer, in the order given at `check`."""
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
    yield from _content_reasons(window, text, limits)
    if len(text) < limits.shorter_ratio * len(window.strip()):
        yield "too_short"
    if len(text) > limits.longer_ratio * len(window) + limits.longer_chars:
        yield "too_long"
    if chars_past_end(window, text) > limits.past_end_chars + limits.past_end_share * len(text):
        yield "exceeds_window"


def _content_reasons(window: str, text: str, limits: L5CheckSettings) -> Iterator[str]:
    """Yield the reasons for lost labels, citations, code, formulas or numbers, and for made-up labels or citations."""
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
    wanted_numbers = set(numbers(window))
    if len(wanted_numbers - set(numbers(text))) > limits.numbers_lost * len(wanted_numbers):
        yield "numbers_lost"


def talks_about_the_text(window: str, text: str) -> bool:
    """Whether the answer `text` speaks about itself as a text ("this passage"), in phrases that the window does not contain."""
    window_text = " ".join(window.split()).casefold()
    return any(" ".join(phrase[0].split()).casefold() not in window_text for phrase in _META.finditer(text))


def chars_past_end(window: str, text: str) -> int:
    """Return the number of characters in the answer after the last place that corresponds to the end of the window.

    That place is the last one where at least half of the window's last long words occur near each other. Returns 0 if there is
    no such place: other checks judge that answer.
    """
    last_words = set([word for word in WORD.findall(window.lower()) if len(word) >= _LONG_WORD][-_LAST_WORDS:])
    found = [(match.end(), match[0]) for match in WORD.finditer(text.lower()) if match[0] in last_words]
    for place, (end, _) in reversed(list(enumerate(found))):
        nearby = {word for at, word in found[max(place - _NEAR, 0) : place + 1] if at >= end - _NEAR}
        if 2 * len(nearby) >= len(last_words):
            return len(text) - end
    return 0
