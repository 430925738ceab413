"""Remove the parts of a site's page that a label opens: readers' comments, lists of other articles, share buttons, tags."""

from collections.abc import Collection
from itertools import takewhile

from darwin_spark.parsers.html.labels import COMMENTS, MAX_CHARS, SERVICE, kind_of_label
from darwin_spark.parsers.html.measures import HEADINGS, Measures
from darwin_spark.parsers.html.tree import is_empty
from darwin_spark.parsers.xml_tree import Element, plain_text

_LABELS = frozenset((
    *HEADINGS, "p", "div", "span", "strong", "b", "legend", "dt", "td", "a", "header", "label", "li",
))  # fmt: skip
_MAX_SHARE = 0.25  # maximum share of the page's prose in a part that a label removes
_MAX_COMMENTS_SHARE = 0.8  # the same for comments, which are often longer than the article
_PROSE_BEFORE_COMMENTS = 250  # minimum characters of prose before comments: a page of an article begins with the article
_LINKS = 0.3  # minimum share of characters in links of an element that is a list of links
_SHORT = 150  # maximum characters of an element without prose and links: names of buttons, tags


def drop_labelled(body: Element, measures: Measures, protected: Collection[Element]) -> None:
    """Remove the parts that labels open, except those with `protected` elements."""
    total = measures[body].prose
    before = 0
    gone: set[Element] = set()
    for node in list(body.iterdescendants("*")):
        if node in gone:
            continue
        part = _part(node, measures, before, total)
        if part and not any(element in protected for element in part):
            for element in part:
                gone.update(element.iter("*"))
                measures.drop(element)
        elif measures.ends_prose(node):
            before += measures[node].prose


def _part(node: Element, measures: Measures, before: int, total: int) -> list[Element]:
    """Return the elements of the part that `node` opens, or [] if `node` is no label or the part holds too much prose."""
    kind = _kind(node, measures)
    if not kind:
        return []
    part = _opened_by(node, measures)
    prose = sum(measures[element].prose for element in part)
    if kind == COMMENTS:
        share = _MAX_SHARE if measures[node].linked else _MAX_COMMENTS_SHARE
        return part if before >= _PROSE_BEFORE_COMMENTS and prose <= share * total else []
    part = list(takewhile(lambda element: _is_removable(element, measures), part))
    has_links = any(measures[element].linked for element in part)
    return part if prose <= _MAX_SHARE * total and (has_links or kind == SERVICE) else []


def _kind(node: Element, measures: Measures) -> str:
    if node.tag not in _LABELS or not 0 < measures[node].plain + measures[node].linked <= MAX_CHARS:
        return ""
    return kind_of_label(" ".join(plain_text(node).split()))


def _opened_by(label: Element, measures: Measures) -> list[Element]:
    """Return the parent of a label if the parent begins with the label; else the label and its siblings up to a heading."""
    node, parent = label, label.getparent()
    while parent is not None and parent.tag != "body" and _size(parent, measures) == _size(label, measures):
        node, parent = parent, parent.getparent()
    if parent is not None and parent.tag not in ("body", "article", "main") and not _has_text_before(node):
        return [parent]
    rank = str(label.tag) if label.tag in HEADINGS else ""
    return [node, *takewhile(lambda part: part.tag not in HEADINGS or str(part.tag) > rank, node.itersiblings("*"))]


def _size(node: Element, measures: Measures) -> int:
    return measures[node].plain + measures[node].linked


def _is_removable(element: Element, measures: Measures) -> bool:
    """Return whether an element may belong to a list of links or buttons. Text without links ends the part."""
    measure = measures[element]
    return (
        measure.link_share > _LINKS
        or (not measure.prose and measure.plain <= _SHORT)
        or (measure.linked > 0 and len(element) > 1)
    )


def _has_text_before(node: Element) -> bool:
    parent = node.getparent()
    if parent is not None and (parent.text or "").strip():
        return True
    return any((part.tail or "").strip() or not is_empty(part) for part in node.itersiblings(preceding=True))
