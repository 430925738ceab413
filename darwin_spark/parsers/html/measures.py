"""Count the characters of each element of a web page: outside links, in links, and in prose.

Text is *prose* if it stands in a block with at least `MIN_PROSE` characters outside links, and more outside than inside links.
Links within the page count as text: they lead to notes, figures and sections.
"""

import re
from dataclasses import dataclass
from typing import Final

from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.xml_tree import Element, drop

MIN_PROSE: Final = 80
"""Characters from which a block counts as prose: about one sentence. Labels, dates, names and teasers' titles are shorter."""
HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_NO_PROSE = frozenset((*HEADINGS, "figcaption", "caption", "summary", "label", "address"))
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_DENSITY = 2  # a character of Chinese, Japanese, Korean or Thai counts as three: it says as much as three Latin letters


@dataclass(slots=True)
class Measure:
    """Numbers of characters in an element and its descendants."""

    plain: int
    """outside links"""
    linked: int
    """in links to other pages"""
    prose: int
    """outside links in blocks of prose"""
    internal: int
    """in links within the page; they count in `plain`, too"""

    @property
    def link_share(self) -> float:
        """Share of the characters in links to other pages."""
        return self.linked / max(self.linked + self.plain, 1)


class Measures(dict[Element, Measure]):
    """The measure of each element of a page."""

    def drop(self, node: Element) -> None:
        """Remove an element from the page, and its characters from the measures of its ancestors."""
        gone = self[node]
        if gone.plain or gone.linked:
            for ancestor in node.iterancestors():
                known = self.get(ancestor)
                if known is None:
                    break
                known.plain -= gone.plain
                known.linked -= gone.linked
                known.prose -= gone.prose
                known.internal -= gone.internal
        drop(node)

    def ends_prose(self, node: Element) -> bool:
        """Return whether an element holds prose of its own, and none in elements below."""
        return self[node].prose > 0 and not any(self[part].prose for part in node.iterchildren("*"))


def measures_of(body: Element) -> Measures:
    """Return the measure of each element at or below `body`."""
    found = Measures()
    runs: dict[
        Element, tuple[int, int]
    ] = {}  # characters outside and in links of inline content, for elements that are no blocks
    for node in reversed(list(body.iter("*"))):  # children before their parents
        text = node.text
        plain = run = _length(text) if text else 0
        linked = run_linked = prose = internal = 0
        for part in node:
            measure = found[part]
            plain += measure.plain
            linked += measure.linked
            prose += measure.prose
            internal += measure.internal
            inner = runs.pop(part, None)
            if inner is not None:
                run += inner[0]
                run_linked += inner[1]
            tail = part.tail
            if tail:
                size = _length(tail)
                plain += size
                run += size
        if node.tag == "a" and (href := node.get("href")):
            if href.startswith("#"):
                internal = plain
            else:
                if prose:
                    _mark_linked(node, found)
                plain, linked, prose, internal, run, run_linked = 0, plain + linked, 0, 0, 0, run + run_linked
        if node is not body and not is_block(node):
            runs[node] = run, run_linked
        elif run >= MIN_PROSE and run > run_linked and node.tag not in _NO_PROSE:
            prose += run
        found[node] = Measure(plain, linked, prose, internal)
    return found


def is_link(node: Element) -> bool:
    """Return whether an element is a link to another page."""
    return node.tag == "a" and not (node.get("href") or "#").startswith("#")


def _mark_linked(link: Element, found: Measures) -> None:
    """Count the characters of all elements inside a link as linked."""
    for node in link.iterdescendants("*"):
        measure = found[node]
        found[node] = Measure(0, measure.plain + measure.linked, 0, 0)


def _length(text: str) -> int:
    size = len(text.strip())
    return size if not size or text.isascii() else size + _DENSITY * len(_DENSE.findall(text))
