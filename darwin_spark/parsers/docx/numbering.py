"""Compute the numbers and bullets that Word displays before paragraphs (numbering.xml, ISO 29500-1 §17.9)."""

from typing import NamedTuple

from darwin_spark.parsers.xml_tree import Element, attribute, child, children

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_NUMBER = 100_000
_LEVELS = 9


class Level(NamedTuple):
    """One level of a list.

    `number_format`, `text`: how its number is written, and the label's template ('%1.%2.'). `start`: its first number.
    `restart`: its number starts again after a paragraph of level `restart` (from 1) or a higher one; 0 for never, None for any
    higher level. `all_decimal`: the numbers of all levels in the label are decimal. `style`: id of the paragraph style that
    stands for the level.
    """

    number_format: str
    text: str
    start: int
    restart: int | None = None
    all_decimal: bool = False
    style: str = ""


class Numbering:
    """The lists of one document with their current numbers. `root` is the root of numbering.xml, or None.

    Lists of one abstract definition share their numbers. A list that overrides a level's start sets the shared number to it at
    its own first paragraph of that level, as Word does.
    """

    def __init__(self, root: Element | None) -> None:
        nodes = children(root, "abstractNum") if root is not None else []
        abstract = {attribute(n, "abstractNumId"): _levels(n) for n in nodes}
        linked = {style: attribute(n, "abstractNumId") for n in nodes if (style := _value(n, "styleLink", ""))}
        links = {attribute(n, "abstractNumId"): linked.get(_value(n, "numStyleLink", "")) for n in nodes}
        self._levels: dict[str, dict[int, Level]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        self._counts: dict[str, list[int | None]] = {}
        for node in children(root, "num") if root is not None else ():
            name = _value(node, "abstractNumId", "")
            name = links.get(name) or name
            number = attribute(node, "numId")
            self._levels[number] = abstract.get(name, {}) | _overrides(node)
            self._starts[number] = _start_overrides(node)
            self._abstract[number] = name

    def level_of_style(self, number: str, style: str) -> int | None:
        """Return the level (from 0) of list id `number` that paragraph style id `style` stands for; None without one."""
        levels = self._levels.get(number, {})
        return next((i for i, level in levels.items() if style and level.style == style), None)

    def label(self, number: str, level: int) -> str | None:
        """Advance the counter of list id `number` at `level` and return its label ('' for a bullet), None without the level."""
        levels = self._levels.get(number)
        if levels is None or level not in levels:
            return None
        counts = self._advance(number, level)
        definition = levels[level]
        if definition.number_format == "bullet":
            return ""
        text = definition.text
        for i in range(level + 1):
            written = levels[i].number_format if i in levels else "decimal"
            legal = definition.all_decimal and written != "none"
            text = text.replace(f"%{i + 1}", _number(counts[i] or 0, "decimal" if legal else written))
        return text.strip()

    def _advance(self, number: str, level: int) -> list[int | None]:
        """Count a paragraph at `level`, and return the numbers of all levels (None: not in use, or to start again)."""
        levels = self._levels[number]
        counts = self._counts.setdefault(self._abstract[number], [None] * _LEVELS)
        now = counts[level]
        if now is None or (level in self._starts[number] and (number, level) not in self._begun):
            counts[level] = self._start(number, level)
        else:
            counts[level] = now + 1
        self._begun.add((number, level))
        for above in range(level):
            if counts[above] is None:
                counts[above] = self._start(number, above)
        for below in range(level + 1, _LEVELS):
            restart = levels[below].restart if below in levels else None
            if restart is None or level < restart:
                counts[below] = None
        return counts

    def _start(self, number: str, level: int) -> int:
        levels = self._levels[number]
        return self._starts[number].get(level, levels[level].start if level in levels else 1)


def _levels(node: Element) -> dict[int, Level]:
    found = {}
    for level in children(node, "lvl"):
        index = _level_index(level)
        if index is not None:
            restart, start = _decimal(_value(level, "lvlRestart", "")), _decimal(_value(level, "start", "1"))
            found[index] = Level(
                _value(level, "numFmt", "decimal"),
                _value(level, "lvlText", ""),
                1 if start is None else start,
                restart if restart is None or restart <= index else None,
                _value(level, "isLgl", "0", "1") not in ("0", "false", "off"),
                _value(level, "pStyle", ""),
            )
    return found


def _overrides(node: Element) -> dict[int, Level]:
    return {i: level for override in children(node, "lvlOverride") for i, level in _levels(override).items()}


def _start_overrides(node: Element) -> dict[int, int]:
    """Return {level: first number} for the levels whose start a list overrides."""
    found = {}
    for override in children(node, "lvlOverride"):
        index, start = _level_index(override), _decimal(_value(override, "startOverride", ""))
        if index is not None and start is not None:
            found[index] = start
    return found


def _level_index(node: Element) -> int | None:
    value = attribute(node, "ilvl")
    return int(value) if len(value) == 1 and value in "012345678" else None


def _decimal(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def _value(node: Element, name: str, default: str, implied: str = "") -> str:
    """Return the attribute `val` of a child; `default` without the child, `implied` (or `default`) without the attribute."""
    found = child(node, name)
    return default if found is None else attribute(found, "val", implied or default)


def _number(value: int, number_format: str) -> str:
    if number_format == "none":
        return ""
    if number_format == "ordinal":
        return f"{value}{_ordinal_ending(value)}"
    if number_format.endswith("Letter") and value > 0:
        text = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 9)
    elif number_format.endswith("Roman") and value > 0:
        text = _roman(value)
    else:
        return f"{value:02}" if number_format == "decimalZero" else str(value)
    return text.upper() if number_format.startswith("upper") else text


def _ordinal_ending(value: int) -> str:
    return "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def _roman(value: int) -> str:
    if value > _MAX_NUMBER:
        return str(value)
    text = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        text += letters * count
    return text
