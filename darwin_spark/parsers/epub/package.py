"""Read the package document of an EPUB: title, declared metadata, and the spine as member names of the zip file.

Common defects are tolerated: percent-encoded paths, paths in wrong case, a missing container file, spine items without a file.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from lxml import etree

from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.xml_tree import Element, child, children, first_within, local_name, plain_text
from darwin_spark.parsers.zipped import ZippedDocument
from darwin_spark.text.normalize_markdown import one_line

_CONTAINER, _ENCRYPTION, _RIGHTS = "META-INF/container.xml", "META-INF/encryption.xml", "META-INF/rights.xml"
_FONT_OBFUSCATION = frozenset(("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"))
_TEXT_TYPES = frozenset(
    ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document", "application/xml")
)
_TEXT_NAMES = (".xhtml", ".html", ".htm", ".xml")
_ISBN = re.compile(r"\b97[89][- ]?(?:\d[- ]?){9}\d\b|\b(?:\d[- ]?){9}[\dXx]\b")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class Package:
    """A book's reading order (member names), title and declared metadata. `guide` maps members to their EPUB 2 page kinds."""

    spine: list[str]
    title: str | None = None
    declared: dict[str, str] = field(default_factory=dict)
    guide: dict[str, frozenset[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def package_of(book: ZippedDocument) -> Package:
    """Return what the book's package document says. Raises ParseFailure: encrypted, corrupt_epub, corrupt_zip, archive_bomb."""
    names = {name.casefold(): name for name in sorted(book.names)}
    path = _package_path(book, names)
    package = _xml(book.read(path))
    if package is None:
        raise ParseFailure("corrupt_epub", f"{path} is not XML; the book's order of reading is lost")
    folder = posixpath.dirname(path)
    manifest = {item.get("id", ""): item for item in package.iter("{*}item")}
    spine, warnings = [], []
    for entry in package.iter("{*}itemref"):
        item = manifest.get(entry.get("idref", ""))
        name = _member(item.get("href", ""), folder, names) if item is not None else None
        if name is None:
            warnings.append(f"the spine names {entry.get('idref')!r}, which is not in the book")
        elif item is not None and _is_text(item, name) and "nav" not in item.get("properties", "").split():
            spine.append(name)
    _refuse_encrypted(book, names, frozenset(spine))
    meta = child(package, "metadata")
    metadata = _declared(meta, package) if meta is not None else {}
    title = _title(meta) if meta is not None else None
    return Package(list(dict.fromkeys(spine)), title, metadata, _guide_kinds(package, folder, names), warnings)


def _package_path(book: ZippedDocument, names: dict[str, str]) -> str:
    """Return the package document that the container names, else the first `.opf` member. Raises ParseFailure: corrupt_epub."""
    container = _xml(book.read(names[_CONTAINER.casefold()])) if _CONTAINER.casefold() in names else None
    root = first_within(container, "rootfile") if container is not None else None
    named = _member(root.get("full-path", ""), "", names) if root is not None else None
    found = named or next((name for name in sorted(book.names) if name.lower().endswith(".opf")), None)
    if found is None:
        raise ParseFailure("corrupt_epub", f"no package document (.opf) among the {len(book.names)} members of the file")
    return found


def _xml(content: bytes) -> Element | None:
    """Parse XML leniently (libxml2's recovery mode), without resolving entities. Return None if there is no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True)
    try:
        return etree.fromstring(content.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _member(href: str, folder: str, names: dict[str, str]) -> str | None:
    """Return the member that a relative URL `href` in `folder` refers to, or None. `names` maps case-folded names to names."""
    try:
        path = urlsplit(href).path
    except ValueError:
        return None
    candidates = (posixpath.normpath(posixpath.join(folder, form)) for form in (unquote(path), path))
    return next((names[c.casefold()] for c in candidates if c.casefold() in names), None)


def _is_text(item: Element, name: str) -> bool:
    return item.get("media-type", "") in _TEXT_TYPES or name.lower().endswith(_TEXT_NAMES)


def _refuse_encrypted(book: ZippedDocument, names: dict[str, str], spine: frozenset[str]) -> None:
    """Raise ParseFailure `encrypted` if a spine document is encrypted (DRM). Obfuscated fonts are ignored."""
    if _ENCRYPTION.casefold() not in names:
        return
    listing = _xml(book.read(names[_ENCRYPTION.casefold()]))
    for data in listing.iter("{*}EncryptedData") if listing is not None else ():
        method, reference = first_within(data, "EncryptionMethod"), first_within(data, "CipherReference")
        name = _member(reference.get("URI", ""), "", names) if reference is not None else None
        if name in spine and (method is None or method.get("Algorithm") not in _FONT_OBFUSCATION):
            raise ParseFailure("encrypted", f"the book's text is encrypted ({name}); it needs its seller's reader")


def _title(meta: Element) -> str | None:
    """Return the title, or None. Of several titles the one with the EPUB 3 `title-type` 'main', else the first."""
    titles = [(node.get("id", ""), one_line(plain_text(node))) for node in meta.iter("{*}title")]
    main = {
        (node.get("refines") or "").removeprefix("#")
        for node in children(meta, "meta")
        if node.get("property") == "title-type" and plain_text(node).strip() == "main"
    }
    chosen = next((text for name, text in titles if name in main and text), "")
    return chosen or next((text for _, text in titles if text), None)


def _declared(meta: Element, package: Element) -> dict[str, str]:
    identifiers = [one_line(plain_text(node)) for node in meta.iter("{*}identifier", "{*}source")]
    metadata = {
        "creator": "; ".join(dict.fromkeys(_values(meta, "creator"))),
        "publisher": next(_values(meta, "publisher"), ""),
        "subjects": "; ".join(dict.fromkeys(_values(meta, "subject"))),
        "language": (
            next(_values(meta, "language"), "") or package.get("{http://www.w3.org/XML/1998/namespace}lang", "")
        ).lower(),
        "year": next((found.group() for date in _values(meta, "date") if (found := _YEAR.search(date))), ""),
        "license": next(_values(meta, "rights"), "")[:200],
        "isbn": next(filter(None, map(_isbn, identifiers)), ""),
        "doi": next((found.group() for text in identifiers if (found := _DOI.search(text))), ""),
    }
    return {name: value for name, value in metadata.items() if value}


def _values(meta: Element, name: str) -> Iterator[str]:
    return (text for node in meta.iter(f"{{*}}{name}") if (text := one_line(plain_text(node))) and text.lower() != "unknown")


def _isbn(identifier: str) -> str:
    """Return the digits of a valid ISBN in an identifier, else ''. URLs and UUIDs are ignored."""
    found = _ISBN.search(identifier) if not identifier.lower().startswith(("http", "urn:uuid", "uuid")) else None
    digits = re.sub(r"[- ]", "", found.group()) if found else ""
    return digits if _has_valid_check_digit(digits.upper()) else ""


def _has_valid_check_digit(digits: str) -> bool:
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if len(values) == 13:
        return sum(value * (3 if position % 2 else 1) for position, value in enumerate(values)) % 10 == 0
    return len(values) == 10 and sum(value * (10 - position) for position, value in enumerate(values)) % 11 == 0


def _guide_kinds(package: Element, folder: str, names: dict[str, str]) -> dict[str, frozenset[str]]:
    """Return the page kinds of the EPUB 2 guide by member. References to a fragment are ignored."""
    guide: dict[str, frozenset[str]] = {}
    for node in package.iter("{*}reference"):
        name = _member(node.get("href", ""), folder, names)
        if name is not None and local_name(node) == "reference" and "#" not in node.get("href", ""):
            guide[name] = guide.get(name, frozenset()) | {node.get("type", "").lower()}
    return guide
