"""Tell ordinary pages of the web from articles of science and from plain documents, which keep all that content.py leaves.

An article of science shows by the metadata that Google Scholar asks for, by the markup of LaTeXML, Distill, MediaWiki or
schema.org, by formulas, or by its references. A plain document (a book, a manual, a page by hand) has hardly any links to other
pages outside its sentences; a page of a site has dozens.
"""

import re
from itertools import islice

from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.html.measures import HEADINGS, Measures, is_link
from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.xml_tree import Element, plain_text

_SCHOLAR_TAGS = ("citation_", "bepress_citation_", "prism.", "eprints.")
_CLASSES = frozenset(("ltx_document", "ltx_page_main", "mw-parser-output", "ref-list", "references-list", "jig-ncbiinpagenav"))
_KINDS = frozenset(("bibliography", "abstract", "endnotes"))
_SCIENCE_TAGS = frozenset(("d-article", "dt-article", "d-cite"))
_MARKED_TAGS = (*_SCIENCE_TAGS, "html", "body", "main", "article", "section", "div", "aside", "footer", "ol", "ul")
_REFERENCES = re.compile(
    r"(?:\d+\.? )?(?:(?:list of )?references(?: and notes)?|bibliography|literature(?: cited)?|works cited"
    r"|literatur(?:verzeichnis)?|bibliographie|références(?: bibliographiques)?|referencias(?: bibliográficas)?|bibliografía"
    r"|referências|bibliografia|riferimenti bibliografici|литература|参考文献)"
)
_MANUALS = re.compile(
    r"\W*(?:rustdoc|mdbook|sphinx|docutils|docusaurus|mkdocs|doxygen|javadoc|gitbook|vitepress|docfx|texinfo|makeinfo|latex"
    r"|pandoc|asciidoc|docbook|hevea|tex4ht|htlatex|quarto|bookdown|jupyter|nbconvert|knitr)",
    re.IGNORECASE,
)
"""Generators of manuals and reports, as they name themselves in the metadata of a page."""
_MIN_FORMULAS = 3
_MAX_LISTINGS = 4  # maximum number of `pre` elements on an ordinary page
_MIN_LINKS = 12  # minimum number of links outside prose on a page of a site; 57 pages of 57 sites have 22 and more
_MIN_LINKED_SHARE = 0.01  # minimum of the characters in links per character of text; the same pages have 0.012 and more


def is_science(root: Element) -> bool:
    """Return whether a page is an article of science or of an encyclopedia, or made by a generator of manuals."""
    if any((node.get("name") or "").lower().startswith(_SCHOLAR_TAGS) or _is_manual(node) for node in root.iter("meta")):
        return True
    if sum(1 for _ in root.iter("tex")) >= _MIN_FORMULAS or any(map(_is_mark, root.iter(*_MARKED_TAGS))):
        return True
    return any(_REFERENCES.fullmatch(_text(node)) for node in root.iter(*HEADINGS))


def is_of_site(body: Element, measures: Measures) -> bool:
    """Return whether a page belongs to a site, by its links; a page of listings is a part of a manual.

    `measures` are those of the body before anything is removed.
    """
    if sum(1 for _ in islice(body.iter("pre"), _MAX_LISTINGS + 1)) > _MAX_LISTINGS:
        return False
    if measures[body].linked < _MIN_LINKED_SHARE * measures[body].plain:
        return False
    outside = (node for node in body.iter("a") if is_link(node) and not measures[_block_of(node, body)].prose)
    return sum(1 for _ in islice(outside, _MIN_LINKS)) == _MIN_LINKS


def _is_manual(meta: Element) -> bool:
    return meta.get("name") == "generator" and _MANUALS.match(meta.get("content") or "") is not None


def _block_of(node: Element, body: Element) -> Element:
    return next((a for a in node.iterancestors() if a is body or is_block(a)), body)


def _is_mark(node: Element) -> bool:
    if node.tag in _SCIENCE_TAGS or not _CLASSES.isdisjoint(classes(node)) or not _KINDS.isdisjoint(kinds(node)):
        return True
    return "ScholarlyArticle" in (node.get("itemtype") or node.get("typeof") or "")


def _text(heading: Element) -> str:
    return " ".join(plain_text(heading).split()).lower().strip(" .:")
