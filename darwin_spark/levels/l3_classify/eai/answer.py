"""Parse the ten lines that EAI-Distill answers, strictly: one invalid line refuses the whole answer.

Each line is `primary,secondary`: FDC codes (three digits, optional decimals) in the first, codes of their tables in the others,
in the order of `LINES`. -1 abstains; the secondary may be `skip`. Blanks around a value and empty lines at the end are ignored.
An answer is not repaired: if the model omits a line, all following lines are shifted.
"""

import re
from typing import Final, NamedTuple

from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.levels.l3_classify import fdc, taxonomy_codes
from darwin_spark.levels.l3_classify.annotator import Annotation, Labels
from darwin_spark.levels.l3_classify.taxonomy_codes import ABSTAIN

FDC: Final = "fdc"
LINES: Final = (
    *(FDC, "bloom_cognitive_process", "bloom_knowledge_domain", "doc_type_v1", "extraction_artifacts", "missing_content"),
    *("doc_type_v2", "reasoning_depth", "technical_correctness", "education_level"),
)
"""The dimension of each line of an answer."""
SKIP: Final = "skip"

_BLANK = " \t\r"
_FDC = re.compile(r"[0-9]{3}(?:\.[0-9]{1,12})?")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,3})")


class Answer(NamedTuple):
    """Primary and secondary labels of an answer; a secondary label that is `skip` abstains."""

    primary: Labels
    secondary: Labels


class AnswerError(ValueError):
    """The answer does not have the format of the model card; `args[0]` is the reason, a stable word."""


def parse(output: str) -> Answer:
    """Return the primary and secondary labels of an answer. Raises AnswerError with one of these reasons:

    empty_answer; too_few_lines, too_many_lines; not_a_pair (a line that is not two values); no_primary (the primary value is
    `skip`); bad_fdc_code; not_a_number; unknown_code (a number that is not in the code table).
    """
    lines = output.rstrip(_BLANK + "\n").split("\n")
    if lines == [""]:
        raise AnswerError("empty_answer")
    if len(lines) != len(LINES):
        raise AnswerError("too_few_lines" if len(lines) < len(LINES) else "too_many_lines")
    primary: dict[str, str | int | None] = {}
    secondary: dict[str, str | int | None] = {}
    for dimension, line in zip(LINES, lines, strict=True):
        first, comma, second = (value.strip(_BLANK) for value in line.partition(","))
        if not comma or not first or not second or "," in second:
            raise AnswerError("not_a_pair")
        if first == SKIP:
            raise AnswerError("no_primary")
        primary[dimension] = _value(dimension, first)
        secondary[dimension] = _value(dimension, str(ABSTAIN) if second == SKIP else second)
    return Answer(_labels(primary), _labels(secondary))


def check(_text: str, output: str | None, finish_reason: str | None) -> Checked:
    """Return the answer, or the reason why it is refused: cut_by_length, or one of the reasons of `parse`."""
    if finish_reason == "length":
        return refused("cut_by_length")
    try:
        parse(output or "")
    except AnswerError as error:
        return refused(error.args[0])
    return Checked(output)


def annotation(chosen: Checked) -> Annotation:
    """Return the labels of the chosen answer; if no answer was accepted, no labels and the reason."""
    if chosen.text is None:
        return Annotation(Labels(), abstained=chosen.reason)
    answer = parse(chosen.text)
    return Annotation(answer.primary, secondary=answer.secondary)


def _value(dimension: str, raw: str) -> str | int | None:
    if dimension == FDC:
        if raw == str(ABSTAIN):
            return None
        if not _FDC.fullmatch(raw):
            raise AnswerError("bad_fdc_code")
        return fdc.parse(raw)
    if not _NUMBER.fullmatch(raw):
        raise AnswerError("not_a_number")
    number = int(raw)
    if number != ABSTAIN and number not in taxonomy_codes.table(dimension):
        raise AnswerError("unknown_code")
    return number


def _labels(values: dict[str, str | int | None]) -> Labels:
    code = values.pop(FDC)
    assert code is None or isinstance(code, str)
    return Labels.of(code, **{name: int(number) for name, number in values.items() if number is not None})
