r"""Columns of tables: read a column specification such as `l S[table-format=2.1] >{$}c<{$} *{2}{p{3cm}}`."""

from darwin_spark.parsers.tex.expand import Expander, Macro, Param
from darwin_spark.parsers.tex.tokens import Token

COLUMN_TYPE = "\\column@"
_MAX_COLUMNS, _MAX_ADDED_STEPS = 100, 300
_WITH_ARGUMENT = frozenset("pmbX")
_IGNORED_WITH_ARGUMENT = frozenset("@!")
TEXT, MATH, NUMBER, RAGGED = "text", "math", "number", "ragged"
r"""Kinds of columns. RAGGED: `\\` breaks the line of a cell, because \raggedright is not followed by \arraybackslash."""


def columns_of(tex: Expander, tokens: list[Token], is_deluxe: bool = False) -> list[str]:
    """Return the kind of each column. In an AASTeX table (`is_deluxe`) columns `C`, `L` and `R` are formulas."""
    return _Specification(tex, tokens, is_deluxe).read()


class _Specification:
    def __init__(self, tex: Expander, tokens: list[Token], is_deluxe: bool) -> None:
        self._tex = tex
        self._letters = [c for token in reversed(tokens) for c in ([token] if token[0] == "\\" else reversed(token))]
        self._max_steps = len(self._letters) + _MAX_ADDED_STEPS
        self._is_deluxe = is_deluxe
        self._before: list[Token] = []

    def read(self) -> list[str]:
        columns: list[str] = []
        for _ in range(self._max_steps):
            if not self._letters or len(columns) >= _MAX_COLUMNS:
                break
            letter = self._letters.pop()
            if letter == ">":
                self._before += self._argument()
            elif letter == "<":
                if columns and "$" in self._argument():
                    columns[-1] = MATH
            elif letter in _IGNORED_WITH_ARGUMENT:
                self._argument()
            elif letter == "*":
                self._repeat()
            elif isinstance(self._tex.macros.get(COLUMN_TYPE + letter), Macro):
                self._expand(letter)
            elif letter.isalpha() and len(letter) == 1:
                columns.append(self._kind(letter))
        return columns

    def _argument(self) -> list[Token]:
        """Consume the group or token that follows; return its tokens, in order."""
        while self._letters and self._letters[-1] == " ":
            self._letters.pop()
        if not self._letters:
            return []
        first = self._letters.pop()
        if first != "{":
            return [first]
        found: list[Token] = []
        depth = 1
        while self._letters:
            letter = self._letters.pop()
            depth += (letter == "{") - (letter == "}")
            if not depth:
                break
            found.append(letter)
        return found

    def _repeat(self) -> None:
        count = "".join(self._argument()).strip()
        inner = self._argument()
        times = min(int(count), _MAX_COLUMNS) if count.isdecimal() and len(count) < 4 else 1
        if len(self._letters) + times * len(inner) < self._max_steps:
            self._letters += list(reversed(inner * times))

    def _expand(self, letter: str) -> None:
        """Replace a column type of the document by its definition."""
        found = self._tex.macros[COLUMN_TYPE + letter]
        if not isinstance(found, Macro):
            return
        values = [self._argument() for _ in found.params]
        body = [c for token in found.body for c in _filled(token, values)]
        if len(self._letters) + len(body) < self._max_steps:
            self._letters += list(reversed(body))

    def _kind(self, letter: str) -> str:
        before, self._before = self._before, []
        while self._letters and self._letters[-1] == "[":
            while self._letters and self._letters.pop() != "]":
                pass
        if letter in _WITH_ARGUMENT and self._letters and self._letters[-1] == "{":
            self._argument()
        elif letter in "wW":
            self._argument()
            self._argument()
        elif letter == "D":
            for _ in range(3):
                self._argument()
        if letter == "S":
            return NUMBER
        if "$" in before or (self._is_deluxe and letter in "CLR"):
            return MATH
        ragged = {"\\raggedright", "\\raggedleft", "\\centering"} & set(before)
        return RAGGED if ragged and "\\arraybackslash" not in before and "\\tabularnewline" not in before else TEXT


def _filled(token: Token, values: list[list[Token]]) -> list[Token]:
    if len(token) == 2 and token[0] == "#" and token[1].isdecimal() and 0 < int(token[1]) <= len(values):
        return values[int(token[1]) - 1]
    return [token] if token[0] in "\\#" else list(token)


def define_column_type(tex: Expander) -> None:
    r"""\newcolumntype{C}[1]{>{\centering}p{#1}}: define a column type."""
    name = tex.name()
    count = "".join(tex.optional() or []).strip()
    body = tuple(tex.argument())
    if len(name) == 1 and name not in body:
        tex.define(COLUMN_TYPE + name, Macro((Param("m"),) * (int(count) if count in tuple("123456789") else 0), body))
