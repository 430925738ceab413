"""Convert the footnotes of web pages to Markdown footnotes: `[^1]` at the mark, `[^1]: text` as a separate paragraph.

Notes inside a sentence (Distill, LaTeXML's `ltx_note` on arXiv and ar5iv, Tufte's side notes) are moved behind the block that
contains them. Notes that a link in the page refers to (pandoc, Markdown, DPUB-ARIA's `doc-footnote`) keep their position.
Reference lists are not notes. The mark of a note in another file of a book stays a superscript number.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.xml_tree import Element, drop, plain_text

_NOTE_HOSTS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "figure", "pre"))
_MARK_CLASSES = frozenset(("ltx_note_mark", "ltx_tag_note", "ltx_note_type"))
_SIDE_NOTES = frozenset(("sidenote", "marginnote"))
_NOTE_KINDS = frozenset(("footnote", "endnote", "rearnote"))
_NOTE_LISTS = frozenset(("footnotes", "footnote-list", "endnotes"))
_BACKLINK = re.compile(r"[\s\[(]*[\u21a9\u2191\u21b5\u23ce\u21d1^][\ufe0e\ufe0f\s\])]*")
_MARK = re.compile(r"[\s\[(]*(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z])[\s\])]*")
_PRINTED_NUMBER = re.compile(r"\s*\[?(?:\d{1,4}|[*†‡§¶]{1,3})[\].:]?\s*")


def resolve(root: Element) -> None:
    """Convert all notes below `root`. Inline notes are numbered first, then linked notes."""
    number = 0
    last: dict[Element, Element] = {}
    for note in [n for n in root.iter("d-footnote", "dt-fn", "span", "div") if _is_inline(n)]:
        if _strip_marks(note):
            number += 1
            _move(note, number, last)
    _resolve_linked(root, number)


def _is_inline(node: Element) -> bool:
    if node.tag in ("d-footnote", "dt-fn"):
        return bool(node.text or len(node))
    names = classes(node)
    return "ltx_note" in names or (node.tag == "span" and not _SIDE_NOTES.isdisjoint(names))


def _strip_marks(note: Element) -> bool:
    """Remove LaTeXML's marks and a side note's toggles; return whether the note has other text. If not, keep the first mark."""
    marks = [n for n in note.iter() if not _MARK_CLASSES.isdisjoint(classes(n))]
    has_text = sum(len(plain_text(n).strip()) for n in marks) < len(plain_text(note).strip())
    for mark in marks if has_text else marks[1:]:
        drop(mark)
    for _ in range(2):  # <label class="margin-toggle"/><input class="margin-toggle"/> before it
        toggle = note.getprevious()
        if toggle is not None and "margin-toggle" in classes(toggle):
            drop(toggle)
    return has_text


def _move(note: Element, number: int, last: dict[Element, Element]) -> None:
    """Put a mark in a note's place, and move the note behind its outermost `_NOTE_HOSTS` ancestor, else to its parent's end."""
    parent = note.getparent()
    if parent is None:
        return
    mark = etree.Element("span")
    mark.text, mark.tail, note.tail = f"[^{number}]", note.tail, None
    host = next((n for n in reversed(list(_ancestors(note))) if n.tag in _NOTE_HOSTS), None)
    parent.replace(note, mark)
    _define(note, number)
    if host is None:
        parent.append(note)
    else:
        last.get(host, host).addnext(note)
        last[host] = note


def _ancestors(node: Element) -> Iterator[Element]:
    """Yield the ancestors of a note, up to an already converted note that contains it."""
    for ancestor in node.iterancestors():
        if ancestor.tag == "div" and (ancestor.text or "").startswith("[^"):
            return
        yield ancestor


def _define(note: Element, number: int) -> None:
    note.tag = "div"
    note.attrib.clear()
    first = note
    while not (first.text or "").strip() and len(first) and first[0].tag in ("p", "div", "span"):
        first = first[0]
    first.text = f"[^{number}]: {(first.text or '').lstrip()}"


def _resolve_linked(root: Element, number: int) -> None:
    """Convert the notes that links in the same page refer to. Numbers continue after `number`."""
    targets = {name: node for node in root.iter("li", "p", "div", "aside") if (name := node.get("id")) and _is_note(node)}
    numbers: dict[Element, int] = {}
    for link in list(root.iter("a")) if targets else []:
        href = link.get("href") or ""
        note = targets.get(href[1:]) if href.startswith("#") else None
        if note is None or note in link.iterancestors() or not _MARK.fullmatch(plain_text(link)):
            continue
        if note not in numbers:
            number += 1
            numbers[note] = number
        _write_mark(link, numbers[note])
    for note, assigned in numbers.items():
        _drop_backlinks(note)
        _define(note, assigned)
        _unlist(note)


def _is_note(node: Element) -> bool:
    """Return whether an element is a note by its type or role, or by the class, type or role of its nearest three ancestors."""
    if not _NOTE_KINDS.isdisjoint(kinds(node)):
        return True
    return any(not _NOTE_LISTS.isdisjoint([*classes(n), *kinds(n)]) for n in islice(node.iterancestors(), 3))


def _write_mark(link: Element, number: int) -> None:
    """Replace the link, or the `sup` that contains only the link, by the note mark `[^number]`."""
    ancestor = link.getparent()
    only_content = ancestor is not None and ancestor.tag == "sup" and plain_text(ancestor).strip() == plain_text(link).strip()
    node = ancestor if only_content and ancestor is not None else link
    for part in list(node):
        node.remove(part)
    node.tag = "span"
    node.attrib.clear()
    node.text = f"[^{number}]"


def _drop_backlinks(note: Element) -> None:
    number = _leading_link(note)
    for link in [n for n in note.iter("a") if (n.get("href") or "").startswith("#")]:
        text = plain_text(link)
        if _BACKLINK.fullmatch(text) or "backlink" in kinds(link) or (link is number and _PRINTED_NUMBER.fullmatch(text)):
            drop(link)


def _leading_link(note: Element) -> Element | None:
    """Return the link that a note begins with, or None."""
    first = note
    while not (first.text or "").strip() and len(first) and first.tag != "a":
        first = first[0]
    return first if first.tag == "a" else None


def _unlist(note: Element) -> None:
    """Turn the list that contains a note into a `div`, because the notes now carry their own numbers."""
    parent = note.getparent()
    if parent is not None and parent.tag in ("ol", "ul"):
        parent.tag = "div"
