"""Parse the model's answer about a page: a front matter of five fields, then the text of the page.

olmOCR-7B-0225, which the paper uses (§3 L1), answers with a JSON object of these fields and `natural_text`, also accepted.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import yaml

from darwin_spark.inference.checks import escapes
from darwin_spark.inference.checks.answer_checks import Checked, echoes, loops, refused
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.reasoning import UNFINISHED, final_part
from darwin_spark.text.normalize_markdown import normalize_markdown

ROTATED: Final = "page_turned"
"""Rejection reason: the page is shown rotated. The next attempt shows it with the rotation corrected."""
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.{0,1000}?)\n---[ \t]*(?:\n|\Z)", re.S)
_GIVEN = "an image"  # what the model was given, for the rule on reasoning: no text with marks of reasoning in it
_TEXT_FIELD = "natural_text"
_FIELDS = {"primary_language", "is_rotation_valid", "rotation_correction", "is_table", "is_diagram"}
_ROTATIONS = (0, 90, 180, 270)


class Answer(NamedTuple):
    """The text of the page, and the clockwise rotation in degrees that would set the page upright."""

    text: str
    correction: int


class AnswerError(ValueError):
    """The answer does not have the requested form; `args[0]` is the rejection reason."""


def prompt() -> Prompt:
    """Return the prompt for a page: olmOCR's prompt in this project's own words."""
    return load("darwin_spark.levels.l1_normalize.olmocr", "prompt.md", about_image=True)


def parse(output: str) -> Answer:
    """Return the text and rotation in an answer, without the reasoning before it.

    Raises AnswerError: unfinished_reasoning, missing_front_matter (and no JSON), bad_front_matter, damaged_escapes.
    """
    answer = final_part(output, _GIVEN)
    if answer is None:
        raise AnswerError(UNFINISHED)
    fields, text = _json(answer) if answer.lstrip().startswith("{") else _front_matter(answer)
    language = fields.get("primary_language")
    flags = [fields.get(name) for name in ("is_rotation_valid", "is_table", "is_diagram")]
    correction = fields.get("rotation_correction")
    is_language = language is False or isinstance(language, str | None)  # YAML 1.1 reads `no` (Norwegian) as false
    if fields.keys() != _FIELDS or not is_language or not all(isinstance(flag, bool) for flag in flags):
        raise AnswerError("bad_front_matter")
    if isinstance(correction, bool) or correction not in _ROTATIONS:
        raise AnswerError("bad_front_matter")
    return Answer(normalize_markdown(text), 0 if flags[0] else int(correction))


def _json(output: str) -> tuple[Mapping[str, Any], str]:
    try:
        fields = escapes.loads(output)
    except escapes.DamagedEscapes as error:
        raise AnswerError(escapes.DAMAGED) from error
    except (ValueError, RecursionError) as error:
        raise AnswerError("missing_front_matter") from error
    text = fields.pop(_TEXT_FIELD, False)
    if not isinstance(text, str | None):
        raise AnswerError("bad_front_matter")
    return fields, text or ""


def _front_matter(output: str) -> tuple[Mapping[str, Any], str]:
    found = _FRONT_MATTER.match(output)
    if found is None:
        raise AnswerError("missing_front_matter")
    try:
        fields = yaml.safe_load(found[1])
    except Exception as error:  # YAMLError, or any error of a tag's constructor on a wrong value
        raise AnswerError("bad_front_matter") from error
    if not isinstance(fields, dict):
        raise AnswerError("bad_front_matter")
    return fields, escapes.restored(output[found.end() :])


def check(_page: str, output: str | None, finish_reason: str | None) -> Checked:
    """Return the text of the page (empty for an empty page), or the reason for rejecting the answer.

    Reasons, in the order checked: cut_by_length, those of `parse`, prompt_echo, repetition, page_turned.
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
    return refused(ROTATED) if answer.correction else Checked(answer.text)


def turn(attempts: Sequence[Any]) -> int:
    """Return the clockwise rotation of the next image in degrees: the sum (modulo 360) of the corrections in all attempts."""
    return sum(_correction(attempt) for attempt in attempts) % 360


def last_text(attempts: Sequence[Any]) -> str | None:
    """Return the text of the last attempt if it reports a rotated page and has no other fault, else None."""
    last = max(attempts, key=lambda attempt: int(attempt["attempt"]), default=None)
    if last is None or last["error"] or not _correction(last):
        return None
    text = parse(last["output"] or "").text
    return None if last["finish_reason"] == "length" or loops(text) or echoes(prompt(), text, "") else text


def _correction(attempt: Any) -> int:
    try:
        return parse(attempt["output"] or "").correction
    except AnswerError:
        return 0
