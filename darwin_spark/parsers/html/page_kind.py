"""Tell ordinary web pages from articles of science and from plain documents, which keep everything that content.py leaves.

An article of science shows by the metadata that Google Scholar asks for, by the markup of LaTeXML, Distill, MediaWiki or
schema.org, by formulas, or by its references. A plain document (a book, a manual, a page by hand) has hardly any links to other
pages outside its sentences; a site's page has dozens.
"""

import re
from typing import Final, cast

from lxml import etree

from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.html.measures import Measure, is_link
from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.xml_tree import Element, plain_text

SCIENCE: Final = "science"
DOCUMENT: Final = "document"
SITE: Final = "site"
"""The kinds of page."""

_SCHOLAR_TAGS = ("citation_", "bepress_citation_", "prism.", "eprints.")
_MARKED = etree.XPath(
    "descendant::*[self::d-article or self::dt-article or self::d-cite or @class or @role or @itemtype or @typeof]"
)
_SCIENCE_CLASSES = frozenset(
    ("ltx_document", "ltx_page_main", "mw-parser-output", "ref-list", "references-list", "jig-ncbiinpagenav")
)
_SCIENCE_KINDS = frozenset(("bibliography", "abstract", "endnotes"))
_REFERENCES = re.compile(
    r"(?:\d+\.? )?(?:(?:list of )?references(?: and notes)?|bibliography|literature(?: cited)?|works cited"
    r"|literatur(?:verzeichnis)?"
    r"|bibliographie|références(?: bibliographiques)?|referencias(?: bibliográficas)?|bibliografía|referências|bibliografia"
    r"|riferimenti bibliografici|литература|参考文献)"
)
_MIN_FORMULAS = 3
_MIN_LINKS = 12  # minimum number of links outside sentences on a site's page; 57 pages of 57 sites have 22 and more
_MIN_LINKED_SHARE = 0.01  # minimum of the characters in links per character of text; the same pages have 0.012 and more


def kind_of_page(root: Element, body: Element, measures: dict[Element, Measure]) -> str:
    """Return SCIENCE, DOCUMENT or SITE. `measures` are those of the body before anything is removed."""
    if _is_science(root, body):
        return SCIENCE
    measure = measures[body]
    if measure.linked < _MIN_LINKED_SHARE * measure.plain:
        return DOCUMENT
    outside = sum(1 for node in body.iter("a") if is_link(node) and not measures[_block_of(node, body)].prose)
    return SITE if outside >= _MIN_LINKS else DOCUMENT


def _block_of(node: Element, body: Element) -> Element:
    return next((a for a in node.iterancestors() if a is body or is_block(a)), body)


def _is_science(root: Element, body: Element) -> bool:
    if any((node.get("name") or "").lower().startswith(_SCHOLAR_TAGS) for node in root.iter("meta")):
        return True
    if sum(1 for _ in body.iter("tex")) >= _MIN_FORMULAS or any(map(_is_science_mark, cast(list[Element], _MARKED(body)))):
        return True
    return any(_REFERENCES.fullmatch(_text(node)) for node in body.iter("h1", "h2", "h3", "h4", "h5", "h6"))


def _is_science_mark(node: Element) -> bool:
    if node.tag in ("d-article", "dt-article", "d-cite") or not _SCIENCE_CLASSES.isdisjoint(classes(node)):
        return True
    return not _SCIENCE_KINDS.isdisjoint(kinds(node)) or "ScholarlyArticle" in (
        node.get("itemtype") or node.get("typeof") or ""
    )


def _text(heading: Element) -> str:
    return " ".join(plain_text(heading).split()).lower().strip(" .:")
