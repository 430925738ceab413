"""Check and read the judge's answer: `analysis` first, then `is_article`, so that the model reasons before it decides."""

from pydantic import BaseModel, ConfigDict

from darwin_spark.inference.checks import json_answers
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.levels.l3_classify.book_or_paper import PAPER, UNKNOWN, Kind


class Judgement(BaseModel):
    """The judge's answer as a JSON object with exactly two keys: `analysis` (its reasons), then `is_article` (its verdict)."""

    model_config = ConfigDict(extra="forbid", strict=True)
    analysis: str
    is_article: bool


def check(_text: str, output: str | None, finish_reason: str | None) -> Checked:
    """Return the answer, or the reason why it is refused (inference/checks/json_answers.py)."""
    return json_answers.checked(output, finish_reason, Judgement)


def kind(chosen: Checked) -> Kind:
    """Return `paper` or `unknown` (a document that is no article need not be a book); `source` holds the result or reason."""
    if chosen.text is None:
        return Kind(UNKNOWN, f"judge:{chosen.reason}")
    is_paper = json_answers.parse(chosen.text, Judgement).is_article
    return Kind(PAPER, "judge:article") if is_paper else Kind(UNKNOWN, "judge:no_article")
