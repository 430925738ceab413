"""Footnotes get numbers of their own, one row for the whole file: `[^1]` where the mark stands, `[^1]: text` below.

A note that nothing in the text leads to keeps the label it is printed with.
"""

import re
from itertools import count

from lxml import etree

from darwin_spark.parsers.xml_tree import Element, local_name, plain_text, within

NUMBER = "note-number"
"""The attribute in which an `fn` keeps its number."""
_MARK = re.compile(r"[\s\[(]*(?:\d{1,4}|[*†‡§¶#]{1,4}|[a-z]{1,2})?[\s\])]*", re.IGNORECASE)
_IN_TEXT = frozenset({"abstract", "trans-abstract", "body", "back", "floats-group"})
_NO_TEXT = frozenset({"front", "front-stub", "author-notes"})
_GROUPS = frozenset({"fn-group", "table-wrap-foot", "back", "sec", "app", "notes"})
"""In them a note does not stand where it is cited."""


def number_notes(root: Element) -> None:
    """Number the notes in the order they are cited, and write the marks into the text."""
    notes = [fn for fn in within(root, "fn") if _is_of_text(fn)]
    by_id = {name: fn for fn in notes if (name := fn.get("id"))}
    marks = {xref: found for xref in within(root, "xref") if (found := _cited(xref, by_id)) and _is_of_text(xref)}
    cited = {fn for found in marks.values() for fn in found}
    inline = {fn for fn in notes if fn not in cited and _stands_in_text(fn)}
    numbers = count(1)
    for node in list(within(root, "xref", "fn")):
        for fn in [node] if node in inline else marks.get(node, ()):
            if NUMBER not in fn.attrib:
                fn.set(NUMBER, str(next(numbers)))
        if node in inline:
            mark = etree.Element("xref")
            mark.text = _mark(node)
            node.addprevious(mark)
        elif node in marks:
            for part in list(node):
                node.remove(part)
            node.text = "".join(map(_mark, marks[node]))


def _mark(note: Element) -> str:
    return f"[^{note.get(NUMBER)}]"


def _cited(xref: Element, by_id: dict[str, Element]) -> list[Element]:
    """The notes that a mark leads to; words that speak of a note ('see footnote 3') are no mark."""
    names = xref.get("rid", "").split()
    if not names or not all(name in by_id for name in names) or not _MARK.fullmatch(plain_text(xref)):
        return []
    return [by_id[name] for name in names]


def _is_of_text(note_or_mark: Element) -> bool:
    above = (local_name(node) for node in note_or_mark.iterancestors())
    return next((name in _IN_TEXT for name in above if name in _IN_TEXT or name in _NO_TEXT), False)


def _stands_in_text(note: Element) -> bool:
    parent = note.getparent()
    return parent is not None and local_name(parent) not in _GROUPS
