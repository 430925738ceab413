"""Footnotes of web pages in one form: `[^1]` where the mark stands, `[^1]: text` as a paragraph of its own.

Notes that stand in the sentence itself (Distill, LaTeXML's `ltx_note` on arXiv and ar5iv, Tufte's side notes) move behind the
block round them; those that a link leads to within the page (pandoc, Markdown, DPUB-ARIA's `doc-footnote`) stay where they are.
Lists of references are no notes, and notes in another file of a book keep their raised numbers.
"""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from darwin_spark.parsers.html.tree import classes, kinds
from darwin_spark.parsers.xml_tree import Element, drop, plain_text

_ROUND_A_NOTE = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote", "figure", "pre"))
_MARKS = frozenset(("ltx_note_mark", "ltx_tag_note", "ltx_note_type"))
_SIDE_NOTES = frozenset(("sidenote", "marginnote"))
_NOTE_KINDS = frozenset(("footnote", "endnote", "rearnote"))
_NOTE_LISTS = frozenset(("footnotes", "footnote-list", "endnotes"))
_BACK = re.compile(r"[\s\[(]*[\u21a9\u2191\u21b5\u23ce\u21d1^][\ufe0e\ufe0f\s\])]*")
_MARK = re.compile(r"[\s\[(]*(?:\d{1,4}|[*†‡§¶]{1,3}|[a-z])[\s\])]*")
_WRITTEN = re.compile(r"\s*\[?(?:\d{1,4}|[*†‡§¶]{1,3})[\].:]?\s*")


def resolve(root: Element) -> None:
    """Rewrite all notes below `root`."""
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
    """Take out the repeated marks of LaTeXML and the switch of a side note; whether the note says more than its mark."""
    marks = [n for n in note.iter() if not _MARKS.isdisjoint(classes(n))]
    holds_words = sum(len(plain_text(n).strip()) for n in marks) < len(plain_text(note).strip())
    for mark in marks if holds_words else marks[1:]:
        drop(mark)
    for _ in range(2):  # <label class="margin-toggle"/><input class="margin-toggle"/> before it
        switch = note.getprevious()
        if switch is not None and "margin-toggle" in classes(switch):
            drop(switch)
    return holds_words


def _move(note: Element, number: int, last: dict[Element, Element]) -> None:
    """Put a mark in the note's place and the note behind the outermost paragraph, list or table round it."""
    parent = note.getparent()
    if parent is None:
        return
    mark = etree.Element("span")
    mark.text, mark.tail, note.tail = f"[^{number}]", note.tail, None
    place = next((n for n in reversed(list(_round(note))) if n.tag in _ROUND_A_NOTE), None)
    parent.replace(note, mark)
    _define(note, number)
    if place is None:
        parent.append(note)
    else:
        last.get(place, place).addnext(note)
        last[place] = note


def _round(node: Element) -> Iterator[Element]:
    """The elements round a note, up to a note that it stands in."""
    for above in node.iterancestors():
        if above.tag == "div" and (above.text or "").startswith("[^"):
            return
        yield above


def _define(note: Element, number: int) -> None:
    note.tag = "div"
    note.attrib.clear()
    first = note
    while not (first.text or "").strip() and len(first) and first[0].tag in ("p", "div", "span"):
        first = first[0]
    first.text = f"[^{number}]: {(first.text or '').lstrip()}"


def _resolve_linked(root: Element, number: int) -> None:
    """Links to notes in the same page."""
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
    for note, given in numbers.items():
        _drop_ways_back(note)
        _define(note, given)
        _unlist(note)


def _is_note(node: Element) -> bool:
    if not _NOTE_KINDS.isdisjoint(kinds(node)):
        return True
    return any(not _NOTE_LISTS.isdisjoint([*classes(n), *kinds(n)]) for n in islice(node.iterancestors(), 3))


def _write_mark(link: Element, number: int) -> None:
    """`[^1]` in place of the link and of the `sup` that holds nothing else."""
    above = link.getparent()
    alone = above is not None and above.tag == "sup" and plain_text(above).strip() == plain_text(link).strip()
    node = above if alone and above is not None else link
    for part in list(node):
        node.remove(part)
    node.tag = "span"
    node.attrib.clear()
    node.text = f"[^{number}]"


def _drop_ways_back(note: Element) -> None:
    number = _first_word(note)
    for link in [n for n in note.iter("a") if (n.get("href") or "").startswith("#")]:
        text = plain_text(link)
        if _BACK.fullmatch(text) or "backlink" in kinds(link) or (link is number and _WRITTEN.fullmatch(text)):
            drop(link)


def _first_word(note: Element) -> Element | None:
    """The element that a note begins with; None if it begins with text."""
    first = note
    while not (first.text or "").strip() and len(first) and first.tag != "a":
        first = first[0]
    return first if first.tag == "a" else None


def _unlist(note: Element) -> None:
    """A list of notes is no list any more: paragraphs that number themselves."""
    parent = note.getparent()
    if parent is not None and parent.tag in ("ol", "ul"):
        parent.tag = "div"
