r"""Settings of siunitx: the package's options, \sisetup (local to its group) and the options of a command."""

from collections.abc import Mapping
from functools import lru_cache

from darwin_spark.parsers.latex.languages import siunitx_words
from darwin_spark.parsers.tex.expand import Expander, Macro
from darwin_spark.parsers.tex.tokens import Token, source_of, tokens_of

_STORE = "\\siunitx@options"
"""Macro that holds the source of the current settings, so that the end of a group restores them."""
_LOCALES = {
    "DE": {"output-decimal-marker": ",", "exponent-product": "\\cdot", "inter-unit-product": "\\,"},
    "FR": {"output-decimal-marker": ",", "exponent-product": "\\times", "inter-unit-product": "\\,"},
    "ZA": {"output-decimal-marker": ",", "exponent-product": "\\times", "inter-unit-product": "\\cdot"},
    "UK": {"output-decimal-marker": ".", "exponent-product": "\\times", "inter-unit-product": "\\,"},
}
_LOCALES |= {"USA": _LOCALES["UK"], "US": _LOCALES["UK"]}
_SYMBOLS = {"\\times": "×", "\\cdot": "·", "\\ast": "∗", "\\bullet": "•", "\\pm": "±", "\\div": "÷", "\\rightarrow": "→"}
_MAX_SETTINGS = 10_000


class Options:
    """Settings by name, for one command of one document."""

    def __init__(self, tex: Expander, values: Mapping[str, str]) -> None:
        self._tex, self._values = tex, values

    def get(self, *names: str, default: str = "") -> str:
        """Return the value, without outer braces, of the first of the names (of versions 2 and 3) that is set."""
        return next((self._values[name] for name in names if name in self._values), default)

    def flag(self, *names: str, default: bool = False) -> bool:
        """Return whether a setting is on: its value is `true`, or it stands there without a value."""
        value = self.get(*names, default="true" if default else "false")
        return value in ("", "true")

    def number(self, *names: str, default: int) -> int:
        """Return a setting that is a small whole number."""
        text = self.get(*names, default=str(default))
        return int(text) if text.lstrip("-").isdecimal() and len(text) < 4 else default

    def text(self, *names: str, default: str) -> str:
        """Return the printed text of a setting that holds TeX: signs as Unicode, spaces kept."""
        if not any(name in self._values for name in names):
            return default
        tokens = [_SYMBOLS.get(token, token) for token in tokens_of(self.get(*names))]
        return self._tex.evaluated([token for token in tokens if token not in ("\\text", "\\ensuremath", "\\mathrm")])

    def word(self, name: str, *names: str, default: str) -> str:
        """Return the text of a setting that is a phrase; if it is not set, that of the document's language."""
        return self.text(*names, default=siunitx_words(self._tex, name, default))


def settings_of(tex: Expander, options: list[Token] | None) -> Options:
    """Return the settings that hold for a command whose bracket argument is `options`."""
    values = _parsed(tex.packages.get("siunitx", ""), _stored(tex))
    return Options(tex, {**values, **_parsed(source_of(options), "")} if options else values)


def _stored(tex: Expander) -> str:
    stored = tex.macros.get(_STORE)
    return stored.body[0] if isinstance(stored, Macro) and stored.body else ""


def set_up(tex: Expander) -> None:
    r"""\sisetup{..}: add settings to those that hold up to the end of the group."""
    tex.optional()
    settings = f"{_stored(tex)},{source_of(tex.argument())}"
    if len(settings) < _MAX_SETTINGS:
        tex.define(_STORE, Macro((), (settings,)))


@lru_cache(maxsize=256)
def _parsed(first: str, second: str) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for part in [*_split(first), *_split(second)]:
        name, _, value = part.partition("=")
        value = _unbraced(value.strip(" \t\n"))
        if name.strip() == "locale":
            values |= _LOCALES.get(value, {})
        elif name.strip():
            values[name.strip()] = value
    return values


def _unbraced(value: str) -> str:
    return value[1:-1] if value.startswith("{") and value.endswith("}") and "{" not in value[1:] else value


def _split(source: str) -> list[str]:
    """Return the settings of a list, which commas separate that are not in braces."""
    parts: list[list[str]] = [[]]
    depth = 0
    for character in source:
        depth += (character == "{") - (character == "}")
        if character == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(character)
    return ["".join(part) for part in parts]
