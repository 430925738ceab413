r"""Units of siunitx: read `\kilo\metre\per\second` or `km.s^{-1}`, and write the product as the package prints it.

A unit that the document declares is a macro `\siunitx@unit@name`, so its definition is read in place of its name.
"""

from dataclasses import dataclass

from darwin_spark.parsers.latex.siunitx.options import Options
from darwin_spark.parsers.latex.siunitx.symbols import (
    CONTROLS,
    POWERS_AFTER,
    POWERS_BEFORE,
    PREFIXES,
    UNITS,
    WITHOUT_SPACE,
    in_math,
    superscript,
)
from darwin_spark.parsers.tex.expand import Expander, Macro
from darwin_spark.parsers.tex.symbols import SYMBOLS
from darwin_spark.parsers.tex.tokens import Token

DECLARED, DECLARED_PREFIX, DECLARED_POWER = "\\siunitx@unit@", "\\siunitx@prefix@", "\\siunitx@power@"
_MAX_TOKENS = 2_000
_LITERAL = frozenset({"~", "\\,", "\\cdot", "\\ ", "\\times"})
_IGNORED = frozenset({"$", " ", "\\mathrm", "\\text", "\\textrm", "\\ensuremath", "\\rm", "\\!", "\\(", "\\)", "\\mbox"})
_MATH_CHARACTERS = {"µ": "\\mu ", "Ω": "\\Omega ", "°": "^{\\circ}", "Å": "\\mathring{A}", "%": "\\%"}
_LITERAL_SYMBOLS = {
    "\\mu": "µ",
    "\\Omega": "Ω",
    "\\textmu": "µ",
    "\\textdegree": "°",
    "\\circ": "°",
    "\\alpha": "α",
    "\\AA": "Å",
}


@dataclass
class Factor:
    """A unit in a product: its symbol with the prefix, its power ('' for 1), whether it divides, and its qualifier."""

    symbol: str
    power: str = ""
    divides: bool = False
    qualifier: str = ""


class UnitReader:
    """Reader of the tokens of one unit. `factors` is the product that was read."""

    def __init__(self, tex: Expander, options: Options) -> None:
        self._tex, self._options = tex, options
        self.factors: list[Factor] = []
        self._prefix = self._power = ""
        self._divides = False

    def read(self, tokens: list[Token]) -> None:
        """Read the tokens of a unit and append to `factors`."""
        end = "\\end@unit"
        self._tex.push([*tokens, end])
        for _ in range(_MAX_TOKENS):
            token = self._tex.raw()
            if token is None or token == end:
                if self._prefix:  # a prefix alone
                    self._add("")
                return
            self._read_token(token)
        while (token := self._tex.raw()) is not None and token != end:
            pass

    def _read_token(self, token: Token) -> None:
        name = token[1:] if token[0] == "\\" else ""
        declared = self._tex.macros.get(DECLARED + name) if name else None
        if isinstance(declared, Macro):
            self._tex.push(self._tex.body_of(declared, token) if self._tex.may_expand(token) else [])
        elif name in CONTROLS:
            self._control(name)
        elif name and DECLARED_PREFIX + name in self._tex.macros:
            self._prefix = self._declared(DECLARED_PREFIX + name)
        elif name and DECLARED_POWER + name in self._tex.macros:
            self._raise(self._declared(DECLARED_POWER + name))
        elif name in PREFIXES:
            self._prefix += PREFIXES[name]
        elif name in UNITS:
            self._add(UNITS[name])
        elif name and (token in self._tex.macros or token in self._tex.primitives):
            self._tex.push([token])
            following = self._tex.next()
            if following is not None:
                self._tex.push([following]) if following != token else None
        else:
            self._literal(token)

    def _declared(self, name: str) -> str:
        return self._tex.evaluated([name]).strip()

    def _control(self, name: str) -> None:
        if name == "per":
            self._divides = True
        elif name in POWERS_BEFORE:
            self._power = POWERS_BEFORE[name]
        elif name == "raiseto":
            self._power = self._tex.evaluated(self._tex.argument()).strip()
        elif name in POWERS_AFTER:
            self._raise(POWERS_AFTER[name])
        elif name == "tothe":
            self._raise(self._tex.evaluated(self._tex.argument()).strip())
        elif name == "of":
            self._qualify(self._tex.evaluated(self._tex.argument()).strip())
        elif name == "highlight":
            self._tex.argument()

    def _add(self, symbol: str) -> None:
        self.factors.append(Factor(self._prefix + symbol, self._power, self._divides))
        self._prefix = self._power = ""
        self._divides = self._divides and self._options.flag("sticky-per")

    def _raise(self, power: str) -> None:
        if self.factors and not self._prefix:
            self.factors[-1].power = power
        else:
            self._power = power

    def _qualify(self, text: str) -> None:
        if self.factors:
            self.factors[-1].qualifier = text

    def _literal(self, token: Token) -> None:
        """Read characters among unit macros: a unit of their own, a power, a qualifier or a division."""
        if token in _IGNORED or token in ("{", "}"):
            return
        text = _LITERAL_SYMBOLS.get(token, SYMBOLS.get(token, "") if token[0] == "\\" else token).strip(".· ")
        if token in ("^", "_"):
            argument = self._tex.evaluated(self._tex.argument()).replace("-", "−").strip()
            (self._raise if token == "^" else self._qualify)(argument)
        elif text == "/":
            self._divides = True
        elif text:
            self._add(text)


