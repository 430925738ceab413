"""Define the LLM tasks of L3 (labels of a document; is a document a paper?), and convert the responses to labels and Kinds."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from darwin_spark.config.l3 import L3Settings, QuestionSettings
from darwin_spark.config.l3_labels import Taxonomy
from darwin_spark.inference.checks.json_answers import schema_of
from darwin_spark.inference.engines.protocol import BAD_REQUEST, PROMPT_TOO_LONG
from darwin_spark.inference.prompts import Prompt, load
from darwin_spark.inference.task import Attempt, Check, Task, choose, make_task, variant_of
from darwin_spark.levels.l3_classify.annotator import Annotation
from darwin_spark.levels.l3_classify.book_or_paper import Kind
from darwin_spark.levels.l3_classify.custom_taxonomy import answer as endpoint
from darwin_spark.levels.l3_classify.custom_taxonomy import taxonomy as taxonomies
from darwin_spark.levels.l3_classify.eai import answer as eai
from darwin_spark.levels.l3_classify.paper_judge import answer as judge

EAI: Final = "l3_eai"
ENDPOINT: Final = "l3_endpoint"
JUDGE: Final = "l3_judge"
ANNOTATORS: Final = (EAI, ENDPOINT)
"""The tasks for labels. JUDGE follows them, for kept documents that are neither book nor paper."""
NOBODY: Final = "none"
_NON_RETRYABLE = frozenset({PROMPT_TOO_LONG, BAD_REQUEST})


def tasks(settings: L3Settings) -> list[Task]:
    """Return the tasks in order: labels (annotator eai or endpoint), then the paper judge if it is configured; may be empty."""
    asked = []
    if settings.annotator == "eai":
        asked.append(_task(EAI, settings.eai, _eai_prompt(), eai.check))
    elif settings.annotator == "endpoint":
        taxonomy = _taxonomy(settings)
        model = settings.endpoint.model.model_copy(update={"json_schema": taxonomies.schema(taxonomy)})
        question = settings.endpoint.model_copy(update={"model": model})
        asked.append(_task(ENDPOINT, question, taxonomies.prompt(taxonomy), partial(endpoint.check, taxonomy=taxonomy)))
    if settings.paper_judge.engine != NOBODY:
        model = settings.paper_judge.model.model_copy(update={"json_schema": schema_of(judge.Judgement)})
        asked.append(_task(JUDGE, settings.paper_judge.model_copy(update={"model": model}), _judge_prompt(), judge.check))
    return asked


def sample_chars(settings: L3Settings, task: Task) -> int:
    """Return the maximum number of characters of a document that a request of this task shows."""
    return {EAI: settings.eai, ENDPOINT: settings.endpoint, JUDGE: settings.paper_judge}[task.name].sample_chars


def annotator_name(settings: L3Settings) -> str | None:
    """Return model name and prompt version of the annotating LLM, as in the column `annotator`; None if no LLM annotates."""
    if settings.annotator == "eai":
        return variant_of(settings.eai.model, _eai_prompt())
    if settings.annotator == "endpoint":
        return variant_of(settings.endpoint.model, taxonomies.prompt(_taxonomy(settings)))
    return None


def annotation(task: str, attempts: Sequence[Attempt], settings: L3Settings) -> Annotation:
    """Return the labels in the first acceptable response to a task for labels; else no labels, and the last reason."""
    if task == EAI:
        return eai.annotation(choose(eai.check, "", attempts))
    taxonomy = _taxonomy(settings)
    return endpoint.annotation(choose(partial(endpoint.check, taxonomy=taxonomy), "", attempts), taxonomy)


def kind(attempts: Sequence[Attempt]) -> Kind:
    """Return the Kind in the first acceptable response of the paper judge; `unknown` with the last reason if there is none."""
    return judge.kind(choose(judge.check, "", attempts))


def _task(name: str, question: QuestionSettings, prompt: Prompt, check: Check) -> Task:
    return make_task(
        name, question.engine, question.model, prompt, check, max_attempts=question.max_attempts, non_retryable=_NON_RETRYABLE
    )


def _taxonomy(settings: L3Settings) -> Taxonomy:
    assert settings.endpoint.taxonomy is not None, "L3Settings refuses the annotator endpoint without a taxonomy"
    return settings.endpoint.taxonomy


def _eai_prompt() -> Prompt:
    return load(eai.__package__, "prompt.md")


def _judge_prompt() -> Prompt:
    return load(judge.__package__, "prompt.md")
