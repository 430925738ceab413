"""Render the items of Word lists in Markdown."""

import re

_COUNTED = re.compile(r"(\d{1,9})[.)]")
_INDENT = 3


def item_of(text: str, label: str, level: int) -> str:
    """Return '- text' for a bullet (`label` ''), '3. text' for a number, else '- (a) text'; `level` counts from 0."""
    counted = _COUNTED.fullmatch(label)
    mark = f"{counted.group(1)}. " if counted else f"- {label} " if label else "- "
    return " " * (_INDENT * level) + mark + text
