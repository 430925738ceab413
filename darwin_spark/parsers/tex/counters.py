r"""LaTeX's counters, as far as headings, theorems, formulas, captions and lists are numbered by them."""

from dataclasses import dataclass, field

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_VALUE = 1_000_000
_SYMBOLS = "*†‡§¶‖"


@dataclass
class Counters:
    """Values by name; a counter is reset when one that it lies within is stepped."""

    values: dict[str, int] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def _own(self, name: str) -> str:
        for _ in range(8):
            if name not in self.aliases:
                break
            name = self.aliases[name]
        return name

    def value(self, name: str) -> int:
        """0 for one that nobody made."""
        return self.values.get(self._own(name), 0)

    def set(self, name: str, value: int) -> None:
        """Give a counter a value, making it where needed."""
        self.values[self._own(name)] = max(-_MAX_VALUE, min(value, _MAX_VALUE))

    def nest(self, name: str, outer: str) -> None:
        """Number a counter within another."""
        self.within[self._own(name)] = self._own(outer)

    def alias(self, name: str, target: str) -> None:
        """Let a counter share another's numbers."""
        if self._own(target) != name:
            self.aliases[name] = target

    def step(self, name: str) -> None:
        """Count on, and reset the counters within."""
        own = self._own(name)
        self.set(own, self.value(own) + 1)
        stepped, reset = {own}, True
        while reset:
            inner = {child for child, outer in self.within.items() if outer in stepped} - stepped
            for child in inner:
                self.values[child] = 0
            stepped |= inner
            reset = bool(inner)


def styled(value: int, style: str) -> str:
    r"""A number as \arabic, \roman, \Roman, \alph, \Alph or \fnsymbol prints it."""
    if style in ("alph", "Alph"):
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 % 8 + 1) if value > 0 else ""
        return letters.upper() if style == "Alph" else letters
    if style in ("roman", "Roman"):
        return roman(value).upper() if style == "Roman" else roman(value)
    if style == "fnsymbol":
        return _SYMBOLS[(value - 1) % len(_SYMBOLS)] if value > 0 else ""
    return str(value)


def roman(value: int) -> str:
    """Lower-case Roman numerals; beyond 10,000 plain digits."""
    if not 0 < value < 10_000:
        return str(value)
    out = ""
    for size, letters in _ROMAN:
        out += letters * (value // size)
        value %= size
    return out
