"""Count the characters of each element of a web page: outside links, in links, and in prose.

Text is *prose* if it stands in a block with at least `MIN_PROSE` characters outside links, and more outside than inside links.
Links within the page count as text: they lead to notes, figures and sections.
"""

import re
from typing import Final, NamedTuple

from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.xml_tree import Element

MIN_PROSE: Final = 80
"""Characters from which a block counts as prose: about one sentence. Labels, dates, names and teasers' titles are shorter."""
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_NO_PROSE = frozenset((*HEADINGS, "figcaption", "caption", "summary", "label", "address"))
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_DENSITY = 2  # a character of Chinese, Japanese, Korean or Thai counts as three: it says as much as three Latin letters


class Measure(NamedTuple):
    """Numbers of characters in an element and its descendants: outside links, in links, and outside links in prose."""

    plain: int
    linked: int
    prose: int

    @property
    def link_share(self) -> float:
        """Share of the characters in links."""
        return self.linked / max(self.linked + self.plain, 1)


def measures_of(body: Element) -> dict[Element, Measure]:
    """Return the measure of each element at or below `body`."""
    order = list(body.iter("*"))
    own = _own_counts(body, order)
    found: dict[Element, Measure] = {}
    for node in reversed(order):
        plain, linked = own.get(node, (0, 0))
        prose = plain if plain >= MIN_PROSE and plain > linked and node.tag not in _NO_PROSE else 0
        for part in node.iterchildren("*"):
            measure = found[part]
            plain += measure.plain
            linked += measure.linked
            prose += measure.prose
        found[node] = Measure(plain, linked, prose)
    return found


def _own_counts(body: Element, order: list[Element]) -> dict[Element, list[int]]:
    """Return for each block its characters outside and inside links, without those of the blocks in it."""
    own: dict[Element, list[int]] = {}
    around: dict[
        Element, tuple[list[int], bool]
    ] = {}  # the count of the block around each element, and whether it is in a link
    for node in order:
        parent = node.getparent() if node is not body else None
        count, in_link = around[parent] if parent is not None else ([0, 0], False)
        if node.tail and parent is not None:
            count[in_link] += _length(node.tail)
        if parent is None or is_block(node):
            count = own[node] = [0, 0]
        in_link = in_link or is_link(node)
        around[node] = count, in_link
        if node.text:
            count[in_link] += _length(node.text)
    return own


def is_link(node: Element) -> bool:
    """Return whether an element is a link to another page."""
    return node.tag == "a" and not (node.get("href") or "#").startswith("#")


def ends_prose(node: Element, measures: dict[Element, Measure]) -> bool:
    """Return whether an element holds prose of its own, and none in elements below."""
    return measures[node].prose > 0 and not any(measures[part].prose for part in node.iterchildren("*"))


def _length(text: str) -> int:
    size = len(text.strip())
    return size if not size or text.isascii() else size + _DENSITY * len(_DENSE.findall(text))
