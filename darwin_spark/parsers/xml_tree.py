"""Parse XML, repairing it if needed, and read or change lxml elements. Names are compared without their namespace."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.xml_source import as_utf8, declaring, is_binary, repaired, with_named_characters, without_markup

Element = etree._Element

MAX_DEPTH = 150
"""Maximum nesting depth of elements. Articles stay below 50. The limit keeps recursion over a tree far from Python's limit."""
_ATTACK = re.compile("amplification|[Ee]ntity.*loop|recursion")
"""Errors of a document that was made to exhaust the reader's memory."""
_MAX_LOST_SHARE = 0.1
_UNDECLARED = re.compile(r"Namespace prefix ([A-Za-z_][\w.-]*) .*is not defined")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def read_document(content: bytes) -> tuple[Element, list[str]]:
    """Parse an XML document of any encoding; return its root, and a warning if the encoding was guessed or damage repaired.

    An ill-formed document is recovered if nearly all of its text is then in the tree. Prefixes that it does not declare get a
    namespace, so that no name contains a colon (citations of PubMed use prefixes that only the whole set declares).
    Raises ParseFailure: malformed_xml, too_deep.
    """
    if is_binary(content):
        return parse_xml(content), []
    source, warnings = as_utf8(content)
    source = with_named_characters(source)
    try:
        return parse_xml(source), warnings
    except ParseFailure as failure:
        if failure.reason != "malformed_xml" or _ATTACK.search(str(failure)):
            raise
        _, errors = _parsed(source, is_damaged=True)
        prefixes = [found[1] for message in errors if (found := _UNDECLARED.match(message))]
        source = declaring(source, set(prefixes)) if prefixes else source
        if prefixes and len(prefixes) == len(errors):
            return parse_xml(source), warnings
        return _recovered(repaired(source), failure), [*warnings, f"repaired ill-formed XML: {failure}"]


def parse_xml(content: bytes) -> Element:
    """Parse XML and return its root. Entities are not resolved, no DTD is loaded, nothing is fetched; libxml2's limits apply.

    Raises ParseFailure: malformed_xml, too_deep.
    """
    return _parsed(content, is_damaged=False)[0]


def _parsed(content: bytes, is_damaged: bool) -> tuple[Element, list[str]]:
    """Parse XML (if `is_damaged`, as far as it can be read); return its root and the parser's errors. Raises ParseFailure."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False, recover=is_damaged
    )
    try:
        root: Element | None = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        reason = "too_deep" if "Excessive depth" in str(error) else "malformed_xml"
        raise ParseFailure(reason, f"not XML that can be read: {error}") from error
    if root is None:
        raise ParseFailure("malformed_xml", "not XML that can be read: no element in it")
    if _TOO_DEEP(root):
        raise ParseFailure("too_deep", f"more than {MAX_DEPTH} XML elements within each other: no document needs that")
    return root, [error.message for error in parser.error_log]


def _recovered(source: bytes, failure: ParseFailure) -> Element:
    """Return the tree of an ill-formed document. Raises `failure` if it lacks more than `_MAX_LOST_SHARE` of the text."""
    root = _parsed(source, is_damaged=True)[0]
    expected = len(b"".join(without_markup(source).split()))
    found = len("".join("".join(map(str, root.itertext())).split()).encode("utf-8", "replace"))
    if not found or found < (1 - _MAX_LOST_SHARE) * expected:
        raise failure
    return root


def local_name(node: Element) -> str:
    """Return the tag without its namespace; '' for comments, processing instructions and entity references."""
    return local_part(node.tag)


@lru_cache(maxsize=4_096)
def local_part(tag: object) -> str:
    """Return `local_name` of a tag. Hot loops call this function directly, which saves one call per element."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def child(node: Element, *names: str) -> Element | None:
    """Return the first child with one of these names, or None."""
    return next(node.iterchildren(*_tags(names)), None)


def children(node: Element, *names: str) -> list[Element]:
    """Return all children with one of these names, in document order."""
    return list(node.iterchildren(*_tags(names)))


def first_within(node: Element, *names: str) -> Element | None:
    """Return the first element with one of these names at or below `node`, or None."""
    return next(within(node, *names), None)


def within(node: Element, *names: str) -> Iterator[Element]:
    """Iterate over all elements with one of these names at or below `node`, in document order."""
    return node.iter(*_tags(names))


@lru_cache(maxsize=1_024)
def _tags(names: tuple[str, ...]) -> list[str]:
    return [f"{{*}}{name}" for name in names]


def plain_text(node: Element) -> str:
    """Return all character data in an element and its descendants."""
    return "".join(str(text) for text in node.itertext())


def attribute(node: Element, name: str, default: str = "") -> str:
    """Return the first attribute named `name` in any namespace (Office files use two for one attribute), else `default`."""
    return next((str(value) for key, value in node.items() if str(key).rsplit("}", 1)[-1] == name), default)


def drop(node: Element) -> None:
    """Remove an element from its parent and keep the text that follows the element (its tail)."""
    parent = node.getparent()
    if parent is None:
        return
    _append_text(parent, node.getprevious(), node.tail)
    parent.remove(node)


def unwrap(node: Element) -> None:
    """Replace an element by its text and its children."""
    parent = node.getparent()
    if parent is None:
        return
    _append_text(parent, node.getprevious(), node.text)
    for part in list(node):
        tail = part.tail
        node.addprevious(part)  # moves the tail too, behind the element itself
        part.tail = tail
    drop(node)


def _append_text(parent: Element, previous: Element | None, text: str | None) -> None:
    """Append text after `previous`, a child of `parent`, or at the beginning of `parent` if it is None."""
    if previous is not None:
        previous.tail = (previous.tail or "") + (text or "")
    else:
        parent.text = (parent.text or "") + (text or "")
