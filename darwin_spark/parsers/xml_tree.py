"""Helper functions for lxml elements. Element names are compared without their namespace."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from darwin_spark.parsers.parsed import ParseFailure

Element = etree._Element

MAX_DEPTH = 150
"""Maximum nesting depth of elements. Articles stay below 50. The limit keeps recursion over a tree far from Python's limit."""
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


def parse_xml(content: bytes) -> Element:
    """Parse XML and return its root. Entities are not resolved, no DTD is loaded, nothing is fetched; libxml2's limits apply.

    Raises ParseFailure: malformed_xml, too_deep.
    """
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, dtd_validation=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        reason = "too_deep" if "Excessive depth" in str(error) else "malformed_xml"
        raise ParseFailure(reason, f"not XML that can be read: {error}") from error
    if _TOO_DEEP(root):
        raise ParseFailure("too_deep", f"more than {MAX_DEPTH} XML elements within each other: no document needs that")
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
    parent, previous = node.getparent(), node.getprevious()
    if parent is None:
        return
    if previous is not None:
        previous.tail = (previous.tail or "") + (node.tail or "")
    else:
        parent.text = (parent.text or "") + (node.tail or "")
    parent.remove(node)
