"""Map each media type to its parser, and to the parser name and version that L1 records in the row.

The map holds import paths: a parser and its libraries are imported on first use, so that a parsing process starts fast and
loads only the libraries that its documents need.
"""

from collections.abc import Callable
from pkgutil import resolve_name
from typing import NamedTuple, cast

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure

Parse = Callable[[bytes, L1Settings], Parsed]
"""Function from a document's bytes and the settings to `Parsed`. Raises ParseFailure."""


class Parser(NamedTuple):
    """The parser of a format. Increase `version`, and level.VERSION too, when the same bytes give a different text."""

    name: str
    version: str
    function: str
    """Import path, 'module:function'."""

    def load(self) -> Parse:
        """Import the parser's module and return the function."""
        return cast(Parse, resolve_name(self.function))


def _parser(name: str, function: str, version: str = "1") -> Parser:
    return Parser(name, version, f"darwin_spark.parsers.{function}")


PARSERS = {
    "application/pdf": _parser("pdf", "pdf.document:parse", "4"),
    "application/jats+xml": _parser("jats", "jats:parse", "3"),
    "application/tei+xml": _parser("tei", "tei:parse"),
    "application/x-tex-project": _parser("latex", "latex:parse_project", "2"),
    "text/x-tex": _parser("latex", "latex:parse", "2"),
    "text/html": _parser("html", "html:parse", "2"),
    "application/xhtml+xml": _parser("html", "html:parse", "2"),
    "application/epub+zip": _parser("epub", "epub:parse", "2"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _parser("docx", "docx:parse"),
    "application/x-ole-storage": _parser("docx", "docx:parse"),
    "application/x-s2orc+json": _parser("s2orc", "s2orc:parse"),
    "text/markdown": _parser("markdown", "markdown:parse"),
    "text/plain": _parser("plaintext", "plaintext:parse", "2"),
    **{f"image/{kind}": _parser("image", "image:parse", "3") for kind in ("png", "jpeg", "tiff", "webp", "bmp")},
}


def parser_for(media_type: str | None) -> Parser:
    """Return the parser of a media type. Raises ParseFailure: unsupported_media_type."""
    parser = PARSERS.get(media_type or "")
    if parser is None:
        raise ParseFailure("unsupported_media_type", f"no parser for {media_type}; there are: {', '.join(PARSERS)}")
    return parser
