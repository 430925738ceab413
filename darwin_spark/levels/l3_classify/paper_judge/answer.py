"""What the judge answers: its analysis, then `is_article`, in this order, so that it thinks before it decides."""

from pydantic import BaseModel, ConfigDict

from darwin_spark.inference.checks import json_answers
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.levels.l3_classify.book_or_paper import PAPER, UNKNOWN, Kind


class Judgement(BaseModel):
    """The JSON object of the paper (§3 L3.4)."""

    model_config = ConfigDict(extra="forbid", strict=True)
    analysis: str
    is_article: bool


def check(_text: str, output: str | None, finish_reason: str | None) -> Checked:
    """The answer, or the reason for refusing it (generation/json_answers.py)."""
    return json_answers.checked(output, finish_reason, Judgement)


def kind(chosen: Checked) -> Kind:
    """A paper, or unknown: what is no article need not be a book. The source says why."""
    if chosen.text is None:
        return Kind(UNKNOWN, f"judge:{chosen.reason}")
    found = json_answers.parse(chosen.text, Judgement).is_article
    return Kind(PAPER, "judge:article") if found else Kind(UNKNOWN, "judge:no_article")
