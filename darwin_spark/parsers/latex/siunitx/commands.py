r"""Commands of siunitx: \SI, \qty, \num, \si, \unit, \ang, their lists, ranges and products, and the declarations.

The commands are expanded: in text to Unicode (`5 m s⁻¹`), in a formula to TeX (`5\,\mathrm{m}\,\mathrm{s}^{-1}`).
Spec: the manuals of siunitx 2 and 3 on CTAN.
"""

import re
from collections.abc import Callable

from darwin_spark.parsers.latex.siunitx.expressions import (
    DECLARED,
    DECLARED_POWER,
    DECLARED_PREFIX,
    UnitReader,
    literal_unit,
    needs_space,
    written_unit,
)
from darwin_spark.parsers.latex.siunitx.numbers import cleaned, formatted
from darwin_spark.parsers.latex.siunitx.options import Options, set_up, settings_of
from darwin_spark.parsers.latex.siunitx.symbols import WITHOUT_SPACE
from darwin_spark.parsers.tex.expand import Expander, Macro, Primitive
from darwin_spark.parsers.tex.tokens import Token, tokens_of

Command = Callable[[Expander], None]
_PACKAGES = ("siunitx", "SIunits", "units", "physics")
_MAX_ITEMS = 1_000
_WORDS = re.compile(r"[A-Za-z]{3,}")  # in a number: text, which is not formatted
_ANGLE_SIGNS = ("°", "′", "″")
_MATH_ANGLE_SIGNS = ("^{\\circ}", "'", "''")


def _number(tex: Expander, tokens: list[Token], options: Options) -> str:
    """Return the printed form of a number, in a formula as TeX."""
    if not options.flag("parse-numbers", default=True):
        return tex.evaluated(tokens).strip()
    expanded = tex.expanded(tokens)
    text = cleaned(expanded)
    return tex.evaluated(expanded).strip() if _WORDS.search(text) else formatted(text, options, tex.math)


def _unit(tex: Expander, tokens: list[Token], options: Options) -> tuple[str, bool]:
    """Return the printed form of a unit, in a formula as TeX, and whether a space parts the number from the unit."""
    literal = literal_unit(tex, tokens, options)
    if literal is not None:
        return literal, literal not in WITHOUT_SPACE
    reader = UnitReader(tex, options)
    reader.read(tokens)
    return written_unit(reader.factors, options, tex.math), needs_space(reader.factors)


def _join(tex: Expander, number: str, unit: tuple[str, bool], options: Options) -> str:
    text, spaced = unit
    if not number or not text:
        return number or text
    between = options.text("quantity-product", "number-unit-product", "number-unit-separator", default=" ")
    separator = ("\\," if tex.math and not between.strip() else between) if spaced and between else ""
    is_sum = any(sign in number for sign in (" ± ", " \\pm ", " + ", " − ", " - "))
    return f"({number}){separator}{text}" if is_sum and not number.startswith("(") else f"{number}{separator}{text}"


def _put(tex: Expander, text: str) -> None:
    if not text:
        return
    if tex.math:
        tex.push(["{", *tokens_of(text), "}"] if text[-1].isalpha() or "\\" in text else tokens_of(text))
    else:
        tex.push(["\\$", text[2:]] if text.startswith("\\$") and len(text) > 2 else [text])


def _quantity(tex: Expander) -> None:
    r"""\SI[options]{number}[unit before]{unit} or \qty: write the number and its unit.

    With the package physics, without siunitx, \qty(x) and \qty{x} are brackets.
    """
    if "physics" in tex.packages and "siunitx" not in tex.packages:
        _brackets(tex)
        return
    options = settings_of(tex, tex.optional())
    number = tex.argument()
    before = tex.optional()
    unit = tex.argument()
    text = _written_quantity(tex, number, unit, options)
    _put(tex, (tex.evaluated(before) if before else "") + text)


def _brackets(tex: Expander) -> None:
    tex.star()
    for opening, closing in (("(", ")"), ("[", "]"), ("|", "|")):
        inside = tex.optional(opening, closing)
        if inside is not None:
            tex.push(["\\left", opening, *inside, "\\right", closing])
            return
    if tex.peek() == "{":
        tex.push(["\\left", "\\{", *tex.argument(), "\\right", "\\}"])


def _written_quantity(tex: Expander, number: list[Token], unit: list[Token], options: Options) -> str:
    factors = _factors(tex, number)
    if len(factors) > 1:
        return _written_product(tex, factors, unit, options)
    return _join(tex, _number(tex, number, options), _unit(tex, unit, options), options)


def _factors(tex: Expander, tokens: list[Token]) -> list[list[Token]]:
    """Return the factors of a product `2 x 3`; one if the number is no product."""
    text = cleaned(tex.expanded(tokens))
    parts = text.split("x")[:_MAX_ITEMS]
    return [[part] for part in parts if part] if "x10^" not in text and len(parts) > 1 else [tokens]


