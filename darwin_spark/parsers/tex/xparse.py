r"""Commands of xparse (\NewDocumentCommand ..), which describe a command's parameters by letters: `s m O{default}`."""

from collections.abc import Callable

from darwin_spark.parsers.tex.expand import NO_VALUE, Environment, Expander, Macro, Param
from darwin_spark.parsers.tex.tokens import Token

_MODIFIERS = frozenset("+!")
_WITH_MODIFIER_ARGUMENT = frozenset(">=")


class _Specification:
    """Tokens of a parameter specification with a read position; runs of characters are split into characters."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = [c for token in tokens for c in ([token] if token[0] in "\\#" else token)]
        self._position = 0

    def letter(self) -> Token | None:
        """Consume and return the next token that is not a space; None at the end."""
        while self._position < len(self._tokens):
            self._position += 1
            if self._tokens[self._position - 1] != " ":
                return self._tokens[self._position - 1]
        return None

    def argument(self) -> tuple[Token, ...]:
        """Consume the next token or `{..}` group; return its tokens without the braces."""
        first = self.letter()
        if first != "{":
            return () if first is None else (first,)
        start, depth = self._position, 1
        while depth and self._position < len(self._tokens):
            token = self._tokens[self._position]
            depth += (token == "{") - (token == "}")
            self._position += 1
        return tuple(self._tokens[start : self._position - (not depth)])


def params_of(tokens: list[Token]) -> tuple[Param, ...]:
    r"""Return the parameters that a specification describes. Unknown letters are ignored; `v` is read like `m`.

    Upper-case letters take a default value (that of `E` is ignored). `r`, `R`, `d`, `D` take two delimiters, `t` a token, `e`,
    `E` a list of tokens.
    """
    spec = _Specification(tokens)
    params: list[Param] = []
    while (letter := spec.letter()) is not None:
        if letter in _WITH_MODIFIER_ARGUMENT:
            spec.argument()
        elif letter not in _MODIFIERS:
            params += _params_of_letter(letter, spec)
    return tuple(params)


def _params_of_letter(letter: Token, spec: _Specification) -> list[Param]:
    if letter in "mv":
        return [Param("m")]
    if letter == "s":
        return [Param("s")]
    if letter == "t":
        return [Param("s", spec.argument()[:1])]
    if letter in "rRdD":
        pair = (*spec.argument()[:1], *spec.argument()[:1])
        default = spec.argument() if letter.isupper() else (NO_VALUE,)
        return [Param("b", default, pair)] if len(pair) == 2 else []
    if letter in "oOgG":
        default = spec.argument() if letter.isupper() else (NO_VALUE,)
        return [Param(letter.lower(), default)]
    if letter in "eE":
        return [Param("e", (NO_VALUE,), tuple(t for t in spec.argument() if t not in (" ", "{", "}")))] + (
            [] if letter == "e" else _without_defaults(spec)
        )
    if letter == "u":
        return [Param("d", spec.argument())]
    return {"l": [Param("l")], "b": [Param("body")]}.get(letter, [])


def _without_defaults(spec: _Specification) -> list[Param]:
    spec.argument()
    return []


def _document_command(overwrite: bool) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        found = [token for token in tex.argument() if token != " "]
        params = params_of(tex.argument())
        body = tuple(tex.argument())
        if found and found[0][0] == "\\" and (overwrite or tex.macros.get(found[0]) is None):
            tex.define(found[0], Macro(params, body))

    return define


def _document_environment(overwrite: bool) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        name = tex.name()
        begin = Macro(params_of(tex.argument()), tuple(tex.argument()))
        end = tuple(tex.argument())
        if name not in tex.fixed_environments and (overwrite or name not in tex.environments):
            tex.environments[name] = Environment(begin, end)

    return define


def _environment_with_body(tex: Expander) -> None:
    r"""\NewEnviron{name}[n][default]{..\BODY..}[end] of the environ package: \BODY stands for the environment's content."""
    name = tex.name()
    count = "".join(tex.optional() or []).strip()
    size = int(count) if count.isdecimal() and len(count) == 1 else 0
    default = tex.optional() if size else None
    params = [Param("m")] * size
    if default is not None:
        params[0] = Param("o", tuple(default))
    body = tuple(f"#{size + 1}" if token == "\\BODY" else token for token in tex.argument())
    end = tuple(tex.optional() or [])
    if name not in tex.fixed_environments and size < 9:
        tex.environments[name] = Environment(Macro((*params, Param("body")), body), end)


XPARSE: dict[Token, Callable[[Expander], None]] = {
    **{
        f"\\{verb}{kind}DocumentCommand": _document_command(verb != "Provide")
        for verb in ("New", "Renew", "Provide", "Declare")
        for kind in ("", "Expandable")
    },
    **{
        f"\\{verb}DocumentEnvironment": _document_environment(verb != "Provide")
        for verb in ("New", "Renew", "Provide", "Declare")
    },
    "\\NewEnviron": _environment_with_body,
    "\\RenewEnviron": _environment_with_body,
}
