"""The deterministic refiner: what L4's rules (§3 L4) allow without judgement, for corpora without a model.

It works on whole documents as L1 writes them. A rule that is not sure leaves the text alone: to lose a paragraph of the
body is worse than to keep a page number. The rest of L4 (broken sentences, advertising, shattered figures) needs a model.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from darwin_spark.levels.l4_refine.rules import (
    bylines,
    characters,
    contents,
    front_back_matter,
    glossaries,
    layout,
    licence,
    links,
    page_furniture,
    placeholders,
    references,
)
from darwin_spark.levels.l4_refine.rules.text import Rule, size
from darwin_spark.text.markdown import kinds

PASSES = 6
"""Passes over the rules until nothing changes; real documents need two or three. A rule may uncover work for another:
a paragraph is whole only when the page number in its middle has gone."""

RULES: Mapping[str, Rule] = {
    "characters": characters.characters,
    "ebook_licence": licence.ebook_licence,
    "page_marks": page_furniture.page_marks,
    "running_headers": page_furniture.running_headers,
    "page_numbers": page_furniture.page_numbers,
    "contents_table": contents.contents_table,
    "reference_lists": references.reference_lists,
    "index_pages": front_back_matter.index_pages,
    "bylines": bylines.bylines,
    "lookup_lists": glossaries.lookup_lists,
    "back_matter": front_back_matter.back_matter,
    "publication_metadata": front_back_matter.publication_metadata,
    "placeholders": placeholders.placeholders,
    "images": links.images,
    "urls": links.urls,
    "empty_notes": links.empty_notes,
    "broken_lines": layout.broken_lines,
    "split_words": layout.split_words,
    "broken_paragraphs": layout.broken_paragraphs,
    "twice_read": layout.twice_read,
    "white_space": layout.white_space,
}
"""In the order in which they work: what is not text goes before the lines are joined."""


@dataclass(frozen=True)
class Refined:
    """`deletions`: the characters that each rule removed, by its name, for the rules that removed any."""

    text: str
    deletions: dict[str, int]


def refine(text: str) -> Refined:
    """The document without noise; `refine(refine(t).text).text == refine(t).text`. Linear in the text's size."""
    deletions: Counter[str] = Counter()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    for _ in range(PASSES):
        before = lines
        lines = _once(lines, deletions)
        if lines == before:
            break
    refined = "\n".join(lines)
    return Refined(refined + "\n" if refined else "", {rule: count for rule, count in deletions.items() if count})


def _once(lines: list[str], deletions: Counter[str]) -> list[str]:
    line_kinds = kinds(lines)
    for name, rule in RULES.items():
        after = rule(lines, line_kinds)
        if after != lines:
            deletions[name] += max(size(lines) - size(after), 0)
            lines, line_kinds = after, kinds(after)
    return lines
