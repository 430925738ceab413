"""Map one record of a JSONL or Parquet file to a document: id, text, title, licence and type; other fields become metadata.

Record formats known by default: plain JSON (`text`), TxT360 (`text`, `meta`), S2ORC bulk releases (`content.text` or
`body.text`, with `corpusid`), and papers in the format of s2orc-doc2json, which are kept whole (L1 extracts their text).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from darwin_spark.config.l0 import RecordSettings
from darwin_spark.storage.uri_reader import field_of

_MAX_METADATA_CHARS = 10_000  # longer metadata values (a reference list, page images) stay in the source only
_MAX_KEY_LEVELS = 3  # nested objects become dotted keys (`content.source.oainfo`), objects below them JSON text
_DESCRIPTIVE_FIELDS = ("title", "license", "declared_type")


@dataclass(frozen=True)
class Record:
    """A document of a record file, or the `problem` why there is none; an S2ORC paper, kept whole, has no `text` either."""

    id: str
    problem: str | None = None
    text: str | None = None
    text_field: str = ""
    described: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def to_record(value: Any, name: str, fields: RecordSettings) -> Record:
    """Return a Record of the record `value`, read by the field paths in `fields`; its id is `name` if it has no id field."""
    if not isinstance(value, dict):
        return Record(name, "malformed_record")
    identity = _first_present(value, fields.id)
    name = str(field_of(value, identity)) if identity else name
    if is_s2orc(value):
        title = value.get("title")
        return Record(name, described={"title": title} if isinstance(title, str) else {})
    text = next((path for path in fields.text if isinstance(field_of(value, path), str)), None)
    if text is None:
        return Record(name, "no_text_field")
    paths = dict(fields)
    described = {attribute: _first_present(value, paths[attribute]) for attribute in _DESCRIPTIVE_FIELDS}
    url = _first_present(value, fields.url)
    used = {text, identity, url, *described.values()}
    metadata = {path: found for path, inner in sorted(_flatten(value)) if path not in used and (found := _metadata_text(inner))}
    return Record(
        name,
        text=field_of(value, text),
        text_field=text,
        described={attribute: str(field_of(value, path)) for attribute, path in described.items() if path},
        metadata=metadata | ({"url": str(field_of(value, url))} if url else {}),
    )


def is_s2orc(value: Mapping[str, Any]) -> bool:
    """Return whether a record is a paper in the format of s2orc-doc2json or CORD-19."""
    parses = (value.get(key) for key in ("pdf_parse", "latex_parse", "jats_parse"))
    return any(isinstance(parse, dict) for parse in parses) or isinstance(value.get("body_text"), list)


def _first_present(value: Mapping[str, Any], paths: Sequence[str]) -> str | None:
    return next((path for path in paths if field_of(value, path) is not None), None)


def _flatten(value: Mapping[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner and depth < _MAX_KEY_LEVELS:
            yield from _flatten(inner, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", inner


def _metadata_text(value: object) -> str:
    """Return a metadata value as text; an empty text if the value is null, too long or cannot be written as JSON."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    except (RecursionError, TypeError, ValueError):
        return ""
    return text if value is not None and len(text) <= _MAX_METADATA_CHARS else ""
