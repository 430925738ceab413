"""Convert Presentation MathML to TeX. Covers the elements that scientific articles use; of others only the content is kept.

The converter is small on purpose: the formula should be readable and compile, but need not look as on the page.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from darwin_spark.parsers.math.mathml_symbols import ACCENTS, FUNCTIONS, SYMBOLS, VARIANTS
from darwin_spark.parsers.math.tex_delimiters import trim_tex
from darwin_spark.parsers.xml_tree import Element, local_name, plain_text
from darwin_spark.text.normalize_markdown import one_line

_ZERO_WIDTH = re.compile(r"(?:0+\.?0*|\.0+)(?:[a-z]{2}|%)?", re.IGNORECASE)
_LARGE = (r"\sum ", r"\prod ", r"\int ", r"\lim", r"\max", r"\min", r"\sup", r"\inf", r"\bigcup ", r"\bigcap ", r"\coprod ")


def to_tex(math: Element) -> str:
    """Return the TeX of a `math` element on one line, without dollar signs."""
    return trim_tex(one_line(_row(math)))


def _parts(node: Element) -> list[Element]:
    return [c for c in node if local_name(c)]


def _convert(node: Element) -> str:
    name = local_name(node)
    renderer = _RENDERERS.get(name)
    if renderer:
        return renderer(node)
    return "" if name in _OMITTED else _row(node)


def _row(node: Element) -> str:
    return symbols(node.text or "") + "".join(_convert(c) + symbols(c.tail or "") for c in _parts(node))


def symbols(text: str) -> str:
    """Return the characters of a formula as TeX, '' if blank. Most mathematical alphanumerics (𝑥, 𝐀) become plain letters."""
    return "".join(_plain(c) for c in text).translate(SYMBOLS) if text.strip() else ""


def _plain(symbol: str) -> str:
    return unicodedata.normalize("NFKC", symbol) if 0x1D400 <= ord(symbol) <= 0x1D7FF and symbol not in "𝔼𝟙" else symbol


def _content(node: Element) -> str:
    return one_line(plain_text(node))


def _identifier(node: Element) -> str:
    content = _content(node)
    if content in FUNCTIONS:
        return f"\\{content} "
    variant = VARIANTS.get(node.get("mathvariant", ""))
    tex = symbols(content)
    if variant and (variant != "mathrm" or (content.isascii() and content.isalpha())):
        return f"\\{variant}{{{tex.strip()}}}"
    return f"\\mathrm{{{tex}}}" if len(content) > 1 and content.isascii() and content.isalpha() else tex


def _text(node: Element) -> str:
    text = " ".join(plain_text(node).replace("\u00a0", " ").split(" "))
    if not text.strip():
        return r"\ " if text else ""
    if not any(c.isascii() and c.isalnum() for c in text) and any(c.isalnum() for c in text):
        return symbols(text)  # for example Greek letters that are marked as text to print them upright
    plain = text.translate({ord(c): f"\\{c}" for c in "%#&$_{}"})
    return f"\\text{{{plain}}}"


def _group(node: Element | None) -> str:
    return "{" + (trim_tex(_convert(node)) if node is not None else "") + "}"


def _base(node: Element) -> str:
    """Return the base of a script: as it is if one character, one command, or an mi, mn or mo element, else in braces."""
    tex = trim_tex(_convert(node))
    single = len(tex) == 1 or (tex.startswith("\\") and tex[1:].isalpha())
    return tex if single or local_name(node) in ("mi", "mn", "mo") else f"{{{tex}}}"


def _scripts(*marks: str) -> Callable[[Element], str]:
    def render(node: Element) -> str:
        parts = _parts(node)
        if not parts:
            return ""
        scripts = zip(marks, parts[1:], strict=False)
        return _base(parts[0]) + "".join(mark + _group(part) for mark, part in scripts) + " "

    return render


def _stacked(*marks: str) -> Callable[[Element], str]:
    """Return a renderer for munder, mover, munderover: an accent, limits (sums; all munderover), \\overset or \\underset."""

    def render(node: Element) -> str:
        parts = _parts(node)
        if len(parts) < 2:
            return _row(node)
        base = _convert(parts[0])
        accent = ACCENTS.get(_content(parts[1])) if len(parts) == 2 else None
        if accent:
            return f"\\{accent}{{{trim_tex(base)}}}"
        if base.startswith(_LARGE) or len(parts) > 2:
            return trim_tex(base) + "".join(mark + _group(p) for mark, p in zip(marks, parts[1:], strict=False)) + " "
        return f"\\{'overset' if marks == ('^',) else 'underset'}{_group(parts[1])}{{{trim_tex(base)}}}"

    return render


def _fraction(node: Element) -> str:
    parts = _parts(node)
    if len(parts) != 2:
        return _row(node)
    over, under = _group(parts[0]), _group(parts[1])
    return (
        f"\\genfrac{{}}{{}}{{0pt}}{{}}{over}{under}"
        if _ZERO_WIDTH.fullmatch(node.get("linethickness", ""))
        else f"\\frac{over}{under}"
    )


def _root(node: Element) -> str:
    parts = _parts(node)
    if len(parts) == 2:
        return f"\\sqrt[{trim_tex(_convert(parts[1]))}]{_group(parts[0])}"
    return f"\\sqrt{{{trim_tex(_row(node))}}}"


def _fenced(node: Element) -> str:
    opening, closing = node.get("open", "("), node.get("close", ")")
    separators = node.get("separators", ",").strip()[:1]
    body = f"{separators} ".join(trim_tex(_convert(c)) for c in _parts(node))
    return f"\\left{_fence(opening)}{body}\\right{_fence(closing)} "


def _fence(mark: str) -> str:
    return symbols(mark).strip() + " " if mark.strip() else "."


def _matrix(node: Element) -> str:
    rows = [(cells[1:], _content(cells[0])) if is_labelled else (cells, "") for cells, is_labelled in _matrix_rows(node)]
    lines = [" & ".join(trim_tex(_convert(cell)) for cell in cells) for cells, _ in rows]
    labels = ", ".join(label for _, text in rows if (label := text.strip("()[] ")))
    tag = f" \\tag{{{labels}}}" if labels else ""
    if len(rows) == 1 and len(rows[0][0]) == 1:  # a table with one cell is layout only
        return lines[0] + tag
    return r"\begin{matrix}" + r" \\ ".join(lines) + r"\end{matrix}" + tag


def _matrix_rows(table: Element) -> Iterator[tuple[list[Element], bool]]:
    """Yield the cells of each row, and whether the first cell is the row's label (`mlabeledtr`)."""
    for row in _parts(table):
        cells = _parts(row)
        yield cells, local_name(row) == "mlabeledtr" and bool(cells)


