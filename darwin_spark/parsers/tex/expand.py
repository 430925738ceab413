r"""TeX's gullet: reads tokens and expands macros, so that what comes out is text, groups and commands with a meaning of
their own. It knows nothing of what the text becomes.

Bounds: a macro that makes more than `_MAX_BURST` tokens out of one token of the source is runaway (`\def\a{\a\a}`), is
dropped with what it made and never expanded again; all expansion together is bounded by the size of the source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from darwin_spark.parsers.tex.counters import Counters
from darwin_spark.parsers.tex.input import Input
from darwin_spark.parsers.tex.tokens import Token, is_word

_MAX_BURST = 50_000
_MAX_SEARCH = 500
"""Open groups in which a global definition is looked for."""
_MAX_DEPTH = 60
"""Primitives that read the arguments of primitives; deeper ones are dropped."""
NO_VALUE = r"\NoValue"
SWITCH = r"\if@switch"
r"""What a name made by \newif expands to, the name behind it."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: m(andatory), o(ptional), s(tar), d(elimited by `tokens`), x (`tokens` that must follow)."""

    kind: str
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Macro:
    """What a user-defined name stands for. `optional` is the form of an optional argument that is not given."""

    params: tuple[Param, ...]
    body: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    r"""`\let\old\section`: another name of a command that has its own meaning."""

    target: Token


Meaning = Macro | Alias


@dataclass(slots=True)
class Group:
    """What a brace or an environment opened: definitions to restore when it closes, and whose environment it is."""

    environment: str | None = None
    saved: dict[Token, Meaning | None] | None = None
    on_close: Callable[[], None] | None = None
    label: tuple[str, str] = ("", "")
    closing: tuple[Token, ...] | None = None


@dataclass
class Environment:
    r"""A user's \newenvironment: its two macros."""

    begin: Macro
    end: tuple[Token, ...]


@dataclass(kw_only=True)
class Expander(Input):
    """What is read, expanded: definitions, groups, counters."""

    primitives: Mapping[Token, Callable[["Expander"], None]]
    fixed: frozenset[Token]
    """Names with a meaning here that no definition may take away."""
    fixed_environments: frozenset[str]
    macros: dict[Token, Meaning] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    switches: set[Token] = field(default_factory=set)
    """Names made by \\newif: conditionals, true or false."""
    true_switches: set[Token] = field(default_factory=set)
    counters: Counters = field(default_factory=Counters)
    groups: list[Group] = field(default_factory=list)
    math: bool = False
    r"""Whether what is read now is a formula (false in its \text parts)."""
    display: bool = False

    options: list[Token] = field(default_factory=list)
    """What hyperref is told: the PDF's title and keywords stand there."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._depth = 0
        self._runaway: set[Token] = set()

    def next(self) -> Token | None:
        """The next token that is no macro: definitions are made, conditionals decided, files entered on the way."""
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
            if self._depth < _MAX_DEPTH:
                self._depth += 1
                primitive(self)
                self._depth -= 1

    def may_expand(self, token: Token) -> bool:
        """Whether a user's macro may still be expanded."""
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
        """The macro's expansion with the arguments that follow."""
        before = self.work
        values = self._arguments(macro.params)
        body = substituted(macro.body, values) if macro.params else list(macro.body)
        taken = sum(map(len, values))
        self.work = before + taken + len(body) + 1
        self.burst += max(len(body) - taken, 0) + 1
        if self.burst > 20 * _MAX_BURST:
            self._runaway.add(name)
            return []
        return body

    def begin_environment(self, name: str) -> tuple[Token, ...]:
        """Push what a user's environment begins with; what it ends with."""
        found = self.environments[name]
        if not self.may_expand(f"\\begin{{{name}}}"):
            return ()
        values = self._arguments(found.begin.params)
        body = substituted(found.begin.body, values)
        self.work += len(body) + 1
        self.burst += len(body) + 1
        self.push(body)
        return tuple(substituted(found.end, values))

    def _arguments(self, params: tuple[Param, ...]) -> list[list[Token]]:
        """The arguments that follow; what must stand before them is passed over."""
        found = [(param.kind, self._argument_for(param)) for param in params]
        return [value for kind, value in found if kind != "x"]

    def _argument_for(self, param: Param) -> list[Token]:
        if param.kind == "m":
            return self.argument()
        if param.kind == "o":
            found = self.optional()
            return list(param.tokens) if found is None else found
        if param.kind == "s":
            return ["\\BooleanTrue"] if self.star() else ["\\BooleanFalse"]
        if param.kind == "x":
            for expected in param.tokens:
                token = self.character()
                if token is not None and token != expected:
                    self.push([token])
                    break
            return []
        return self.delimited(param.tokens)

    def evaluated(self, tokens: list[Token]) -> str:
        """Tokens expanded to plain characters; commands without expansion and braces fall away."""
        end = "\\end@evaluated"
        self.push([*tokens, end])
        out: list[str] = []
        while (token := self.next()) is not None and token != end:
            if token[0] != "\\" and token not in ("{", "}", "$"):
                out.append(" " if token == "~" else token)
            elif len(token) == 2 and not token[1].isalpha():
                out.append(token[1])
        return "".join(out)

    # -- definitions and groups

    def define(self, token: Token, meaning: Meaning | None, everywhere: bool = False) -> None:
        """Give a name a meaning, until the group ends."""
        if token in self.fixed or token[0] != "\\":
            return
        if everywhere:
            for group in self.groups[-_MAX_SEARCH:]:
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
        """The definitions of before the group."""
        for token, meaning in (group.saved or {}).items():
            if meaning is None:
                self.macros.pop(token, None)
            else:
                self.macros[token] = meaning

    def set_switch(self, token: Token, value: bool) -> None:
        r"""Make \iffoo true or false."""
        self.switches.add(token)
        (self.true_switches.add if value else self.true_switches.discard)(token)
        self.macros[token] = Macro((), (SWITCH, token))

    def meaning(self, token: Token) -> Meaning | Token | None:
        """What a name stands for, for comparison: None if for nothing."""
        found = self.macros.get(token)
        if isinstance(found, Alias):
            return found.target
        if found is not None:
            return found
        known = token in self.fixed or token in self.primitives or token in self.switches or not is_word(token)
        return token if known else None


def substituted(body: tuple[Token, ...], values: list[list[Token]]) -> list[Token]:
    """The body with #1.. replaced and ##1 made #1."""
    out: list[Token] = []
    for token in body:
        if token[0] != "#":
            out.append(token)
        elif token.startswith("##"):
            marks = len(token) - len(token.lstrip("#"))
            out.append("#" * (marks // 2) + token[marks:])
        elif len(token) > 1 and 0 < int(token[1]) <= len(values):
            out += values[int(token[1]) - 1]
    return out
