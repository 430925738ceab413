"""Remove from a Word document what a field holds but does not show (ISO 29500-1 §17.16).

A field is a series of marks in the text: begin, instruction, separate, result, end. The result is shown, or the text of a
button, or the choice of an unfilled form field. The instruction may hold other fields, whose results are then a part of the
instruction and no text. Fields may span runs and paragraphs.
"""

import re
from dataclasses import dataclass, field

from darwin_spark.parsers.xml_tree import Element, attribute, child, children, drop, first_within, local_name, within

_SHOWN = (
    *("t", "tab", "br", "cr", "ptab", "noBreakHyphen", "sym", "footnoteReference", "endnoteReference"),
    *("drawing", "pict", "object", "oMath"),
)
"""Elements that become text or lead to it."""
_BUTTON = re.compile(r"\s*(?:(?:MACROBUTTON|GOTOBUTTON)\s+\S+(?:\s+\\\*\s*\w+)*\s?|EQ\s+(?=\\))", re.I)
"""The head of an instruction whose rest is shown: a button, such as the equation number that MathType sets, or a formula of
older documents, whose source is kept: `\f(1;2)` is drawn as a fraction."""


@dataclass
class _Field:
    """An open field: its begin mark, the parts of its instruction, the elements before its result that would show something.

    `has_result`: whether its result has begun; `is_filled`: whether an element that shows something was met in it.
    """

    begin: Element
    instruction: list[Element] = field(default_factory=list)
    inner: list[Element] = field(default_factory=list)
    has_result: bool = False
    is_filled: bool = False


def keep_results(root: Element) -> None:
    """Remove all that fields do not show from the tree. A field without an end mark (damage) is no field and loses nothing."""
    if first_within(root, "fldChar") is None:
        return
    fields: list[_Field] = []
    unseparated: list[_Field] = []
    for node in list(within(root, "fldChar", "instrText", *_SHOWN)):
        name = local_name(node)
        if name == "fldChar":
            _mark(fields, unseparated, node)
        elif name == "instrText":
            if fields and not fields[-1].has_result:
                fields[-1].instruction.append(node)
        elif fields:
            fields[-1].is_filled = True
            if unseparated:
                unseparated[-1].inner.append(node)


def _mark(fields: list[_Field], unseparated: list[_Field], node: Element) -> None:
    """Open, separate or end a field; `unseparated` are those of `fields` whose instruction goes on."""
    kind = attribute(node, "fldCharType")
    if kind == "begin":
        fields.append(_Field(node))
        unseparated.append(fields[-1])
    elif kind == "separate" and fields and not fields[-1].has_result:
        unseparated.pop().has_result = True
    elif kind == "end" and fields:
        ended = fields.pop()
        if not ended.has_result:
            unseparated.pop()
        shown = _close(ended)
        if unseparated:
            unseparated[-1].inner += shown


def _close(ended: _Field) -> list[Element]:
    """Drop the elements that show something before the result of an ended field (before its end, if it has no result).

    But a button's text is kept, and the choice of an unfilled form field becomes text. Return the elements that show these.
    """
    if not ended.has_result and _BUTTON.match(_words(ended.instruction)):
        return [*_button_text(ended.instruction), *ended.inner]
    for node in ended.inner:
        drop(node)
    if not (ended.has_result and ended.is_filled) and (choice := _form_choice(ended.begin)):
        _become_text(ended.begin, choice)
        return [ended.begin]
    return []


def _words(instruction: list[Element]) -> str:
    return "".join(part.text or "" for part in instruction)


def _button_text(instruction: list[Element]) -> list[Element]:
    """Turn all elements of an instruction into text, without the words of its head (`_BUTTON`); return these elements."""
    head = _BUTTON.match(_words(instruction))
    left = head.end() if head else 0
    for part in instruction:
        words = part.text or ""
        _become_text(part, words[left:])
        left = max(left - len(words), 0)
    return instruction


def _form_choice(begin: Element) -> str:
    """Return the chosen entry of a drop-down list, or the box of a check box, in a form of older documents; else ''."""
    choices, box = first_within(begin, "ddList"), first_within(begin, "checkBox")
    if choices is not None:
        entries = [attribute(entry, "val") for entry in children(choices, "listEntry")]
        chosen = _setting(choices, "0")
        return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""
    if box is not None:
        return "☐" if _setting(box, "0") in ("0", "false", "off") else "☒"
    return ""


def _setting(node: Element, default: str) -> str:
    """Return the value that a form field has, else its default value."""
    set_to = next((found for name in ("result", "checked", "default") if (found := child(node, name)) is not None), None)
    return default if set_to is None else attribute(set_to, "val", "1")


def _become_text(node: Element, text: str) -> None:
    for part in list(node):
        node.remove(part)
    node.tag = node.tag.replace(local_name(node), "t") if isinstance(node.tag, str) else "t"
    node.text = text
