"""Words in class names and ids that mark the boxes beside the main content of a web page. Nearly all sites use English."""

import re
from functools import lru_cache
from typing import Final

from darwin_spark.parsers.xml_tree import Element

_COMMENTS = frozenset(("comment", "comments", "commentlist", "nocomments", "disqus", "respond", "trackbacks", "pingbacks"))
_BOXES = frozenset((
    "related", "relatedposts", "sidebar", "widget", "promo", "footer", "foot", "newsletter", "subscribe",
    "subscription", "share", "sharing", "social", "sociable", "breadcrumb", "breadcrumbs", "cookie", "cookies",
    "consent", "banner", "advert", "advertisement", "ads", "outbrain", "taboola", "popular", "trending", "recommended",
    "recommendations", "paywall", "modal", "popup", "overlay", "login", "signin", "signup", "register", "menu",
    "navigation", "pagination", "pager", "tags", "author", "byline", "bio", "nextread", "sharedaddy", "jetpack",
    "likes", "donate", "feedback", "carousel", "slider",
))  # fmt: skip
_LINK_BOXES = frozenset((
    "teaser", "meta", "info", "more", "toolbar", "links", "bar", "buttons", "rating", "ratings", "bottom", "services",
))  # fmt: skip
_NOTES = frozenset((
    "notes", "footnote", "footnotes", "endnotes", "references", "bibliography", "citations", "literature", "literatur",
))  # fmt: skip
MAX_SHARES: Final = dict.fromkeys(_COMMENTS, 0.6) | dict.fromkeys(_BOXES, 0.2) | dict.fromkeys(_LINK_BOXES, 0.0)
"""For each word, the maximum share of the page's prose in all elements that it names together, if they are to be removed.

Where they hold more, the word means something else on this page ('paywall' on each paragraph that subscribers may read).
"""

SITE_WORDS: Final = frozenset((
    *_LINK_BOXES, "sidebar", "footer", "foot", "banner", "breadcrumb", "breadcrumbs", "modal", "popup", "overlay", "menu",
    "navigation", "pagination", "pager", "tags", "author", "byline", "bio", "likes", "feedback", "carousel", "slider",
))  # fmt: skip
"""Words that in a plain document may name a part of it, such as the authors of a manual."""
_TAGS = frozenset((
    "div", "section", "aside", "ul", "ol", "p", "span", "form", "footer", "header", "details", "dl", "td", "li", "a",
))  # fmt: skip
_NONE: frozenset[str] = frozenset()
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FOREIGN_PREFIXES = (
    "elementor", "has-", "wp-block", "post-", "type-", "category-", "tag-", "is-", "no-", "with-",
)  # fmt: skip
"""Prefixes of class names that say how a theme shows an element, or what an article is about."""
_MAX_CHARS = 60  # maximum length of a class name or id; longer ones are generated


def box_words(node: Element) -> frozenset[str]:
    """Return the words of `MAX_SHARES` in the class names and the id of an element."""
    if node.tag not in _TAGS:
        return _NONE
    names, name = node.get("class"), node.get("id")
    if not names and not name:
        return _NONE
    words = _words(names or "", name or "")[0]
    return words - _COMMENTS if node.tag == "span" else words  # a comment in running text is the author's


def is_notes(node: Element) -> bool:
    """Return whether an element holds notes or references, by its name or because it is a note that notes.py has written."""
    return (node.text or "").startswith("[^") or _words(node.get("class") or "", node.get("id") or "")[1]


@lru_cache(maxsize=8_192)
def _words(names: str, identifier: str) -> tuple[frozenset[str], bool]:
    """Return the words of `MAX_SHARES` in class names and an id, and whether a word means notes."""
    parts = (
        name for name in (*names.split(), identifier) if len(name) <= _MAX_CHARS and not name.startswith(_FOREIGN_PREFIXES)
    )
    words = {word.lower() for name in parts for word in _WORD.findall(name)}
    return frozenset(words.intersection(MAX_SHARES)), not _NOTES.isdisjoint(words)
