"""Read the styles of an OpenDocument text: what is hidden, raised or lowered, code; the numbers of lists and headings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from darwin_spark.parsers.xml_tree import Element, attribute, children, local_name, within

_MAX_PARENTS = 20
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_NUMBER = 4_000


class ListLevel(NamedTuple):
    """A level of a list or of the headings: number format ('' for none), text around it, first number, levels shown."""

    number_format: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    shown_levels: int = 1

    def label(self, number: int) -> str:
        """Return a number in the format of the level, without the text around it."""
        if not 0 < number < _MAX_NUMBER:
            return str(number)
        if self.number_format in ("a", "A"):
            letters = _LETTERS[(number - 1) % 26] * ((number - 1) // 26 + 1)
            return letters.upper() if self.number_format == "A" else letters
        if self.number_format in ("i", "I"):
            roman = ""
            for value, sign in _ROMAN:
                roman += sign * (number // value)
                number %= value
            return roman.upper() if self.number_format == "I" else roman
        return str(number)


@dataclass
class _Style:
    parent: str = ""
    name: str = ""
    is_hidden: bool | None = None
    script: str | None = None


@dataclass
class Styles:
    """The styles of a document, by family and name; the levels of lists, by style; the levels of headings."""

    lists: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    headings: dict[int, ListLevel] = field(default_factory=dict)
    _styles: dict[tuple[str, str], _Style] = field(default_factory=dict)

    def read(self, roots: Iterable[Element]) -> None:
        """Read the styles of these trees: of styles.xml and content.xml, or of a flat file."""
        for root in roots:
            for node in within(root, "style"):
                key = (attribute(node, "family"), attribute(node, "name"))
                self._styles[key] = _style(node)
            for node in within(root, "list-style"):
                self.lists[attribute(node, "name")] = _levels(node)
            for node in within(root, "outline-style"):
                self.headings |= _levels(node)

    def is_hidden(self, node: Element, family: str) -> bool:
        """Return whether the style of an element hides its text."""
        return any(style.is_hidden for style in self._chain(node, family))

    def script(self, node: Element) -> str:
        """Return '^' for a span in superscript, '_' in subscript, else ''."""
        return next((style.script for style in self._chain(node, "text") if style.script is not None), "")

    def names(self, node: Element) -> list[str]:
        """Return the names of a paragraph's style and of its parents, in lower case with blanks."""
        return [style.name for style in self._chain(node, "paragraph")]

    def _chain(self, node: Element, family: str) -> Iterable[_Style]:
        name = attribute(node, "style-name")
        for _ in range(_MAX_PARENTS):
            style = self._styles.get((family, name))
            if style is None:
                if name:
                    yield _Style(name=_plain(name))
                return
            yield style
            name = style.parent


def _style(node: Element) -> _Style:
    style = _Style(attribute(node, "parent-style-name"), _plain(attribute(node, "display-name") or attribute(node, "name")))
    for properties in children(node, "text-properties"):
        display = attribute(properties, "display")
        if display:
            style.is_hidden = display == "none"
        position = attribute(properties, "text-position").split(" ")[0]
        if position:
            style.script = _script(position)
    return style


def _script(position: str) -> str:
    """Return the script mark of a position: `super`, `sub`, or how far the text is raised in per cent."""
    if position in ("super", "sub"):
        return "^" if position == "super" else "_"
    return "_" if position.startswith("-") else "" if position.strip("0%") == "" else "^"


def _plain(name: str) -> str:
    return name.replace("_20_", " ").lower()


def _levels(node: Element) -> dict[int, ListLevel]:
    levels = {}
    for level in node:
        number = attribute(level, "level")
        if not number.isdigit():
            continue
        is_number = local_name(level) in ("list-level-style-number", "outline-level-style")
        levels[int(number)] = ListLevel(
            attribute(level, "num-format") if is_number else "",
            attribute(level, "num-prefix"),
            attribute(level, "num-suffix"),
            integer(level, "start-value", 1),
            integer(level, "display-levels", 1),
        )
    return levels


def integer(node: Element, name: str, default: int) -> int:
    """Return an attribute that is a whole number of at most 8 digits, else `default`."""
    value = attribute(node, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else default
