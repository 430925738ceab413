"""Bytes of a web page to an element tree with plain lower-case tags, of bounded depth, in linear time.

Nothing is fetched and no entity is resolved. Pages that call themselves XHTML and are well-formed are read as XML, as a
book reader does (`<a id="p1"/>` is empty there); all others as browsers read HTML.
"""

import re
from html.entities import html5
from typing import cast

from lxml import etree
from w3lib.encoding import html_body_declared_encoding

from darwin_spark.parsers.decoding import decode
from darwin_spark.parsers.parsed import ParseFailure
from darwin_spark.parsers.xml_tree import Element, drop, local_name

MAX_DEPTH = 80
"""Elements nested deeper are laid flat: the renderers recurse. Real pages stay below 40."""
_MAX_MARKUP_DEPTH = 2_000
"""libxml2 gives up at 2,048."""
_DEEP = etree.XPath("/*" * MAX_DEPTH + "[*]")
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_XHTML = re.compile(rb"^\s*<\?xml|<html[^<>]{1,300}xmlns", re.IGNORECASE)
_NO_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|65534|65535)(?![0-9])|x0*(?:[0-8bcef]|1[0-9a-f]|fffe|ffff)(?![0-9a-f]));?",
    re.IGNORECASE,
)
"""What XML does not know, as it is or as a reference: lxml reads it from a page and then refuses to move it."""
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_OWN = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})[^<>]*>")
_EMPTY = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip


def tree_of(content: bytes) -> tuple[Element, list[str]]:
    """The root element and what had to be done to get it. Raises ParseFailure empty."""
    text, warnings = _characters(content)
    root = _as_xml(text) if _XHTML.search(content[:2_048]) else None
    if root is None:
        root = _as_html(text, warnings)
    else:
        _simplify(root)
    if _flatten(root):
        warnings.append(f"markup nested deeper than {MAX_DEPTH} elements was laid flat")
    return root, warnings


def classes(node: Element) -> list[str]:
    """The class names of an element."""
    return (node.get("class") or "").split()


def kinds(node: Element) -> list[str]:
    """What an element says it is: its `epub:type` and its ARIA role, without the prefix `doc-`."""
    marks = (node.get(_EPUB_TYPE) or node.get("epub:type") or "").split() + (node.get("role") or "").split()
    return [mark.removeprefix("doc-") for mark in marks]


def _characters(content: bytes) -> tuple[str, list[str]]:
    """UTF-8 wherever it can be, whatever the page declares; else as declared; else a guess."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = html_body_declared_encoding(content[:4_096])
        if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff")) and not declared.startswith("utf"):
            content = content.decode(declared, "replace").encode()
    text, warnings = decode(content)
    return _NO_CHARACTER.sub(" ", text.replace("\ufeff", "")), warnings


def _as_xml(text: str) -> Element | None:
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(_NAMED.sub(_character, text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _character(match: re.Match[str]) -> str:
    name = match.group(1)
    return match.group() if name in _XML_OWN else html5.get(name, match.group())


def _as_html(text: str, warnings: list[str]) -> Element:
    root, too_deep = _parsed(text)
    if too_deep:
        warnings.append(f"markup nested deeper than {_MAX_MARKUP_DEPTH} elements was dropped, its text kept")
        root, _ = _parsed(_shallow(text))
    if root is None:
        raise ParseFailure("empty", "the HTML holds no elements")
    return root


def _parsed(text: str) -> tuple[Element | None, bool]:
    """The tree, and whether libxml2 gave it up because it is too deep."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    return root, any("Excessive depth" in entry.message for entry in parser.error_log)


def _shallow(text: str) -> str:
    """The page without the tags that stand too deep; one that may begin a block becomes a line break."""
    depth, pieces, end = 0, [], 0
    for tag in _TAG.finditer(text):
        closing, name = tag.group(1), tag.group(2).lower()
        if name in _EMPTY or tag.group().endswith("/>"):
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth + bool(closing) > _MAX_MARKUP_DEPTH:
            pieces += [text[end : tag.start()], "<br>"]
            end = tag.end()
    return "".join([*pieces, text[end:]])


def _simplify(root: Element) -> None:
    """Tags without namespace, in lower case; entity references that stayed are dropped."""
    for node in list(root.iter()):
        name = local_name(node)
        if not name:
            drop(node)
        elif node.tag != name.lower():
            node.tag = name.lower()


def _flatten(root: Element) -> bool:
    """Lay flat what is nested deeper than MAX_DEPTH."""
    deep = cast(list[Element], _DEEP(root))
    for node in deep:
        _lay_flat(node)
    return bool(deep)


def _lay_flat(node: Element) -> None:
    """Make all elements below `node` its children, in document order, each with the text that follows it."""
    flat: list[Element] = []
    for event, part in etree.iterwalk(node, events=("start", "end")):
        if part is node:
            continue
        if event == "start":
            leaf = etree.Element(part.tag, part.attrib)
            leaf.text = part.text
            flat.append(leaf)
        elif part.tail:
            flat[-1].tail = (flat[-1].tail or "") + part.tail
    for part in list(node):
        node.remove(part)
    node.extend(flat)
