"""Find the source of formulas that MathJax or KaTeX has rendered, in a browser or on a server.

Sources: MathML beside the rendering or in an attribute, TeX in an annotation, an attribute, a title or a script that follows.
Supported: KaTeX; MathJax 2 (HTML-CSS, CommonHTML, SVG, NativeMML) and mathjax-node; MathJax 3 and 4. A rendering without a
source is lost: its characters do not stand in reading order.
"""

import re
from itertools import islice
from typing import Final, NamedTuple

from lxml import etree

from darwin_spark.parsers.html.tree import classes
from darwin_spark.parsers.math.mathml import to_tex
from darwin_spark.parsers.xml_tree import Element, plain_text

MATHJAX_2: Final = frozenset((
    "MathJax", "MathJax_Display", "MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML", "mjx-chtml", "MathJax_Preview",
    "MathJax_MathML", "MathJax_Error",
))  # fmt: skip
_SOURCE_SCRIPTS = ("math/tex", "math/mml")
_TEX = re.compile(r"[\\^_]|^\W*\w\W*$")
_SVG_TITLE = "MathJax-SVG-"


class Formula(NamedTuple):
    """A formula that was found. Empty `tex` means that another element gives the formula, or that it is empty."""

    tex: str
    display: bool
    lost: bool = False
    """Whether there is a rendering, but no source that could be read."""


LOST: Final = Formula("", display=False, lost=True)


def math(node: Element) -> Formula:
    """Return the TeX of a `math` element: its TeX annotation, LaTeXML's `alttext`, the converted MathML, or any `alttext`."""
    source = next((plain_text(n) for n in node.iter("annotation") if "tex" in (n.get("encoding") or "").lower()), "")
    alt_text = node.get("alttext", "")
    if not source.strip() and "ltx_Math" in classes(node):
        source = alt_text
    tex = source if source.strip() else to_tex(node)
    return Formula(tex or alt_text, node.get("display") == "block" or node.get("mode") == "display")


def source_of_script(node: Element) -> Formula | None:
    """Return the formula of a `script` element with TeX or MathML; None for another script. AsciiMath is lost."""
    kind = (node.get("type") or "").lower()
    display = "display" in kind
    if kind.startswith("math/mml"):
        return Formula(_mathml_source(node.text or ""), display)
    if kind.startswith("math/tex"):
        return Formula(node.text or "", display)
    return LOST if kind.startswith("math/") and (node.text or "").strip() else None


def katex(node: Element) -> Formula:
    """Return the formula of an element with the class `katex` or `katex-display`."""
    display = "katex-display" in classes(node)
    inner = next(node.iter("math"), None)
    if inner is not None:
        found = math(inner)
        return found._replace(display=display or found.display)
    source = node.get("data-latex") or node.get("data-tex") or ""
    if not source and next((n for n in node.iter("span") if "vlist" in classes(n)), None) is None:
        source = plain_text(node)  # without scripts and fractions, the text is in order
    return Formula(source, display) if source.strip() else LOST


def mathjax_2(node: Element) -> Formula:
    """Return the formula of a MathJax 2 or mathjax-node rendering. It is empty if the script with the source follows."""
    names = classes(node)
    if "MathJax_Preview" in names or _has_source_after(node):
        return Formula("", display=False)
    display = any(name.endswith(("Display", "-display")) for name in names)
    inner = next(node.iter("math"), None)
    if inner is not None:
        return math(inner)._replace(display=display)
    delimited = next((n.get("data-mathml") for n in node.iter() if n.get("data-mathml")), None)
    label = next((n.get("aria-label") for n in node.iter("span") if "mjx-math" in classes(n)), None)
    tex = (_mathml_source(delimited) if delimited else "") or label or _title(node)
    return Formula(tex, display) if tex else LOST


def mathjax_3(node: Element) -> Formula:
    """Return the formula of an `mjx-container` of MathJax 3 or 4. Its `aria-label` is used if it is TeX and not speech."""
    display = node.get("display") in ("true", "block")
    whole = next((n for n in node.iter("mjx-math", "g") if n.tag == "mjx-math" or n.get("data-mml-node") == "math"), node)
    while not whole.get("data-latex") and len(whole) == 1:
        whole = whole[0]
    tex = whole.get("data-latex")
    inner = next(node.iter("math"), None)
    if not tex and inner is not None:
        return math(inner)._replace(display=display)
    label = node.get("aria-label") or ""
    tex = tex or (label if _TEX.search(label) else "")
    return Formula(tex, display) if tex else LOST


def svg(node: Element) -> Formula | None:
    """Return the formula of an SVG drawing by mathjax-node, which has the TeX as its title; None for another drawing."""
    tex = _title(node)
    parent = node.getparent()
    display = parent is not None and any("block" in name or "isplay" in name for name in classes(parent))
    return Formula(tex, display) if tex else None


def _title(node: Element) -> str:
    return next((plain_text(title) for title in node.iter("title") if (title.get("id") or "").startswith(_SVG_TITLE)), "")


def _has_source_after(node: Element) -> bool:
    """Return whether the next sibling that is no MathJax rendering is the script with the source."""
    for sibling in islice(node.itersiblings(), 3):
        if MATHJAX_2.isdisjoint(classes(sibling)):
            return (sibling.get("type") or "").startswith(_SOURCE_SCRIPTS)
    return False


def _mathml_source(source: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(source.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    return math(root).tex if root is not None else ""
