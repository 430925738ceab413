"""Translate the tree of another vocabulary to JATS: elements are renamed, removed or changed by small functions."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from darwin_spark.parsers.jats import render
from darwin_spark.parsers.parsed import Parsed
from darwin_spark.parsers.publisher_xml.cals import translate_table
from darwin_spark.parsers.xml_tree import Element, drop, local_name

Step = Callable[[Element], None]
"""Changes one element, before it is renamed and before its descendants are translated."""


_NAME = re.compile(r"[A-Za-z_][\w.-]*")
"""A name that lxml accepts; damaged files have others."""


@dataclass(frozen=True)
class Vocabulary:
    """How the elements of a vocabulary become those of JATS; an element in no table keeps its name. Namespaces do not count.

    `ids` and `references`: attributes that hold an element's own id, and the ids that it refers to.
    """

    names: Mapping[str, str]
    removed: frozenset[str]
    steps: Mapping[str, Step] = field(default_factory=dict)
    ids: Sequence[str] = ("id",)
    references: Sequence[str] = ("rid",)


@dataclass
class Document:
    """The parts of a translated document, and the metadata that it declares."""

    title: Element | None = None
    subtitle: Element | None = None
    abstracts: list[Element] = field(default_factory=list)
    body: list[Element] = field(default_factory=list)
    back: list[Element] = field(default_factory=list)
    floats: list[Element] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)


def names(table: Mapping[str, str]) -> dict[str, str]:
    """Return {source name: JATS name} for a table {JATS name: 'source names'}."""
    return {source: target for target, sources in table.items() for source in sources.split()}


def translate(root: Element, vocabulary: Vocabulary) -> None:
    """Translate a tree in place. Formulas in MathML, and processing instructions, are left as they are."""
    for node in list(root.iter()):
        name = local_name(node)
        if not name or name == "math" or _is_gone(node, root):
            continue
        if name in vocabulary.removed:
            drop(node)
            continue
        _copy(node, vocabulary.ids, "id")
        _copy(node, vocabulary.references, "rid")
        step = vocabulary.steps.get(name)
        if step:
            step(node)
        if local_name(node) == "tgroup":
            translate_table(node)
        if local_name(node) == name:
            node.tag = vocabulary.names.get(name, name if _NAME.fullmatch(name) else "named-content")


def parsed(documents: Iterable[Document], warnings: list[str]) -> Parsed:
    """Render translated documents as one text. Raises ParseFailure: empty."""
    found = list(documents)
    root = etree.Element("pmc-articleset")
    root.extend(_article(document) for document in found)
    result = render(root, warnings)
    declared = {name: value for name, value in found[0].declared.items() if value} if found else {}
    return replace(result, declared=declared)


def wrap(nodes: Sequence[Element], name: str) -> Element:
    """Put adjacent elements into a new element at the place of the first, and return that."""
    wrapper = etree.Element(name)
    nodes[0].addprevious(wrapper)
    tail = nodes[-1].tail
    for node in nodes:
        wrapper.append(node)
    nodes[-1].tail = None
    wrapper.tail = tail
    return wrapper


def text_element(name: str, text: str) -> Element:
    """Return a new element with this text."""
    node = etree.Element(name)
    node.text = text
    return node


def _is_gone(node: Element, root: Element) -> bool:
    """Return whether a removed element or a formula contains the node."""
    for ancestor in node.iterancestors():
        if local_name(ancestor) == "math":
            return True
        if ancestor is root:
            return False
    return node is not root


def _copy(node: Element, attributes: Sequence[str], target: str) -> None:
    value = next((node.get(name) for name in attributes if node.get(name)), None)
    if value and target not in node.attrib:
        node.set(target, " ".join(part.lstrip("#") for part in value.split()))


def _article(document: Document) -> Element:
    article = etree.Element("article")
    meta = etree.SubElement(etree.SubElement(article, "front"), "article-meta")
    group = etree.SubElement(meta, "title-group")
    for name, node in (("article-title", document.title), ("subtitle", document.subtitle)):
        if node is not None:
            node.tag, node.tail = name, None
            group.append(node)
    for parent, parts in (
        (meta, document.abstracts),
        (etree.SubElement(article, "body"), document.body),
        (etree.SubElement(article, "back"), document.back),
        (etree.SubElement(article, "floats-group"), document.floats),
    ):
        parent.extend(parts)
    return article
