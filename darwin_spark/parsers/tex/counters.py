r"""LaTeX counters: the numbers of headings, theorems, formulas, captions and list items."""

from dataclasses import dataclass, field

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_VALUE = 1_000_000
_FOOTNOTE_SYMBOLS = "*†‡§¶‖"


@dataclass
class Counters:
    """Counter values by name. `within[a] = b`: a step of b resets a; `aliases[a] = b`: a and b have the same value."""

    values: dict[str, int] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def _resolve_alias(self, name: str) -> str:
        for _ in range(8):
            if name not in self.aliases:
                break
            name = self.aliases[name]
        return name

    def value(self, name: str) -> int:
        """Return the value of a counter; 0 if it was never set."""
        return self.values.get(self._resolve_alias(name), 0)

    def set(self, name: str, value: int) -> None:
        """Set a counter, created if needed. The value is clamped to plus or minus 1,000,000."""
        self.values[self._resolve_alias(name)] = max(-_MAX_VALUE, min(value, _MAX_VALUE))

    def nest(self, name: str, outer: str) -> None:
        """Make counter `name` restart at 0 whenever counter `outer` is stepped."""
        self.within[self._resolve_alias(name)] = self._resolve_alias(outer)

    def alias(self, name: str, target: str) -> None:
        """Make counter `name` share the value of counter `target`; no-op if `target` is already an alias of `name`."""
        if self._resolve_alias(target) != name:
            self.aliases[name] = target

    def step(self, name: str) -> None:
        """Add 1 to a counter and reset to 0 all counters nested in it, also indirectly."""
        resolved = self._resolve_alias(name)
        self.set(resolved, self.value(resolved) + 1)
        stepped, reset = {resolved}, True
        while reset:
            inner = {child for child, outer in self.within.items() if outer in stepped} - stepped
            for child in inner:
                self.values[child] = 0
            stepped |= inner
            reset = bool(inner)


def styled(value: int, style: str) -> str:
    r"""Return `value` as \arabic, \roman, \Roman, \alph, \Alph or \fnsymbol print it. `alph`: 27 is `aa`, below 1 is empty."""
    if style in ("alph", "Alph"):
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 % 8 + 1) if value > 0 else ""
        return letters.upper() if style == "Alph" else letters
    if style in ("roman", "Roman"):
        return roman(value).upper() if style == "Roman" else roman(value)
    if style == "fnsymbol":
        return _FOOTNOTE_SYMBOLS[(value - 1) % len(_FOOTNOTE_SYMBOLS)] if value > 0 else ""
    return str(value)


def roman(value: int) -> str:
    """Return lower-case Roman numerals for 1 to 9,999, and decimal digits for any other number."""
    if not 0 < value < 10_000:
        return str(value)
    out = ""
    for size, letters in _ROMAN:
        out += letters * (value // size)
        value %= size
    return out