def literal_unit(tex: Expander, tokens: list[Token], options: Options) -> str | None:
    r"""Return the printed form of a unit without macros, `kg.m/s^{2}`: None if it has unit macros. A dot is a product."""
    out: list[str] = []
    product = _product(options, tex.math)
    queue = [token for token in reversed(tokens) if token not in _IGNORED]
    while queue:
        token = queue.pop()
        if token in ("^", "_"):
            out.append(_script(token, _next_argument(queue), tex.math))
        elif token in _LITERAL:
            out.append(product)
        elif token in _LITERAL_SYMBOLS:
            out.append(_LITERAL_SYMBOLS[token])
        elif token[0] == "\\":
            if token not in SYMBOLS:
                return None
            out.append(SYMBOLS[token])
        elif token not in ("{", "}"):
            out.append(token.replace(".", product))
    text = "".join(out).strip()
    return f"\\mathrm{{{''.join(_MATH_CHARACTERS.get(c, c) for c in text)}}}" if tex.math and text else text


def _next_argument(queue: list[Token]) -> str:
    """Consume the group, token or character that comes next in a reversed list of tokens; return its text."""
    if not queue:
        return ""
    token = queue.pop()
    if token != "{":
        if len(token) > 1 and token[0] != "\\":
            queue.append(token[1:])
            token = token[0]
        return _LITERAL_SYMBOLS.get(token, token)
    found: list[str] = []
    while queue and (token := queue.pop()) != "}":
        found.append(_LITERAL_SYMBOLS.get(token, token))
    return "".join(found).strip()


def _script(mark: str, text: str, math: bool) -> str:
    if text == "°":
        return "^{\\circ}" if math else "°"
    return f"{mark}{{{text}}}" if math or mark == "_" else superscript(text.replace("-", "−"))


def written_unit(factors: list[Factor], options: Options, math: bool) -> str:
    """Return the printed product of the factors. Without the option `per-mode`, units that divide have negative powers."""
    mode = options.get("per-mode", "inline-per-mode", default="power")
    product = _product(options, math)
    up = [factor for factor in factors if not factor.divides]
    down = [factor for factor in factors if factor.divides]
    if not down or mode in ("power", "reciprocal", "power-positive-first", "reciprocal-positive-first"):
        ordered = [*up, *down] if mode.endswith("first") else factors
        return product.join(_written_factor(factor, options, math, inverse=factor.divides) for factor in ordered)
    over = product.join(_written_factor(factor, options, math) for factor in up)
    under = [_written_factor(factor, options, math) for factor in down]
    symbol = options.text("per-symbol", default="/")
    if mode == "repeated-symbol":
        return over + "".join(symbol + part for part in under)
    if mode == "fraction" and math:
        return f"\\frac{{{over or '1'}}}{{{product.join(under)}}}"
    brackets = len(under) > 1 and options.flag("bracket-unit-denominator", default=True)
    return f"{over}{symbol}{f'({product.join(under)})' if brackets else product.join(under)}"


def needs_space(factors: list[Factor]) -> bool:
    """Return whether a space parts a number from its unit: not before a degree, minute or second of arc alone."""
    return not (len(factors) == 1 and factors[0].symbol in WITHOUT_SPACE)


def _product(options: Options, math: bool) -> str:
    text = options.text("inter-unit-product", "inter-unit-separator", default=" ")
    if not text.strip():
        return ("\\," if math else " ") if options.get("inter-unit-product", default="\\,") else ""
    return {"·": " \\cdot ", "×": " \\times "}.get(text.strip(), text) if math else text.replace(" ", "")


def _written_factor(factor: Factor, options: Options, math: bool, inverse: bool = False) -> str:
    power = factor.power
    if inverse:
        power = power[1:] if power[:1] in ("−", "-") else f"−{power or '1'}"
    symbol = in_math(factor.symbol) if math else factor.symbol
    symbol += _qualified(factor.qualifier, options, math) if factor.qualifier else ""
    if not power or power == "1":
        return symbol
    return f"{symbol}^{{{power.replace('−', '-')}}}" if math else symbol + superscript(power)


def _qualified(text: str, options: Options, math: bool) -> str:
    mode = options.get("qualifier-mode", default="subscript")
    if mode in ("bracket", "brackets"):
        return f"({text})"
    if mode in ("phrase", "space", "text", "combine"):
        phrase = options.text("qualifier-phrase", default=" of " if mode == "phrase" else " " if mode == "space" else "")
        return f"\\text{{{phrase}{text}}}" if math else phrase + text
    return f"_{{\\mathrm{{{text}}}}}" if math else f"_{{{text}}}"