def _prescripts(node: Element) -> str:
    """Render mmultiscripts: base, (sub sup)*, mprescripts, (sub sup)*."""
    parts = _parts(node)
    names = [local_name(p) for p in parts]
    cut = names.index("mprescripts") if "mprescripts" in names else len(parts)
    before, after = _pairs(parts[cut + 1 :]), _pairs(parts[1:cut])
    return (f"{{}}{before}" if before else "") + (_base(parts[0]) if parts else "") + after + " "


def _pairs(scripts: list[Element]) -> str:
    marks = ("_", "^") * (len(scripts) // 2 + 1)
    return "".join(m + _group(s) for m, s in zip(marks, scripts, strict=False) if local_name(s) != "none")


_WORD_SPACES = frozenset({"0.25em", ".25em", "0.277778em", "0.278em", "0.5em", "1em", "1.em", "4pt", "4.pt", "3.33333pt"})
"""Widths of `mspace` that separate words. Other widths become a blank, which TeX ignores."""
_OMITTED = frozenset(("annotation", "annotation-xml", "maligngroup", "malignmark", "mphantom", "none", "mprescripts"))
_RENDERERS: dict[str, Callable[[Element], str]] = {
    "mi": _identifier,
    "mn": lambda node: symbols(_content(node)),
    "mo": lambda node: _identifier(node) if _content(node).isalpha() else symbols(_content(node)),
    "mtext": _text,
    "ms": _text,
    "mspace": lambda node: r"\ " if node.get("width", "") in _WORD_SPACES else " ",
    "msub": _scripts("_"),
    "msup": _scripts("^"),
    "msubsup": _scripts("_", "^"),
    "munder": _stacked("_"),
    "mover": _stacked("^"),
    "munderover": _stacked("_", "^"),
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _root,
    "mfenced": _fenced,
    "mtable": _matrix,
    "mmultiscripts": _prescripts,
}
