"""What the model answers about a page: five facts as a front matter, then the page's text.

olmOCR-7B-0225, which the paper uses (§3 L1), was tuned to answer with a JSON object of the same five facts and the text in
`natural_text`; its successors write the front matter. Both are read.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import yaml

from darwin_spark.inference.checks.answer_checks import Checked, echoes, loops, refused
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.reasoning import final_part
from darwin_spark.text.normalize_markdown import normalize_markdown

TURNED: Final = "page_turned"
"""The page stands on its side or head; the next attempt shows it turned."""

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.{0,1000}?)\n---[ \t]*(?:\n|\Z)", re.S)
_TEXT = "natural_text"
_FACTS = {"primary_language", "is_rotation_valid", "rotation_correction", "is_table", "is_diagram"}
_TURNS = (0, 90, 180, 270)


class Answer(NamedTuple):
    """The page's text, and by how many degrees it must be turned clockwise to stand upright."""

    text: str
    correction: int


class AnswerError(ValueError):
    """The answer has not the form that was asked for; `args[0]` is the stable word for it."""


def prompt() -> Prompt:
    """What is asked about each page: our words for olmOCR's question."""
    return load("darwin_spark.levels.l1_normalize.olmocr", "prompt.md", about_picture=True)


def parse(output: str) -> Answer:
    """Raises AnswerError not_extractable (no front matter), bad_front_matter (other facts, or of other types)."""
    facts, text = _json(output) if output.lstrip().startswith("{") else _front_matter(output)
    language = facts.get("primary_language")
    flags = [facts.get(name) for name in ("is_rotation_valid", "is_table", "is_diagram")]
    correction = facts.get("rotation_correction")
    is_language = language is False or isinstance(language, str | None)  # YAML 1.1 takes the code of Norwegian for a no
    if facts.keys() != _FACTS or not is_language or not all(isinstance(flag, bool) for flag in flags):
        raise AnswerError("bad_front_matter")
    if isinstance(correction, bool) or correction not in _TURNS:
        raise AnswerError("bad_front_matter")
    return Answer(normalize_markdown(text), 0 if flags[0] else int(correction))


def _json(output: str) -> tuple[Mapping[str, Any], str]:
    try:
        facts = json.loads(output)
    except (ValueError, RecursionError) as error:
        raise AnswerError("not_extractable") from error
    text = facts.pop(_TEXT, False)
    if not isinstance(text, str | None):
        raise AnswerError("bad_front_matter")
    return facts, text or ""


def _front_matter(output: str) -> tuple[Mapping[str, Any], str]:
    found = _FRONT.match(output)
    if found is None:
        raise AnswerError("not_extractable")
    try:
        facts = yaml.safe_load(found[1])
    except Exception as error:  # beside YAMLError, whatever a tag's constructor makes of a wrong value
        raise AnswerError("bad_front_matter") from error
    if not isinstance(facts, dict):
        raise AnswerError("bad_front_matter")
    return facts, output[found.end() :]


def check(_page: str, output: str | None, finish_reason: str | None) -> Checked:
    """The page's text (empty where nothing is on it), or the reason for refusing the answer.

    cut_by_length, not_extractable, bad_front_matter, prompt_echo, repetition, page_turned.
    """
    if finish_reason == "length":
        return refused("cut_by_length")
    try:
        answer = parse(output or "")
    except AnswerError as error:
        return refused(error.args[0])
    if echoes(prompt(), answer.text, ""):
        return refused("prompt_echo")
    if loops(answer.text):
        return refused("repetition")
    return refused(TURNED) if answer.correction else Checked(answer.text)


def turn(attempts: Sequence[Any]) -> int:
    """How far, in degrees clockwise, the attempts so far ask for the page to be turned, each on top of those before it."""
    return sum(_correction(attempt) for attempt in attempts) % 360


def last_text(attempts: Sequence[Any]) -> str | None:
    """The text that the last of the attempts gives of a page that it believes turned; None if it gives another reason."""
    last = max(attempts, key=lambda attempt: int(attempt["attempt"]), default=None)
    if last is None or last["error"] or not _correction(last):
        return None
    text = parse(final_part(last["output"] or "")).text
    return None if last["finish_reason"] == "length" or loops(text) or echoes(prompt(), text, "") else text


def _correction(attempt: Any) -> int:
    try:
        return parse(final_part(attempt["output"] or "")).correction
    except AnswerError:
        return 0
