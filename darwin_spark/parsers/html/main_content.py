"""Remove from an ordinary web page what is not its main content: comments, teasers, side columns, link lists, forms.

content.py removes what tags, roles and usual names mark as page furniture, on pages of every kind. This module also judges by
amount and place of prose (measures.py), as Readability, boilerpipe and trafilatura do. The *spine* leads from the body down to
the *core*, the innermost element that holds most of the prose. What stands beside the spine stays if it holds prose of its own;
what stands in the core stays unless it points to another article, or stands before or after all prose and is no text. A list of
several articles has no core within it, so that all of them stay. Formulas, tables of data, code and notes stay wherever they
are.
"""

from collections.abc import Collection, Iterator
from itertools import pairwise, takewhile

from darwin_spark.parsers.html.boxes import drop_boxes, protected_in
from darwin_spark.parsers.html.inline import is_block
from darwin_spark.parsers.html.labels import points_elsewhere
from darwin_spark.parsers.html.measures import HEADINGS, Measure, Measures
from darwin_spark.parsers.html.sections import drop_labelled
from darwin_spark.parsers.html.tree import classes
from darwin_spark.parsers.xml_tree import Element, plain_text

_MIN_CORE_SHARE = 0.15  # minimum share of the page's text in the prose of the core; a page of short entries has less
_CORE_SHARE = 0.6  # minimum share of an element's prose in one child, for the spine to go on to that child
_PARALLEL_SHARE = 0.15  # share of that child's prose in a sibling of the same kind, from which both are sections of a text
_SIDE_SHARE = 0.5  # minimum share of the core's prose in a footer, form or column beside the spine that is kept
_NO_CORE = frozenset(("table", "ul", "ol", "dl", "p", "blockquote", "pre", "figure", *HEADINGS))
_SIDE_TAGS = frozenset(("aside", "footer", "nav", "form"))
_SECTION_TAGS = frozenset(("article", "section"))
_TEXT_TAGS = frozenset(("p", "ul", "ol", "blockquote", "dl", "figure", "li", "table", "aside", *HEADINGS))
_HEAD_TAGS = frozenset(("p", "header", "figure", *HEADINGS))
_FEW_LINKS = 0.25  # maximum share of characters in links of a text
_MANY_LINKS = 0.5  # minimum share of characters in links of a list of links, and of a paragraph that points to another page
_TEASER_CHARS = 400  # maximum characters of prose under a heading of a teaser
_TAIL_CHARS = (150, 300)  # minimum characters, of prose or of any text, of a part behind the spine
_LINE_CHARS = 60  # minimum characters of a text without prose before or after all prose


def select(body: Element, measures: Measures, of_site: bool) -> None:
    """Remove everything but the main content from `body`. Only on a page of a site, `of_site`, labels and place count, too."""
    if not measures[body].prose:
        return
    protected = protected_in(body)
    if of_site:
        drop_labelled(body, measures, protected)
    drop_boxes(body, measures, protected, of_site)
    if of_site:
        spine = _spine(body, measures)
        if measures[spine[-1]].prose >= _MIN_CORE_SHARE * measures[body].plain:
            _drop_beside(spine, measures, protected)
            _trim(spine[-1], measures, protected)


def _spine(body: Element, measures: Measures) -> list[Element]:
    """Return the elements from the body to the core."""
    spine = [body]
    while len(spine[-1]):
        parts = list(spine[-1].iterchildren("*"))
        best = max(parts, key=lambda part: measures[part].prose)
        prose = measures[best].prose
        if best.tag in _NO_CORE or not len(best) or prose < _CORE_SHARE * measures[spine[-1]].prose:
            break
        others = (part for part in parts if part is not best and measures[part].prose > _PARALLEL_SHARE * prose)
        if any(_is_parallel(best, part) for part in others):
            break
        spine.append(best)
    return spine


def _is_parallel(one: Element, other: Element) -> bool:
    """Return whether two siblings have the same tag and the same first class, or mostly the same: sections of a text."""
    names, others = classes(one), classes(other)
    common = len(set(names).intersection(others))
    return one.tag == other.tag and (names[:1] == others[:1] or 2 * common >= len({*names, *others}))


