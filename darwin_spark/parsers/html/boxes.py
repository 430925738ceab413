"""Remove the boxes of a web page that their tag or name marks, if they are poor in prose."""

from collections.abc import Collection
from typing import cast

from lxml import etree

from darwin_spark.parsers.html.box_names import MAX_SHARES, SITE_WORDS, box_words, is_notes
from darwin_spark.parsers.html.measures import Measure, Measures, is_link
from darwin_spark.parsers.html.table import is_data
from darwin_spark.parsers.xml_tree import Element, plain_text

_NAMED = etree.XPath("descendant::*[@class or @id]")
_WHOLE = frozenset(("tex", "pre", "code", "table"))
_LINKS = 0.3  # share of characters in links from which a box without prose is a list of links
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "“", "»", "。", "！", "？", ")")
_BAR_TAGS = ("p", "div", "td", "center", "span", "font")
_MIN_BAR = 3  # minimum number of links in a row
_BAR_LINKS = 0.7  # minimum share of characters in links in a row of links
_MAX_BETWEEN = 30  # maximum number of characters between the links
_QUOTATIONS = ("blockquote", "figure")  # their footer names the source


def protected_in(body: Element) -> set[Element]:
    """Return the display formulas, tables of data, listings, notes and references in `body`, with their ancestors.

    The elements in code are among them, whose class names are those of a highlighter ('comment').
    """
    found: set[Element] = set()
    for node in body.iter("tex", "pre", "code", "table", "div", "section", "ol", "ul", "aside"):
        if node.tag in ("pre", "code"):
            found.update(node.iter("*"))
        if node.tag in ("tex", "pre") or (node.tag == "table" and is_data(node)) or (node.tag not in _WHOLE and is_notes(node)):
            found.update((node, *node.iterancestors()))
    return found


def drop_boxes(body: Element, measures: Measures, protected: Collection[Element], of_site: bool) -> None:
    """Remove boxes that hold none of the elements in `protected`. `of_site`: the page belongs to a site, not a document."""
    ignored = frozenset() if of_site else SITE_WORDS
    named = {node: words for node in cast(list[Element], _NAMED(body)) if (words := box_words(node) - ignored)}
    total = measures[body].prose
    trusted = {word for word, amount in _amounts(measures, named).items() if amount <= MAX_SHARES[word] * total}
    boxes = [node for node, words in named.items() if _is_named_box(node, measures[node], words, trusted)]
    boxes += [node for node in body.iter("aside", "footer") if _is_poor(node, measures[node])]
    boxes += [node for node in body.iter(*_BAR_TAGS) if _is_link_bar(node, measures[node])]
    for node in boxes:
        if node not in protected:
            measures.drop(node)


def _amounts(measures: Measures, named: dict[Element, frozenset[str]]) -> dict[str, int]:
    """Return for each word the characters of prose in all elements that it names, each counted once."""
    amounts: dict[str, int] = {}
    for node, words in named.items():
        outer = {word for ancestor in node.iterancestors() if ancestor in named for word in named[ancestor]}
        for word in words - outer:
            amounts[word] = amounts.get(word, 0) + measures[node].prose
    return amounts


def _is_named_box(node: Element, measure: Measure, words: frozenset[str], trusted: Collection[str]) -> bool:
    if node.tag == "p" and measure.prose:
        return False
    if not measure.prose and measure.link_share > _LINKS:
        return True
    return any(word in trusted and MAX_SHARES[word] for word in words)


def _is_link_bar(node: Element, measure: Measure) -> bool:
    """Return whether an element holds links in a row and hardly anything else: 'Home | Blog | Contact'."""
    if measure.prose or measure.plain > _MAX_BETWEEN or measure.link_share < _BAR_LINKS:
        return False
    return sum(1 for part in node if is_link(part)) >= _MIN_BAR


def _is_poor(node: Element, measure: Measure) -> bool:
    """Return whether the element is an `aside` or `footer` without prose; a remark of one short sentence is none."""
    if node.tag not in ("aside", "footer") or measure.prose or next(node.iterancestors(*_QUOTATIONS), None) is not None:
        return False
    return measure.link_share > _LINKS or not plain_text(node).strip().endswith(_SENTENCE_ENDS)
