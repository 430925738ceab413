"""What the LLM answers about a document: one value a label of the taxonomy, null where it abstains."""

from darwin_spark.config.l3_labels import Taxonomy
from darwin_spark.inference.checks import json_answers
from darwin_spark.inference.checks.answer_checks import Checked
from darwin_spark.levels.l3_classify.annotator import Annotation, Labels
from darwin_spark.levels.l3_classify.custom_taxonomy.taxonomy import answer_model


def check(_text: str, output: str | None, finish_reason: str | None, taxonomy: Taxonomy) -> Checked:
    """The answer, or the reason for refusing it (generation/json_answers.py)."""
    return json_answers.checked(output, finish_reason, answer_model(taxonomy))


def parse(output: str, taxonomy: Taxonomy) -> dict[str, str]:
    """Label -> value as a word, without the labels that the model left open. Raises JsonAnswerError."""
    answer = json_answers.parse(output, answer_model(taxonomy))
    return {name: str(value) for name, value in answer.model_dump(by_alias=True).items() if value is not None}


def annotation(chosen: Checked, taxonomy: Taxonomy) -> Annotation:
    """The custom labels of the answer that was chosen; where none was, no labels and the reason."""
    if chosen.text is None:
        return Annotation(Labels(), abstained=chosen.reason)
    return Annotation(Labels(), custom=parse(chosen.text, taxonomy))
