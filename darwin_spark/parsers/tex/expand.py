r"""Macro expansion (TeX's "gullet"): read tokens and expand macros until only text, groups and other commands are left.
This module is independent of the output format.

Limits: once expansion has produced more than `_MAX_BURST` tokens since the last token from a file, the macro that would be
expanded next counts as infinite (`\def\a{\a\a}`): the pending tokens are dropped and the macro is never expanded again. All
expansion together is limited to a number of tokens that grows with the bundle's size (`Input.exhausted`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from darwin_spark.parsers.tex.counters import Counters
from darwin_spark.parsers.tex.input import Input
from darwin_spark.parsers.tex.symbols import ACCENTS, SYMBOLS, accented
from darwin_spark.parsers.tex.tokens import Token, is_word

_MAX_BURST = 50_000
_MAX_SEARCHED_GROUPS = 500  # innermost open groups from which a global definition removes the saved old definition
_MAX_PRIMITIVE_DEPTH = 60  # nesting depth of primitives that expand their arguments; deeper primitives are dropped
NO_VALUE = r"\NoValue"
SWITCH = r"\if@switch"
r"""Internal conditional. A name created by \newif expands to this token, followed by the name."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a macro. What follows the macro's name is read as `kind` says; `tokens` is the value if that is absent.

    Kinds: m mandatory, o in brackets, w like o but `tokens` also replaces an empty value, g in braces, b between the tokens of
    `pair`, s the first token of `tokens` (default `*`) as a flag, e the values after any of the tokens in `pair`, d up to
    `tokens`, l up to a `{`, body the content of an environment, x `tokens` without a value.
    """

    kind: str
    tokens: tuple[Token, ...] = ()
    pair: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Macro:
    """A user-defined macro: its parameters and its body, in which `#1` stands for the first argument."""

    params: tuple[Param, ...]
    body: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    r"""Another name of a command that is not a macro (`\let\old\section`)."""

    target: Token


Meaning = Macro | Alias


@dataclass(slots=True)
class Unit:
    r"""What a \label refers to: a section, caption, formula .. by its counter, printed number and title.

    `tex` is the number as it is written in a formula, where it differs: for a tag `$\ast$` the number, `\ast`.
    """

    counter: str = ""
    number: str = ""
    title: str = ""
    tex: str = ""


@dataclass(slots=True)
class Group:
    """An open group. `saved`: meanings to restore; `label`: outer `Writer.current`; `closing`: a user environment's end."""

    environment: str | None = None
    saved: dict[Token, Meaning | None] | None = None
    on_close: Callable[[], None] | None = None
    label: Unit = field(default_factory=Unit)
    closing: tuple[Token, ...] | None = None


@dataclass
class Environment:
    r"""An environment defined by \newenvironment: the macro of its beginning and the body of its end."""

    begin: Macro
    end: tuple[Token, ...]


