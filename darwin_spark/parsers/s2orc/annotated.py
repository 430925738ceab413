"""Convert S2ORC records of the Semantic Scholar bulk data set: one text, and annotations of the text by kind.

Annotations of a kind: a list [{"start", "end"}] in a JSON string. From abstract or body on, text without annotation is kept.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from darwin_spark.parsers.grobid import section_rank
from darwin_spark.parsers.markdown_headings import heading
from darwin_spark.text.normalize_markdown import one_line

_BLOCKS = ("title", "abstract", "sectionheader", "section_header", "paragraph", "formula", "figurecaption", "figure_caption",
           "table", "bibentry", "bib_entry")  # fmt: skip
_BODY = frozenset({"abstract", "sectionheader", "paragraph"})
_TOP_RANK = 2
_MIN_GAP_LETTERS = 2  # minimum letters in text between two blocks for keeping that text


class Text(NamedTuple):
    """A text and its annotations by kind."""

    text: str
    annotations: Mapping[str, Any]


class Span(NamedTuple):
    """A block of the text: offsets [start, end), kind, and section number if it has one."""

    start: int
    end: int
    kind: str
    number: str = ""


def texts_of(record: Mapping[str, Any]) -> list[Text]:
    """Return the annotated texts of a record; [] if the record has another format."""
    parts = (record.get(name) for name in ("content", "body", "bibliography"))
    return [
        Text(part["text"], part["annotations"])
        for part in parts
        if isinstance(part, dict) and isinstance(part.get("text"), str) and isinstance(part.get("annotations"), dict)
    ]


def blocks_of(texts: list[Text], record: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the title ('' if there is none) and the Markdown blocks of all texts, with the record's abstract."""
    abstract = record.get("abstract")
    blocks = [heading("Abstract", 2), one_line(abstract)] if isinstance(abstract, str) and abstract.strip() else []
    title, items = "", list[str]()
    for text in texts:
        spans = list(_spans(text))
        title = title or next((_span_text(text, s) for s in spans if s.kind == "title"), "")
        blocks += _body(text, spans, has_abstract=bool(blocks))
        items += [f"- {words}" for s in spans if s.kind == "bibentry" and (words := _span_text(text, s))]
    return title, [*blocks, heading("References", 2), "\n".join(items)] if items else blocks


def _spans(text: Text) -> Iterator[Span]:
    """Yield the blocks in order of their start, without blocks that begin inside another block."""
    found = sorted((span for kind in _BLOCKS for span in _annotated(text, kind)), key=lambda s: (s.start, -s.end))
    end = 0
    for span in found:
        if span.start >= end:
            end = span.end
            yield span


def _annotated(text: Text, kind: str) -> Iterator[Span]:
    raw = text.annotations.get(kind)
    try:
        entries = json.loads(raw) if isinstance(raw, str) else raw
    except (ValueError, RecursionError):
        return
    for entry in entries if isinstance(entries, list) else ():
        start, end = (_position(entry.get(name)) for name in ("start", "end")) if isinstance(entry, dict) else (-1, -1)
        if 0 <= start < end <= len(text.text):
            attributes = entry.get("attributes")
            number = str(attributes.get("n", "")) if isinstance(attributes, dict) else ""
            yield Span(start, end, kind.replace("_", ""), number)


def _position(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        return int(value)
    return value if isinstance(value, int) else -1


def _body(text: Text, spans: list[Span], has_abstract: bool) -> list[str]:
    """Return a text's blocks without title and references.

    A section header just before a caption or table is its label, no heading.
    """
    blocks: list[str] = []
    rank, has_begun, end = _TOP_RANK, False, 0
    for i, span in enumerate(spans):
        if has_begun:
            blocks += _unannotated(text.text[end : span.start])
        has_begun, end = has_begun or span.kind in _BODY, span.end
        words = _span_text(text, span)
        following = spans[i + 1].kind if i + 1 < len(spans) else ""
        if span.kind == "abstract":
            blocks += [] if has_abstract else [heading("Abstract", _TOP_RANK), words]
        elif span.kind == "sectionheader" and following not in ("figurecaption", "table", "figure"):
            rank = section_rank(span.number, _TOP_RANK, rank)
            number = span.number.strip()
            blocks.append(heading(words if words.startswith(number) else f"{number} {words}", rank))
        elif span.kind not in ("title", "bibentry"):
            blocks.append(words)
    if has_begun:
        blocks += _unannotated(text.text[end:])
    return _without_trailing_headings([block for block in blocks if block])


def _unannotated(text: str) -> list[str]:
    words = one_line(text)
    return [words] if sum(map(str.isalpha, words[:200])) >= _MIN_GAP_LETTERS else []


def _without_trailing_headings(blocks: list[str]) -> list[str]:
    """Remove headings at the end of the blocks, which have no content. Modifies the list."""
    while blocks and blocks[-1].startswith("#"):
        blocks.pop()
    return blocks


def _span_text(text: Text, span: Span) -> str:
    return one_line(text.text[span.start : span.end])
