r"""Commands of packages that define macros: xargs (\newcommandx), twoopt, mathtools' delimiters, etoolbox, url, prettyref."""

from collections.abc import Callable

from darwin_spark.parsers.tex.expand import Environment, Expander, Macro, Param
from darwin_spark.parsers.tex.tokens import Token, group_of, source_of, tokens_of

_MAX_PARAMETERS = 9
_MAX_BODY = 5_000  # tokens of a macro that more tokens are added to


def _target(tex: Expander) -> Token:
    found = [token for token in tex.argument() if token != " "]
    return found[0] if found and found[0][0] == "\\" else ""


def _count(tex: Expander) -> int:
    text = "".join(tex.optional() or []).strip()
    return int(text) if len(text) == 1 and text in "123456789" else 0


def _xargs_params(tex: Expander) -> tuple[Param, ...]:
    r"""Consume the `[3][1=a, 3=c, usedefault]` of \newcommandx; return the parameters. Those with a value are optional."""
    params = [Param("m")] * _count(tex)
    options = source_of(tex.optional() or []) if params else ""
    pairs = [(name.strip(), value.strip()) for name, _, value in (part.partition("=") for part in _split(options))]
    kind = "w" if any(name == "usedefault" for name, _ in pairs) else "o"
    for name, value in pairs:
        if len(name) == 1 and name in "123456789" and int(name) <= len(params):
            inner = value[1:-1] if value.startswith("{") and value.endswith("}") else value
            params[int(name) - 1] = Param(kind, tuple(tokens_of(inner)))
    return tuple(params)


