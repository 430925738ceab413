"""Convert one L0 row to its verdict and text. A parser failure costs only its own document (parsers/isolation)."""

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.isolation import supervisor
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.parsers.registry import parser_for
from darwin_spark.storage import uri_reader
from darwin_spark.verdicts import FAILED, KEPT


def normalize(document: Row, settings: L1Settings) -> Row:
    """Return the L1 columns of one L0 row, and `unread`, the pages left to a model. Raises RuntimeError if no parser starts."""
    columns: dict[str, object] = {}
    try:
        parser = parser_for(document["media_type"])
        columns = {"parser": parser.name, "parser_version": parser.version}
        parsed = supervisor.parse(document["media_type"], content_of(document, settings), settings)
    except (ParseFailure, uri_reader.ObjectError) as failure:
        return columns | failed(failure.reason, str(failure))
    return columns | kept(parsed, document["title"]) | {"unread": [page._asdict() for page in parsed.unread]}


def kept(parsed: Parsed, title: str | None) -> dict[str, object]:
    """Return the L1 columns of a parsed document, which is kept; `title`, from L0, is used if the parser found none."""
    return {
        "verdict": KEPT,
        "text": parsed.text,
        "title": parsed.title or title,
        "pages": [page._asdict() for page in parsed.pages],
        "warnings": list(parsed.warnings),
        "declared": dict(parsed.declared),
    }


def failed(reason: str, message: str, warnings: tuple[str, ...] = ()) -> dict[str, object]:
    """Return the L1 columns of a failed document; `message`, cut to 1,000 characters, becomes the first of its warnings."""
    all_warnings = [message[:1_000], *warnings]
    return {
        "verdict": FAILED,
        "reason": reason,
        "text": None,
        "title": None,
        "pages": [],
        "warnings": all_warnings,
        "declared": {},
    }


def content_of(document: Row, settings: L1Settings) -> bytes:
    """Return the object's bytes, from the row or from storage. Raises ParseFailure (too_large, empty) or ObjectError."""
    size, limit = document["bytes"], settings.max_bytes
    if size is not None and size > limit:
        raise ParseFailure("too_large", f"{size} bytes, more than l1.max_bytes={limit}")
    content: bytes | None = document["content"]
    if content is None:
        reference = document["content_ref"]
        content = uri_reader.read(reference["uri"], reference["offset"], reference["length"])
    if len(content) > limit:
        raise ParseFailure("too_large", f"{len(content)} bytes, more than l1.max_bytes={limit}")
    if not content.strip():
        raise ParseFailure("empty", "the object has no bytes but white space")
    return content
