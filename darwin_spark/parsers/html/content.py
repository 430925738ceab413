"""Extract the article from a web page by removing navigation, banners, advertisements and other page furniture.

The rules are conservative and hold for pages of every kind and for chapters of books. main_content.py removes more from
ordinary pages of the web. General extractors lose paragraphs of scientific articles (of 402 paragraphs in eight Distill
articles, resiliparse 2.0.1 loses 56, and trafilatura 2.3.1, favoring recall, loses 25), and a menu line that is kept does less
harm. Apart from elements without prose (scripts, drawings), an element is removed only if its tag, role, id or class marks it
*and* it holds little of the page's prose. Hidden elements are gone before (hidden.py).

Removed: scripts, styles, SVG drawings, videos, canvases, buttons and form fields, navigation and tables of contents, page
headers and footers, banners, advertisements, share buttons, comments, page numbers, permalinks and edit links.
"""

import re
from functools import lru_cache
from itertools import takewhile
from typing import cast

from lxml import etree

from darwin_spark.parsers.html.measures import Measures, measures_of
from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.xml_tree import Element, drop

_NON_TEXT = (
    "script", "style", "template", "svg", "math", "head", "link", "meta", "source", "track", "param", "area", "base",
)  # fmt: skip
_NON_CONTENT = (
    "noscript", "iframe", "object", "embed", "applet", "canvas", "video", "audio", "map", "button", "select", "datalist",
    "option", "textarea", "input", "meter", "progress", "dialog", "frameset", "d-contents", "d-front-matter", "d-bibliography",
)  # fmt: skip
_CANDIDATES = etree.XPath(
    "descendant::*[@class or @id or @role or "
    + " or ".join(f"self::{name}" for name in (*_NON_CONTENT, "nav", "header", "footer"))
    + "]"
)
_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "pagebreak",
))  # fmt: skip
_FURNITURE = re.compile(
    r"(?:.*[-_])?(?:cookies?|consent|gdpr|onetrust|breadcrumbs?|pagination|pager|newsletter|subscribe|nav|navbar|navigation)(?:[-_].*)?"
    r"|share|sharing|share[-_].*|sharedaddy|social|social[-_].*|addthis.*|a2a_.*"
    r"|ads?|adverts?|advertise?ments?|adsbygoogle|(?:google[-_])?ad[-_].*|skip[-_]?(?:link|to[-_].*|nav)?|screen-reader-shortcut"
    r"|(?:site|page|global)[-_]?(?:header|footer|info|nav|banner)|masthead|colophon|printfooter|catlinks|noprint|navbox.*"
    r"|mw-(?:editsection|jump-link|indicators)|headerlink|anchor-?link|heading-?anchor|sphinxsidebar(?:wrapper)?"
    r"|comments?(?:[-_](?:area|list|respond|section))?|disqus_thread|ltx_page_(?:logo|navbar|header|footer)"
    r"|mw-cite-backlink|footnote-back(?:ref|link)?|reversefootnote"
    r"|page-?nums?|page-?no|page-?numbers?|linenos?|line-numbers|ln|gutter"
)
_LINK_LISTS = re.compile(
    r"(?:.*[-_])?(?:menu|side-?bar|toc|table-of-contents|tableofcontents|contents|related|recommended|footer|links|tags)(?:[-_].*)?"
)
_FURNITURE_IDS = frozenset((
    "mw-navigation", "mw-panel", "mw-head", "catlinks", "siteSub", "contentSub", "jump-to-nav", "disqus_thread", "respond",
    "site-header", "site-footer", "navbar", "cookie-banner", "onetrust-consent-sdk", "comments", "footer", "sidebar",
))  # fmt: skip
"""Only these ids are trusted, because other ids are often made from headings ('related-work', 'navigation')."""
_PROTECTED = frozenset(("html", "body", "main", "article", "tex", "p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody"))
_COUNT = etree.XPath("count(descendant::*)")
_MAX_ELEMENTS = (
    500_000  # a page of the web has some thousand, a book of 1,000 pages 50,000; measuring takes 40 µs and 500 B each
)
_LINE_NUMBERS = frozenset(("lineno", "linenos", "line-numbers", "line-number", "ln", "gutter"))
_MAX_SHARE = 0.2  # maximum share of the page's prose in an element that is removed, whatever its name
_SMALL_CHARS = 150  # characters of prose that may be removed even if that exceeds `_MAX_SHARE` of a short page
_LINK_SHARE = 0.6  # minimum share of characters in links for removing an element whose class only suggests a list of links
_CONTAINERS = re.compile(
    r"mw-parser-output|ltx_document|entry-content|post-content|post-body|article-?_{0,2}(?:content|body)|c-article-body"
    r"|main-content|content|main"
)
_MAX_NAME = 60  # a longer class name or id is generated
_PROSE_CHARS = 150  # minimum characters of prose for a paragraph that the article container must include


