"""Parse plain text: decode it and remove Project Gutenberg's header and license. Joining hard-wrapped lines is left to L4."""

import re

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.decoding import decode
from darwin_spark.parsers.gutenberg import strip_gutenberg_frame
from darwin_spark.parsers.parsed import Parsed, ParseFailure
from darwin_spark.text.normalize_markdown import normalize_markdown

_MAX_TITLE_CHARS, _MAX_TITLE_WORDS = 120, 15
_UNDERLINE = re.compile(r"([=*~#-])\1{2,}")
_NO_TITLE = re.compile(r"[.,;:!]$|://|^\W*$|^[\w-]{1,20}: ")


def parse(content: bytes, _settings: L1Settings) -> Parsed:
    """Parse a plain-text file. Raises ParseFailure: empty."""
    decoded, warnings = decode(content)
    text = normalize_markdown(decoded)
    book = strip_gutenberg_frame(text)
    declared: dict[str, str] = {}
    title: str | None = None
    if book is not None:
        body, fields = book
        text = normalize_markdown(body)
        title = fields.get("title")
        declared = {"language": fields["language"]} if "language" in fields else {}
    if not text:
        raise ParseFailure("empty", f"no text in {len(content)} bytes")
    return Parsed(text, title or _title(text), warnings=tuple(warnings), declared=declared)


def _title(text: str) -> str | None:
    """Return the first line if it looks like a title: set off and short, no sentence, URL or 'Key: value'; else None."""
    first, _, rest = text[: 4 * _MAX_TITLE_CHARS].partition("\n")
    first, second = first.strip(), rest.partition("\n")[0].strip()
    is_separate = not second or _UNDERLINE.fullmatch(second) is not None
    has_title_length = 2 < len(first) <= _MAX_TITLE_CHARS and len(first.split()) <= _MAX_TITLE_WORDS
    has_title_start = first[:1].isupper() or first[:1].isdigit()
    return first if rest and is_separate and has_title_length and has_title_start and not _NO_TITLE.search(first) else None
