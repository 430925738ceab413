"""Convert Office Math (OMML, ISO 29500-1 §22.1) to TeX. Of an unknown element only the content is kept."""

from collections.abc import Callable

from darwin_spark.parsers.math.mathml import symbols
from darwin_spark.parsers.math.mathml_symbols import ACCENTS, FUNCTIONS
from darwin_spark.parsers.math.tex_delimiters import trim_tex
from darwin_spark.parsers.xml_tree import Element, attribute, child, children, local_name, plain_text
from darwin_spark.text.normalize_markdown import one_line

_ALPHABETS = {
    "double-struck": "mathbb", "script": "mathcal", "fraktur": "mathfrak", "sans-serif": "mathsf", "monospace": "mathtt",
}  # fmt: skip
_STYLES = {"b": "mathbf", "bi": "boldsymbol"}
_OMITTED = frozenset({"del", "moveFrom", "ctrlPr", "instrText", "delText"})


def to_tex(math: Element) -> str:
    """Return the TeX of an `oMath` element on one line, without dollar signs."""
    return trim_tex(one_line(_row(math)))


def _row(node: Element | None) -> str:
    return "".join(_convert(c) for c in node) if node is not None else ""


def _convert(node: Element) -> str:
    name = local_name(node)
    if not name or name in _OMITTED or name.endswith("Pr"):
        return ""
    renderer = _RENDERERS.get(name)
    return renderer(node) if renderer else _row(node)


def _group(node: Element, name: str) -> str:
    return f"{{{trim_tex(_row(child(node, name)))}}}"


def _base(node: Element) -> str:
    """Return the base of a script, in braces unless it is one character or one command without arguments."""
    tex = trim_tex(_row(child(node, "e")))
    return tex if len(tex) == 1 or (tex.startswith("\\") and tex[1:].isalpha()) else f"{{{tex}}}"


def _property(node: Element, name: str, default: str = "") -> str:
    """Return a property from the element's `...Pr` child: '1' if it has no value, `default` if it is missing."""
    properties = child(node, f"{local_name(node)}Pr")
    found = child(properties, name) if properties is not None else None
    return default if found is None else attribute(found, "val", "1")


def _is_on(node: Element, name: str) -> bool:
    return _property(node, name, "0") in ("1", "on", "true")


def _run(node: Element) -> str:
    properties = child(node, "rPr")
    text = "".join(plain_text(t) for t in children(node, "t"))
    if properties is None:
        return symbols(text)
    if child(properties, "nor", "lit") is not None:
        plain = text.translate({ord(c): f"\\{c}" for c in "%#&$_{}"})
        return f"\\text{{{plain}}}" if plain.strip() else (r"\ " if plain else "")
    style = child(properties, "sty")
    return _styled(text, "i" if style is None else attribute(style, "val"), child(properties, "scr"))


def _styled(text: str, style: str, script: Element | None) -> str:
    tex, name = symbols(text), text.strip()
    command = _ALPHABETS.get(attribute(script, "val")) if script is not None else None
    command = command or _STYLES.get(style)
    if command and name.isalnum():
        return f"\\{command}{{{tex.strip()}}}"
    if style == "p" and name in FUNCTIONS:
        return f"\\{name} "
    return f"\\mathrm{{{tex}}}" if style == "p" and len(name) > 1 and name.isascii() and name.isalpha() else tex


def _fraction(node: Element) -> str:
    top, bottom, kind = _group(node, "num"), _group(node, "den"), _property(node, "type")
    if kind in ("lin", "skw"):
        return f"{top}/{bottom}"
    return f"\\genfrac{{}}{{}}{{0pt}}{{}}{top}{bottom}" if kind == "noBar" else f"\\frac{top}{bottom}"


def _radical(node: Element) -> str:
    degree = "" if _is_on(node, "degHide") else trim_tex(_row(child(node, "deg")))
    return f"\\sqrt{f'[{degree}]' if degree else ''}{_group(node, 'e')}"


def _scripts(*parts: tuple[str, str]) -> Callable[[Element], str]:
    def render(node: Element) -> str:
        return _base(node) + "".join(mark + _group(node, name) for mark, name in parts) + " "

    return render


