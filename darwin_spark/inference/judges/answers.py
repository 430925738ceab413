"""What judges answer, as data: an answer that is not of this form is refused and asked again with another seed."""

from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from darwin_spark.inference.checks.answer_checks import Checked, refused, without_thought

Side = Literal["FIRST", "SECOND", "EVEN"]


class RuleCount(BaseModel):
    """How often one rule of L4 was not followed where it applied, and how often something changed that should not."""

    rule: str = Field(pattern=r"^[drp]\d{1,2}$")
    missed: int = Field(ge=0)
    wrong: int = Field(ge=0)
    example: str = ""


class Recommendation(BaseModel):
    """What should be improved."""

    priority: Literal["high", "medium", "low"]
    text: str


class L4Judgement(BaseModel):
    """Rule by rule, as a whole, and what follows from it (B.2)."""

    rules: list[RuleCount]
    overall: int = Field(ge=1, le=10)
    recommendations: list[Recommendation]


class L5Judgement(BaseModel):
    """A pairwise comparison that names one winner (C.1)."""

    fidelity: Side
    accessibility: Side
    flow: Side
    winner: Literal["FIRST", "SECOND"]
    reason: str = ""


Judgement = TypeVar("Judgement", L4Judgement, L5Judgement)


def check_l4(_asked: str, output: str | None, finish_reason: str | None) -> Checked:
    """The judgement as JSON, or why it is refused: cut_by_length, not_json, wrong_form."""
    return _check(L4Judgement, output, finish_reason)


def check_l5(_asked: str, output: str | None, finish_reason: str | None) -> Checked:
    """The judgement as JSON, or why it is refused: cut_by_length, not_json, wrong_form."""
    return _check(L5Judgement, output, finish_reason)


def _check(form: type[BaseModel], output: str | None, finish_reason: str | None) -> Checked:
    if finish_reason == "length":
        return refused("cut_by_length")
    answer = without_thought(output)
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        return refused("not_json")
    try:
        return Checked(form.model_validate_json(answer[start : end + 1]).model_dump_json())
    except ValidationError as error:
        return refused("not_json" if error.errors()[0]["type"] == "json_invalid" else "wrong_form")
