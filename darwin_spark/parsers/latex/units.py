r"""Commands of the siunitx package for numbers with units: `\SI{5}{\kilo\metre}` becomes `5 km`."""

from collections.abc import Callable

from darwin_spark.parsers.latex.writer import Writer
from darwin_spark.parsers.tex.tokens import Token


def quantity(kinds: str) -> Callable[[Writer], None]:
    r"""Return a handler that writes an argument per letter of `kinds`: \SI{5}{\metre} (`ab`): `5 m`, \ang{5} (`a`): `5°`."""

    def put(writer: Writer) -> None:
        writer.tex.optional()
        parts = [_unit(writer.tex.argument()) for _ in kinds]
        writer.write(" ".join(filter(None, parts)) + ("°" if kinds == "a" else ""))

    return put


def span(with_unit: bool) -> Callable[[Writer], None]:
    r"""Return the handler of a range: \SIrange{1}{5}{\metre} is written `1 m to 5 m`; \numrange{1}{5}, no unit, `1 to 5`."""

    def put(writer: Writer) -> None:
        writer.tex.optional()
        numbers = [_unit(writer.tex.argument()) for _ in range(2)]
        unit = _unit(writer.tex.argument()) if with_unit else ""
        writer.write(" to ".join(f"{number} {unit}".strip() for number in numbers))

    return put


def several(with_unit: bool) -> Callable[[Writer], None]:
    r"""Return the handler of a list: \SIlist{1;2}{\metre} is written `1 m and 2 m`, and \numlist{1;2}, no unit, `1 and 2`."""

    def put(writer: Writer) -> None:
        writer.tex.optional()
        numbers = [number.strip() for number in _unit(writer.tex.argument()).split(";")]
        unit = _unit(writer.tex.argument()) if with_unit else ""
        *first, last = [f"{number} {unit}".strip() for number in numbers]
        writer.write(f"{', '.join(first)} and {last}" if first else last)

    return put


_UNITS = {
    "metre": "m", "meter": "m", "second": "s", "gram": "g", "kelvin": "K", "mole": "mol", "ampere": "A", "candela": "cd",
    "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "volt": "V", "ohm": "Ω", "tesla": "T",
    "electronvolt": "eV", "litre": "L", "liter": "L", "minute": "min", "hour": "h", "day": "d", "degree": "°", "percent": "%",
    "celsius": "°C", "degreeCelsius": "°C", "micro": "µ", "milli": "m", "nano": "n", "pico": "p", "kilo": "k", "mega": "M",
    "giga": "G", "tera": "T", "centi": "c", "deci": "d", "per": "/", "squared": "²", "cubed": "³", "square": "²", "cubic": "³",
    "angstrom": "Å", "byte": "B", "bit": "bit", "radian": "rad", "bar": "bar", "dalton": "Da", "coulomb": "C", "farad": "F",
}  # fmt: skip


def _unit(tokens: list[Token]) -> str:
    return "".join(_UNITS.get(t[1:], t[1:]) if t[0] == "\\" else ("" if t in "{}" else t) for t in tokens if t != "~").strip()
