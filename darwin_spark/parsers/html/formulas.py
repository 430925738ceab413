"""Replace each formula of a web page by one element, `<tex display="block|inline">TeX</tex>`.

Supported markup: MathML (the author's TeX from an annotation or `alttext` if there is one, else converted by mathml.py), KaTeX
and MathJax (see mathjax.py), Wikipedia, LaTeXML (arXiv, ar5iv) with equation numbers, pandoc, Sphinx, Distill's `d-math`, and
images of formulas with TeX as alt text. If the markup holds several renderings of a formula, one is kept. TeX between
delimiters in running text (`\\(...\\)`) is not handled here but in inline.py.
"""

import re
from collections.abc import Callable, Collection
from typing import cast
from urllib.parse import unquote

from lxml import etree

from darwin_spark.parsers.html import mathjax
from darwin_spark.parsers.html.mathjax import Formula
from darwin_spark.parsers.html.tree import classes
from darwin_spark.parsers.math.tex_delimiters import DELIMITERS, strip_delimiters, trim_tex
from darwin_spark.parsers.xml_tree import Element, drop, plain_text
from darwin_spark.text.normalize_markdown import one_line

_COMMENT = re.compile(r"(?<!\\)%[^\n]*(?:\n|$)")
_STYLE = re.compile(r"\{?\\(?:displaystyle|textstyle)\b\s*")
_TEX_SOURCE = re.compile(r"[\\^_]|^\W*\w\W*$")
_PICTURE_CLASSES = re.compile(r"tex|latex|(?:inline|display)?(?:math|formula|equation)|mwe-math-fallback-image-\w+")
_PICTURE_SERVERS = re.compile(r"(?:latex\.codecogs\.com/[a-z.]+\?|/render/math\?math=|chart\?cht=tx&(?:amp;)?chl=)(.+)")
_GENERATED = frozenset(("inline", "display", "notranslate"))
"""Class names which, together with the class `math`, mark an element with TeX source (pandoc, Sphinx)."""


def mark(root: Element, hidden: Collection[Element] = ()) -> list[str]:
    """Replace each formula below `root` by a `tex` element, and return a warning if formulas were lost.

    A formula in `hidden` is kept only inside a rendering, where it is the source (Wikipedia hides its MathML).
    """
    for table in [n for n in root.iter("table") if "ltx_eqn_table" in classes(n)]:
        _convert_equation_table(table)
    inside: set[Element] = set()
    lost = 0
    for node in cast(list[Element], _CANDIDATES(root)):
        if node in inside or node in hidden:
            continue
        found = _RECOGNISERS.get(str(node.tag), _by_class)(node)
        if found is not None:
            inside.update(node.iterdescendants())
            lost += found.lost
            _replace(node, clean(found.tex), display=found.display)
    return [f"{lost} rendered formulas have no TeX or MathML source and were left out"] if lost else []


def clean(source: str) -> str:
    """Return TeX on one line without delimiters, comments and a leading \\displaystyle or \\textstyle."""
    tex = strip_delimiters(one_line(_COMMENT.sub(" ", source) if "%" in source else source))
    style = _STYLE.match(tex)
    if style:
        tex = tex[style.end() : -1] if tex.startswith("{") and tex.endswith("}") else tex[style.end() :]
    return trim_tex(tex)


def _replace(node: Element, tex: str, display: bool) -> None:
    parent = node.getparent()
    if parent is None or not tex:
        return drop(node)
    formula = etree.Element("tex", display="block" if display else "inline")
    formula.text, formula.tail = tex, node.tail
    parent.replace(node, formula)
    return None


def _by_class(node: Element) -> Formula | None:
    names = classes(node)
    if "katex" in names or "katex-display" in names:
        return mathjax.katex(node)
    if "katex-error" in names:
        return Formula(plain_text(node), display=False)
    if "mwe-math-element" in names:
        return _wikipedia(node)
    if not mathjax.MATHJAX_2.isdisjoint(names):
        return mathjax.mathjax_2(node)
    if "math" in names and not _GENERATED.isdisjoint(names) and len(node) == 0:
        return Formula(plain_text(node), "display" in names or node.tag == "div")
    return None


def _wikipedia(node: Element) -> Formula:
    picture = next(node.iter("img"), None)
    names = classes(picture) if picture is not None else []
    inner = next(node.iter("math"), None)
    if inner is not None:
        found = mathjax.math(inner)
    else:
        found = Formula(plain_text(node) if picture is None else picture.get("alt") or "", display=False)
    return found._replace(display=found.display or "mwe-math-fallback-image-display" in names)


def _distill(node: Element) -> Formula:
    return Formula(plain_text(node), "block" in node.attrib)


def _picture(node: Element) -> Formula | None:
    """Return the TeX of an image that is a formula by its class, its server, or TeX delimiters in its alt text; else None."""
    alt, names = one_line(node.get("alt") or ""), classes(node)
    served = _PICTURE_SERVERS.search(node.get("src") or "")
    if served:
        return Formula(alt if _TEX_SOURCE.search(alt) else unquote(served.group(1)), "display" in " ".join(names))
    delimited = len(alt) > 2 and any(alt.startswith(a) and alt.endswith(z) for a, z in DELIMITERS)
    classed = any(_PICTURE_CLASSES.fullmatch(name) for name in names) and _TEX_SOURCE.search(alt) is not None
    if not delimited and not classed:
        return None
    return Formula(alt, alt.startswith(("$$", r"\[")) or any("display" in name for name in names))


def _convert_equation_table(table: Element) -> None:
    """Convert a LaTeXML equation table: the parts of each row become one formula with the equation number as \\tag."""
    table.tag = "div"
    for row in list(table.iter("tr")):
        pieces = [clean(mathjax.math(math).tex) for math in row.iter("math")]
        tag = next((one_line(plain_text(n)).strip("()") for n in row.iter() if "ltx_tag" in classes(n)), "")
        if not any(pieces):
            row.tag = "p"
            continue
        for part in list(row):
            row.remove(part)
        row.tag, row.text = "tex", " ".join(pieces) + (f" \\tag{{{tag}}}" if tag else "")
        row.set("display", "block")


_RECOGNISERS: dict[str, Callable[[Element], Formula | None]] = {
    "math": mathjax.math,
    "svg": mathjax.svg,
    "script": mathjax.source_of_script,
    "mjx-container": mathjax.mathjax_3,
    "d-math": _distill,
    "dt-math": _distill,
    "img": _picture,
}
_CANDIDATES = etree.XPath("descendant::*[@class or " + " or ".join(f"self::{name}" for name in _RECOGNISERS) + "]")
