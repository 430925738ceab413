"""Render the running text of JATS (in a paragraph, a title, a cell) as one line of Markdown.

Emphasis is dropped: its markup splits words and adds little to plain text. `sub` and `sup` become `_{}` and `^{}`, formulas
become `$...$`; citations and links are kept as printed.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from darwin_spark.parsers.math.mathml import to_tex
from darwin_spark.parsers.math.tex_delimiters import strip_delimiters
from darwin_spark.parsers.xml_tree import Element, child, first_within, local_name, local_part, plain_text
from darwin_spark.text.normalize_markdown import one_line

_SKIPPED = frozenset({
    "object-id", "graphic", "inline-graphic", "media", "alt-text", "long-desc", "index-term", "x-meta",
    "permissions", "fn", "label", "sec-meta",
})  # fmt: skip
"""Elements that running text omits: identifiers, images, and elements that another renderer handles."""
PICTURE = "[formula]"  # placeholder for a formula that is only an image, so that its sentence stays complete
_BREAKING = frozenset({"break", "p", "list-item", "def", "title", "term", "td", "th", "tr"})
_NOTE_MARKS = re.compile(r"\[\^\d+\](?:[\s,;]*\[\^\d+\])*")
_TEX_DOCUMENT = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)


def text_of(node: Element | None) -> str:
    """Return the running text of an element on one line; '' for None."""
    return "" if node is None else one_line(raw_text(node))


def raw_text(node: Element) -> str:
    """Return the running text of an element with unchanged white space."""
    if not len(node):
        return node.text or ""
    return (node.text or "") + "".join([inline(c) + (c.tail or "") for c in node])


def inline(node: Element) -> str:
    """Return the text of one element inside running text, without its tail."""
    if node.tag is etree.Entity:
        return html.unescape(node.text or "")
    name = local_part(node.tag)
    if not name or name in _SKIPPED:
        return ""
    renderer = _RENDERERS.get(name)
    if renderer:
        return renderer(node)
    return f" {raw_text(node)} " if name in _BREAKING else raw_text(node)


class Piece(NamedTuple):
    """A part of a formula element: TeX without dollar signs, or the text beside the formula."""

    text: str
    is_tex: bool


def formula(node: Element) -> list[Piece]:
    """Return the parts of a formula element in order: tex-math, else MathML; PICTURE for a formula that is only an image."""
    pieces: list[Piece] = []
    for text, is_tex in _formula_parts(node):
        if pieces and not is_tex and not pieces[-1].is_tex:
            pieces[-1] = Piece(pieces[-1].text + text, False)
        else:
            pieces.append(Piece(text, is_tex))
    found = [Piece(text, piece.is_tex) for piece in pieces if (text := one_line(piece.text))]
    if not found and first_within(node, "inline-graphic", "graphic") is not None:
        return [Piece(PICTURE, False)]
    return found


def _formula_parts(node: Element) -> Iterator[Piece]:
    name = local_name(node)
    if name == "tex-math":
        yield Piece(_formula_source(plain_text(node)), True)
    elif name == "math":
        yield Piece(to_tex(node), True)
    elif first_within(node, "math", "tex-math") is None:
        yield Piece(inline(node) if name in _SKIPPED else raw_text(node), False)
    elif name == "alternatives":
        tex = first_within(node, "tex-math")
        math = tex if tex is not None else first_within(node, "math")
        yield from _formula_parts(math) if math is not None else ()
    else:
        is_given_as_tex = child(node, "tex-math") is not None
        yield Piece(node.text or "", False)
        for part in node:
            if not (is_given_as_tex and local_name(part) == "math"):
                yield from _formula_parts(part)
            yield Piece(part.tail or "", False)


def _formula_source(source: str) -> str:
    """Return the formula of a tex-math, without the LaTeX document (PMC) or the dollar signs (pandoc) around it."""
    document = _TEX_DOCUMENT.search(source)
    tex = one_line(document.group(1) if document else source).removeprefix("}{}")  # prefix written by Oxford University Press
    return strip_delimiters(tex)


def _inline_formula(node: Element) -> str:
    return " ".join(f"${piece.text}$" if piece.is_tex else piece.text for piece in formula(node))


def _script(mark: str) -> Callable[[Element], str]:
    def render(node: Element) -> str:
        content = text_of(node)
        if _NOTE_MARKS.fullmatch(content):
            return content
        return f"{mark}{{{content}}}" if content else ""

    return render


def _quoted(node: Element) -> str:
    return f"“{raw_text(node)}”"


def _names(node: Element) -> str:
    """Return a list of people, or the parts of a (species) name, with separators if the file leaves these to a style sheet."""
    between = "".join([node.text or "", *(c.tail or "" for c in node)])
    if between.strip() or len(node) < 2:
        return raw_text(node)
    return (", " if local_name(node) == "person-group" else " ").join(filter(None, map(text_of_part, node)))


def text_of_part(node: Element) -> str:
    """Return the text of one element inside running text, on one line."""
    return one_line(inline(node))


_RENDERERS: dict[str, Callable[[Element], str]] = {
    "sub": _script("_"),
    "sup": _script("^"),
    "inline-formula": _inline_formula,
    "disp-formula": _inline_formula,
    "math": _inline_formula,
    "tex-math": _inline_formula,
    "alternatives": lambda node: _inline_formula(node) if child(node, "math", "tex-math") is not None else _first_text(node),
    "monospace": lambda node: f"`{content}`" if (content := text_of(node)) else "",
    "inline-quote": _quoted,
    "name": _names,
    "string-name": _names,
    "person-group": _names,
    "named-content": lambda node: _names(node) if child(node, "named-content") is not None else raw_text(node),
}


def _first_text(node: Element) -> str:
    """Return the text of `alternatives`, several versions of the same content: the first version that has text."""
    return next((text for text in map(text_of, node) if text), "")