@dataclass(kw_only=True)
class Expander(Input):
    """Input that expands macros and executes primitives. It holds the definitions, open groups and counters."""

    primitives: Mapping[Token, "Primitive"]
    fixed: frozenset[Token]  # names that a document cannot redefine
    fixed_environments: frozenset[str]
    macros: dict[Token, Meaning] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    switches: set[Token] = field(default_factory=set)  # conditionals created by \newif, true or false
    true_switches: set[Token] = field(default_factory=set)
    counters: Counters = field(default_factory=Counters)
    groups: list[Group] = field(default_factory=list)
    math: bool = False  # whether the reader is inside a formula (False in the \text parts of a formula)
    display: bool = False

    options: list[Token] = field(default_factory=list)  # options of hyperref: PDF title and keywords
    packages: dict[str, str] = field(default_factory=dict)
    """Source of the options by name of package, for each package loaded; `class` holds the options of the document class."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._depth = 0
        self._runaway: set[Token] = set()

    def next(self) -> Token | None:
        """Expand macros and execute primitives until another token comes; return that token, None at the end of the input."""
        while True:
            token = self.raw()
            if token is None or token[0] != "\\":
                return token
            meaning = self.macros.get(token)
            if isinstance(meaning, Macro):
                if not self.may_expand(token):
                    return token
                self.push(self.body_of(meaning, token))
                continue
            if meaning is not None:
                token = meaning.target
            primitive = self.primitives.get(token)
            if primitive is None:
                return token
            if self._depth < _MAX_PRIMITIVE_DEPTH:
                self._depth += 1
                stays = primitive(self)
                self._depth -= 1
                if stays:
                    return token

    def may_expand(self, token: Token) -> bool:
        """Return whether macro `token` may be expanded; over `_MAX_BURST`, mark the macro infinite and drop `pending`."""
        if token in self._runaway:
            return False
        if self.burst > _MAX_BURST:
            self._runaway.add(token)
            self.burst = 0
            self.pending.clear()
            self.warn(f"{token} never ends: not expanded")
            return False
        if self.exhausted:
            self.warn("too much macro expansion: the rest is left as it is written")
            return False
        return True

    def body_of(self, macro: Macro, name: Token = "") -> list[Token]:
        """Read arguments and return the macro's body with them; [] and the macro marked infinite if `burst` > 1,000,000."""
        work_before = self.work
        values = self._read_arguments(macro.params)
        body = substituted(macro.body, values) if macro.params else list(macro.body)
        argument_tokens = sum(map(len, values))
        self.work = work_before + argument_tokens + len(body) + 1
        self.burst += max(len(body) - argument_tokens, 0) + 1
        if self.burst > 20 * _MAX_BURST:
            self._runaway.add(name)
            return []
        return body

    def begin_environment(self, name: str) -> tuple[Token, ...]:
        """Read the arguments of a user environment, push its begin body and return its end body; () if not `may_expand`."""
        found = self.environments[name]
        if not self.may_expand(f"\\begin{{{name}}}"):
            return ()
        values = self._read_arguments(found.begin.params, name)
        body = substituted(found.begin.body, values)
        self.work += len(body) + 1
        self.burst += len(body) + 1
        self.push(body)
        return tuple(substituted(found.end, values))

    def _read_arguments(self, params: tuple[Param, ...], environment: str = "") -> list[list[Token]]:
        """Consume one argument for each parameter; return the values: none for kind x, one for each token of kind e."""
        values: list[list[Token]] = []
        for param in params:
            if param.kind == "m":
                values.append(self.argument())
            elif param.kind == "x":
                self._skip_tokens(param.tokens)
            elif param.kind == "e":
                values += self._embellishments(param)
            elif param.kind == "body":
                values.append(self._environment_body(environment))
            else:
                values.append(self._read_parameter(param))
        return values

    def _read_parameter(self, param: Param) -> list[Token]:
        kind = param.kind
        if kind in "owb":
            found = self.optional(*param.pair) if param.pair else self.optional()
            return list(param.tokens) if found is None or (kind == "w" and not found) else found
        if kind == "s":
            return ["\\BooleanTrue"] if self.star(*param.tokens) else ["\\BooleanFalse"]
        if kind == "g":
            self.skip_blanks()
            return self.argument() if self.peek() == "{" else list(param.tokens)
        if kind == "l":
            found = self.delimited(("{",))
            self.push(["{"])
            return found
        return self.delimited(param.tokens)

    def _skip_tokens(self, tokens: tuple[Token, ...]) -> None:
        for expected in tokens:
            token = self.character()
            if token is not None and token != expected:
                self.push([token])
                break

    def _embellishments(self, param: Param) -> list[list[Token]]:
        """Consume the arguments that follow any of the tokens in `param.pair`, in any order; return them in that order."""
        values = {mark: list(param.tokens) for mark in param.pair}
        for _ in param.pair:
            token = self.character()
            if token is None or token not in values:
                self.push([token] if token is not None else [])
                break
            values[token] = self.argument()
        return list(values.values())

    def _environment_body(self, name: str) -> list[Token]:
        r"""Consume and return the tokens before the \end of environment `name`, which is not consumed."""
        found: list[Token] = []
        depth = 0
        while (token := self.raw()) is not None:
            if token in ("\\begin", "\\end"):
                inner = self.argument()
                depth += (token == "\\begin") if inner == [name] else 0
                if token == "\\end" and inner == [name]:
                    depth -= 1
                    if depth < 0:
                        self.push([token, "{", *inner, "}"])
                        break
                found += [token, "{", *inner, "}"]
            else:
                found.append(token)
        self.work += len(found)
        return found

    def expanded(self, tokens: list[Token]) -> list[Token]:
        """Return `tokens` with all macros expanded and primitives executed."""
        end = "\\end@edef"
        self.push([*tokens, end])
        out: list[Token] = []
        while (token := self.next()) is not None and token != end:
            out.append(token)
        return out

    def evaluated(self, tokens: list[Token]) -> str:
        r"""Expand `tokens` and return their text: accents and symbols as Unicode, `~` as a space, other commands dropped."""
        end = "\\end@evaluated"
        self.push([*tokens, end])
        out: list[str] = []
        accent = ""
        while (token := self.next()) is not None and token != end:
            if token in ACCENTS:
                accent = ACCENTS[token]
            elif token not in ("{", "}", "$"):
                text = SYMBOLS.get(token, "") if token[0] == "\\" else " " if token == "~" else token
                out.append(accented(text, accent) if accent else text)
                accent = accent if not text else ""
        return "".join(out)

    # -- definitions and groups

    def define(self, token: Token, meaning: Meaning | None, everywhere: bool = False) -> None:
        """Define `token` until the group ends, or globally; None undefines it. No-op if `token` is `fixed` or not a command."""
        if token in self.fixed or token[0] != "\\":
            return
        if everywhere:
            for group in self.groups[-_MAX_SEARCHED_GROUPS:]:
                if group.saved:
                    group.saved.pop(token, None)
        elif self.groups:
            group = self.groups[-1]
            if group.saved is None:
                group.saved = {}
            group.saved.setdefault(token, self.macros.get(token))
        if meaning is None:
            self.macros.pop(token, None)
        else:
            self.macros[token] = meaning

    def restore(self, group: Group) -> None:
        """Restore the definitions that were valid before a group."""
        for token, meaning in (group.saved or {}).items():
            if meaning is None:
                self.macros.pop(token, None)
            else:
                self.macros[token] = meaning

    def set_switch(self, token: Token, value: bool) -> None:
        r"""Set a conditional such as \iffoo to true or false; create it if it does not exist."""
        self.switches.add(token)
        (self.true_switches.add if value else self.true_switches.discard)(token)
        self.macros[token] = Macro((), (SWITCH, token))

    def meaning(self, token: Token) -> Meaning | Token | None:
        r"""Return what \ifx compares: a macro, an alias's target, or for built-in commands the token; None if undefined."""
        found = self.macros.get(token)
        if isinstance(found, Alias):
            return found.target
        if found is not None:
            return found
        has_meaning = token in self.fixed or token in self.primitives or token in self.switches or not is_word(token)
        return token if has_meaning else None


Primitive = Callable[[Expander], bool | None]
"""Handler of a command that the expander executes. It returns True if the command stays, as one that is not defined."""


def substituted(body: tuple[Token, ...], values: list[list[Token]]) -> list[Token]:
    """Return a macro body with `#1`, `#2` ... replaced by the first, second ... of `values`, and `##1` changed to `#1`."""
    out: list[Token] = []
    for token in body:
        if token[0] != "#":
            out.append(token)
        elif token.startswith("##"):
            hashes = len(token) - len(token.lstrip("#"))
            out.append("#" * (hashes // 2) + token[hashes:])
        elif len(token) > 1 and 0 < int(token[1]) <= len(values):
            out += values[int(token[1]) - 1]
    return out
