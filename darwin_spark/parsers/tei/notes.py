"""Number the notes of a TEI file in one sequence: `[^1]` at the mark, `[^1]: text` for the note.

A note between blocks that no reference cites keeps its printed number.
"""

import re
from itertools import count

from lxml import etree

from darwin_spark.parsers.xml_tree import Element, local_name, plain_text, within

NUMBER = "note-number"  # attribute of a `note` that holds its number
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_MARK = re.compile(r"[\s\[(]*(?:\d{1,4}|[*†‡§¶#]{1,4}|[a-z])?[\s\])]*", re.IGNORECASE)
_NOT_IN_TEXT = frozenset({"teiHeader", "listBibl", "biblStruct"})
_BLOCK_PARENTS = frozenset({
    "div", *(f"div{i}" for i in range(8)), "body", "front", "back", "figure", "noteGrp", "lg", "sp", "list", "text",
    "titlePage",
})  # fmt: skip
"""Parents in which a note is between blocks, not in running text."""


def number_notes(root: Element) -> None:
    """Number the notes in the order of their citation, and write the marks into the text. Modifies the tree."""
    notes = [note for note in within(root, "note") if _belongs_to_text(note)]
    by_id = {name: note for note in notes if (name := note.get(_ID))}
    marks = {ref: by_id[name] for ref in within(root, "ref", "ptr") if (name := _target(ref)) in by_id}
    cited = set(marks.values())
    inline = {note for note in notes if note not in cited and _is_inside_text(note)}
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
    """Return the id that a reference refers to, or '' if it leads to another file or its text is more than a mark."""
    target = ref.get("target", "")
    return target[1:] if target.startswith("#") and _MARK.fullmatch(plain_text(ref)) else ""


def _belongs_to_text(note: Element) -> bool:
    """Return whether the note belongs to the text: not a running header, not in the TEI header or a bibliography."""
    if note.get("place") == "headnote":
        return False
    return not any(local_name(ancestor) in _NOT_IN_TEXT for ancestor in note.iterancestors())


def _is_inside_text(note: Element) -> bool:
    parent = note.getparent()
    return parent is not None and local_name(parent) not in _BLOCK_PARENTS