def article_of(root: Element) -> Element:
    """Remove page furniture from `root` and return the element that contains the article. A huge page is returned whole."""
    body = body_of(root)
    if is_huge(root):
        return body
    prune(body, measures_of(body))
    return container_of(body)


def body_of(root: Element) -> Element:
    """Return the body of a page, or `root` if there is none, without scripts, styles and drawings."""
    for node in list(root.iter(*_NON_TEXT)):
        drop(node)
    return next(root.iter("body"), root)


def is_huge(root: Element) -> bool:
    """Return whether a page has so many elements that a look for page furniture would take too much time and memory."""
    return cast(float, _COUNT(root)) > _MAX_ELEMENTS


def prune(body: Element, measures: Measures) -> None:
    """Remove page furniture from `body`."""
    whole = measures[body]
    limit = max(_MAX_SHARE * (whole.plain - whole.internal), _SMALL_CHARS)
    code = {node for listing in body.iter("pre", "code") for node in listing.iterdescendants("*")}
    for node in cast(list[Element], _CANDIDATES(body)):
        if node in code and node.tag not in _NON_CONTENT and _LINE_NUMBERS.isdisjoint(classes(node)):
            continue  # class names in code are those of a highlighter
        measure = measures[node]
        prose = measure.plain - measure.internal
        if prose <= limit and _is_furniture(node, prose, measure.linked + measure.internal):
            measures.drop(node)


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0


def _is_furniture(node: Element, prose: int, linked: int) -> bool:
    tag, name = str(node.tag), node.get("id")
    suspicion = _suspicion(tag, node.get("class") or "", name if name in _FURNITURE_IDS else "")
    if suspicion == _NEVER:
        return False
    if suspicion == _ALWAYS or not _ROLES.isdisjoint(kinds(node)):
        return True
    if suspicion == _OUTSIDE:
        return next(node.iterancestors("article", "section", "main"), None) is None and next(node.iter("h1"), None) is None
    return suspicion == _IF_LINKS and linked > _LINK_SHARE * (prose + linked)


_NEVER, _ALWAYS, _OUTSIDE, _IF_LINKS, _BY_ROLE = range(5)
"""When an element is page furniture: never, always, outside an article, if it is a list of links, if its role says so."""


@lru_cache(maxsize=16_384)
def _suspicion(tag: str, names: str, furniture_id: str) -> int:
    """Return when an element with this tag, these class names and this id of `_FURNITURE_IDS` is page furniture."""
    known = [name for name in names.lower().split() if len(name) < _MAX_NAME]
    is_named = any(_FURNITURE.fullmatch(name) for name in known)
    if tag in _PROTECTED:
        return _ALWAYS if tag == "p" and is_named else _NEVER
    if tag in _NON_CONTENT or tag == "nav":
        return _ALWAYS
    if tag in ("header", "footer"):
        return _OUTSIDE
    if furniture_id or is_named:
        return _ALWAYS
    return _IF_LINKS if any(_LINK_LISTS.fullmatch(name) for name in known) else _BY_ROLE


def container_of(body: Element) -> Element:
    """Return the innermost known article container that includes all `h2` and all paragraphs of prose, else `body`."""
    paragraphs: dict[Element, int] = {}
    total = 0
    for node in body.iter("p", "li", "pre", "blockquote", "dd", "td", "h2"):
        if node.tag == "h2" or _own_prose(node) >= _PROSE_CHARS:
            total += 1
            for ancestor in takewhile(lambda a: a is not body, node.iterancestors()):
                paragraphs[ancestor] = paragraphs.get(ancestor, 0) + 1
    holding_all = (node for node, count in paragraphs.items() if count == total)  # innermost first
    return next(filter(_may_contain, holding_all), body)


def _own_prose(node: Element) -> int:
    """Return the number of characters of an element and its children, without links and without deeper descendants."""
    own = _length(node.text)
    for part in node:
        own += _length(part.tail) + (_length(part.text) if part.tag != "a" else 0)
    return own


def _may_contain(node: Element) -> bool:
    if node.tag in ("article", "main") or node.get("role") == "main" or node.get("itemprop") == "articleBody":
        return True
    return any(len(name) < _MAX_NAME and _CONTAINERS.fullmatch(name.lower()) for name in (*classes(node), node.get("id") or ""))