def _number_command(tex: Expander) -> None:
    options = settings_of(tex, tex.optional())
    _put(tex, _number(tex, tex.argument(), options))


def _unit_command(tex: Expander) -> None:
    r"""\si{\metre} or \unit{\metre}: write a unit. \unit[5]{m} of the package units writes a number and a unit."""
    option = tex.optional()
    if option and "=" not in "".join(option) and (tex.packages.get("units") is not None or option[0][:1].isdigit()):
        _put(tex, _written_quantity(tex, option, tex.argument(), settings_of(tex, None)))
        return
    options = settings_of(tex, option)
    first = tex.argument()
    if "SIunits" in tex.packages and tex.peek() == "{":
        _put(tex, _written_quantity(tex, first, tex.argument(), options))
        return
    _put(tex, _unit(tex, first, options)[0])


def _angle(tex: Expander) -> None:
    r"""\ang{1;2;3}: write degrees, minutes and seconds of arc; empty ones are left out."""
    options = settings_of(tex, tex.optional())
    parts = "".join(cleaned(tex.expanded(tex.argument()))).split(";")[:3]
    signs = _MATH_ANGLE_SIGNS if tex.math else _ANGLE_SIGNS
    pairs = zip(parts, signs, strict=False)
    _put(tex, "".join(f"{formatted(part, options, tex.math)}{sign}" for part, sign in pairs if part))


def _range(with_unit: bool) -> Command:
    r"""Return the handler of \SIrange{1}{5}{\metre}, which writes `1 m to 5 m`, or without unit of \numrange."""

    def put(tex: Expander) -> None:
        options = settings_of(tex, tex.optional())
        numbers = [_number(tex, tex.argument(), options) for _ in range(2)]
        unit = _unit(tex, tex.argument(), options) if with_unit else ("", False)
        phrase = options.word("to", "range-phrase", default=" to ")
        opening = options.text("range-open-phrase", default="")
        text = _with_units(tex, numbers, unit, options, ("range-units", lambda parts: phrase.join(parts)))
        _put_words(tex, opening + text)

    return put


def _list(with_unit: bool) -> Command:
    r"""Return the handler of \SIlist{1;2}{\metre}, which writes `1 m and 2 m`, or without unit of \numlist."""

    def put(tex: Expander) -> None:
        options = settings_of(tex, tex.optional())
        items = _items(tex.expanded(tex.argument()))
        numbers = [_number(tex, item, options) for item in items]
        unit = _unit(tex, tex.argument(), options) if with_unit else ("", False)
        _put_words(tex, _with_units(tex, numbers, unit, options, ("list-units", lambda parts: _enumerated(parts, options))))

    return put


def _product(with_unit: bool) -> Command:
    r"""Return the handler of \qtyproduct{2 x 3}{\metre}, which writes `2 m × 3 m`, or without unit of \numproduct."""

    def put(tex: Expander) -> None:
        options = settings_of(tex, tex.optional())
        factors = _factors(tex, tex.argument())
        unit = tex.argument() if with_unit else []
        _put(tex, _written_product(tex, factors, unit, options))

    return put


def _written_product(tex: Expander, factors: list[list[Token]], unit: list[Token], options: Options) -> str:
    numbers = [_number(tex, factor, options) for factor in factors]
    sign = options.text("output-product", "product-symbol", default="×")
    sign = "\\times" if tex.math and sign == "×" else sign
    written = _unit(tex, unit, options) if unit else ("", False)
    return _with_units(tex, numbers, written, options, ("product-units", lambda parts: f" {sign} ".join(parts)))


def _with_units(
    tex: Expander,
    numbers: list[str],
    unit: tuple[str, bool],
    options: Options,
    way: tuple[str, Callable[[list[str]], str]],
) -> str:
    """Return numbers, joined by the function in `way`, with the unit behind each, or once as the setting in `way` says."""
    setting, join = way
    mode = options.get(setting, default="repeat")
    if mode in ("repeat", "repeat-once") or not unit[0]:
        return join([_join(tex, number, unit, options) for number in numbers])
    together = join(numbers)
    if mode in ("bracket", "brackets", "bracket-power", "brackets-power"):
        together = f"({together})"
    last = _join(tex, "0", unit, options)[1:]
    if mode.endswith("power") and len(numbers) > 1:
        last += f"^{{{len(numbers)}}}" if tex.math else str(len(numbers)).translate(str.maketrans("23456789", "²³⁴⁵⁶⁷⁸⁹"))
    return together + last


def _enumerated(parts: list[str], options: Options) -> str:
    if len(parts) < 2:
        return "".join(parts)
    final = options.word("and", "list-final-separator", default=" and ")
    pair = options.word("and", "list-pair-separator", default=" and ")
    return options.text("list-separator", default=", ").join(parts[:-1]) + (pair if len(parts) == 2 else final) + parts[-1]


