"""Match elements with CSS selectors: type, class, id, attribute, `:not()`, `:is()`, structural pseudo-classes, all combinators.

A selector with another pseudo-class or a pseudo-element matches nothing, but see `Selector.is_interactive`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree

from darwin_spark.parsers.html.tree import classes
from darwin_spark.parsers.xml_tree import Element

_CLASSES = etree.XPath("descendant-or-self::*/@class")
_IDS = etree.XPath("descendant-or-self::*/@id")
_MAX_CHARS = 400  # maximum length of a selector
_MAX_SIBLINGS = 30  # maximum distance of the siblings that `~` combines, which keeps the time linear
_NAME = r"(?:[\w-]|[^\x00-\x7f]|\\.){1,100}"
_SIMPLE = re.compile(
    rf"(?P<any>\*)|(?P<tag>{_NAME})|\#(?P<id>{_NAME})|\.(?P<cls>{_NAME})"
    rf"|\[\s*(?P<attribute>[\w:-]{{1,60}})\s*(?:(?P<operator>[~|^$*]?=)\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\]\s]*)\s*[iIsS]?\s*)?\]"
    rf"|:(?P<pseudo>[a-z-]+)(?:\((?P<argument>[^()]*)\))?"
)
_COMBINATOR = re.compile(r"\s*([>+~])\s*|\s+")
_INTERACTIVE = re.compile(r":(?:hover|focus(?:-within|-visible)?|active|target|checked)")
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda found, value: found == value,
    "~=": lambda found, value: value in found.split(),
    "|=": lambda found, value: found == value or found.startswith(value + "-"),
    "^=": lambda found, value: bool(value) and found.startswith(value),
    "$=": lambda found, value: bool(value) and found.endswith(value),
    "*=": lambda found, value: bool(value) and value in found,
}

Test = Callable[[Element], bool]


class Compound(NamedTuple):
    """A compound selector such as `p.note`. `key` is the name that elements are looked up by: `#id`, `.class`, tag or '*'."""

    combinator: str
    """The combinator on its left: ' ', '>', '+' or '~'; '' for the first compound."""
    key: str
    tests: list[Test]


class Selector(NamedTuple):
    """A parsed selector. `specificity` counts ids, classes and types."""

    compounds: list[Compound]
    specificity: tuple[int, int, int]
    is_interactive: bool
    """Whether the selector had pseudo-classes of interaction (`:hover`, `:checked` ...), which are taken off."""

    @property
    def key(self) -> str:
        """The key of the elements that it selects."""
        return self.compounds[-1].key

    def may_match(self, keys: Collection[str]) -> bool:
        """Return whether each compound could match in a document with these keys."""
        return all(compound.key in keys for compound in self.compounds)

    def matches(self, node: Element) -> bool:
        """Return whether the selector matches an element."""
        return _matches(self.compounds, len(self.compounds) - 1, node, set())


def parse_selectors(text: str) -> Iterator[Selector]:
    """Yield the selectors of a comma-separated list that are understood."""
    for part in re.split(r",(?![^(]*\))", text):
        selector = _parse(part.strip()) if len(part) <= _MAX_CHARS else None
        if selector is not None:
            yield selector


def keys_of(node: Element) -> Iterator[str]:
    """Yield the keys of `Compound` that an element can be found by."""
    yield "*"
    yield str(node.tag)
    yield from (f".{name}" for name in classes(node))
    if node.get("id"):
        yield f"#{node.get('id')}"


def elements_by_key(root: Element, keys: Collection[str]) -> dict[str, list[Element]]:
    """Return the elements of a document by those keys of `Compound` that are in `keys`, if there are any."""
    index: dict[str, list[Element]] = {}
    for prefix, attributes in ((".", _CLASSES), ("#", _IDS)):
        wanted = {key[1:] for key in keys if key.startswith(prefix)}
        for value in cast(list[etree._ElementUnicodeResult], attributes(root)) if wanted else ():
            for name in wanted.intersection(value.split()):
                node = value.getparent()
                if node is not None:
                    index.setdefault(prefix + name, []).append(node)
    for key in keys:
        if not key.startswith((".", "#")):
            index[key] = list(root.iter(key))
    return {key: nodes for key, nodes in index.items() if nodes}


def _parse(text: str) -> Selector | None:
    plain = _INTERACTIVE.sub("", text)
    compounds: list[Compound] = []
    counts = [0, 0, 0]
    position = 0
    while position < len(plain) or not compounds:
        joint = _COMBINATOR.match(plain, position) if compounds else None
        compound, end = _compound(plain, joint.end() if joint else position, counts)
        if compound is None or (compounds and joint is None):
            return None
        compounds.append(compound._replace(combinator=(joint[1] or " ") if joint else ""))
        position = end
    return Selector(compounds, (counts[0], counts[1], counts[2]), plain != text)


def _compound(text: str, position: int, counts: list[int]) -> tuple[Compound | None, int]:
    """Return the compound selector at an offset and the offset after it, and add to `counts` of ids, classes and types."""
    keys, tests = ["*"], list[Test]()
    while (simple := _SIMPLE.match(text, position)) is not None:
        test, key, place = _test(simple.groupdict())
        if test is None:
            return None, position
        tests.append(test)
        keys.append(key)
        position = simple.end()
        if place is not None:
            counts[place] += 1
    best = max(keys, key=lambda key: (key[0] == "#", key[0] == ".", key != "*"))
    return (Compound("", best, tests) if tests else None), position


def _test(parts: dict[str, str | None]) -> tuple[Test | None, str, int | None]:
    """Return (test, key, index of the count in a specificity) of a simple selector; no test if it is not understood."""
    if parts["tag"] is not None:
        tag = parts["tag"].lower()
        return (lambda node: node.tag == tag), tag, 2
    if parts["id"] is not None:
        name = _unescaped(parts["id"])
        return (lambda node: node.get("id") == name), f"#{name}", 0
    if parts["cls"] is not None:
        name = _unescaped(parts["cls"])
        return (lambda node: name in classes(node)), f".{name}", 1
    if parts["attribute"] is not None:
        return _attribute(parts["attribute"].lower(), parts["operator"], (parts["value"] or "").strip("\"'")), "*", 1
    if parts["pseudo"] is not None:
        return _pseudo(parts["pseudo"], parts["argument"]), "*", None if parts["pseudo"] == "where" else 1
    return (lambda _: True), "*", None


def _attribute(name: str, operator: str | None, value: str) -> Test:
    if operator is None:
        return lambda node: name in node.attrib
    compare = _OPERATORS[operator]
    return lambda node: (found := node.get(name)) is not None and compare(found, value)


def _unescaped(name: str) -> str:
    return name.replace("\\", "")


def _pseudo(name: str, argument: str | None) -> Test | None:
    if name in ("not", "is", "where", "matches") and argument is not None:
        inner = list(parse_selectors(argument))
        if len(inner) != argument.count(",") + 1:
            return None
        wanted = name != "not"
        return lambda node: any(selector.matches(node) for selector in inner) == wanted
    return _STRUCTURAL.get(name)


def _is_first(node: Element) -> bool:
    return node.getprevious() is None


def _is_last(node: Element) -> bool:
    return node.getnext() is None


_STRUCTURAL: dict[str, Test] = {
    "first-child": _is_first,
    "last-child": _is_last,
    "only-child": lambda node: _is_first(node) and _is_last(node),
    "first-of-type": lambda node: next(node.itersiblings(str(node.tag), preceding=True), None) is None,
    "last-of-type": lambda node: next(node.itersiblings(str(node.tag)), None) is None,
    "empty": lambda node: not len(node) and not node.text,
    "root": lambda node: node.getparent() is None,
    "link": lambda node: node.tag == "a" and "href" in node.attrib,
}


def _matches(compounds: list[Compound], last: int, node: Element, failed: set[tuple[int, Element]]) -> bool:
    """Return whether the compounds up to index `last` match an element. `failed` holds what is known not to match."""
    compound = compounds[last]
    if (last, node) in failed or not all(test(node) for test in compound.tests):
        return False
    if last == 0 or any(_matches(compounds, last - 1, other, failed) for other in _partners(compound.combinator, node)):
        return True
    failed.add((last, node))
    return False


def _partners(combinator: str, node: Element) -> Iterable[Element]:
    """Return the elements of which the compound on the left of a combinator must match one."""
    if combinator == " ":
        return node.iterancestors()
    if combinator == "~":
        return islice(node.itersiblings(preceding=True), _MAX_SIBLINGS)
    partner = node.getparent() if combinator == ">" else node.getprevious()
    return () if partner is None else (partner,)
