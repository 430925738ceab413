"""Map each media type to its parser, and to the parser name and version that L1 records in the row.

The map holds import paths: a parser and its libraries are imported on first use, so that a parsing process starts fast and
loads only the libraries that its documents need.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pkgutil import resolve_name
from typing import Final, NamedTuple, cast

from darwin_spark.config.l1 import L1Settings
from darwin_spark.errors import UserError
from darwin_spark.parsers.parsed import Parsed, ParseFailure

Parse = Callable[[bytes, L1Settings], Parsed]
"""Function from a document's bytes and the settings to `Parsed`. Raises ParseFailure."""


ENTRY_POINTS: Final = "darwin_spark.parsers"
"""Packages add a parser under this group: media type = "module:PARSER", an object of the class Parser."""


class ParserError(UserError):
    """A parser of another package cannot be used; the message names the package, the media type and what to do."""


class Parser(NamedTuple):
    """The parser of a format. If the same bytes give a new text, increase `version` and that of level L1."""

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
    "application/pdf": _parser("pdf", "pdf.document:parse", "8"),
    "application/jats+xml": _parser("jats", "jats:parse", "4"),
    "application/tei+xml": _parser("tei", "tei:parse", "2"),
    "application/x-elsevier+xml": _parser("elsevier", "publisher_xml.elsevier:parse"),
    "application/x-springer+xml": _parser("springer", "publisher_xml.springer:parse"),
    "application/x-nature+xml": _parser("nature", "publisher_xml.nature:parse"),
    "application/x-rsc+xml": _parser("rsc", "publisher_xml.rsc:parse"),
    "application/docbook+xml": _parser("docbook", "publisher_xml.docbook:parse"),
    "application/x-pubmed+xml": _parser("pubmed", "pubmed:parse"),
    "application/x-mediawiki+xml": _parser("mediawiki", "mediawiki:parse"),
    "application/x-tex-project": _parser("latex", "latex:parse_project", "3"),
    "text/x-tex": _parser("latex", "latex:parse", "3"),
    "text/html": _parser("html", "html:parse", "3"),
    "application/xhtml+xml": _parser("html", "html:parse", "3"),
    "application/epub+zip": _parser("epub", "epub:parse", "3"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _parser("docx", "docx:parse", "2"),
    "application/x-ole-storage": _parser("docx", "docx:parse", "2"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _parser("pptx", "pptx:parse"),
    "application/vnd.oasis.opendocument.text": _parser("odt", "odt:parse"),
    "application/vnd.oasis.opendocument.text-template": _parser("odt", "odt:parse"),
    "application/vnd.oasis.opendocument.text-flat-xml": _parser("odt", "odt:parse"),
    "application/vnd.oasis.opendocument": _parser("odt", "odt:parse"),
    "application/rtf": _parser("rtf", "rtf:parse"),
    "application/x-ipynb+json": _parser("notebook", "notebook:parse"),
    "application/x-s2orc+json": _parser("s2orc", "s2orc:parse", "2"),
    "text/markdown": _parser("markdown", "markdown:parse", "2"),
    "text/plain": _parser("plaintext", "plaintext:parse", "4"),
    **{f"image/{kind}": _parser("image", "image:parse", "7") for kind in ("png", "jpeg", "tiff", "webp", "bmp")},
}


def parser_for(media_type: str | None) -> Parser:
    """Return the parser of a media type. Raises ParseFailure: unsupported_media_type; ParserError: see `parsers`."""
    wanted = media_type or ""
    parser = PARSERS.get(wanted) or parsers().get(wanted)
    if parser is None:
        raise ParseFailure("unsupported_media_type", f"no parser for {media_type}; there are: {', '.join(parsers())}")
    return parser


@cache
def parsers() -> Mapping[str, Parser]:
    """Return all parsers by media type: those of this package and those of other packages. Raises ParserError.

    L1 calls it on the driver before it parses, so that a wrong package is refused before a document fails because of it.
    """
    found, owners = dict(PARSERS), dict.fromkeys(PARSERS, "darwin-spark")
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: (entry.name, entry.value)):
        package = entry.dist.name if entry.dist else entry.module
        if entry.name in found:
            raise ParserError(
                f"the packages {owners[entry.name]} and {package} both have a parser for {entry.name}: uninstall one of them"
            )
        found[entry.name], owners[entry.name] = _loaded(entry, package), package
    return found


def _loaded(entry: EntryPoint, package: str) -> Parser:
    where = f"the parser for {entry.name} ({entry.value}) of the package {package}"
    try:
        parser = entry.load()
    except (ImportError, AttributeError) as error:
        raise ParserError(f"{where} cannot be imported: {error}") from error
    if not isinstance(parser, Parser):
        raise ParserError(f"{where} is a {type(parser).__name__}, not a darwin_spark.parsers.registry.Parser")
    return parser
