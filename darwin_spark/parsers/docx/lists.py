"""Find the list that a Word paragraph belongs to, and render the items of lists in Markdown."""

import re

from darwin_spark.parsers.docx.numbering import Numbering
from darwin_spark.parsers.docx.styles import Style, numbering_of
from darwin_spark.parsers.xml_tree import Element, child

_COUNTED = re.compile(r"(\d{1,9})[.)]")
_INDENT = 3


def item_of(text: str, label: str, level: int) -> str:
    """Return '- text' for a bullet (`label` ''), '3. text' for a number, else '- (a) text'; `level` counts from 0."""
    counted = _COUNTED.fullmatch(label)
    mark = f"{counted.group(1)}. " if counted else f"- {label} " if label else "- "
    return " " * (_INDENT * level) + mark + text


def list_of(properties: Element | None, style: Style, numbering: Numbering) -> tuple[str, int] | None:
    """Return the list id and the level of a paragraph, as its own properties or its style say; None, or id '0', for no list."""
    own = numbering_of(properties) if properties is not None else None
    number = (own and own[0]) or (style.numbering and style.numbering[0])
    if not number:
        return None
    levels = [own[1] if own else None, style.numbering[1] if style.numbering else None]
    levels += [numbering.level_of_style(number, name) for name in style.ids]
    return number, next((level for level in levels if level is not None), 0)


def has_hidden_end(properties: Element | None) -> bool:
    """Return whether a paragraph's end mark is hidden, so that an empty paragraph is not seen and has no number."""
    mark = child(properties, "rPr") if properties is not None else None
    return mark is not None and child(mark, "vanish") is not None
