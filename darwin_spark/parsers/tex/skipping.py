r"""Skip arguments that only affect layout. Kinds of arguments: `*` a star, `o` [..], `m` {..}, `p` (..), `l` a length."""

import re

from darwin_spark.parsers.tex.expand import Expander
from darwin_spark.parsers.tex.tokens import is_word

_LENGTH = re.compile(r"\s*=?\s*[-+]?[\d.,]*\s*(?:true)?\s*(?:pt|em|ex|cm|mm|in|mu|bp|pc|dd|cc|sp|fil+)?", re.IGNORECASE)
_OVERLAY = re.compile(r"<(?=[^>]*[\d+.])[\w\d,:|@.()+*-]{1,60}>")
_GLUE_KEYWORDS = ("plus", "minus")


def skip_arguments(tex: Expander, kinds: str) -> None:
    """Consume and drop one argument for each letter of `kinds`, in order; `*`, `o` and `p` may be absent."""
    for kind in kinds:
        if kind == "*":
            tex.star()
        elif kind == "o":
            tex.optional()
        elif kind == "p":
            tex.optional("(", ")")
        elif kind == "l":
            skip_length(tex)
        else:
            tex.argument()


def skip_overlay(tex: Expander) -> None:
    """Skip a Beamer overlay specification, such as `<2->` (from slide 2), if one follows."""
    token = tex.peek() or ""
    match = _OVERLAY.match(token)
    if match is not None:
        tex.raw()
        tex.push([token[match.end() :]] if match.end() < len(token) else [])


def skip_length(tex: Expander) -> None:
    r"""Skip a length or number in the form that TeX primitives take: `= 1.5em plus 2pt minus 1pt`, `-\baselineskip`."""
    _skip_one_length(tex)
    for _ in _GLUE_KEYWORDS:
        tex.skip_blanks()
        token = tex.peek()
        word = next((word for word in _GLUE_KEYWORDS if token is not None and token.startswith(word)), None)
        if word is None:
            return
        tex.raw()
        if token is not None and len(token) > len(word):
            tex.push([token[len(word) :]])
        _skip_one_length(tex)


def skip_box_size(tex: Expander) -> None:
    r"""Skip the size that \hbox and tabu take before their brace, `to 3cm` or `spread 1em`, if one follows."""
    tex.skip_blanks()
    token = tex.peek() or ""
    word = next((word for word in ("to", "spread") if token.startswith(word)), None)
    if word is not None:
        tex.raw()
        tex.push([token[len(word) :]] if len(token) > len(word) else [])
        skip_length(tex)
        tex.skip_blanks()


def _skip_one_length(tex: Expander) -> None:
    for _ in range(6):
        tex.skip_blanks()
        token = tex.raw()
        if token is None:
            return
        if token[0] == "\\":
            if not is_word(token):
                tex.push([token])
            return
        match = _LENGTH.match(token)
        end = match.end() if match else 0
        if end < len(token):
            tex.push([token[end:]])
        if end < len(token) or token[-1].isalpha():
            return
