"""Render running text of a web page as one line of Markdown, or several lines if it contains line breaks (`<br>`).

As in JATS, emphasis is dropped, `sub` and `sup` become `_{}` and `^{}`, links become their text, formulas become `$...$`.
Other elements (images, drawings, videos, scripts, buttons, form fields) are removed before, by pictures.py and content.py.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from darwin_spark.parsers.html.formulas import clean
from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.xml_tree import Element, plain_text
from darwin_spark.text.normalize_markdown import one_line

BREAK = "\u2028"
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
    "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "d-title", "d-article", "d-appendix", "dt-article", "dt-appendix", "noscript",
))  # fmt: skip
"""Block elements: they split running text."""
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_NOTE_MARK = re.compile(r"\d{1,3}|[*†‡§¶]{1,3}|[a-z]")
_NOTE_CLASS = re.compile(r"note-?ref|fnref|fnanchor|footnote", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath|math)\*?)\}")
_PLAIN_ENVIRONMENTS = frozenset(("equation", "displaymath", "math"))
"""Environments that are dropped, because the dollar signs mean the same."""


class Piece(NamedTuple):
    """A part of running text: text, or the TeX of a display formula that splits the text."""

    text: str
    is_formula: bool = False


def is_block(node: Element) -> bool:
    """Return whether the element splits the running text around it."""
    return node.tag in BLOCKS or (node.tag == "tex" and node.get("display") == "block")


def text_of(node: Element) -> str:
    """Return all text of an element on one line, with blanks between the blocks in it."""
    return one_line("".join(f"${p.text}$" if p.is_formula else p.text for p in pieces(raw_text(node))))


def raw_text(node: Element) -> str:
    """Return the text of an element with unchanged white space and BREAK for each line break."""
    return (node.text or "") + "".join(inline(c) + (c.tail or "") for c in node)


def inline(node: Element) -> str:
    """Return the text of one element inside running text, without its tail."""
    name = str(node.tag)
    renderer = _RENDERERS.get(name)
    if renderer:
        return renderer(node)
    return f" {raw_text(node)} " if name in BLOCKS else raw_text(node)


def lines(text: str) -> str:
    """Convert raw text to Markdown: white space is collapsed, BREAK becomes a newline, two or more BREAKs a paragraph break."""
    parts = [one_line(part) for part in text.split(BREAK)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).strip("\n")


def pieces(text: str) -> list[Piece]:
    r"""Split text at display formulas (`$$`, `\[`, an environment); `\(x\)` becomes `$x$`. An opener without end stays text."""
    if "\\(" in text:
        text = _inline_delimiters(text)
    if "$$" not in text and "\\[" not in text and "\\begin{" not in text:
        return [Piece(text)]
    found, start, position, unclosed = [], 0, 0, set[str]()
    while (opening := _DISPLAY.search(text, position)) is not None:
        mark = opening.group()
        closing = _closing(opening)
        end = -1 if closing in unclosed else text.find(closing, opening.end())
        position = opening.end()
        if mark.startswith("`"):
            position = end + len(closing) if end >= 0 else position
        elif end >= 0:
            found += [Piece(text[start : opening.start()]), Piece(_formula(opening, text[opening.end() : end]), True)]
            start = position = end + len(closing)
        if end < 0:
            unclosed.add(closing)
    return [piece for piece in [*found, Piece(text[start:])] if piece.text.strip()]


_DISPLAY = re.compile(r"`|\$\$|\\\[|" + _ENVIRONMENT.pattern)
_INLINE = re.compile(r"`|\\\(")


def _closing(opening: re.Match[str]) -> str:
    mark = opening.group()
    return {"`": "`", "$$": "$$", "\\[": "\\]"}.get(mark) or f"\\end{{{opening.group(1)}}}"


def _formula(opening: re.Match[str], body: str) -> str:
    name = opening.group(1)
    tex = clean(body.replace(BREAK, " "))
    return tex if name is None or name.rstrip("*") in _PLAIN_ENVIRONMENTS else f"\\begin{{{name}}} {tex} \\end{{{name}}}"


def _inline_delimiters(text: str) -> str:
    parts, position = [], 0
    while (opening := _INLINE.search(text, position)) is not None:
        is_code = opening.group() == "`"
        end = text.find("`" if is_code else "\\)", opening.end())
        if end < 0 and not is_code:
            break
        if end < 0 or is_code:
            stop = opening.end() if end < 0 else end + 1
            parts.append(text[position:stop])
        else:
            stop = end + 2
            parts += [text[position : opening.start()], f"${clean(text[opening.end() : end].replace(BREAK, ' '))}$"]
        position = stop
    return "".join([*parts, text[position:]])


def _script(sign: str) -> Callable[[Element], str]:
    def render(node: Element) -> str:
        content = text_of(node)
        return f"{sign}{{{content}}}" if content else ""

    return render


def _code(node: Element) -> str:
    content = one_line(plain_text(node))
    return (f"`{content}`" if "`" not in content else f"`` {content} ``") if content else ""


def _link(node: Element) -> str:
    """Return the text of a link: a footnote mark as superscript, '' for the link from a footnote back to its mark."""
    if "backlink" in kinds(node):
        return ""
    content = raw_text(node)
    return f"^{{{content.strip()}}}" if _is_note_mark(node, content.strip()) else content


def _is_note_mark(node: Element, content: str) -> bool:
    """Return whether a link is a footnote mark, and neither in a `sup` nor around one.

    Its text is a number, sign or letter; a role or class marks it, or it links to a fragment and directly follows a word.
    """
    if _NOTE_MARK.fullmatch(content) is None or any(n.tag == "sup" for n in (*node.iterancestors(), *node)):
        return False
    if "noteref" in kinds(node) or any(_NOTE_CLASS.search(name) for name in classes(node)):
        return True
    previous, parent = node.getprevious(), node.getparent()
    before = (previous.tail if previous is not None else parent.text if parent is not None else "") or " "
    return "#" in (node.get("href") or "") and not before[-1].isspace() and before[-1] not in "([-–,/"


def _ruby(node: Element) -> str:
    """Return a reading aid in parentheses."""
    content = text_of(node)
    return f"({content})" if content else ""


def _empty(_node: Element) -> str:
    return ""


_RENDERERS: dict[str, Callable[[Element], str]] = {
    "br": lambda _: BREAK,
    "tex": lambda node: f"${node.text}$",
    "sub": _script("_"),
    "sup": _script("^"),
    "code": _code,
    "kbd": _code,
    "samp": _code,
    "tt": _code,
    "d-code": _code,
    "pre": _code,
    "q": lambda node: f"“{raw_text(node)}”",
    "a": _link,
    "rp": _empty,
    "rt": _ruby,
}
