r"""Commands that define names: \def, \let, \newcommand, \newenvironment, \newif, \DeclareMathOperator. Those of
packages are in `xparse.py` and `package_definitions.py`."""

from collections.abc import Callable

from darwin_spark.parsers.tex.expand import Alias, Environment, Expander, Macro, Param
from darwin_spark.parsers.tex.package_definitions import PACKAGE_DEFINITIONS
from darwin_spark.parsers.tex.tokens import Token
from darwin_spark.parsers.tex.xparse import XPARSE

_PREFIXES = frozenset({"\\long", "\\outer", "\\protected", "\\global"})


def _target(tex: Expander) -> Token | None:
    r"""Consume and return the name to be defined, `\foo` or `{\foo}`; return None if it is not a control sequence."""
    found = [token for token in tex.argument() if token != " "]
    return found[0] if found and found[0][0] == "\\" else None


def _parameter_count(tokens: list[Token] | None) -> int:
    text = "".join(tokens or []).strip()
    return int(text) if text.isdecimal() and text.isascii() and len(text) == 1 else 0


def _latex_macro(tex: Expander) -> Macro:
    """Consume `[number of arguments][default of the first]{body}` and return the macro with these parameters and body."""
    count = _parameter_count(tex.optional())
    default = tex.optional() if count else None
    params = [Param("m")] * count
    if default is not None:
        params[0] = Param("o", tuple(default))
    return Macro(tuple(params), tuple(tex.argument()))


def _newcommand(overwrite: bool) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        tex.star()
        target = _target(tex)
        macro = _latex_macro(tex)
        if target is not None and (overwrite or tex.macros.get(target) is None):
            tex.define(target, macro)

    return define


def _def(everywhere: bool, expanded: bool = False) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        tex.skip_blanks()
        target = tex.raw()
        params = _tex_params(tex)
        body = tex.balanced()
        if target is None or target[0] != "\\":
            return
        if expanded:
            body = tex.expanded(body)
        tex.define(target, Macro(params, tuple(body)), everywhere)

    return define


def _tex_params(tex: Expander) -> tuple[Param, ...]:
    r"""Consume \def's parameter text, `#1#2` or with delimiters `(#1,#2)`, and the body's `{`; return the parameters."""
    params: list[Param] = []
    delimiter: list[Token] = []
    numbered = False
    while (token := tex.character()) is not None and token != "{":
        if token[0] == "#" and len(token) > 1:
            _append_param(params, delimiter, numbered)
            delimiter, numbered = [], True
        elif token != "#":
            delimiter.append(token)
    _append_param(params, delimiter, numbered)
    return tuple(params)


def _append_param(params: list[Param], delimiter: list[Token], numbered: bool) -> None:
    if numbered:
        params.append(Param("d", tuple(delimiter)) if delimiter else Param("m"))
    elif delimiter:
        params.append(Param("x", tuple(delimiter)))


def _let(everywhere: bool) -> Callable[[Expander], None]:
    def define(tex: Expander) -> None:
        tex.skip_blanks()
        target = tex.raw()
        tex.skip_blanks()
        token = tex.character()
        if token == "=":
            if tex.peek() == " ":
                tex.raw()
            token = tex.character()
        if target is None or token is None or target[0] != "\\":
            return
        let(tex, target, token, everywhere)

    return define


def let(tex: Expander, target: Token, token: Token, everywhere: bool = False) -> None:
    r"""Execute \let: give `target` the meaning of `token`, \iftrue as a conditional, `\c@b` as a counter's alias."""
    if target.startswith("\\c@") and token.startswith("\\c@"):
        tex.counters.alias(target[3:], token[3:])
    elif token in ("\\iftrue", "\\iffalse"):
        tex.set_switch(target, token == "\\iftrue")
    elif token[0] != "\\":
        tex.define(target, Macro((), (token,)), everywhere)
    elif target != token:
        tex.define(target, tex.macros.get(token) or Alias(token), everywhere)


