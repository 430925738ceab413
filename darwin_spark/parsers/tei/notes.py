"""Notes get numbers of their own, one row for the whole file: `[^1]` where the mark stands, `[^1]: text` below.

A note between paragraphs that no reference leads to keeps the number it is printed with.
"""

import re
from itertools import count

from lxml import etree

from darwin_spark.parsers.xml_tree import Element, local_name, plain_text, within

NUMBER = "note-number"
"""The attribute in which a `note` keeps its number."""
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_MARK = re.compile(r"[\s\[(]*(?:\d{1,4}|[*†‡§¶#]{1,4}|[a-z])?[\s\])]*", re.IGNORECASE)
_NO_TEXT = frozenset({"teiHeader", "listBibl", "biblStruct"})
_BETWEEN = frozenset({
    "div", *(f"div{i}" for i in range(8)), "body", "front", "back", "figure", "noteGrp", "lg", "sp", "list", "text",
    "titlePage",
})  # fmt: skip
"""Directly in them a note stands between blocks, not in running text."""


def number_notes(root: Element) -> None:
    """Number the notes in the order they are cited, and write the marks into the text."""
    notes = [note for note in within(root, "note") if _is_of_text(note)]
    by_id = {name: note for note in notes if (name := note.get(_ID))}
    marks = {ref: by_id[name] for ref in within(root, "ref", "ptr") if (name := _target(ref)) in by_id}
    cited = set(marks.values())
    inline = {note for note in notes if note not in cited and _stands_in_text(note)}
    numbers = count(1)
    for node in list(within(root, "ref", "ptr", "note")):
        note = node if node in inline else marks.get(node)
        if note is None:
            continue
        if NUMBER not in note.attrib:
            note.set(NUMBER, str(next(numbers)))
        _write_mark(node, f"[^{note.get(NUMBER)}]", before=node is note)


def _write_mark(node: Element, mark: str, before: bool) -> None:
    ref = etree.Element("ref")
    ref.text = mark
    node.addprevious(ref)
    if before:
        return
    for part in list(node):
        node.remove(part)
    node.text = ""


def _target(ref: Element) -> str:
    """The id that a mark leads to; words are no mark."""
    target = ref.get("target", "")
    return target[1:] if target.startswith("#") and _MARK.fullmatch(plain_text(ref)) else ""


def _is_of_text(note: Element) -> bool:
    if note.get("place") == "headnote":
        return False
    return not any(local_name(above) in _NO_TEXT for above in note.iterancestors())


def _stands_in_text(note: Element) -> bool:
    parent = note.getparent()
    return parent is not None and local_name(parent) not in _BETWEEN
