r"""Conditionals that take their branches as arguments: ifthen, etoolbox, xparse, and LaTeX's \@ifnextchar."""

import re
from collections.abc import Callable

from darwin_spark.parsers.tex.expand import NO_VALUE, Expander
from darwin_spark.parsers.tex.tokens import Token, source_of

_CONNECTIVE = re.compile(r"\\(and|or|AND|OR)\b")
_COMPARISON = re.compile(r"\s*(-?\d{1,9})\s*([<>=])\s*(-?\d{1,9})\s*")


def _two_branch_command(test: Callable[[Expander], bool]) -> Callable[[Expander], None]:
    """Return a handler that calls `test`, reads two arguments and pushes one back: the first if true, else the second."""

    def decide(tex: Expander) -> None:
        truth = test(tex)
        yes, no = tex.argument(), tex.argument()
        tex.push(yes if truth else no)

    return decide


def _one_branch_command(test: Callable[[Expander], bool]) -> Callable[[Expander], None]:
    """Return a handler that calls `test`, reads one argument and pushes the argument back only if the test is true."""

    def decide(tex: Expander) -> None:
        truth = test(tex)
        branch = tex.argument()
        if truth:
            tex.push(branch)

    return decide


def _negated(test: Callable[[Expander], bool]) -> Callable[[Expander], bool]:
    return lambda tex: not test(tex)


def _ifthenelse(tex: Expander) -> bool:
    r"""Consume \ifthenelse's test and return whether it is true. \and, \or apply from left to right; `\(`, `\)` are ignored."""
    source = tex.argument()
    parts: list[list[Token]] = [[]]
    links: list[str] = []
    for token in source:
        if _CONNECTIVE.fullmatch(token):
            links.append(token[1:].lower())
            parts.append([])
        else:
            parts[-1].append(token)
    truth = _single_test(tex, parts[0])
    for link, part in zip(links, parts[1:], strict=True):
        value = _single_test(tex, part)
        truth = (truth and value) if link == "and" else (truth or value)
    return truth


def _single_test(tex: Expander, tokens: list[Token]) -> bool:
    tokens = [token for token in tokens if token not in (" ", "\\(", "\\)")]
    negated = False
    while tokens and tokens[0] in ("\\not", "\\NOT"):
        negated = not negated
        tokens = tokens[1:]
    return _atomic_test(tex, tokens) != negated


def _atomic_test(tex: Expander, tokens: list[Token]) -> bool:
    if not tokens:
        return False
    head = tokens[0]
    if head not in ("\\equal", "\\boolean", "\\isodd", "\\isundefined"):
        match = _COMPARISON.fullmatch(tex.evaluated(tokens))
        if match is None:
            return False
        left, relation, right = int(match[1]), match[2], int(match[3])
        return {"<": left < right, ">": left > right}.get(relation, left == right)
    end = "\\end@test"
    tex.push([*tokens[1:], end])
    arguments = [tex.argument(), tex.argument() if head == "\\equal" else []]
    while (token := tex.raw()) is not None and token != end:
        pass
    if head == "\\equal":
        return tex.evaluated(arguments[0]).strip() == tex.evaluated(arguments[1]).strip()
    if head == "\\boolean":
        return f"\\if{source_of(arguments[0]).strip()}" in tex.true_switches
    if head == "\\isodd":
        number = tex.evaluated(arguments[0]).strip()
        return number[-1:] in tuple("13579")
    return not arguments[0] or tex.meaning(arguments[0][0]) is None


def _blank(tex: Expander) -> bool:
    return not source_of(tex.argument()).strip()


def _equal_strings(tex: Expander) -> bool:
    return source_of(tex.argument()) == source_of(tex.argument())


def _defined_argument(tex: Expander) -> bool:
    found = tex.argument()
    return bool(found) and tex.meaning(found[0]) is not None


def _empty_macro(tex: Expander) -> bool:
    found = tex.argument()
    return bool(found) and tex.evaluated(found[:1]).strip() == ""


def _switch_named(tex: Expander) -> bool:
    return f"\\if{tex.name()}" in tex.true_switches


def _next_is(tex: Expander) -> bool:
    r"""Read \@ifnextchar's character (\bgroup: `{`) and branches, push branches back; return whether the character follows."""
    tex.skip_blanks()
    expected = tex.character()
    yes, no = tex.argument(), tex.argument()
    tex.skip_blanks()
    following = tex.character()
    if following is not None:
        tex.pending.append(following)
    same = following == ("{" if expected == "\\bgroup" else expected)
    tex.push(["{", *yes, "}", "{", *no, "}"])
    return same


def _star_is_next(tex: Expander) -> bool:
    yes, no = tex.argument(), tex.argument()
    same = tex.star()
    tex.push(["{", *yes, "}", "{", *no, "}"])
    return same


def _file_exists(tex: Expander) -> bool:
    return tex.bundle.find(tex.name(), ("",), ("", ".tex")) is not None


def _false_after_argument(tex: Expander) -> bool:
    tex.argument()
    return False


def _no_value(tex: Expander) -> bool:
    return tex.argument() == [NO_VALUE]


def _boolean_true(tex: Expander) -> bool:
    return tex.argument() == ["\\BooleanTrue"]


_TWO_BRANCHES: dict[Token, Callable[[Expander], bool]] = {
    "\\ifthenelse": _ifthenelse,
    "\\ifdef": _defined_argument,
    "\\ifundef": _negated(_defined_argument),
    "\\ifcsdef": lambda tex: tex.meaning("\\" + tex.name()) is not None,
    "\\ifcsundef": lambda tex: tex.meaning("\\" + tex.name()) is None,
    "\\@ifundefined": lambda tex: tex.meaning("\\" + tex.name()) is None,
    "\\ifdefempty": _empty_macro,
    "\\ifstrempty": _blank,
    "\\ifblank": _blank,
    "\\notblank": _negated(_blank),
    "\\ifstrequal": _equal_strings,
    "\\ifbool": _switch_named,
    "\\iftoggle": _switch_named,
    "\\@ifnextchar": _next_is,
    "\\@ifstar": _star_is_next,
    "\\IfFileExists": _file_exists,
    "\\@ifpackageloaded": _false_after_argument,
    "\\@ifclassloaded": _false_after_argument,
    "\\IfNoValueTF": _no_value,
    "\\IfValueTF": _negated(_no_value),
    "\\IfBooleanTF": _boolean_true,
    "\\IfBlankTF": _blank,
}
_ONE_BRANCH = {
    "\\IfNoValueT": _no_value,
    "\\IfNoValueF": _negated(_no_value),
    "\\IfValueT": _negated(_no_value),
    "\\IfValueF": _no_value,
    "\\IfBooleanT": _boolean_true,
    "\\IfBooleanF": _negated(_boolean_true),
}
BRANCHES: dict[Token, Callable[[Expander], None]] = {
    **{token: _two_branch_command(test) for token, test in _TWO_BRANCHES.items()},
    **{token: _one_branch_command(test) for token, test in _ONE_BRANCH.items()},
}
