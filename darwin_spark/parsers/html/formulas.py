"""Replace each formula of a web page by one element, `<tex display="block|inline">TeX</tex>`.

Supported markup: MathML (the author's TeX from an annotation or `alttext` if there is one, else converted by mathml.py), KaTeX,
MathJax 2, 3 and 4, Wikipedia, LaTeXML (arXiv, ar5iv) with equation numbers, pandoc, Sphinx, Distill's `d-math`, and images of
formulas with TeX as alt text. If the markup holds several renderings of a formula, one is kept. TeX between delimiters in
running text (`\\(...\\)`) is not handled here but in inline.py.
"""

import re
from collections.abc import Callable
from itertools import islice
from typing import cast
from urllib.parse import unquote

from lxml import etree

from darwin_spark.parsers.html.tree import classes
from darwin_spark.parsers.math.mathml import to_tex
from darwin_spark.parsers.math.tex_delimiters import DELIMITERS, strip_delimiters
from darwin_spark.parsers.xml_tree import Element, drop, plain_text
from darwin_spark.text.normalize_markdown import one_line

_COMMENT = re.compile(r"(?<!\\)%[^\n]*(?:\n|$)")
_STYLE = re.compile(r"\{?\\(?:displaystyle|textstyle)\b\s*")
_TEX_SOURCE = re.compile(r"[\\^_]|^\W*\w\W*$")
_PICTURE_CLASSES = re.compile(r"tex|latex|(?:inline|display)?(?:math|formula|equation)|mwe-math-fallback-image-\w+")
_PICTURE_SERVERS = re.compile(r"(?:latex\.codecogs\.com/[a-z.]+\?|/render/math\?math=|chart\?cht=tx&(?:amp;)?chl=)(.+)")
_MATHJAX_2 = frozenset((
    "MathJax", "MathJax_Display", "MathJax_SVG", "MathJax_SVG_Display", "MathJax_CHTML", "mjx-chtml", "MathJax_Preview",
    "MathJax_MathML", "MathJax_Error",
))  # fmt: skip
_GENERATED = frozenset(("inline", "display", "notranslate"))
"""Class names which, together with the class `math`, mark an element with TeX source (pandoc, Sphinx)."""


def mark(root: Element) -> None:
    """Replace each formula below `root` by a `tex` element."""
    for table in [n for n in root.iter("table") if "ltx_eqn_table" in classes(n)]:
        _convert_equation_table(table)
    inside: set[Element] = set()
    for node in cast(list[Element], _CANDIDATES(root)):
        if node in inside:
            continue
        found = _RECOGNISERS.get(str(node.tag), _by_class)(node)
        if found is not None:
            inside.update(node.iterdescendants())
            _replace(node, clean(found[0]), display=found[1])


def clean(source: str) -> str:
    """Return TeX on one line without delimiters, comments and a leading \\displaystyle or \\textstyle."""
    tex = strip_delimiters(one_line(_COMMENT.sub(" ", source) if "%" in source else source))
    style = _STYLE.match(tex)
    if style:
        tex = tex[style.end() : -1] if tex.startswith("{") and tex.endswith("}") else tex[style.end() :]
    return tex.strip()


_Found = tuple[str, bool] | None
"""(TeX, whether it is a display formula), or None for no formula. Empty TeX: an empty formula, or another element gives it."""


def _replace(node: Element, tex: str, display: bool) -> None:
    parent = node.getparent()
    if parent is None or not tex:
        return drop(node)
    formula = etree.Element("tex", display="block" if display else "inline")
    formula.text, formula.tail = tex, node.tail
    parent.replace(node, formula)
    return None


def _by_class(node: Element) -> _Found:
    names = classes(node)
    if "katex-display" in names:
        return _nested_tex(node), True
    if "katex" in names:
        return _nested_tex(node), False
    if "mwe-math-element" in names:
        return _wikipedia(node)
    if not _MATHJAX_2.isdisjoint(names):
        return _mathjax_2(node, names)
    if "math" in names and not _GENERATED.isdisjoint(names) and len(node) == 0:
        return plain_text(node), "display" in names or node.tag == "div"
    return None


def _math(node: Element) -> _Found:
    """Return the TeX of a `math` element: its TeX annotation, LaTeXML's `alttext`, the converted MathML, or any `alttext`."""
    source = next((plain_text(n) for n in node.iter("annotation") if "tex" in (n.get("encoding") or "").lower()), "")
    alt_text = node.get("alttext", "")
    if not source.strip() and "ltx_Math" in classes(node):
        source = alt_text
    tex = source if source.strip() else to_tex(node)
    return tex or alt_text, node.get("display") == "block" or node.get("mode") == "display"


