r"""Numbers of siunitx: read `1.23(4)e-5`, `2 +- 1`, `1+2i`, and write them as the package prints them.

Digits are not grouped by thin spaces, which would part a number in two for a reader of plain text; a separator that the
document sets, such as a comma, is written.
"""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from darwin_spark.parsers.latex.siunitx.options import Options
from darwin_spark.parsers.latex.siunitx.symbols import superscript

MAX_CHARS = 400
_MAX_DIGITS = 100
_MAX_EXPONENT = 99_999
_EXACT = Context(prec=4 * _MAX_DIGITS)
_WORDS = {
    "\\pm": "±", "\\mp": "∓", "\\times": "x", "\\cdot": "x", "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥",
    "\\ll": "≪", "\\gg": "≫", "\\sim": "∼", "\\approx": "≈", "\\lt": "<", "\\gt": ">", "\\pi": "π", "\\%": "%",
}  # fmt: skip
_CLEANED = (("+-", "±"), ("-+", "∓"), ("−", "-"), ("–", "-"), ("<=", "≤"), (">=", "≥"), ("<<", "≪"), (">>", "≫"), ("×", "x"))
_NUMBER = re.compile(
    r"(?P<comparator>[<>=≤≥≪≫∼≈]*)(?P<sign>[-+±∓]?)(?P<integer>\d*)(?:[.,](?P<decimal>\d*))?"
    r"(?P<uncertainty>(?:\(\d[\d.,]*\)|±\d*[.,]?\d+)?)"
    r"(?:(?:[eEdD]|x?10\^)(?P<exponent>[-+]?\d{1,5}))?"
)
_COMPLEX = re.compile(
    r"(?P<real>[^ij:]*?)(?P<sign>[-+±]?)"
    r"(?:(?P<first>[ij])(?P<after>[\d.,()eE]*)|(?P<before>[\d.,()]*(?:[eE][-+]?\d+)?)(?P<last>[ij]))"
)
_POLAR = re.compile(r"([^:]*):([^:]*)")


@dataclass(frozen=True)
class Number:
    """Parts of a number. `uncertainty` counts units of the last digit of the decimal part."""

    comparator: str
    sign: str
    integer: str
    decimal: str
    uncertainty: str = ""
    exponent: str = ""

    @property
    def value(self) -> Decimal:
        """The number without sign and exponent."""
        return Decimal(f"{self.integer or '0'}.{self.decimal or '0'}")


def cleaned(tokens: list[str]) -> str:
    """Return the characters of a number's tokens, without spaces and braces, signs as single characters."""
    text = "".join(_WORDS.get(token, "" if token[0] == "\\" else token) for token in tokens if token not in ("$", "~"))
    text = re.sub(r"[{}\s]+", "", text)
    for source, sign in _CLEANED:
        text = text.replace(source, sign)
    return text


def is_written_number(tokens: list[str]) -> bool:
    """Return whether the tokens of a table's cell are one number, which its column formats."""
    text = cleaned(tokens) if len(tokens) < MAX_CHARS else ""
    number = parsed(text) if text else None
    return number is not None and any(token[0] != "\\" or token in _WORDS for token in tokens)


def formatted(text: str, options: Options, math: bool) -> str:
    """Return the printed form of a number, product, quotient or complex number, which `cleaned` returned; else `text`."""
    if len(text) > MAX_CHARS or not options.flag("parse-numbers", default=True):
        return text
    if "x" in text and not re.search(r"x10\^", text):
        cross = options.text("output-product", default="×")
        return f" {_sign(cross, math)} ".join(_formatted_one(part, options, math) for part in text.split("x"))
    if "/" in text:
        return "/".join(_formatted_one(part, options, math) for part in text.split("/"))
    return _formatted_one(text, options, math)


