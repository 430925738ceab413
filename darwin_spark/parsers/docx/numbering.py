"""Compute the numbers and bullets that Word displays before paragraphs (numbering.xml, ISO 29500-1 §17.9)."""

from typing import NamedTuple

from darwin_spark.parsers.xml_tree import Element, attribute, child, children

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_NUMBER = 100_000
_LEVELS = 9


class Level(NamedTuple):
    """One level of a list: its number format, its label template ('%1.%2.'), its first number."""

    number_format: str
    text: str
    start: int


class Numbering:
    """The lists of one document with their current numbers. `root` is the root of numbering.xml, or None."""

    def __init__(self, root: Element | None) -> None:
        abstract = {
            attribute(n, "abstractNumId"): _levels(n) for n in (children(root, "abstractNum") if root is not None else ())
        }
        self._levels: dict[str, dict[int, Level]] = {}
        self._counter_keys: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        for node in children(root, "num") if root is not None else ():
            target = child(node, "abstractNumId")
            name = attribute(target, "val") if target is not None else ""
            overrides = _overrides(node)
            number = attribute(node, "numId")
            self._levels[number] = abstract.get(name, {}) | overrides
            # Lists of one abstract definition share their counters; a list with level overrides has its own.
            self._counter_keys[number] = f"{name}/{number}" if overrides or children(node, "lvlOverride") else name

    def label(self, number: str, level: int) -> str | None:
        """Advance the counter of list id `number` at `level` and return its label ('' for a bullet), None without the level."""
        levels = self._levels.get(number)
        if levels is None or level not in levels:
            return None
        counts = self._counts.setdefault(self._counter_keys[number], [0] * _LEVELS)
        definition = levels[level]
        counts[level] = counts[level] + 1 if counts[level] else definition.start
        for above in range(level):
            counts[above] = counts[above] or (levels[above].start if above in levels else 1)
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        if definition.number_format == "bullet":
            return ""
        text = definition.text
        for i in range(level + 1):
            text = text.replace(f"%{i + 1}", _number(counts[i], levels[i].number_format if i in levels else "decimal"))
        return text.strip()


def _levels(node: Element) -> dict[int, Level]:
    found = {}
    for level in children(node, "lvl"):
        level_index = attribute(level, "ilvl")
        if len(level_index) == 1 and level_index in "012345678":
            start = _value(level, "start", "1")
            is_number = start.isascii() and start.isdigit() and len(start) < 6
            found[int(level_index)] = Level(
                _value(level, "numFmt", "decimal"), _value(level, "lvlText", ""), int(start) if is_number else 1
            )
    return found


def _overrides(node: Element) -> dict[int, Level]:
    return {i: level for override in children(node, "lvlOverride") for i, level in _levels(override).items()}


def _value(node: Element, name: str, default: str) -> str:
    found = child(node, name)
    return default if found is None else attribute(found, "val", default)


def _number(value: int, number_format: str) -> str:
    if number_format == "none":
        return ""
    if number_format.endswith("Letter"):
        text = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 9)
    elif number_format.endswith("Roman"):
        text = _roman(value)
    else:
        return f"{value:02}" if number_format == "decimalZero" else str(value)
    return text.upper() if number_format.startswith("upper") else text


def _roman(value: int) -> str:
    if value > _MAX_NUMBER:
        return str(value)
    text = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        text += letters * count
    return text
