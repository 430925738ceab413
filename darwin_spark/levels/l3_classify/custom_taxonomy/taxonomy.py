"""A taxonomy of the configuration as a model is told of it: in words in the prompt, and as the schema of its answer."""

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
    """What is asked about each document, the labels and their values written out."""
    asked = load("darwin_spark.levels.l3_classify.custom_taxonomy", "prompt.md")
    system = asked.system.replace(_LABELS, "\n".join(_described(taxonomy)))
    return replace(asked, version=f"{asked.version}-{taxonomy.name}-{taxonomy.version}", system=system)


def answer_model(taxonomy: Taxonomy) -> type[BaseModel]:
    """What an answer must be: every label once, each with one of its values or null, and no other key."""
    return _answer_model(taxonomy.model_dump_json())


def schema(taxonomy: Taxonomy) -> dict[str, Any]:
    """The same as a JSON schema, for engines that can hold a model to one."""
    return schema_of(answer_model(taxonomy))


@cache
def _answer_model(taxonomy_json: str) -> type[BaseModel]:
    """Fields are named by number, so that a label may have any name (`json`, `copy`); the label is the alias."""
    taxonomy = Taxonomy.model_validate_json(taxonomy_json)
    fields: dict[str, Any] = {
        f"label_{number}": (_type(label) | None, Field(..., alias=name))
        for number, (name, label) in enumerate(taxonomy.labels.items())
    }
    return create_model(taxonomy.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def _type(label: CustomLabel) -> Any:
    if label.scale is None:
        return Literal[*label.values]
    return Annotated[int, Field(ge=label.scale[0], le=label.scale[1])]


def _described(taxonomy: Taxonomy) -> Iterator[str]:
    for name, label in taxonomy.labels.items():
        if label.scale is None:
            yield f'- "{name}": {label.description} One of:'
            yield from (f'  - "{value}": {meaning}' for value, meaning in label.values.items())
        else:
            yield f'- "{name}": {label.description} A whole number from {label.scale[0]} to {label.scale[1]}.'
