"""Which parser reads which media type, and under what name and version the row says so.

A table of names: a parser and its libraries are imported where and when it is first needed, so that a parsing child
starts in a moment and holds what its documents need.
"""

from collections.abc import Callable
from pkgutil import resolve_name
from typing import NamedTuple, cast

from darwin_spark.config.l1 import L1Settings
from darwin_spark.parsers.parsed import Parsed, ParseFailure

Parse = Callable[[bytes, L1Settings], Parsed]
"""A document's bytes in, its text out; raises ParseFailure."""


class Parser(NamedTuple):
    """A format's parser. Its version is raised when the same bytes would give another text; raise level.VERSION too."""

    name: str
    version: str
    function: str
    """module:function"""

    def load(self) -> Parse:
        """The function itself."""
        return cast(Parse, resolve_name(self.function))


def _own(name: str, function: str, version: str = "1") -> Parser:
    return Parser(name, version, f"darwin_spark.parsers.{function}")


PARSERS = {
    "application/pdf": _own("pdf", "pdf.document:parse", "4"),
    "application/jats+xml": _own("jats", "jats:parse", "3"),
    "application/tei+xml": _own("tei", "tei:parse"),
    "application/x-tex-project": _own("latex", "latex:parse_project", "2"),
    "text/x-tex": _own("latex", "latex:parse", "2"),
    "text/html": _own("html", "html:parse", "2"),
    "application/xhtml+xml": _own("html", "html:parse", "2"),
    "application/epub+zip": _own("epub", "epub:parse", "2"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _own("docx", "docx:parse"),
    "application/x-ole-storage": _own("docx", "docx:parse"),
    "application/x-s2orc+json": _own("s2orc", "s2orc:parse"),
    "text/markdown": _own("markdown", "markdown:parse"),
    "text/plain": _own("plaintext", "plaintext:parse", "2"),
    **{f"image/{kind}": _own("image", "image:parse", "3") for kind in ("png", "jpeg", "tiff", "webp", "bmp")},
}


def parser_for(media_type: str | None) -> Parser:
    """Raises ParseFailure unsupported_media_type."""
    parser = PARSERS.get(media_type or "")
    if parser is None:
        raise ParseFailure("unsupported_media_type", f"no parser for {media_type}; there are: {', '.join(PARSERS)}")
    return parser
