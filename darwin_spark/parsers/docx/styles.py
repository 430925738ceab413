"""Resolve the paragraph styles of a Word document, including the styles they are based on.

Styles are recognized by name, not by id: Word keeps the English names of built-in styles in every language ("heading 1" has the
id "berschrift1" in German).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from darwin_spark.parsers.docx.symbol_fonts import symbol_font, uses_symbol_font
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
    """A style: heading `level` (from 0), `kind` (see `_KINDS`), numbering (list id, level), `depth` ("List Bullet 2").

    `ids` are the ids of the style and of those it is based on.
    """

    level: int | None = None
    kind: str = ""
    numbering: tuple[str, int | None] | None = None
    depth: int = 0
    ids: tuple[str, ...] = ()


class Styles:
    """The styles of one document. `of` returns the resolved style by id.

    `default` is the id of the style of paragraphs that name none ('': there is none), `language` the default language, and
    `symbol_fonts` has the symbol font of each style (of paragraphs and of characters) that sets text in one.
    """

    def __init__(self, root: Element | None) -> None:
        found = within(root, "style") if root is not None else ()
        self._nodes = {attribute(n, "styleId"): n for n in found if attribute(n, "type", "paragraph") == "paragraph"}
        self.default = next((i for i, n in self._nodes.items() if attribute(n, "default") in ("1", "true")), "")
        default = first_within(root, "docDefaults") if root is not None else None
        language = first_within(default, "lang") if default is not None else None
        self.language = attribute(language, "val").lower() if language is not None else ""
        self.symbol_fonts = _symbol_fonts(root) if root is not None else {}
        self.of = lru_cache(maxsize=None)(self._resolved)

    def _resolved(self, style_id: str) -> Style:
        chain = self._chain(style_id or self.default)
        names = [attribute(name, "val").lower() if (name := child(n, "name")) is not None else "" for n in chain]
        properties = [p for n in chain if (p := child(n, "pPr")) is not None]
        level = next((lvl for p in properties if (lvl := outline_level(p)) is not None), None)
        headings = (match for words in names if (match := _HEADING.fullmatch(words)))
        if heading := next(headings, None):
            level = int(heading.group(1)) - 1
        kind = next((kind for words in names for kind, pattern in _KINDS if pattern.fullmatch(words)), "")
        depth = next((int(match.group(1)) - 1 for words in names if (match := _NESTED_LIST.fullmatch(words))), 0)
        numbering = _merged([found for p in properties if (found := numbering_of(p))])
        return Style(level, kind, numbering, depth, tuple(attribute(n, "styleId") for n in chain))

    def _chain(self, style_id: str) -> list[Element]:
        return _based_on(style_id, self._nodes)


def _based_on(style_id: str, nodes: Mapping[str, Element]) -> list[Element]:
    """Return the element of style `style_id` and those of the styles it is based on. A cycle or 20 styles end the chain."""
    chain: list[Element] = []
    while (node := nodes.get(style_id)) is not None and node not in chain and len(chain) < _MAX_BASES:
        chain.append(node)
        base = child(node, "basedOn")
        style_id = attribute(base, "val") if base is not None else ""
    return chain


def _merged(numberings: list[tuple[str, int | None]]) -> tuple[str, int | None] | None:
    """Return the first list id in a chain of styles, with the first level that is set up to there."""
    at = next((i for i, (number, _) in enumerate(numberings) if number), None)
    if at is None:
        return None
    return numberings[at][0], next((level for _, level in numberings[: at + 1] if level is not None), None)


def _symbol_fonts(root: Element) -> dict[str, str]:
    """Return {style id: name of the symbol font} for the styles whose own or inherited font is a symbol font."""
    if not uses_symbol_font(root):
        return {}
    nodes = {attribute(n, "styleId"): n for n in within(root, "style")}
    chains = {name: _based_on(name, nodes) for name in nodes}
    own = {name: (first_within(n, "rFonts") if (n := child(node, "rPr")) is not None else None) for name, node in nodes.items()}
    found = {}
    for name, chain in chains.items():
        fonts = next((f for node in chain if (f := own[attribute(node, "styleId")]) is not None), None)
        if fonts is not None and (font := symbol_font(fonts, "ascii")):
            found[name] = font
    return found


def outline_level(properties: Element) -> int | None:
    """Return the outline level: 0 for a heading of the first rank, 9 for body text, None if it is not set."""
    node = child(properties, "outlineLvl")
    value = attribute(node, "val") if node is not None else ""
    return int(value) if len(value) == 1 and value in "0123456789" else None


def numbering_of(properties: Element) -> tuple[str, int | None] | None:
    """Return the list id ('0': no list, '': the style's) and the level (None: the style's); None without a numbering."""
    node = child(properties, "numPr")
    if node is None:
        return None
    number, level = child(node, "numId"), child(node, "ilvl")
    value = attribute(level, "val") if level is not None else ""
    list_id = attribute(number, "val") if number is not None else ""
    return list_id, int(value) if len(value) == 1 and value in "012345678" else None