def _items(tokens: list[Token]) -> list[list[Token]]:
    """Return the items of a list, which semicolons separate."""
    items: list[list[Token]] = [[]]
    for token in tokens:
        first, *more = token.split(";") if token[0] != "\\" else [token]
        items[-1] += [first] if first else []
        items += [[part] if part else [] for part in more][: _MAX_ITEMS - len(items)]
    return [item for item in items if item]


def _put_words(tex: Expander, text: str) -> None:
    """Write a text with words between quantities; in a formula the words are text."""
    if not tex.math:
        _put(tex, text)
        return
    words = [" to ", " and ", " bis ", " und ", " à ", " et ", " a ", " y ", " e "]
    for word in words:
        text = text.replace(word, f"\\text{{{word}}}")
    _put(tex, text)


def _declare_unit(tex: Expander) -> None:
    r"""\DeclareSIUnit[options]\molar{\mole\per\cubic\deci\metre}: declare a unit by its definition."""
    tex.optional()
    name, definition = _name(tex), tex.argument()
    if name and f"\\{name}" not in definition:
        tex.define(DECLARED + name, Macro((), tuple(definition)))


def _declare_prefix(tex: Expander) -> None:
    r"""\DeclareSIPrefix\kilo{k}{3}: declare a prefix by its symbol."""
    name, symbol = _name(tex), tex.argument()
    tex.argument()
    tex.define(DECLARED_PREFIX + name, Macro((), tuple(symbol)))


def _declare_power(tex: Expander) -> None:
    r"""\DeclareSIPower\quartic\tothefourth{4}: declare the two macros of a power, before and after its unit."""
    before, after, power = _name(tex), _name(tex), tuple(tex.argument())
    tex.define(DECLARED + before, Macro((), ("\\raiseto", "{", *power, "}")))
    tex.define(DECLARED_POWER + after, Macro((), power))


def _declare_qualifier(tex: Expander) -> None:
    r"""\DeclareSIQualifier\polymer{pol}: declare a macro that qualifies the unit before it."""
    name, text = _name(tex), tex.argument()
    tex.define(DECLARED + name, Macro((), ("\\of", "{", *text, "}")))


def _name(tex: Expander) -> str:
    return next((token[1:] for token in tex.argument() if token[0] == "\\"), "")


def _grouped(tokens: list[Token]) -> list[Token]:
    return tokens if len(tokens) == 1 and tokens[0].isalnum() else ["{", *tokens, "}"]


def _fraction(kinds: str) -> Command:
    r"""Return the handler of \nicefrac{1}{2} and \sfrac, or with `kinds` "u" of \unitfrac[5]{m}{s}: write `1/2`, `5 m/s`."""

    def put(tex: Expander) -> None:
        option = tex.optional()
        over, under = tex.argument(), tex.argument()
        if tex.math and kinds != "u":
            tex.push(["{", *_grouped(over), "/", *_grouped(under), "}"])
            return
        number = [*option, "~"] if option and kinds == "u" else []
        tex.push([*number, "{", *over, "}", "/", "{", *under, "}"])

    return put


_AMBIGUOUS = frozenset({"\\num", "\\unit", "\\ang", "\\qty", "\\si"})
"""Commands that documents without siunitx define too; in a formula of such a document they stay."""


def _unless_ambiguous(command: Command) -> Primitive:
    def put(tex: Expander) -> bool:
        if tex.math and tex.packages.keys().isdisjoint(_PACKAGES):
            return True
        command(tex)
        return False

    return put


def commands() -> dict[Token, Primitive]:
    """Return the handlers by command. A document's own definitions of the same names take precedence."""
    handlers = _handlers()
    return {token: _unless_ambiguous(command) if token in _AMBIGUOUS else command for token, command in handlers.items()}


def _handlers() -> dict[Token, Command]:
    return {
        **dict.fromkeys(("\\SI", "\\qty"), _quantity),
        **dict.fromkeys(("\\num", "\\complexnum"), _number_command),
        "\\complexqty": _quantity,
        **dict.fromkeys(("\\si", "\\unit"), _unit_command),
        "\\ang": _angle,
        **dict.fromkeys(("\\SIrange", "\\qtyrange"), _range(with_unit=True)),
        "\\numrange": _range(with_unit=False),
        **dict.fromkeys(("\\SIlist", "\\qtylist"), _list(with_unit=True)),
        "\\numlist": _list(with_unit=False),
        "\\qtyproduct": _product(with_unit=True),
        "\\numproduct": _product(with_unit=False),
        "\\sisetup": set_up,
        "\\DeclareSIUnit": _declare_unit,
        "\\DeclareSIPrefix": _declare_prefix,
        "\\DeclareBinaryPrefix": _declare_prefix,
        "\\DeclareSIPower": _declare_power,
        "\\DeclareSIQualifier": _declare_qualifier,
        **dict.fromkeys(("\\nicefrac", "\\sfrac"), _fraction("")),
        "\\unitfrac": _fraction("u"),
    }
