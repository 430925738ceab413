"""Which parser reads which media type, and under what name and version the row says so."""

from collections.abc import Callable
from typing import NamedTuple

from darwin_spark.config import L1Settings
from darwin_spark.l1_normalize import jats, markdown, pdf, plaintext
from darwin_spark.l1_normalize.parsed import Parsed, ParseFailure


class Parser(NamedTuple):
    """A format's parser. Its version is raised when the same bytes would give another text; raise level.VERSION too."""

    name: str
    version: str
    parse: Callable[[bytes, L1Settings], Parsed]


PARSERS = {
    "application/jats+xml": Parser("jats", "1", jats.parse),
    "application/pdf": Parser("pdf", "1", pdf.parse),
    "text/markdown": Parser("markdown", "1", markdown.parse),
    "text/plain": Parser("plaintext", "1", plaintext.parse),
}


def parser_for(media_type: str | None) -> Parser:
    """Raises ParseFailure unsupported_media_type."""
    parser = PARSERS.get(media_type or "")
    if parser is None:
        raise ParseFailure("unsupported_media_type", f"no parser for {media_type}; there are: {', '.join(PARSERS)}")
    return parser