def _split(options: str) -> list[str]:
    """Return the parts of a comma-separated list; commas in braces do not separate."""
    parts, depth = [""], 0
    for character in options:
        depth += (character == "{") - (character == "}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _command(read_params: Callable[[Expander], tuple[Param, ...]], overwrite: bool = True) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        tex.star()
        target, params = _target(tex), read_params(tex)
        body = tuple(tex.argument())
        if target and (overwrite or tex.macros.get(target) is None):
            tex.define(target, Macro(params, body))

    return define


def _environment(read_params: Callable[[Expander], tuple[Param, ...]]) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        tex.star()
        name, params = tex.name(), read_params(tex)
        begin, end = Macro(params, tuple(tex.argument())), tuple(tex.argument())
        if name not in tex.fixed_environments:
            tex.environments[name] = Environment(begin, end)

    return define


def _two_optional_params(tex: Expander) -> tuple[Param, ...]:
    r"""Consume the `[3][a][b]` of \newcommandtwoopt; return the parameters, of which the first two are optional."""
    params = [Param("m")] * _count(tex)
    defaults = [tuple(tex.optional() or []) for _ in range(2)]
    return (*(Param("o", default) for default in defaults), *params[2:])


def _delimiter(tex: Expander) -> None:
    r"""\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}: define \abs{x}, \abs*{x} (with \left, \right) and \abs[\big]{x}."""
    target, left, right = _target(tex), tex.argument(), tex.argument()
    _define_delimiter(tex, target, 1, (left, right, ["#1"]))


def _delimiter_with_body(tex: Expander) -> None:
    r"""\DeclarePairedDelimiterX{\inner}[2]{\langle}{\rangle}{#1,#2}: the same with a body."""
    target, count = _target(tex), _count(tex)
    _define_delimiter(tex, target, count, (tex.argument(), tex.argument(), tex.argument()))


def _delimiter_with_code(tex: Expander) -> None:
    r"""\DeclarePairedDelimiterXPP{\E}[1]{\mathbb{E}}{[}{]}{}{#1}: the same with tokens before and after the delimiters."""
    target, count = _target(tex), _count(tex)
    before, left, right, after, body = (tex.argument() for _ in range(5))
    _define_delimiter(tex, target, count, (left, right, body), before, after)


def _define_delimiter(
    tex: Expander,
    target: Token,
    count: int,
    parts: tuple[list[Token], list[Token], list[Token]],
    before: list[Token] | None = None,
    after: list[Token] | None = None,
) -> None:
    left, right, body = parts
    if not target or count > _MAX_PARAMETERS - 2:
        return
    shift = 2
    moved = [_shifted(token, shift) for token in body]
    inside = [token for token in moved if token != "\\delimsize"]
    plain = (*(before or []), *_ifvalue("#2", ["#2"], []), *left, *inside, *_ifvalue("#2", ["#2"], []), *right, *(after or []))
    stretched = (*(before or []), "\\left", *left, *("\\middle" if t == "\\delimsize" else t for t in moved), "\\right", *right)
    stretched = (*stretched, *(after or []))
    params = (Param("s"), Param("o", ("\\NoValue",)), *([Param("m")] * count))
    tex.define(target, Macro(params, ("\\IfBooleanTF", "{", "#1", "}", "{", *stretched, "}", "{", *plain, "}")))


def _ifvalue(test: Token, yes: list[Token], no: list[Token]) -> list[Token]:
    return ["\\IfValueTF", "{", test, "}", "{", *yes, "}", "{", *no, "}"]


def _shifted(token: Token, by: int) -> Token:
    return f"#{int(token[1]) + by}" if len(token) == 2 and token[0] == "#" and token[1] in "123456789" else token


def _define_address(tex: Expander) -> None:
    r"""\urldef{\home}\url{http://..}: define \home, which prints the URL."""
    target, command = _target(tex), tex.raw()
    address = tex.argument()
    if target and command is not None:
        tex.define(target, Macro((), (command, "{", *address, "}")))


def _new_reference_format(tex: Expander) -> None:
    r"""\newrefformat{thm}{Theorem~\ref{#1}} of prettyref: define what \prettyref{thm:x} prints."""
    prefix = tex.name()
    tex.define(f"\\pr@{prefix}", Macro((Param("m"),), tuple(tex.argument())), everywhere=True)


_DEFAULT_FORMATS = {
    "eq": ("\\eqref",), "lem": ("Lemma", "~", "\\ref"), "thm": ("Theorem", "~", "\\ref"), "cha": ("Chapter", "~", "\\ref"),
    "sec": ("Section", "~", "\\ref"), "sub": ("Section", "~", "\\ref"), "tab": ("Table", "~", "\\ref"),
    "fig": ("Figure", "~", "\\ref"), "subsec": ("Section", "~", "\\ref"),
}  # fmt: skip


def _pretty_reference(tex: Expander) -> None:
    r"""\prettyref{sec:x}: read the tokens of the format that belongs to the prefix `sec`."""
    key = tex.name()
    prefix = key.partition(":")[0]
    if f"\\pr@{prefix}" in tex.macros:
        tex.push([f"\\pr@{prefix}", *group_of(key)])
    else:
        tex.push([*_DEFAULT_FORMATS.get(prefix, ("\\ref",)), *group_of(key)])


def _append(before: bool) -> Callable[[Expander], None]:
    r"""Return the handler of etoolbox's \appto and \preto, which add tokens to the end or the beginning of a macro."""

    def add(tex: Expander) -> None:
        target, tokens = _target(tex), tuple(tex.argument())
        found = tex.macros.get(target)
        if found is None or isinstance(found, Macro):
            params, body = (found.params, found.body) if found is not None else ((), ())
            if len(body) > _MAX_BODY:
                return
            tex.define(target or "x", Macro(params, (*tokens, *body) if before else (*body, *tokens)))

    return add


PACKAGE_DEFINITIONS: dict[Token, Callable[[Expander], None]] = {
    **dict.fromkeys(("\\newcommandx", "\\renewcommandx", "\\DeclareRobustCommandx"), _command(_xargs_params)),
    "\\providecommandx": _command(_xargs_params, overwrite=False),
    **dict.fromkeys(("\\newenvironmentx", "\\renewenvironmentx"), _environment(_xargs_params)),
    **dict.fromkeys(("\\newcommandtwoopt", "\\renewcommandtwoopt"), _command(_two_optional_params)),
    "\\providecommandtwoopt": _command(_two_optional_params, overwrite=False),
    "\\DeclarePairedDelimiter": _delimiter,
    "\\DeclarePairedDelimiterX": _delimiter_with_body,
    "\\DeclarePairedDelimiterXPP": _delimiter_with_code,
    "\\urldef": _define_address,
    "\\newrefformat": _new_reference_format,
    "\\prettyref": _pretty_reference,
    **dict.fromkeys(("\\appto", "\\gappto"), _append(before=False)),
    **dict.fromkeys(("\\preto", "\\gpreto"), _append(before=True)),
}
"""Handlers by command. Specs: the manuals of xargs, twoopt, mathtools, url, prettyref and etoolbox on CTAN."""
