"""Tell where an item of a list begins among the lines of a column: by bullets, labels in sequence, terms, indentation."""

import re

from darwin_spark.parsers.pdf.lines import Line

ITEM_START = re.compile(r"(?:[•●◦▪■‣∙·*–—-]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\(?[a-zA-Z][.)])\s")
BULLET = re.compile(r"[•●◦▪■‣∙]\s?")
_INNER_BULLET = re.compile(r"[–—*∗·○o-]\s\S")
_TERM = re.compile(r"\S{1,20} – \S")  # a term before its definition
_MAX_TERM = 24
_ITEM_LABEL = re.compile(r"([(\[]?)(\d{1,3}|[a-z])[.)\]]\s")  # label of an item in a numbered or lettered list
_MIN_INDENT = 0.7  # font sizes by which an inner item is indented


def is_inner_item(above: Line, line: Line) -> bool:
    """Return whether `line` begins with a bullet, or a dash, and is indented more than the line `above`."""
    return line.left > above.left + _MIN_INDENT * line.size and _INNER_BULLET.match(line.text) is not None


def is_left_of_item(item: Line, line: Line) -> bool:
    """Return whether `line` begins left of the label of a list item, and so ends it, unless only the label is indented."""
    return line.left < item.left - 0.5 * line.size and ITEM_START.match(item.text) is not None


def is_next_term(item: Line, line: Line) -> bool:
    """Return whether `line` defines another term, as "b – width", at the same left edge as the term of `item`."""
    if " – " not in line.text[:_MAX_TERM] or abs(line.left - item.left) > 1:
        return False
    return _TERM.match(line.text) is not None and _TERM.match(item.text) is not None


def is_next_item(item: Line, line: Line) -> bool:
    """Return whether `line` has the label after that of `item`, or its dash, asterisk or "o", at the same left edge."""
    if _INNER_BULLET.match(item.text) and line.text[:2] == item.text[:2] and abs(line.left - item.left) <= 1:
        return True
    labels = _ITEM_LABEL.match(item.text), _ITEM_LABEL.match(line.text)
    if labels[0] is None or labels[1] is None or abs(line.left - item.left) > 1:
        return False
    (before, last), (after, label) = labels[0].groups(), labels[1].groups()
    return before == after and _ordinal(label) == _ordinal(last) + 1


def _ordinal(label: str) -> int:
    return int(label) if label.isdigit() else ord(label)
