r"""Tags of formulas: read the argument of \tag, which may hold formulas (`$\ast$`) and references (`\ref{a}$'$`)."""

import re
from collections.abc import Callable
from typing import NamedTuple

from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.math_commands import REFERENCES
from darwin_spark.parsers.tex.symbols import ACCENTS, SYMBOLS, accented
from darwin_spark.parsers.tex.tokens import Token, source_of
from darwin_spark.text.normalize_markdown import one_line

_MAX_CHARS = 300
_SIMPLE_FORMULA = re.compile(
    r"\$\s*(?:('{1,3})|\^\s*\{?\s*\\prime\s*\}?|\\(ast|star|dagger|ddagger|dag|ddag|sharp|flat|dots)|(\*+))\s*\$"
)
_SIGNS = {
    "ast": "*",
    "star": "⋆",
    "dagger": "†",
    "dag": "†",
    "ddagger": "‡",
    "ddag": "‡",
    "sharp": "♯",
    "flat": "♭",
    "dots": "…",
}


class Tag(NamedTuple):
    """A tag as Markdown, in which its formulas have dollar signs (so it stands in `\\tag{}` too), and as part of a formula."""

    text: str
    math: str


NO_TAG = Tag("", "")


def read_tag(tex: Expander, refer: Callable[[Token, str, bool], str]) -> Tag:
    r"""Consume the argument of \tag; return the tag. `refer` gives a reference's text by command, key and math mode."""
    end = "\\end@tag"
    tex.push([*tex.argument(), end])
    mode_before, tex.math = tex.math, False
    math: list[str] = []
    text: list[str] = []
    in_math: list[tuple[str, str]] = []
    accent = ""
    while (token := tex.next()) is not None and token != end:
        if token in ("$", "\\(", "\\)"):
            tex.math = not tex.math
            text.append("$")
        elif token[0] == "\\" and token[1:] in REFERENCES:
            tex.star()
            key = tex.name()
            marks = refer(token, key, True), refer(token, key, False)
            in_math.append(marks)
            math.append(marks[0])
            text.append(marks[not tex.math])
        elif token in ACCENTS and not tex.math:
            accent = ACCENTS[token]
        elif written := token if tex.math else _typeset(token, accent):
            accent = ""
            math.append(written)
            text.append(written)
    if tex.math:
        text.append("$")
    tex.math = mode_before
    markdown = _SIMPLE_FORMULA.sub(_plain, one_line(source_of(text)))[:_MAX_CHARS]
    if "$" not in markdown:
        formula = markdown
        for mark, text_mark in in_math:
            formula = formula.replace(text_mark, mark)
        return Tag(markdown, formula)
    return Tag(markdown if markdown.count("$") % 2 == 0 else markdown.replace("$", ""), one_line(source_of(math))[:_MAX_CHARS])


def _typeset(token: Token, accent: str) -> str:
    """Return the text of a token outside of formulas; '' for braces and commands without text."""
    if token in ("{", "}"):
        return ""
    text = SYMBOLS.get(token, "") if token[0] == "\\" else " " if token == "~" else token
    return accented(text, accent) if accent else text


def _plain(match: re.Match[str]) -> str:
    return match[1] or match[3] or (_SIGNS[match[2]] if match[2] else "'")
