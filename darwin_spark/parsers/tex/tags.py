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
    """A tag as TeX without dollar signs, and as Markdown, in which its formulas have dollar signs."""

    tex: str
    text: str


def read_tag(tex: Expander, refer: Callable[[Token, str, bool], str]) -> Tag:
    r"""Consume the argument of \tag; return the tag. `refer` gives a reference's text by command, key and math mode."""
    end = "\\end@tag"
    tex.push([*tex.argument(), end])
    mode_before, tex.math = tex.math, False
    math: list[str] = []
    text: list[str] = []
    accent = ""
    while (token := tex.next()) is not None and token != end:
        if token in ("$", "\\(", "\\)"):
            tex.math = not tex.math
            text.append("$")
            continue
        if token[0] == "\\" and token[1:] in REFERENCES:
            tex.star()
            key = tex.name()
            math.append(refer(token, key, True))
            text.append(refer(token, key, tex.math))
        elif tex.math:
            math.append(token)
            text.append(token)
        elif token in ACCENTS:
            accent = ACCENTS[token]
        elif token not in ("{", "}"):
            written = SYMBOLS.get(token, "") if token[0] == "\\" else " " if token == "~" else token
            written = accented(written, accent) if accent else written
            accent = accent if not written else ""
            if written:
                math.append(written)
                text.append(written)
    if tex.math:
        text.append("$")
    tex.math = mode_before
    markdown = _SIMPLE_FORMULA.sub(_plain, one_line(source_of(text)))[:_MAX_CHARS]
    if "$" not in markdown:
        return Tag(markdown, markdown)
    return Tag(one_line(source_of(math))[:_MAX_CHARS], markdown if markdown.count("$") % 2 == 0 else markdown.replace("$", ""))


def _plain(match: re.Match[str]) -> str:
    return match[1] or match[3] or (_SIGNS[match[2]] if match[2] else "'")
