r"""TeX's conditionals: \if.. \else \fi. Conditionals that take their branches as arguments are in `branches.py`."""

import re
from collections.abc import Callable

from darwin_spark.parsers.tex.expand import SWITCH, Expander
from darwin_spark.parsers.tex.tokens import Token


def _skip_branch(tex: Expander, stop_at_else: bool) -> Token | None:
    r"""Consume a branch and its end; return the end: \fi, or with `stop_at_else` also \else, \or; None at the input's end."""
    depth = 0
    while (token := tex.raw()) is not None:
        if token[0] != "\\":
            continue
        if token in TESTS or token in tex.switches or token == "\\ifcase":
            depth += 1
        elif token == "\\fi":
            if not depth:
                return token
            depth -= 1
        elif not depth and stop_at_else and token in ("\\else", "\\or"):
            return token
    return None


def _conditional(test: Callable[[Expander], bool]) -> Callable[[Expander], None]:
    def decide(tex: Expander) -> None:
        if not test(tex):
            _skip_branch(tex, stop_at_else=True)

    return decide


def _else(tex: Expander) -> None:
    r"""Handle \else or \or after the branch that was chosen: skip all tokens up to and including \fi."""
    _skip_branch(tex, stop_at_else=False)


def _ifcase(tex: Expander) -> None:
    number = integer(tex)
    while number:
        end = _skip_branch(tex, stop_at_else=True)
        if end != "\\or":
            return
        number -= 1


def integer(tex: Expander) -> int:
    """Expand macros, consume the integer that follows and return it; 0 if none follows."""
    tex.skip_blanks()
    digits = ""
    while (token := tex.next()) is not None:
        match = re.match(r"[+-]?\d{1,9}" if not digits else r"\d{1,9}", token)
        if match is None:
            if token in ("+", "-") and not digits:
                digits = token
                continue
            if token != " " or not digits:
                tex.push([token])
            break
        digits += match.group()
        if match.end() < len(token):
            tex.push([token[match.end() :]])
            break
    return int(digits[:10]) if digits.lstrip("+-") else 0


def _ifx(tex: Expander) -> bool:
    tex.skip_blanks()
    first = tex.character()
    second = tex.character()
    if first is None or second is None:
        return False
    return first == second or tex.meaning(first) == tex.meaning(second)


def _if(tex: Expander) -> bool:
    first = tex.next()
    if first is not None and len(first) > 1 and first[0] != "\\":
        tex.push([first[1:]])
        first = first[0]
    second = tex.next()
    if second is not None and len(second) > 1 and second[0] != "\\":
        tex.push([second[1:]])
        second = second[0]
    return first == second


def _compare(tex: Expander) -> bool:
    left = integer(tex)
    tex.skip_blanks()
    relation = tex.character()
    right = integer(tex)
    return {"<": left < right, ">": left > right}.get(relation or "", left == right)


def _ifdim(tex: Expander) -> bool:
    """Skip a comparison of lengths and return False: the values of lengths are not tracked."""
    for _ in range(24):
        token = tex.raw()
        if token is None or token[0] in " {" or token == "\\relax":
            break
        if token[0] == "\\" and token in TESTS:
            tex.push([token])
            break
    return False


def _defined(tex: Expander) -> bool:
    tex.skip_blanks()
    token = tex.raw()
    return token is not None and tex.meaning(token) is not None


def _csname_defined(tex: Expander) -> bool:
    return tex.meaning(csname(tex)) is not None


def csname(tex: Expander) -> Token:
    r"""Consume all up to and including \endcsname; return the control sequence whose name is the expanded text before it."""
    out: list[str] = []
    while (token := tex.next()) is not None and token != "\\endcsname":
        if token[0] != "\\":
            out.append(token)
        if len(out) > 200:
            break
    return "\\" + "".join(out)


def _odd(tex: Expander) -> bool:
    return integer(tex) % 2 == 1


def _false_after_token(tex: Expander) -> bool:
    tex.raw()
    return False


TESTS: dict[Token, Callable[[Expander], bool]] = {
    "\\iftrue": lambda _: True,
    "\\iffalse": lambda _: False,
    "\\ifx": _ifx,
    "\\if": _if,
    "\\ifcat": _if,
    "\\ifnum": _compare,
    "\\ifdim": _ifdim,
    "\\ifodd": _odd,
    "\\ifdefined": _defined,
    "\\ifcsname": _csname_defined,
    "\\ifmmode": lambda tex: tex.math,
    "\\ifhmode": lambda tex: not tex.math,
    "\\ifvmode": lambda _: False,
    "\\ifinner": lambda _: False,
    "\\ifpdf": lambda _: True,
    "\\ifxetex": lambda _: False,
    "\\ifluatex": lambda _: False,
    "\\ifvoid": _false_after_token,
    "\\ifeof": _false_after_token,
    "\\if@twocolumn": lambda _: False,
    "\\if@twoside": lambda _: False,
}


def _switch(tex: Expander) -> bool:
    r"""Consume the token of a conditional created by \newif; return whether the conditional is true."""
    return tex.raw() in tex.true_switches


CONDITIONALS: dict[Token, Callable[[Expander], None]] = {
    **{token: _conditional(test) for token, test in TESTS.items()},
    SWITCH: _conditional(_switch),
    "\\ifcase": _ifcase,
    "\\else": _else,
    "\\or": _else,
    "\\fi": lambda _: None,
}
