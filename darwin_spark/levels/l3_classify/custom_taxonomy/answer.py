"""Check and parse the LLM's answer about a document: one value per label of the taxonomy, null where the LLM abstains."""

from darwin_spark.config.l3_labels import Taxonomy
from darwin_spark.inference.checks import json_answers
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.levels.l3_classify.annotator import Annotation, Labels
from darwin_spark.levels.l3_classify.custom_taxonomy.taxonomy import answer_model


def check(_text: str, output: str | None, finish_reason: str | None, taxonomy: Taxonomy) -> Checked:
    """Return the answer, or the reason why it is refused (inference/checks/json_answers.py)."""
    return json_answers.checked(output, finish_reason, answer_model(taxonomy))


def parse(output: str, taxonomy: Taxonomy) -> dict[str, str]:
    """Return label -> value as a string, without the labels that are null. Raises JsonAnswerError for an invalid answer."""
    answer = json_answers.parse(output, answer_model(taxonomy))
    return {name: str(value) for name, value in answer.model_dump(by_alias=True).items() if value is not None}


def annotation(chosen: Checked, taxonomy: Taxonomy) -> Annotation:
    """Return the custom labels of the chosen answer; if no answer was accepted, no labels and the reason."""
    if chosen.text is None:
        return Annotation(Labels(), abstained=chosen.reason)
    return Annotation(Labels(), custom=parse(chosen.text, taxonomy))
