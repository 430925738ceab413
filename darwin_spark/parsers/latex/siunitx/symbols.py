"""Unit, prefix and power macros of siunitx (versions 2 and 3), with the symbols that the package prints."""

PREFIXES = {
    "quecto": "q", "ronto": "r", "yocto": "y", "zepto": "z", "atto": "a", "femto": "f", "pico": "p", "nano": "n",
    "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "deca": "da", "deka": "da", "hecto": "h", "kilo": "k",
    "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "zetta": "Z", "yotta": "Y", "ronna": "R", "quetta": "Q",
    "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "pebi": "Pi", "exbi": "Ei", "zebi": "Zi", "yobi": "Yi",
}  # fmt: skip
_BASE_UNITS = {
    "ampere": "A", "candela": "cd", "kelvin": "K", "gram": "g", "metre": "m", "meter": "m", "mole": "mol", "second": "s",
    "kilogram": "kg", "becquerel": "Bq", "celsius": "°C", "degreeCelsius": "°C", "coulomb": "C", "farad": "F", "gray": "Gy",
    "hertz": "Hz", "henry": "H", "joule": "J", "katal": "kat", "lumen": "lm", "lux": "lx", "newton": "N", "ohm": "Ω",
    "pascal": "Pa", "radian": "rad", "siemens": "S", "sievert": "Sv", "steradian": "sr", "tesla": "T", "volt": "V",
    "watt": "W", "weber": "Wb", "astronomicalunit": "au", "bel": "B", "decibel": "dB", "dalton": "Da", "day": "d",
    "electronvolt": "eV", "hectare": "ha", "hour": "h", "litre": "L", "liter": "L", "minute": "min", "neper": "Np",
    "tonne": "t", "arcminute": "′", "arcmin": "′", "arcsecond": "″", "arcsec": "″", "degree": "°", "percent": "%",
    "bar": "bar", "barn": "b", "knot": "kn", "mmHg": "mmHg", "nauticalmile": "M", "angstrom": "Å", "byte": "B", "bit": "bit",
    "atomicmassunit": "u", "bohr": "a_{0}", "clight": "c_{0}", "electronmass": "m_{e}", "elementarycharge": "e",
    "hartree": "E_{h}", "planckbar": "ħ", "gauss": "G", "poise": "P", "stokes": "St", "dyne": "dyn", "erg": "erg",
    "curie": "Ci", "rad": "rad", "rem": "rem", "roentgen": "R", "parsec": "pc", "lightyear": "ly", "atmosphere": "atm",
    "calorie": "cal", "perthousand": "‰", "permille": "‰", "gon": "gon", "baud": "Bd", "are": "a", "arcsecs": "″",
}  # fmt: skip
_ABBREVIATED = {  # prefixes by unit of the short names, such as \kHz
    "g": "f p n u m k", "m": "p n u m c d k", "s": "a f p n u m", "mol": "f p n u m k", "A": "p n u m k", "Hz": "m k M G T",
    "N": "m k M", "Pa": "k M G m", "V": "p n u m k", "W": "n u m k M G", "J": "u m k", "eV": "m k M G T", "F": "f p n u m",
    "H": "f p n u m", "C": "n u m", "T": "m u", "L": "u m h", "l": "u m h", "B": "d",
}  # fmt: skip
_SPECIAL = {
    "kWh": "kWh", "amu": "u", "mohm": "mΩ", "kohm": "kΩ", "Mohm": "MΩ", "K": "K", "dB": "dB", "Hz": "Hz", "Pa": "Pa",
    "mol": "mol", "eV": "eV", "kibibyte": "KiB", "uohm": "µΩ", "Wh": "Wh", "MWh": "MWh", "GWh": "GWh", "kA": "kA", "uT": "µT",
}  # fmt: skip
UNITS = {
    **_BASE_UNITS,
    **{symbol: symbol for symbol in _ABBREVIATED if len(symbol) == 1},
    **{
        prefix + unit: ("µ" if prefix == "u" else prefix) + unit
        for unit, prefixes in _ABBREVIATED.items()
        for prefix in prefixes.split()
    },
    **_SPECIAL,
}
POWERS_BEFORE = {"square": "2", "cubic": "3"}
POWERS_AFTER = {"squared": "2", "cubed": "3"}
CONTROLS = frozenset({"per", "of", "tothe", "raiseto", "highlight", "cancel", *POWERS_BEFORE, *POWERS_AFTER})
WITHOUT_SPACE = frozenset({"°", "′", "″"})
"""Units that follow their number directly."""
FREE_STANDING = {name: symbol for name, symbol in (_BASE_UNITS | PREFIXES).items() if len(name) > 3} | {"ohm": "Ω"}
"""Symbols by name of the units and prefixes that may stand in the text alone (packages gensymb, SIunits and siunitx)."""
_SUPERSCRIPTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_MATH_SYMBOLS = {
    "µ": r"\mu ", "Ω": r"\Omega ", "°": r"^{\circ}", "′": "'", "″": "''", "%": r"\%", "Å": r"\mathring{A}", "ħ": r"\hbar ",
    "‰": r"\text{‰}",
}  # fmt: skip


def superscript(text: str) -> str:
    """Return a power as Unicode superscripts, or as `^{text}` if it has other characters than digits and signs."""
    raised = text.translate(_SUPERSCRIPTS)
    return raised if text and all(character in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻" for character in raised) else f"^{{{text}}}"


def in_math(symbol: str) -> str:
    """Return the TeX of a unit's symbol in a formula: upright, with commands for characters that fonts for formulas lack."""
    text = "".join(_MATH_SYMBOLS.get(character, character) for character in symbol)
    if text.startswith("^") and len(symbol) > 1:
        text = f"{{}}{text}"
    return text if symbol in WITHOUT_SPACE or symbol == "%" else f"\\mathrm{{{text}}}"
