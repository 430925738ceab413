"""Schemas of the judges' responses, and the checks that reject a response that does not match its schema."""

from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from darwin_spark.inference.checks.answer_checks import Checked, refused
from darwin_spark.inference.reasoning import UNFINISHED, final_part

Side = Literal["FIRST", "SECOND", "EVEN"]


class RuleCount(BaseModel):
    """Mistakes of one L4 rule: `missed` counts omitted changes, `wrong` counts changes that should not have been made."""

    rule: str = Field(pattern=r"^[drp]\d{1,2}$")
    missed: int = Field(ge=0)
    wrong: int = Field(ge=0)
    example: str = ""


class Recommendation(BaseModel):
    """One proposed improvement of the level, with its priority."""

    priority: Literal["high", "medium", "low"]
    text: str


class L4Judgement(BaseModel):
    """Judgement of a group of chunks: counts per rule, an overall rating from 1 to 10, recommendations (B.2)."""

    rules: list[RuleCount]
    overall: int = Field(ge=1, le=10)
    recommendations: list[Recommendation]


class L5Judgement(BaseModel):
    """Pairwise comparison of two variants: the better side per criterion, and one winner without a tie (C.1)."""

    fidelity: Side
    accessibility: Side
    flow: Side
    winner: Literal["FIRST", "SECOND"]
    reason: str = ""


Judgement = TypeVar("Judgement", L4Judgement, L5Judgement)


def check_l4(_input: str, output: str | None, finish_reason: str | None) -> Checked:
    """Return a Checked with the judgement as JSON, or with the reason for rejection.

    Reasons: cut_by_length, unfinished_reasoning, not_json, wrong_form.
    """
    return _check(L4Judgement, output, finish_reason)


def check_l5(_input: str, output: str | None, finish_reason: str | None) -> Checked:
    """Return a Checked with the judgement as JSON, or with the reason for rejection, as `check_l4` does."""
    return _check(L5Judgement, output, finish_reason)


def _check(form: type[BaseModel], output: str | None, finish_reason: str | None) -> Checked:
    if finish_reason == "length":
        return refused("cut_by_length")
    answer = final_part(output or "")
    if answer is None:
        return refused(UNFINISHED)
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        return refused("not_json")
    try:
        return Checked(form.model_validate_json(answer[start : end + 1]).model_dump_json())
    except ValidationError as error:
        return refused("not_json" if error.errors()[0]["type"] == "json_invalid" else "wrong_form")
