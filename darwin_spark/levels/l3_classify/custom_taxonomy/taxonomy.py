"""Convert a configured taxonomy to what the LLM needs: a prompt that describes it, and the schema of the answer."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from darwin_spark.config.l3_labels import CustomLabel, Taxonomy
from darwin_spark.inference.checks.json_answers import schema_of
from darwin_spark.inference.prompts import Prompt, load

_LABELS = "{labels}"


def prompt(taxonomy: Taxonomy) -> Prompt:
    """Return the prompt with all labels and their values listed; its version includes name and version of the taxonomy."""
    template = load("darwin_spark.levels.l3_classify.custom_taxonomy", "prompt.md")
    system = template.system.replace(_LABELS, "\n".join(_label_descriptions(taxonomy)))
    return replace(template, version=f"{template.version}-{taxonomy.name}-{taxonomy.version}", system=system)


def answer_model(taxonomy: Taxonomy) -> type[BaseModel]:
    """Return the pydantic model of an answer: every label is a required key, with one of its values or null; no other keys."""
    return _answer_model(taxonomy.model_dump_json())


def schema(taxonomy: Taxonomy) -> dict[str, Any]:
    """Return the JSON schema of an answer, for engines that support constrained decoding."""
    return schema_of(answer_model(taxonomy))


@cache
def _answer_model(taxonomy_json: str) -> type[BaseModel]:
    """Return the pydantic model of an answer. Fields are numbered, labels are aliases: a label may be called `json`, `copy`."""
    taxonomy = Taxonomy.model_validate_json(taxonomy_json)
    fields: dict[str, Any] = {
        f"label_{number}": (_value_type(label) | None, Field(..., alias=name))
        for number, (name, label) in enumerate(taxonomy.labels.items())
    }
    return create_model(taxonomy.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def _value_type(label: CustomLabel) -> Any:
    if label.scale is None:
        return Literal[*label.values]
    return Annotated[int, Field(ge=label.scale[0], le=label.scale[1])]


def _label_descriptions(taxonomy: Taxonomy) -> Iterator[str]:
    for name, label in taxonomy.labels.items():
        if label.scale is None:
            yield f'- "{name}": {label.description} One of:'
            yield from (f'  - "{value}": {meaning}' for value, meaning in label.values.items())
        else:
            yield f'- "{name}": {label.description} A whole number from {label.scale[0]} to {label.scale[1]}.'