def _newif(tex: Expander) -> None:
    target = _target(tex)
    if target is None or not target.startswith("\\if") or len(target) < 4:
        return
    tex.set_switch(target, False)
    name = target[3:]
    tex.macros[f"\\{name}true"] = Macro((), ("\\set@switch", target, "\\iftrue"))
    tex.macros[f"\\{name}false"] = Macro((), ("\\set@switch", target, "\\iffalse"))


def _set_switch(tex: Expander) -> None:
    target, value = tex.raw(), tex.raw()
    if target is not None and value is not None:
        let(tex, target, value)


def _new_boolean(overwrite: bool) -> Callable[[Expander], None]:
    r"""Create a false boolean (ifthen's \newboolean{foo}, etoolbox's \newbool{foo}, \newtoggle{foo}): conditional \iffoo.

    Without `overwrite` (\provideboolean) a boolean that exists keeps its value.
    """

    def define(tex: Expander) -> None:
        target = f"\\if{tex.name()}"
        if overwrite or target not in tex.switches:
            tex.set_switch(target, False)

    return define


def _assign_boolean(value: bool | None = None) -> Callable[[Expander], None]:
    def assign(tex: Expander) -> None:
        target = f"\\if{tex.name()}"
        truth = value if value is not None else tex.name() == "true"
        tex.set_switch(target, truth)

    return assign


def _environment(tex: Expander) -> None:
    tex.star()
    name = tex.name()
    begin = _latex_macro(tex)
    end = tuple(tex.argument())
    if name and name not in tex.fixed_environments:
        tex.environments[name] = Environment(begin, end)


def _math_operator(tex: Expander) -> None:
    command = "\\operatorname*" if tex.star() else "\\operatorname"
    target, body = _target(tex), tex.argument()
    if target is not None:
        star = ["*"] if command.endswith("*") else []
        tex.define(target, Macro((), ("\\operatorname", *star, "{", *body, "}")))


def _global(tex: Expander) -> None:
    r"""Execute globally the \def, \edef or \let after \global and further prefixes; before any other token, do nothing."""
    tex.skip_blanks()
    while tex.peek() in _PREFIXES:
        tex.raw()
        tex.skip_blanks()
    command = _GLOBAL_FORMS.get(tex.peek() or "")
    if command is not None:
        tex.raw()
        command(tex)


def _no_op(_tex: Expander) -> None:
    pass


_GLOBAL_FORMS: dict[Token, Callable[[Expander], None]] = {
    "\\def": _def(True),
    "\\gdef": _def(True),
    "\\edef": _def(True, expanded=True),
    "\\xdef": _def(True, expanded=True),
    "\\let": _let(True),
}
DEFINITIONS: dict[Token, Callable[[Expander], None]] = {
    "\\def": _def(False),
    "\\gdef": _def(True),
    "\\edef": _def(False, expanded=True),
    "\\xdef": _def(True, expanded=True),
    "\\let": _let(False),
    "\\glet": _let(True),
    "\\newcommand": _newcommand(True),
    "\\renewcommand": _newcommand(True),
    "\\DeclareRobustCommand": _newcommand(True),
    "\\newrobustcmd": _newcommand(True),
    "\\algnewcommand": _newcommand(True),
    "\\algrenewcommand": _newcommand(True),
    "\\providecommand": _newcommand(False),
    "\\newenvironment": _environment,
    "\\renewenvironment": _environment,
    "\\DeclareMathOperator": _math_operator,
    **XPARSE,
    **PACKAGE_DEFINITIONS,
    "\\newif": _newif,
    "\\set@switch": _set_switch,
    **dict.fromkeys(("\\newboolean", "\\newbool", "\\newtoggle"), _new_boolean(True)),
    **dict.fromkeys(("\\provideboolean", "\\providebool", "\\providetoggle"), _new_boolean(False)),
    "\\setboolean": _assign_boolean(),
    "\\setbool": _assign_boolean(),
    "\\booltrue": _assign_boolean(True),
    "\\boolfalse": _assign_boolean(False),
    "\\toggletrue": _assign_boolean(True),
    "\\togglefalse": _assign_boolean(False),
    **dict.fromkeys(_PREFIXES - {"\\global"}, _no_op),
    "\\global": _global,
}
