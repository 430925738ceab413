"""Answers that should be one JSON object: read against a pydantic model, refused with a stable word.

A server that can hold a model to a schema (`ModelSettings.json_schema`) makes most of the refusals impossible; one that
cannot, or ignores the option, is checked all the same.
"""

import re
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from darwin_spark.inference.checks.answer_checks import Checked, refused

Model = TypeVar("Model", bound=BaseModel)

_FENCED = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n```\Z", re.DOTALL)
_REASONS: Final = {
    "json_invalid": "not_json",
    "model_type": "not_an_object",
    "missing": "key_missing",
    "extra_forbidden": "key_unknown",
}
"""Of pydantic's kinds of errors; every other is a value that the schema does not allow."""


class JsonAnswerError(ValueError):
    """The answer is not what the schema says; `args[0]` is the stable word for it."""


def parse(output: str, model: type[Model]) -> Model:
    """The answer, a Markdown fence around it taken off.

    Raises JsonAnswerError empty_answer, not_json, not_an_object, key_missing, key_unknown, value_not_allowed.
    """
    text = output.strip()
    if not text:
        raise JsonAnswerError("empty_answer")
    fenced = _FENCED.match(text)
    try:
        return model.model_validate_json((fenced[1] if fenced else text).encode("utf-8", "replace"))
    except ValidationError as error:
        raise JsonAnswerError(_REASONS.get(error.errors()[0]["type"], "value_not_allowed")) from error


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a flat model, without titles and docstrings: it is part of a request's identity."""
    whole = model.model_json_schema()
    fields = {name: {key: about[key] for key in about if key != "title"} for name, about in whole["properties"].items()}
    return {**{key: whole[key] for key in whole if key not in ("title", "description")}, "properties": fields}


def checked(output: str | None, finish_reason: str | None, model: type[BaseModel]) -> Checked:
    """The answer as it is, or the reason for refusing it: cut_by_length, or one of `parse`."""
    if finish_reason == "length":
        return refused("cut_by_length")
    try:
        parse(output or "", model)
    except JsonAnswerError as error:
        return refused(error.args[0])
    return Checked(output)
