"""Parse one S2ORC paper (JSON) to Markdown, in either of the two S2ORC formats.

- doc2json (https://github.com/allenai/s2orc-doc2json; also CORD-19 and S2ORC up to 2020): paragraphs with their section.
- The Semantic Scholar bulk data set: one text with annotations [start, end), in `content`, or in `body` and `bibliography`.

Left out on purpose: authors, affiliations, identifiers; in the second format all but the title before the abstract or body.
"""

import json
from collections.abc import Mapping
from typing import Any

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.s2orc import annotated, doc2json
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

Record = Mapping[str, Any]


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse one S2ORC record. Raises ParseFailure: malformed_json, not_s2orc, empty."""
    record = _record(content)
    texts = annotated.texts_of(record)
    if texts:
        own_title, blocks = annotated.blocks_of(texts, record)
    elif (paper := doc2json.paper_of(record)) is not None:
        own_title, blocks = "", doc2json.blocks_of(paper, record)
    else:
        raise ParseFailure("not_s2orc", f"no body_text and no annotated text in the record; it has: {', '.join(record)[:300]}")
    if not blocks:
        raise ParseFailure("empty", "the record has no abstract and no body text")
    title = _value_text(record.get("title")) or _value_text(_mapping(record.get("metadata")).get("title")) or own_title
    text = normalize_markdown("\n\n".join([heading(title, 1), *blocks] if title else blocks))
    return Parsed(text, title or None, declared=_declared(record))


def _record(content: bytes) -> Record:
    """Load the JSON object. Raises ParseFailure: malformed_json, not_s2orc."""
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ParseFailure("malformed_json", f"not JSON that can be read: {one_line(str(error))}") from error
    if not isinstance(record, dict):
        raise ParseFailure("not_s2orc", f"a JSON {type(record).__name__}; one paper is an object")
    return record


def _declared(record: Record) -> dict[str, str]:
    """Return the declared metadata of a record. Field names differ between releases of S2ORC."""
    sources = [record, _mapping(record.get("metadata")), _mapping(record.get("openaccessinfo"))]
    ids = [_mapping(s.get(name)) for s in sources for name in ("externalids", "identifiers")]
    metadata = {
        "doi": _first([*ids, *sources], "doi", "DOI"),
        "year": _first(sources, "year"),
        "journal": _first(sources, "journal", "venue"),
        "license": _first(sources, "license", "licence"),
        "subjects": _first(sources, "s2fieldsofstudy", "fieldsofstudy", "s2FieldsOfStudy", "mag_field_of_study"),
        "article_type": _first(sources, "publicationtypes"),
        "language": _first(sources, "language"),
    }
    return {name: value for name, value in metadata.items() if value}


def _first(sources: list[Record], *names: str) -> str:
    return next((words for source in sources for name in names if (words := _value_text(source.get(name)))), "")


def _value_text(value: object) -> str:
    """Return as text a string or integer, the name in an object ({"category": ...}, {"name": ...}), or a list of these."""
    if isinstance(value, list):
        return "; ".join(dict.fromkeys(filter(None, (_value_text(v) for v in value[:100] if not isinstance(v, list)))))
    if isinstance(value, dict):
        return next((_value_text(value[k]) for k in ("name", "category") if isinstance(value.get(k), str)), "")
    return one_line(str(value))[:1_000] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _mapping(value: object) -> Record:
    return value if isinstance(value, dict) else {}
