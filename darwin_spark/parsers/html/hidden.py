"""Find the elements of a web page that a browser does not show, by the cascade of the page's own rules.

The cascade decides `display` and `visibility` of each element from `style` elements, `style` attributes and the attributes
`hidden` and `popover`: `!important`, then a `style` attribute, then specificity, then the later rule. An element that another
rule shows on interaction (`:hover`, `:checked`, `:target`) or that a control opens (a button before it, `aria-controls`) is not
hidden, because a reader can get to see it.
"""

from collections.abc import Collection
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree

from darwin_spark.parsers.html.selectors import Selector, elements_by_key, keys_of, parse_selectors
from darwin_spark.parsers.html.stylesheet import Declaration, declarations_of, rules_of
from darwin_spark.parsers.xml_tree import Element, drop, plain_text

_STYLES = etree.XPath("descendant::*/@style")
_MARKED = etree.XPath("descendant::*[@hidden or @popover]")
_TARGETS = ("aria-controls", "data-target", "data-bs-target", "href")
_CONTROLS = etree.XPath(
    "descendant::*[@aria-controls or @data-target or @data-bs-target or self::a[@role='tab' or @data-toggle]]"
)
_DEFAULT_HIDDEN = frozenset(("hidden", "popover"))
_ALWAYS_SHOWN = frozenset(("html", "body", "br"))  # books of verse hide `br` where each line is a block of its own
_MAX_BEHIND = 50  # maximum number of hidden elements that one control opens
_NON_TEXT = frozenset(("script", "style", "template", "svg"))
_LONG_SHARE = 0.2  # minimum share of a page's characters in a hidden element that a script is taken to show
_MIN_SHOWN_SHARE = 0.1  # share of a page's characters outside hidden elements below which a script shows all of the page
_DATA_LETTER_SHARE = 0.2  # a hidden `pre` element with a smaller share of letters is data for a script
_INLINE = ((1, 0, 0, 0), 0)  # rank of a `style` attribute: above all rules
_DEFAULT = ((-1, 0, 0, 0), 0)  # rank of the browser's own rule for `hidden`: below all rules


class _Entry(NamedTuple):
    """One declaration of one selector. `rank` orders declarations of equal importance."""

    selector: Selector
    declaration: Declaration
    rank: tuple[tuple[int, int, int, int], int]


def hidden_elements(root: Element) -> set[Element]:
    """Return the elements in the body that are not shown by a rule of their own. Their descendants are not listed."""
    body = next(root.iter("body"), root)
    hiding, showing = _entries(root)
    candidates = {node for node in [*_marked(body), *_found(body, hiding)] if node.tag not in _ALWAYS_SHOWN}
    if not candidates:
        return set()
    by_key: dict[str, list[_Entry]] = {}
    for entry in (*hiding, *showing):
        by_key.setdefault(entry.selector.key, []).append(entry)
    hidden = {node for node in candidates if _is_hidden(node, [e for key in keys_of(node) for e in by_key.get(key, ())])}
    return hidden - _behind_controls(body, hidden)


def _behind_controls(body: Element, hidden: set[Element]) -> set[Element]:
    """Return the hidden elements that a control opens: it refers to them, or they directly follow it."""
    found = {node for node in hidden if _follows_control(node, hidden)}
    named = [node for node in hidden if "id" in node.attrib]
    if named:
        controls = cast(list[Element], _CONTROLS(body))
        targets = {(control.get(name) or "").lstrip("#") for control in controls for name in _TARGETS}
        found.update(node for node in named if node.get("id") in targets)
    return found


def _follows_control(node: Element, hidden: set[Element]) -> bool:
    """Return whether only hidden elements stand between an element and a control before it."""
    for previous in islice(node.itersiblings(preceding=True), _MAX_BEHIND):
        if previous not in hidden:
            return _is_control(previous)
    return False


def _is_control(node: Element) -> bool:
    return node.tag == "button" or "aria-expanded" in node.attrib or node.get("role") in ("button", "tab")


def drop_hidden(root: Element, hidden: set[Element]) -> None:
    """Remove hidden elements. If most of the page's text is hidden, a script shows it: long hidden elements stay then.

    If nearly all is hidden, all stays. A hidden `pre` with few letters is data for a script and is removed in any case.
    """
    body = next(root.iter("body"), root)
    outermost = [node for node in body.iter("*") if node in hidden] if hidden else []
    for node in [node for node in outermost if node.tag == "pre" and _is_data(node)]:
        drop(node)
    sizes = {node: _chars(node) for node in outermost if hidden.isdisjoint(node.iterancestors())}
    total, unseen = _chars(body) if sizes else 0, sum(sizes.values())
    if total - unseen < _MIN_SHOWN_SHARE * total:
        return
    for node, size in sizes.items():
        if unseen <= total - unseen or size <= _LONG_SHARE * total:
            drop(node)


def _chars(node: Element) -> int:
    """Return the number of characters of an element that are no script and no style."""
    total = 0
    for part in node.iter("*"):
        if part.text and part.tag not in _NON_TEXT:
            total += len(part.text.strip())
        if part.tail and part is not node:
            total += len(part.tail.strip())
    return total


def _is_data(listing: Element) -> bool:
    text = plain_text(listing)
    return sum(map(str.isalpha, text)) < _DATA_LETTER_SHARE * len(text)


def _marked(body: Element) -> list[Element]:
    """Return the elements that an attribute may hide."""
    styles = cast(list[etree._ElementUnicodeResult], _STYLES(body))
    hiding = (style.getparent() for style in styles if any(d.hides for d in declarations_of(style)))
    return [*cast(list[Element], _MARKED(body)), *(node for node in hiding if node is not None)]


def _entries(root: Element) -> tuple[list[_Entry], list[_Entry]]:
    """Return the declarations of all rules that hide elements, and those that show elements."""
    hiding, showing = list[_Entry](), list[_Entry]()
    for order, rule in enumerate(rules_of(root)):
        for selector in parse_selectors(rule.selectors):
            for declaration in rule.declarations:
                rank = ((0, *selector.specificity), order)
                (hiding if declaration.hides else showing).append(_Entry(selector, declaration, rank))
    return [entry for entry in hiding if not entry.selector.is_interactive], showing


def _found(body: Element, entries: Collection[_Entry]) -> list[Element]:
    """Return the elements that one of the entries' selectors matches."""
    if not entries:
        return []
    keys = {compound.key for entry in entries for compound in entry.selector.compounds}
    index = elements_by_key(body.getroottree().getroot(), keys)
    selectors = [entry.selector for entry in entries if entry.selector.may_match(index)]
    return [node for selector in selectors for node in index.get(selector.key, ()) if selector.matches(node)]


def _is_hidden(node: Element, entries: list[_Entry]) -> bool:
    matching = [entry for entry in entries if entry.selector.matches(node)]
    for name in ("display", "visibility"):
        ranked = [(e.declaration, e.rank) for e in matching if e.declaration.name == name and not e.selector.is_interactive]
        ranked += [(d, _INLINE) for d in declarations_of(node.get("style") or "") if d.name == name]
        if name == "display" and not _DEFAULT_HIDDEN.isdisjoint(node.attrib):
            ranked.insert(0, (Declaration(name, hides=True, important=False), _DEFAULT))
        winner = max(enumerate(ranked), key=lambda r: (r[1][0].important, r[1][1], r[0]), default=None)
        if winner is not None and winner[1][0].hides:
            return not any(
                e.selector.is_interactive and e.declaration.name == name for e in matching if not e.declaration.hides
            )
    return False
