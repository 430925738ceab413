"""Write the items of lists that lie in an item of another list as nested Markdown items."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph

_INNER = re.compile(r"[–—*∗·○o-]\s+(?=\S)")
"""A bullet of inner items that elsewhere may be something else: a dash, an asterisk, Word's "o"."""
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]\s")
_MIN_STEP, _MAX_STEP = 0.7, 6.0  # font sizes by which an inner item is indented


class _Item(NamedTuple):
    left: float
    is_marked: bool  # whether it is written as a Markdown item; a numbered item keeps its label


def nested(found: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs of a column, with Markdown items indented by two blanks for each item that they lie in.

    A dash, an asterisk or an "o" is a bullet where it is indented in an item, or stands at the left edge of such a bullet.
    """
    if not any(p.is_list_item and not p.verbatim for p in found) and not any(_NUMBERED.match(p.text) for p in found):
        return list(found)
    items: list[_Item] = []  # the items that the paragraph lies in, the outermost first
    written: list[Paragraph] = []
    for paragraph in found:
        if not paragraph.verbatim:
            paragraph = _in_list(paragraph, items)
        written.append(paragraph)
    return written


def _in_list(paragraph: Paragraph, items: list[_Item]) -> Paragraph:
    """Return the paragraph as an item of its depth if it is one; `items` become those that the next paragraph may lie in."""
    while items and paragraph.left < items[-1].left + _MIN_STEP * paragraph.size:
        items.pop()
    if items and paragraph.left > items[-1].left + _MAX_STEP * paragraph.size:
        return paragraph
    inner = _INNER.match(paragraph.text) if items and not paragraph.is_list_item else None
    is_bullet = paragraph.is_list_item or inner is not None
    if is_bullet:
        text = f"- {paragraph.text[inner.end() :]}" if inner else paragraph.text
        depth = sum(item.is_marked for item in items)
        paragraph = replace(paragraph, text="  " * depth + text, is_list_item=True)
    if is_bullet or _NUMBERED.match(paragraph.text):
        items.append(_Item(paragraph.left, is_bullet))
    return paragraph
