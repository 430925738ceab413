"""Parse answers that must be one JSON object: validate with a pydantic model, reject with a stable word.
A server that can constrain a model to a schema (`ModelSettings.json_schema`) makes most rejections impossible. Answers are
checked nevertheless, because other servers cannot, or ignore the option."""

import json
import re
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from darwin_spark.inference.checks import escapes
from darwin_spark.inference.checks.answer_checks import Checked, refused

Model = TypeVar("Model", bound=BaseModel)

_FENCED = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n```\Z", re.DOTALL)
_REASONS: Final = {
    "json_invalid": "not_json",
    "model_type": "not_an_object",
    "missing": "key_missing",
    "extra_forbidden": "key_unknown",
}
"""Rejection reasons by pydantic error type; every other type means that the schema does not allow a value."""


class JsonAnswerError(ValueError):
    """The answer does not match the schema; `args[0]` is the rejection reason."""


def parse(output: str, model: type[Model]) -> Model:
    """Return the answer as an instance of `model`; a Markdown fence around the JSON is ignored, LaTeX in it restored.
    Raises JsonAnswerError: empty_answer, not_json, damaged_escapes, not_an_object, key_missing, key_unknown,
    value_not_allowed."""
    text = output.strip()
    if not text:
        raise JsonAnswerError("empty_answer")
    fenced = _FENCED.match(text)
    try:
        return model.model_validate_json(_with_escapes(fenced[1] if fenced else text).encode("utf-8", "replace"))
    except escapes.DamagedEscapes as error:
        raise JsonAnswerError(escapes.DAMAGED) from error
    except ValidationError as error:
        raise JsonAnswerError(_REASONS.get(error.errors()[0]["type"], "value_not_allowed")) from error


def _with_escapes(text: str) -> str:
    """Return the JSON with the LaTeX in its strings restored; text that is no JSON stays as it is. Raises DamagedEscapes."""
    if "\\" not in text:
        return text
    try:
        return json.dumps(escapes.loads(text))
    except escapes.DamagedEscapes:
        raise
    except (ValueError, RecursionError):
        return text


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a flat model, without titles and docstring; the schema is part of a request's identity."""
    schema = model.model_json_schema()
    fields = {name: {key: field[key] for key in field if key != "title"} for name, field in schema["properties"].items()}
    return {**{key: schema[key] for key in schema if key not in ("title", "description")}, "properties": fields}


def checked(output: str | None, finish_reason: str | None, model: type[BaseModel]) -> Checked:
    """Return a Checked with the answer unchanged, or with the reason to reject it: cut_by_length, or a reason of `parse`."""
    if finish_reason == "length":
        return refused("cut_by_length")
    try:
        parse(output or "", model)
    except JsonAnswerError as error:
        return refused(error.args[0])
    return Checked(output)
