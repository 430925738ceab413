"""Running text of JATS: what stands inside a paragraph, a title or a cell, as one line of Markdown.

Emphasis is dropped (it splits words and says little to a reader of plain text); `sub` and `sup` become `_{}` and `^{}`;
formulas become `$...$`; citations and links stay as they are printed.
"""

import html
import re
from collections.abc import Callable

from lxml import etree

from darwin_spark.l1_normalize.mathml import to_tex
from darwin_spark.l1_normalize.tidy import one_line
from darwin_spark.l1_normalize.xml_tree import Element, child, first_within, local_name, plain_text

_SKIPPED = frozenset({
    "object-id", "graphic", "inline-graphic", "media", "alt-text", "long-desc", "index-term", "x-meta",
    "permissions", "fn", "label", "sec-meta",
})  # fmt: skip
"""Inside running text these are identifiers, pictures, or rendered by their owner."""
_BREAKING = frozenset({"break", "p", "list-item", "def", "title", "term", "td", "th", "tr"})
_TEX_DOCUMENT = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)
_WRAPPERS = (("$$", "$$"), (r"\[", r"\]"), (r"\(", r"\)"), ("$", "$"))


def text_of(node: Element | None) -> str:
    """The running text of an element on one line; empty for None."""
    return "" if node is None else one_line(raw_text(node))


def raw_text(node: Element) -> str:
    """The running text with its white space as it stands."""
    if not len(node):
        return node.text or ""
    return (node.text or "") + "".join([inline(c) + (c.tail or "") for c in node])


def inline(node: Element) -> str:
    """One element inside running text, without its tail."""
    if node.tag is etree.Entity:
        return html.unescape(node.text or "")
    name = local_name(node)
    if not name or name in _SKIPPED:
        return ""
    renderer = _RENDERERS.get(name)
    if renderer:
        return renderer(node)
    return f" {raw_text(node)} " if name in _BREAKING else raw_text(node)


def formula(node: Element) -> str:
    """TeX of a formula element without its dollar signs: tex-math as it is, else MathML, else its plain text."""
    tex = first_within(node, "tex-math")
    if tex is not None:
        return _bare_tex(plain_text(tex))
    math = first_within(node, "math")
    return to_tex(math) if math is not None else text_of(node)


def _bare_tex(source: str) -> str:
    """tex-math may hold a whole LaTeX document round the formula (PMC), or the dollar signs (pandoc)."""
    document = _TEX_DOCUMENT.search(source)
    tex = one_line(document.group(1) if document else source).removeprefix("}{}")  # so Oxford University Press writes it
    for opening, closing in _WRAPPERS:
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) > len(opening) + len(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def _inline_formula(node: Element) -> str:
    tex = formula(node)
    return f"${tex}$" if tex and first_within(node, "math", "tex-math") is not None else tex


def _script(mark: str) -> Callable[[Element], str]:
    def render(node: Element) -> str:
        content = text_of(node)
        return f"{mark}{{{content}}}" if content else ""

    return render


def _quoted(node: Element) -> str:
    return f"“{raw_text(node)}”"


def _names(node: Element) -> str:
    """A list of people, or the parts of a name (also a species'), parted where the file leaves that to a style sheet."""
    between = "".join([node.text or "", *(c.tail or "" for c in node)])
    if between.strip() or len(node) < 2:
        return raw_text(node)
    return (", " if local_name(node) == "person-group" else " ").join(filter(None, map(text_of_part, node)))


def text_of_part(node: Element) -> str:
    """One element inside running text, on one line."""
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
    """`alternatives` say the same thing several times: the first that has text speaks."""
    return next((text for text in map(text_of, node) if text), "")