def _prescripts(node: Element) -> str:
    return f"{{}}_{_group(node, 'sub')}^{_group(node, 'sup')}{_base(node)} "


def _nary(node: Element) -> str:
    """Render a large operator with its limits. The default operator is the integral."""
    limits = ""
    for mark, name in (("_", "sub"), ("^", "sup")):
        if not _is_on(node, f"{name}Hide") and (tex := trim_tex(_row(child(node, name)))):
            limits += f"{mark}{{{tex}}}"
    return f"{symbols(_property(node, 'chr', '∫')).strip()}{limits} {_row(child(node, 'e'))}"


def _delimited(node: Element) -> str:
    """Render delimiters around one or more parts. An empty delimiter is '.' in TeX."""
    body = f" {symbols(_property(node, 'sepChr', '|')).strip()} ".join(trim_tex(_row(e)) for e in children(node, "e"))
    return f"\\left{_fence(_property(node, 'begChr', '('))}{body}\\right{_fence(_property(node, 'endChr', ')'))} "


def _fence(mark: str) -> str:
    tex = symbols(mark).strip()
    return f"{tex} " if tex else "."


def _matrix(node: Element) -> str:
    rows = [" & ".join(trim_tex(_row(e)) for e in children(row, "e")) for row in children(node, "mr")]
    return r"\begin{matrix}" + r" \\ ".join(rows) + r"\end{matrix}"


def _array(node: Element) -> str:
    """Render an equation array. '&' in a run is an alignment mark; in a single row, '#' precedes its number (Word's '#(1)')."""
    rows = [trim_tex(_row(e)).replace(r"\&", "&") for e in children(node, "e")]
    if len(rows) == 1:
        formula, mark, number = rows[0].rpartition(r"\#")
        return f"{trim_tex(formula)} \\tag{{{number.strip('() ')}}}" if mark and number.strip() else rows[0].replace("&", "")
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"


def _function(node: Element) -> str:
    name = trim_tex(_row(child(node, "fName")))
    return f"{name} {_row(child(node, 'e'))}"


def _limit(mark: str, command: str) -> Callable[[Element], str]:
    """Return a renderer for limLow or limUpp: a limit of \\lim, \\max and so on, or \\underset/\\overset."""

    def render(node: Element) -> str:
        base, limit = trim_tex(_row(child(node, "e"))), _group(node, "lim")
        return f"{base}{mark}{limit} " if base[1:] in FUNCTIONS else f"\\{command}{limit}{{{base}}}"

    return render


def _accent(node: Element) -> str:
    command = ACCENTS.get(_property(node, "chr", "\u0302"))
    return (
        f"\\{command}{_group(node, 'e')}" if command else f"\\overset{{{symbols(_property(node, 'chr'))}}}{_group(node, 'e')}"
    )


def _bar(node: Element) -> str:
    return f"\\{'overline' if _property(node, 'pos') == 'top' else 'underline'}{_group(node, 'e')}"


def _braced(node: Element) -> str:
    mark, above = _property(node, "chr", "⏟"), _property(node, "pos") == "top"
    command = ACCENTS.get(mark, "overset" if above else "underset")
    return f"\\{command}{'' if mark in ACCENTS else f'{{{symbols(mark).strip()}}}'}{_group(node, 'e')}"


def _phantom(node: Element) -> str:
    return _row(child(node, "e")) if _property(node, "show", "0") in ("1", "on", "true") else ""


_RENDERERS: dict[str, Callable[[Element], str]] = {
    "r": _run,
    "f": _fraction,
    "rad": _radical,
    "sSup": _scripts(("^", "sup")),
    "sSub": _scripts(("_", "sub")),
    "sSubSup": _scripts(("_", "sub"), ("^", "sup")),
    "sPre": _prescripts,
    "nary": _nary,
    "d": _delimited,
    "m": _matrix,
    "eqArr": _array,
    "func": _function,
    "limLow": _limit("_", "underset"),
    "limUpp": _limit("^", "overset"),
    "acc": _accent,
    "bar": _bar,
    "groupChr": _braced,
    "phant": _phantom,
}
