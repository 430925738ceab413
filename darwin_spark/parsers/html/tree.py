"""Parse the bytes of a web page to an element tree with lower-case tags without namespace, of bounded depth, in linear time.

Nothing is fetched and no DTD entity is resolved. Pages that declare XHTML and are well-formed are parsed as XML, as e-book
readers do (in XML `<a id="p1"/>` is an empty element). All other pages are parsed as HTML.
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
"""Maximum nesting depth; deeper elements are flattened, because the renderers recurse. Real pages stay below 40."""
_MAX_MARKUP_DEPTH = 2_000  # maximum nesting depth of tags before parsing: libxml2 stops at 2,048
_DEEPER_ELEMENTS = etree.XPath("/*" * MAX_DEPTH + "[*]")
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_XHTML = re.compile(rb"^\s*<\?xml|<html[^<>]{1,300}xmlns", re.IGNORECASE)
_FORBIDDEN_CHARACTERS = "\x0b\x0c\ufffe\uffff"
_FORBIDDEN_REFERENCE = re.compile(
    "&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|65534|65535)(?![0-9])|x0*(?:[0-8bcef]|1[0-9a-f]|fffe|ffff)(?![0-9a-f]));?",
    re.IGNORECASE,
)
"""Characters that XML forbids, literal or as character references: lxml parses them in HTML but then refuses to set them."""
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})[^<>]*>")
_UNKNOWN_VOID = ("wbr", "embed", "source", "track", "keygen", "bgsound")
_UNKNOWN_VOID_TAG = re.compile(
    r"""</?(?:(?P<wbr>wbr)|embed|source|track|keygen|bgsound)(?=[\s/>])"""
    r"""(?:[^<>"']++|"[^"]{0,2000}"|'[^']{0,2000}'){0,60}+>""",
    re.IGNORECASE,
)
"""Tags of elements without content that libxml2 does not know: it would take the rest of the paragraph as their content."""
_HEAD_ELEMENTS = frozenset((
    "title", "meta", "link", "script", "style", "base", "basefont", "noscript", "template", "object",
))  # fmt: skip
_VOID_ELEMENTS = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip


def parse_html(content: bytes) -> tuple[Element, list[str]]:
    """Return the root element and the warnings. Raises ParseFailure `empty` if the page has no elements."""
    text, warnings = _decode(content)
    root = _as_xml(text) if _XHTML.search(content[:2_048]) else None
    if root is None:
        root = _as_html(text, warnings)
    else:
        _simplify(root)
    if _flatten(root):
        warnings.append(f"markup nested deeper than {MAX_DEPTH} elements was laid flat")
    return root, warnings


def classes(node: Element) -> list[str]:
    """Return the class names of an element."""
    return (node.get("class") or "").split()


def is_empty(node: Element) -> bool:
    """Return whether an element and its descendants hold no text but white space."""
    return not any(str(text).strip() for text in node.itertext())


def kinds(node: Element) -> list[str]:
    """Return the values of an element's `epub:type` and ARIA `role`, without the prefix `doc-`."""
    types, role = node.get(_EPUB_TYPE) or node.get("epub:type"), node.get("role")
    if not types and not role:
        return []
    return [value.removeprefix("doc-") for value in f"{types or ''} {role or ''}".split()]


def _decode(content: bytes) -> tuple[str, list[str]]:
    """Return (text, warnings), decoded as UTF-8 if valid, whatever the page declares; else as declared; else by a guess."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = html_body_declared_encoding(content[:4_096])
        if declared and not content.startswith((b"\xff\xfe", b"\xfe\xff")) and not declared.startswith("utf"):
            content = content.decode(declared, "replace").encode()
    text, warnings = decode(content)
    text = text.replace("\ufeff", "")
    for character in _FORBIDDEN_CHARACTERS:
        text = text.replace(character, " ")
    return _FORBIDDEN_REFERENCE.sub(" ", text) if "&#" in text else text, warnings


def _as_xml(text: str) -> Element | None:
    """Parse as XML, with HTML's named characters replaced. Return None if the page is not well-formed."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(_NAMED.sub(_replace_named, text).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _replace_named(match: re.Match[str]) -> str:
    name = match.group(1)
    return match.group() if name in _XML_ENTITIES else html5.get(name, match.group())


def _as_html(text: str, warnings: list[str]) -> Element:
    root, too_deep = _parse_html(text)
    if too_deep or (root is not None and any(len(node) or node.text for node in root.iter(*_UNKNOWN_VOID))):
        text = _UNKNOWN_VOID_TAG.sub(lambda tag: "" if tag["wbr"] else " ", text)
        root, too_deep = _parse_html(text)
    if too_deep:
        warnings.append(f"markup nested deeper than {_MAX_MARKUP_DEPTH} elements was dropped, its text kept")
        root, _ = _parse_html(_limit_markup_depth(text))
    if root is None:
        raise ParseFailure("empty", "the HTML holds no elements")
    _end_head(root)
    return root


def _parse_html(text: str) -> tuple[Element | None, bool]:
    """Parse as HTML. Return the root, and whether libxml2 stopped because the page is nested too deep."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    return root, any("Excessive depth" in entry.message for entry in parser.error_log)


def _end_head(root: Element) -> None:
    """Move what libxml2 takes for a part of the head into the body, from the first element on that cannot be in a head.

    Pages may leave out the tags of head and body. The head ends at the first such element, but libxml2 does not know those of
    HTML 5 (`main`, `article`, `section`).
    """
    head = next(root.iterchildren("head"), None)
    first = next((node for node in head if node.tag not in _HEAD_ELEMENTS), None) if head is not None else None
    if head is None or first is None:
        return
    body = next(root.iterchildren("body"), None)
    if body is None:
        body = etree.SubElement(root, "body")
    moved = [first, *first.itersiblings()]
    moved[-1].tail, body.text = (moved[-1].tail or "") + (body.text or ""), None
    for position, node in enumerate(moved):
        body.insert(position, node)


def _limit_markup_depth(text: str) -> str:
    """Replace each tag that is nested deeper than `_MAX_MARKUP_DEPTH` by `<br>`."""
    depth, pieces, end = 0, [], 0
    for tag in _TAG.finditer(text):
        closing, name = tag.group(1), tag.group(2).lower()
        if name in _VOID_ELEMENTS or tag.group().endswith("/>"):
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth + bool(closing) > _MAX_MARKUP_DEPTH:
            pieces += [text[end : tag.start()], "<br>"]
            end = tag.end()
    return "".join([*pieces, text[end:]])


def _simplify(root: Element) -> None:
    """Set all tags to lower case without namespace, and remove unresolved entity references."""
    for node in list(root.iter()):
        name = local_name(node)
        if not name:
            drop(node)
        elif node.tag != name.lower():
            node.tag = name.lower()


def _flatten(root: Element) -> bool:
    """Flatten the elements that are nested deeper than MAX_DEPTH. Return whether there were any."""
    deep = cast(list[Element], _DEEPER_ELEMENTS(root))
    for node in deep:
        _flatten_below(node)
    return bool(deep)


def _flatten_below(node: Element) -> None:
    """Make all descendants of `node` its children, in document order, each with the text that follows it.

    The elements are moved, not made anew: lxml refuses to make elements with names that its HTML parser gave.
    """
    flat: list[Element] = []
    tails: list[str] = []
    for event, part in etree.iterwalk(node, events=("start", "end")):
        if part is node:
            continue
        if event == "start":
            flat.append(part)
            tails.append("")
        elif part.tail:
            tails[-1] += part.tail
    for part, tail in zip(reversed(flat), reversed(tails), strict=True):
        node.insert(0, part)  # its own descendants were moved before
        part.tail = tail or None
