"""The records of a JSONL file: which field is the text, which the identity, what is left is metadata."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from darwin_spark.config import JsonlSettings

_METADATA_CHARS = 10_000
"""A longer value (a reference list, page images) is not metadata; it stays in the source."""


@dataclass(frozen=True)
class Record:
    """One line. `offset` and `length` are its bytes in the file; `problem` is the reason when it holds no document."""

    id: str
    offset: int
    length: int
    problem: str | None = None
    text: str = ""
    text_field: str = ""
    title: str | None = None
    license: str | None = None
    declared_type: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def read_records(stream: BinaryIO, fields: JsonlSettings) -> Iterator[Record]:
    """Every line that is not blank, in order. A record without an id is named by its line: `line-17`."""
    offset = 0
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield _read(line, number, offset, fields)
        offset += len(line)


def _read(line: bytes, number: int, offset: int, fields: JsonlSettings) -> Record:
    name = f"line-{number}"
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return Record(name, offset, len(line), problem="malformed_record")
    if not isinstance(value, dict):
        return Record(name, offset, len(line), problem="malformed_record")
    identity = _first(value, fields.id)
    name = str(value[identity]) if identity else name
    text_field = _first(value, fields.text)
    if text_field is None or not isinstance(value[text_field], str):
        return Record(name, offset, len(line), problem="no_text_field")
    named = {attribute: _first(value, getattr(fields, attribute)) for attribute in ("title", "license", "declared_type")}
    used = {text_field, identity, *named.values()}
    return Record(
        name,
        offset,
        len(line),
        text=value[text_field],
        text_field=text_field,
        **{attribute: str(value[key]) for attribute, key in named.items() if key},
        metadata={key: text for key in sorted(value) if key not in used and (text := _as_text(value[key]))},
    )


def _first(value: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((name for name in names if value.get(name) is not None), None)


def _as_text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if value is not None and len(text) <= _METADATA_CHARS else ""
