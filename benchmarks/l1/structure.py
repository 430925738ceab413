"""Count the headings and tables of a parsed PDF that the JATS of the same paper has, and those that it has not.

Headings are compared by words, then by level. A heading that JATS leaves out though the page prints it (the name of an
abstract or of the references, the kind of the paper, a paragraph in bold or italic type alone) is neither wanted nor false. A
table is false if less than half of its words are in one table of the JATS, or in a list of terms and their definitions, which
pages set in two columns.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from benchmarks.l1.jats_truth import text_of
from benchmarks.l1.ngrams import words

_UNFILED = frozenset({"abstract", "references", "keywords", "key words"})
_MAX_HEADING_WORDS = 20
_MIN_SHARE = 0.5
_DASHES = re.compile(r"^\|[ :]*-{2,}", re.MULTILINE)
_HTML_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_TOKEN = re.compile(r"\w+")

Heading = tuple[int, str]
"""Level (1: the title), and words."""


class Structure(NamedTuple):
    """Headings and tables of one paper: how many are wanted, found, and printed."""

    wanted: int
    found: int
    """Headings of the JATS that the text has."""
    found_at_level: int
    """Those with the right level."""
    printed: int
    """Headings of the text, without those that JATS may leave out."""
    tables: int
    false_tables: int


def measure(xml: bytes, text: str) -> Structure:
    """Compare the Markdown `text` of a paper with its JATS."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    wanted, printed, unfiled = list(headings_wanted(root)), headings_printed(text), _unfiled(root)
    pairs = common(wanted, printed)
    matched = {j for _, j in pairs}
    counted = [j for j, (_, name) in enumerate(printed) if j in matched or name not in unfiled]
    at_level = sum(wanted[i][0] == printed[j][0] for i, j in pairs)
    found = list(tables(text))
    return Structure(len(wanted), len(pairs), at_level, len(counted), len(found), len(false_tables(root, found)))


def headings_wanted(root: etree._Element) -> Iterator[Heading]:
    """Yield the title and the titles of all sections of abstract, body and back."""
    article = root if root.tag == "article" else next(root.iter("article"))
    (meta,) = article.iterfind("front/article-meta")
    yield 1, _words(meta.find("title-group/article-title"))
    for place in (*meta.iterfind("abstract"), *article.iterfind("body"), *article.iterfind("back")):
        for title in place.iter("title"):
            inside = [parent for parent in title.iterancestors() if place in parent.iterancestors()]
            if any(parent.tag in ("caption", "table-wrap") for parent in inside):
                continue
            if name := _words(title):
                yield max(len(inside), 1) + (2 if place.tag == "abstract" and inside else 1), name


def headings_printed(text: str) -> list[Heading]:
    """Return the headings of Markdown outside of code."""
    found, fenced = [], False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if not fenced and re.match(r"#{1,6} ", line):
            found.append((len(line) - len(line.lstrip("#")), " ".join(words(line))))
    return found


def common(wanted: Sequence[Heading], printed: Sequence[Heading]) -> list[tuple[int, int]]:
    """Return pairs of indices of equal headings, of one level before others: JATS orders the parts of the back as it likes."""
    pairs: list[tuple[int, int]] = []
    for key in (_with_level, _without_level):
        places: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        taken, done = {j for _, j in pairs}, {i for i, _ in pairs}
        for j in range(len(printed) - 1, -1, -1):
            if j not in taken:
                places[key(printed[j])].append(j)
        pairs += [(i, places[key(name)].pop()) for i, name in enumerate(wanted) if i not in done and places[key(name)]]
    return pairs


def _with_level(heading: Heading) -> tuple[object, ...]:
    return heading


def _without_level(heading: Heading) -> tuple[object, ...]:
    return heading[1:]


def tables(text: str) -> Iterator[str]:
    """Yield the tables of Markdown: pipe tables, which have a line of dashes, and tables in HTML."""
    for is_table, lines in groupby(text.splitlines(), key=lambda line: line.startswith("|")):
        table = "\n".join(lines)
        if is_table and _DASHES.search(table):
            yield table
    yield from (_TAG.sub(" ", table) for table in _HTML_TABLE.findall(text))


def false_tables(root: etree._Element, found: Sequence[str]) -> list[str]:
    """Return those of the tables that are no table of the JATS."""
    filed = [Counter(_TOKEN.findall(text_of(table).lower())) for table in root.iter("table-wrap", "table", "def-list")]
    return [table for table in found if not any(_is_part(table, tokens) for tokens in filed)]


def _is_part(table: str, filed: Counter[str]) -> bool:
    tokens = Counter(_TOKEN.findall(table.lower()))
    return (tokens & filed).total() >= _MIN_SHARE * tokens.total()


def _unfiled(root: etree._Element) -> frozenset[str]:
    """Return the words of headings that are printed but no title in the XML."""
    subjects = {_words(node) for node in root.iter("subject")}
    alone = {_words(node) for node in root.iter("p") if _is_styled_alone(node)}
    return _UNFILED | subjects | {name for name in alone if len(name.split()) <= _MAX_HEADING_WORDS}


def _is_styled_alone(paragraph: etree._Element) -> bool:
    """Whether most of the paragraph is in bold or italic type, though it is no title."""
    styled = sum(len(text_of(node)) for node in paragraph if node.tag in ("bold", "italic"))
    return 2 * styled > len(text_of(paragraph))


def _words(node: etree._Element | None) -> str:
    return " ".join(words(text_of(node)))