def _formatted_one(text: str, options: Options, math: bool) -> str:
    number = parsed(text)
    if number is not None:
        return written(number, options, math)
    match = _COMPLEX.fullmatch(text)
    if match is not None:
        return _complex(match, options, math)
    polar = _POLAR.fullmatch(text)
    if polar is not None:
        parts = [_formatted_one(part, options, math) for part in polar.groups()]
        return f"{parts[0]}\\angle {parts[1]}^{{\\circ}}" if math else f"{parts[0]} ∠ {parts[1]}°"
    return text


def _complex(match: re.Match[str], options: Options, math: bool) -> str:
    real, size = match["real"], match["after"] or match["before"] or ""
    root = options.text("output-complex-root", "complex-root", default=match["first"] or match["last"])
    root = f"\\mathrm{{{root}}}" if math else root
    imaginary = (_formatted_one(size, options, math) if size else "") + root
    sign = {"-": "−", "": "+"}.get(match["sign"], match["sign"])
    if not real:
        return imaginary if match["sign"] in ("", "+") else f"{_sign(sign, math)}{imaginary}"
    return f"{_formatted_one(real, options, math)} {_sign(sign, math)} {imaginary}"


def parsed(text: str) -> Number | None:
    """Return the parts of a real number; None if `text` is no such number or has more than 100 characters."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > _MAX_DIGITS or not any(match[name] for name in ("integer", "decimal", "exponent")):
        return None
    integer, decimal = match["integer"], match["decimal"] or ""
    uncertainty, exponent = match["uncertainty"], match["exponent"] or ""
    if uncertainty:
        digits = uncertainty.strip("()±").replace(",", ".")
        whole, _, part = digits.partition(".")
        if "±" in uncertainty or "." in digits:
            decimal = decimal.ljust(len(part), "0")
            digits = whole + part.ljust(len(decimal), "0")
        uncertainty = digits.lstrip("0") or "0"
    if exponent:
        exponent = str(int(exponent))
    return Number(match["comparator"], match["sign"], integer, decimal, uncertainty, exponent)


def written(number: Number, options: Options, math: bool) -> str:
    """Return the printed form of a number: rounded, with exponent and uncertainty as the options say."""
    number = _rounded(_with_exponent_mode(number, options), options)
    has_mantissa = bool(number.integer or number.decimal)
    mantissa = _mantissa(number, options, math) if has_mantissa else ""
    exponent = number.exponent
    if exponent == "0" and not options.flag("retain-zero-exponent", "print-zero-exponent"):
        exponent = ""
    is_unity = number.integer == "1" and not number.decimal and not number.uncertainty
    if exponent and is_unity and not options.flag("retain-unity-mantissa", "print-unity-mantissa", default=True):
        mantissa = ""
    sign = {"-": "−", "+": "+" if options.flag("retain-explicit-plus") else ""}.get(number.sign, number.sign)
    if not sign and (options.flag("print-implicit-plus") or options.get("explicit-sign") == "+"):
        sign = "+"
    if sign == "−" and options.flag("bracket-negative-numbers"):
        sign, mantissa = "", f"({mantissa})"
    power = _power(exponent, options, math, bool(mantissa)) if exponent else ""
    if power and mantissa and "±" in mantissa:
        mantissa = f"({mantissa})"
    comparator = f"{_sign(number.comparator, math)} " if number.comparator else ""
    return f"{comparator}{_sign(sign, math)}{mantissa}{power}" if mantissa or power else "0"


def _mantissa(number: Number, options: Options, math: bool) -> str:
    marker = options.text("output-decimal-marker", default=".")
    integer = number.integer or "0"
    decimal = number.decimal
    if options.flag("zero-decimal-to-integer", "drop-zero-decimal") and not decimal.strip("0"):
        decimal = ""
    separator = options.text("group-separator", default="").strip()
    if separator:
        integer = _grouped(integer, separator, options)
    point = f"{{{marker}}}" if math and marker == "," else marker
    text = f"{integer}{point}{decimal}" if decimal else integer
    if not number.uncertainty:
        return text
    mode = options.get("uncertainty-mode", default="separate" if options.flag("separate-uncertainty") else "compact")
    if mode in ("separate", "full"):
        digits = number.uncertainty.rjust(len(decimal) + 1, "0")
        shown = f"{digits[: len(digits) - len(decimal)]}{point}{digits[len(digits) - len(decimal) :]}" if decimal else digits
        return f"{text} {_sign('±', math)} {shown}"
    return f"{text}({number.uncertainty})"


def _grouped(integer: str, separator: str, options: Options) -> str:
    default = 4 if options.flag("group-four-digits") else 5
    minimum = options.number("group-minimum-digits", default=default)
    is_off = options.get("group-digits", default="true") in ("false", "none", "decimal")
    if is_off or len(integer) < minimum:
        return integer
    first = len(integer) % 3
    groups = ([integer[:first]] if first else []) + [integer[i : i + 3] for i in range(first, len(integer), 3)]
    return separator.join(groups)


def _power(exponent: str, options: Options, math: bool, has_mantissa: bool) -> str:
    base = options.get("exponent-base", "output-exponent-base", default="10")
    marker = options.text("output-exponent-marker", default="")
    if marker:
        return f"{marker}{exponent}"
    product = f" {_sign(options.text('exponent-product', default='×'), math)} " if has_mantissa else ""
    return product + (f"{base}^{{{exponent}}}" if math else f"{base}{superscript(exponent)}")


def _sign(sign: str, math: bool) -> str:
    names = {
        "±": r"\pm",
        "∓": r"\mp",
        "×": r"\times",
        "·": r"\cdot",
        "−": "-",
        "≤": r"\le",
        "≥": r"\ge",
        "≪": r"\ll",
        "≫": r"\gg",
    }
    return names.get(sign, sign) if math else sign


def _with_exponent_mode(number: Number, options: Options) -> Number:
    mode = options.get("exponent-mode", "scientific-notation", default="input")
    if mode in ("input", "false", "threshold") or not (number.integer or number.decimal):
        return number
    value, exponent = number.value, int(number.exponent or 0)
    if not value:
        return number
    wanted = value.adjusted() + exponent
    if mode == "engineering":
        wanted -= wanted % 3
    elif mode == "fixed":
        wanted = options.number("fixed-exponent", default=0)
    shift = wanted - exponent
    if abs(shift) > _MAX_DIGITS or abs(wanted) > _MAX_EXPONENT:
        return number
    digits = number.integer + number.decimal
    point = len(number.integer) - shift
    digits, point = digits.rjust(len(digits) + max(1 - point, 0), "0"), max(point, 1)
    digits = digits.ljust(point, "0")
    integer = digits[:point].lstrip("0") or "0"
    return replace(number, integer=integer, decimal=digits[point:], exponent=str(wanted))


def _rounded(number: Number, options: Options) -> Number:
    mode = options.get("round-mode", default="none")
    places = options.number("round-precision", default=2)
    if mode not in ("places", "figures") or number.uncertainty or not (number.integer or number.decimal):
        return number
    value = number.value
    if mode == "figures":
        places -= value.adjusted() + 1
    if abs(places) > _MAX_DIGITS or (len(number.decimal) < places and not options.flag("round-pad", default=True)):
        return number
    rounding = ROUND_HALF_EVEN if options.get("round-half") == "even" else ROUND_HALF_UP
    if places >= 0:
        result = value.quantize(Decimal(1).scaleb(-places, _EXACT), rounding, _EXACT)
    else:
        result = value.scaleb(places, _EXACT).quantize(Decimal(1), rounding, _EXACT).scaleb(-places, _EXACT)
    integer, _, decimal = f"{result:f}".partition(".")
    sign = "" if not result and number.sign == "-" and options.flag("round-zero-positive", default=True) else number.sign
    return replace(number, sign=sign, integer=integer, decimal=decimal)
