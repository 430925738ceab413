"""Small helpers over lxml elements; names are compared without their namespace."""

from lxml import etree

Element = etree._Element


def local_name(node: Element) -> str:
    """The tag without its namespace; empty for comments, processing instructions and entity references."""
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def child(node: Element, *names: str) -> Element | None:
    """The first child with one of these names."""
    return next((c for c in node if local_name(c) in names), None)


def children(node: Element, *names: str) -> list[Element]:
    """All children with one of these names, in document order."""
    return [c for c in node if local_name(c) in names]


def first_within(node: Element, *names: str) -> Element | None:
    """The first element with one of these names at or below `node`."""
    return next((n for n in node.iter() if local_name(n) in names), None)


def plain_text(node: Element) -> str:
    """All character data below an element."""
    return "".join(str(text) for text in node.itertext())
