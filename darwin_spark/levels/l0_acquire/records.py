"""A record of a file of documents: which field is the text, which the identity; what is left is metadata.

The shapes known by default: JSON of one's own (`text`), TxT360 (`text`, `meta`), S2ORC's bulk releases (`content.text` and
`body.text` with `corpusid`), and papers as s2orc-doc2json writes them, which stay whole (their text is L1's business).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from darwin_spark.config.l0 import RecordSettings
from darwin_spark.storage.uri_reader import field_of

_METADATA_CHARS = 10_000
"""A longer value (a reference list, page images) is not metadata; it stays in the source."""

_NESTED = 3
"""Objects in objects are told apart this deep (`content.source.oainfo`), below they are JSON."""

_DESCRIBED = ("title", "license", "declared_type")


@dataclass(frozen=True)
class Record:
    """One document. `text` is None for a paper that stays whole; `problem` is the reason when it holds no document."""

    id: str
    problem: str | None = None
    text: str | None = None
    text_field: str = ""
    described: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def to_record(value: Any, name: str, fields: RecordSettings) -> Record:
    """What a record says, by the mapping of the settings; `name` is its identity if it has none of its own."""
    if not isinstance(value, dict):
        return Record(name, "malformed_record")
    identity = _first(value, fields.id)
    name = str(field_of(value, identity)) if identity else name
    if is_s2orc(value):
        title = value.get("title")
        return Record(name, described={"title": title} if isinstance(title, str) else {})
    text = next((path for path in fields.text if isinstance(field_of(value, path), str)), None)
    if text is None:
        return Record(name, "no_text_field")
    described = {attribute: _first(value, getattr(fields, attribute)) for attribute in _DESCRIBED}
    url = _first(value, fields.url)
    used = {text, identity, url, *described.values()}
    metadata = {path: found for path, inner in sorted(_flat(value)) if path not in used and (found := _as_text(inner))}
    return Record(
        name,
        text=field_of(value, text),
        text_field=text,
        described={attribute: str(field_of(value, path)) for attribute, path in described.items() if path},
        metadata=metadata | ({"url": str(field_of(value, url))} if url else {}),
    )


def is_s2orc(value: Mapping[str, Any]) -> bool:
    """Whether a record is a paper in the form of s2orc-doc2json or CORD-19."""
    parses = (value.get(key) for key in ("pdf_parse", "latex_parse", "jats_parse"))
    return any(isinstance(parse, dict) for parse in parses) or isinstance(value.get("body_text"), list)


def _first(value: Mapping[str, Any], paths: Sequence[str]) -> str | None:
    return next((path for path in paths if field_of(value, path) is not None), None)


def _flat(value: Mapping[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner and depth < _NESTED:
            yield from _flat(inner, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", inner


def _as_text(value: object) -> str:
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    except (RecursionError, TypeError, ValueError):
        return ""
    return text if value is not None and len(text) <= _METADATA_CHARS else ""
