"""Parse Markdown: the text is normalized only; YAML front matter becomes the title and the declared metadata."""

import datetime
import re

import yaml

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.decoding import decode
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown, one_line

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_CHARS = 65_536
_HEADING = re.compile(r"^#[ \t]+([^\n]{1,300}?)[ \t#]*$|^([^\n]{1,200})\n=+[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)
_FIELD_ALIASES = {
    "doi": ("doi",), "journal": ("journal",), "year": ("year", "date"), "license": ("license", "licence", "rights"),
    "language": ("lang", "language"), "keywords": ("keywords", "tags"), "subjects": ("subjects", "subject", "categories"),
    "article_type": ("article_type", "type"), "isbn": ("isbn",),
}  # fmt: skip
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a Markdown file. Raises ParseFailure: empty."""
    decoded, warnings = decode(content)
    text = decoded.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    fields: dict[str, object] = {}
    front_matter = _FRONT_MATTER.match(text[:_FRONT_CHARS])
    if front_matter:
        try:
            fields = _fields(front_matter.group(1))
            text = text[front_matter.end() :]
        except (yaml.YAMLError, RecursionError, ValueError) as error:
            warnings.append(f"front matter is not valid YAML and stays in the text: {one_line(str(error))[:200]}")
    body = normalize_markdown(text)
    if not body:
        raise ParseFailure("empty", "no text below the front matter" if front_matter else f"no text in {len(content)} bytes")
    return Parsed(
        body, _scalar_text(fields.get("title")) or _first_heading(body), warnings=tuple(warnings), declared=_declared(fields)
    )


def _fields(source: str) -> dict[str, object]:
    """Return the front matter's fields by lower-case name. Raises YAMLError, and ValueError if the YAML is no mapping."""
    tree = yaml.safe_load(source)
    if not isinstance(tree, dict):
        raise ValueError("it holds no fields")
    return {str(key).lower(): value for key, value in tree.items() if isinstance(key, str)}


def _declared(fields: dict[str, object]) -> dict[str, str]:
    declared = {}
    for name, aliases in _FIELD_ALIASES.items():
        value = next((text for alias in aliases if (text := _scalar_text(fields.get(alias)))), None)
        if name == "year":
            found = _YEAR.search(value or "")
            value = found.group() if found else None
        if value:
            declared[name] = value
    return declared


def _scalar_text(value: object) -> str | None:
    """Return a text, number, date, or a list of these joined by '; ', as text (long ones are cut); else None."""
    if isinstance(value, list):
        return "; ".join(filter(None, (_scalar_text(v) for v in value[:100] if not isinstance(v, list)))) or None
    if isinstance(value, str | int | float | datetime.date) and not isinstance(value, bool):
        return one_line(str(value))[:1_000] or None
    return None


def _first_heading(text: str) -> str | None:
    """Return the text of the first level-1 heading before any fenced code block, or None."""
    head = text[:_FRONT_CHARS]
    fence = _FENCE.search(head)
    found = _HEADING.search(head[: fence.start()] if fence else head)
    return one_line(found.group(1) or found.group(2)) if found else None
