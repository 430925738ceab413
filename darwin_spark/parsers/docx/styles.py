"""Resolve the paragraph styles of a Word document, including the styles they are based on.

Styles are recognized by name, not by id: Word keeps the English names of built-in styles in every language ("heading 1" has the
id "berschrift1" in German).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from darwin_spark.parsers.xml_tree import Element, attribute, child, first_within, within

_HEADING = re.compile(r"heading\s*([1-9])")
_KINDS = (
    ("toc", re.compile(r"toc\s*\d|toc heading|table of (contents|figures|authorities)")),
    ("title", re.compile(r"title")),
    ("quote", re.compile(r"(intense |block )?quote|quotations|block text")),
    ("code", re.compile(r"html preformatted|preformatted text|source code|code( block)?|macro text|plain text code|listing")),
)
_NESTED_LIST = re.compile(r"list (?:bullet|number|continue)\s*([2-5])")
_MAX_BASES = 20


@dataclass(frozen=True)
class Style:
    """A style: heading `level` (from 0), `kind` (see `_KINDS`), numbering (list id, level), `depth` ("List Bullet 2")."""

    level: int | None = None
    kind: str = ""
    numbering: tuple[str, int | None] | None = None
    depth: int = 0


class Styles:
    """The styles of one document. `of` returns the resolved style by id; `language` is the default language."""

    def __init__(self, root: Element | None) -> None:
        found = within(root, "style") if root is not None else ()
        self._nodes = {attribute(n, "styleId"): n for n in found if attribute(n, "type", "paragraph") == "paragraph"}
        self._default = next((i for i, n in self._nodes.items() if attribute(n, "default") in ("1", "true")), "")
        default = first_within(root, "docDefaults") if root is not None else None
        language = first_within(default, "lang") if default is not None else None
        self.language = attribute(language, "val").lower() if language is not None else ""
        self.of = lru_cache(maxsize=None)(self._resolved)

    def _resolved(self, style_id: str) -> Style:
        chain = self._chain(style_id or self._default)
        names = [attribute(name, "val").lower() if (name := child(n, "name")) is not None else "" for n in chain]
        properties = [p for n in chain if (p := child(n, "pPr")) is not None]
        level = next((lvl for p in properties if (lvl := outline_level(p)) is not None), None)
        headings = (match for words in names if (match := _HEADING.fullmatch(words)))
        if heading := next(headings, None):
            level = int(heading.group(1)) - 1
        kind = next((kind for words in names for kind, pattern in _KINDS if pattern.fullmatch(words)), "")
        depth = next((int(match.group(1)) - 1 for words in names if (match := _NESTED_LIST.fullmatch(words))), 0)
        return Style(level, kind, next((found for p in properties if (found := numbering_of(p))), None), depth)

    def _chain(self, style_id: str) -> list[Element]:
        """Return the element of style `style_id` and those of the styles it is based on. A cycle or 20 styles end the chain."""
        chain: list[Element] = []
        while (node := self._nodes.get(style_id)) is not None and node not in chain and len(chain) < _MAX_BASES:
            chain.append(node)
            base = child(node, "basedOn")
            style_id = attribute(base, "val") if base is not None else ""
        return chain


def outline_level(properties: Element) -> int | None:
    """Return the outline level: 0 for a heading of the first rank, 9 for body text, None if it is not set."""
    node = child(properties, "outlineLvl")
    value = attribute(node, "val") if node is not None else ""
    return int(value) if len(value) == 1 and value in "0123456789" else None


def numbering_of(properties: Element) -> tuple[str, int | None] | None:
    """Return the list id ('0' for no list) and the level in it (None: the style's level applies), or None if no list is set."""
    node = child(properties, "numPr")
    number = child(node, "numId") if node is not None else None
    level = child(node, "ilvl") if node is not None else None
    if node is None or number is None:
        return None
    value = attribute(level, "val") if level is not None else ""
    return attribute(number, "val"), int(value) if len(value) == 1 and value in "012345678" else None