def _nested_tex(node: Element) -> str:
    """Return the TeX of the MathML that KaTeX and others hide beside the rendering, else of a data attribute, else the text."""
    math = next(node.iter("math"), None)
    found = _math(math) if math is not None else None
    return found[0] if found else node.get("data-latex") or node.get("data-tex") or plain_text(node)


def _wikipedia(node: Element) -> _Found:
    picture = next(node.iter("img"), None)
    names = classes(picture) if picture is not None else []
    math = next(node.iter("math"), None)
    if math is None and picture is None:
        return plain_text(node), False
    tex = _nested_tex(node) if math is not None else (picture.get("alt") or "" if picture is not None else "")
    display = (math is not None and math.get("display") == "block") or "mwe-math-fallback-image-display" in names
    return tex, display


def _mathjax_2(node: Element, names: list[str]) -> _Found:
    """Convert a MathJax 2 rendering. The result is empty TeX if the script with the source follows (see `_script`)."""
    if "MathJax_Preview" in names or _has_source_after(node):
        return "", False
    display = any(name.endswith("Display") for name in names)
    if next(node.iter("math"), None) is not None:
        return _nested_tex(node), display
    delimited = next((n for n in node.iter() if n.get("data-mathml")), None)
    return (_mathml_source(delimited.get("data-mathml") or "") if delimited is not None else ""), display


def _has_source_after(node: Element) -> bool:
    """Return whether the next sibling that is no MathJax rendering is the script with the source."""
    for sibling in islice(node.itersiblings(), 3):
        if _MATHJAX_2.isdisjoint(classes(sibling)):
            return (sibling.get("type") or "").startswith("math/")
    return False


def _mathml_source(source: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        math = etree.fromstring(source.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    return to_tex(math) if math is not None else ""


def _script(node: Element) -> _Found:
    kind = (node.get("type") or "").lower()
    if kind.startswith("math/mml"):
        return _mathml_source(node.text or ""), "display" in kind
    return (node.text or "", "display" in kind) if kind.startswith("math/tex") else None


def _mathjax_3(node: Element) -> _Found:
    return _nested_tex(node) if next(node.iter("math"), None) is not None else _data_latex(node), node.get("display") in (
        "true",
        "block",
    )


def _data_latex(node: Element) -> str:
    return next((n.get("data-latex") or "" for n in node.iter() if n.get("data-latex")), node.get("aria-label") or "")


def _distill(node: Element) -> _Found:
    return plain_text(node), "block" in node.attrib


def _picture(node: Element) -> _Found:
    """Return the TeX of an image that is a formula by its class, its server, or TeX delimiters in its alt text; else None."""
    alt, names = one_line(node.get("alt") or ""), classes(node)
    served = _PICTURE_SERVERS.search(node.get("src") or "")
    if served:
        return alt if _TEX_SOURCE.search(alt) else unquote(served.group(1)), "display" in " ".join(names)
    delimited = len(alt) > 2 and any(alt.startswith(a) and alt.endswith(z) for a, z in DELIMITERS)
    classed = any(_PICTURE_CLASSES.fullmatch(name) for name in names) and _TEX_SOURCE.search(alt) is not None
    if not delimited and not classed:
        return None
    return alt, alt.startswith(("$$", r"\[")) or any("display" in name for name in names)


def _convert_equation_table(table: Element) -> None:
    """Convert a LaTeXML equation table: the parts of each row become one formula with the equation number as \\tag."""
    table.tag = "div"
    for row in list(table.iter("tr")):
        pieces = [clean(found[0]) for math in row.iter("math") if (found := _math(math))]
        tag = next((one_line(plain_text(n)).strip("()") for n in row.iter() if "ltx_tag" in classes(n)), "")
        if not any(pieces):
            row.tag = "p"
            continue
        for part in list(row):
            row.remove(part)
        row.tag, row.text = "tex", " ".join(pieces) + (f" \\tag{{{tag}}}" if tag else "")
        row.set("display", "block")


_RECOGNISERS: dict[str, Callable[[Element], _Found]] = {
    "math": _math,
    "script": _script,
    "mjx-container": _mathjax_3,
    "d-math": _distill,
    "dt-math": _distill,
    "img": _picture,
}
_CANDIDATES = etree.XPath(".//*[@class or " + " or ".join(f"self::{name}" for name in _RECOGNISERS) + "]")