def _drop_beside(spine: list[Element], measures: Measures, protected: Collection[Element]) -> None:
    prose = measures[spine[-1]].prose
    for node, inner in pairwise(spine):
        before = True
        for part in list(node.iterchildren("*")):
            before = before and part is not inner
            if part is inner or part in protected or _is_section(part, inner, measures):
                continue
            if not _is_content(part, measures, before, prose):
                measures.drop(part)


def _is_section(part: Element, inner: Element, measures: Measures) -> bool:
    """Return whether a part beside the spine has prose and few links, and is of the same kind as the element on the spine."""
    measure = measures[part]
    is_kind = part.tag in _SECTION_TAGS or bool(classes(part))
    return measure.prose > 0 and measure.link_share < _FEW_LINKS and is_kind and _is_parallel(part, inner)


def _is_content(part: Element, measures: Measures, before: bool, core_prose: int) -> bool:
    """Return whether a part beside the spine is content. `before`: it precedes the spine, as titles and summaries do."""
    measure = measures[part]
    if part.tag in _SIDE_TAGS and measure.prose < _SIDE_SHARE * core_prose:
        return False
    if _is_teaser_list(part, measures):
        return False
    if before:
        return measure.prose > 0 or part.tag in HEADINGS or next(part.iter("h1"), None) is not None
    min_prose, min_plain = _TAIL_CHARS
    return measure.link_share < _FEW_LINKS and (measure.prose >= min_prose or measure.plain >= min_plain)


def _is_teaser_list(part: Element, measures: Measures) -> bool:
    """Return whether at least half of a part's headings are links, and little prose stands under each."""
    headings = list(part.iter(*HEADINGS))
    linked = sum(measures[heading].linked > measures[heading].plain for heading in headings)
    return linked > 0 and 2 * linked >= len(headings) and measures[part].prose < _TEASER_CHARS * len(headings)


def _trim(core: Element, measures: Measures, protected: Collection[Element]) -> None:
    """Remove from the core what points to other articles, and what stands before or after all prose and is no text."""
    for node in list(core.iter("p")):
        if measures[node].link_share >= _MANY_LINKS and points_elsewhere(plain_text(node)) and node not in protected:
            measures.drop(node)
    prose = [node for node in core.iter("*") if measures.ends_prose(node)]
    if not prose:
        return
    last, first = _whole(prose[-1], core), _whole(prose[0], core)
    after = [part for part in _around(last, core, preceding=False) if not _is_tail(part, measures)]
    before = [part for part in _around(first, core, preceding=True) if not _is_head(part, measures)]
    for part in (*after, *before):
        if part not in protected and is_block(part):
            measures.drop(part)


def _whole(block: Element, core: Element) -> Element:
    """Return the outermost list, table or quotation in the core that holds a block, or the block itself."""
    around = takewhile(lambda ancestor: ancestor is not core, block.iterancestors())
    return next((node for node in reversed([block, *around]) if node.tag in _NO_CORE), block)


def _around(block: Element, core: Element, preceding: bool) -> Iterator[Element]:
    """Yield the siblings before or after a block and its ancestors within the core."""
    node: Element | None = block
    while node is not None and node is not core:
        yield from node.itersiblings("*", preceding=preceding)
        node = node.getparent()


def _is_tail(part: Element, measures: Measures) -> bool:
    measure = measures[part]
    if part.tag in _TEXT_TAGS:
        return measure.link_share < _MANY_LINKS
    has_heading = measure.link_share < _FEW_LINKS and next(part.iter(*HEADINGS), None) is not None
    return has_heading or _is_line(measure)


def _is_head(part: Element, measures: Measures) -> bool:
    return part.tag in _HEAD_TAGS or _is_line(measures[part]) or next(part.iter(*HEADINGS), None) is not None


def _is_line(measure: Measure) -> bool:
    """Return whether a part without prose is text: long enough, and with few links."""
    return measure.plain >= _LINE_CHARS and measure.link_share < _FEW_LINKS
