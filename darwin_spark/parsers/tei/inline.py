"""Render the running text of TEI on one line. Of several readings (`choice`), the first in `_READINGS` is used."""

import re
from collections.abc import Callable

from darwin_spark.parsers.math.mathml import to_tex
from darwin_spark.parsers.math.tex_delimiters import trim_tex
from darwin_spark.parsers.xml_tree import Element, child, first_within, local_name, plain_text
from darwin_spark.text.normalize_markdown import one_line

_SKIPPED = frozenset({
    "note", "figure", "graphic", "fw", "pb", "cb", "gb", "milestone", "index", "del", "anchor", "ptr", "figDesc", "media",
})  # fmt: skip
"""Elements that running text omits: their block renders them, or they have no text for readers."""
_BREAKING = frozenset({"p", "l", "head", "item", "row", "cell", "speaker", "titlePart", "addrLine", "byline", "ab", "seg"})
_NOTE_MARKS = re.compile(r"\[\^\d+\](?:[\s,;]*\[\^\d+\])*")
_READINGS = ("corr", "reg", "expan", "unclear", "sic", "orig", "abbr")  # readings in a `choice` in order of preference


def text_of(node: Element | None) -> str:
    """Return the running text of an element on one line; '' for None."""
    return "" if node is None else one_line(raw_text(node))


def raw_text(node: Element) -> str:
    """Return the running text of an element with unchanged white space."""
    return (node.text or "") + "".join([inline(c) + (c.tail or "") for c in node])


def inline(node: Element) -> str:
    """Return the text of one element inside running text, without its tail."""
    name = local_name(node)
    if not name or name in _SKIPPED:
        return ""
    renderer = _RENDERERS.get(name)
    if renderer:
        return renderer(node)
    return f" {raw_text(node)} " if name in _BREAKING else raw_text(node)


def formula_of(node: Element) -> tuple[str, bool]:
    """Return a formula without its number, and whether it is TeX: MathML or `notation` tex, latex; not GROBID's plain text."""
    math = first_within(node, "math")
    if math is not None:
        return to_tex(math), True
    text = one_line("".join([node.text or "", *(_formula_part(c) + (c.tail or "") for c in node)]))
    is_tex = node.get("notation", "").lower() in ("tex", "latex")
    return (trim_tex(text.strip("$")) if is_tex else text), is_tex


def _formula_part(node: Element) -> str:
    return "" if local_name(node) == "label" else inline(node)


def _formula(node: Element) -> str:
    text, is_tex = formula_of(node)
    return f"${text}$" if is_tex and text else text


def _highlighted(node: Element) -> str:
    """Render `hi` as superscript or subscript. Other emphasis is dropped."""
    style = f"{node.get('rend', '')} {node.get('rendition', '')}".lower()
    mark = "^" if "sup" in style else "_" if "sub" in style else ""
    text = text_of(node) if mark else raw_text(node)
    if _NOTE_MARKS.fullmatch(text.strip()):
        return text
    return f"{mark}{{{text}}}" if mark and text else text


def _choice(node: Element) -> str:
    return next((raw_text(found) for name in _READINGS if (found := child(node, name)) is not None), raw_text(node))


def _line_break(node: Element) -> str:
    return "" if node.get("break") == "no" else " "


def _quoted(node: Element) -> str:
    text = raw_text(node)
    return text if text.lstrip().startswith(tuple("“\"'‘«„")) else f"“{text}”"


_RENDERERS: dict[str, Callable[[Element], str]] = {
    "hi": _highlighted,
    "formula": _formula,
    "math": lambda node: f"${to_tex(node)}$",
    "choice": _choice,
    "lb": _line_break,
    "gap": lambda _: "[…]",
    "q": _quoted,
    "code": lambda node: f"`{text}`" if (text := one_line(plain_text(node))) else "",
}
