"""Rule-based refiner: the L4 deletions and repairs that need no judgement (§3 L4), and so no model.

Rules work on whole documents as L1 writes them, and leave text unchanged when uncertain: losing a paragraph is worse than
keeping a page number. The rest of L4 (broken sentences, advertising, shattered figures) needs a model.
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
"""Maximum number of passes over all rules; passes end as soon as nothing changes. Real documents need two or three, because one
rule may enable another: a paragraph is whole only after the page number inside it has been deleted."""
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
    "twice_read": layout.duplicate_paragraphs,
    "white_space": layout.white_space,
}
"""The rules in the order in which they run: what is not body text is deleted before lines are joined."""


@dataclass(frozen=True)
class Refined:
    """A refined text. `deletions` maps the name of each rule that removed characters to their number."""

    text: str
    deletions: dict[str, int]


def refine(text: str) -> Refined:
    """Return a document with noise removed and damage repaired by rules; a line feed ends every line."""
    deletions: Counter[str] = Counter()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    for _ in range(PASSES):
        before = lines
        lines = _apply_rules(lines, deletions)
        if lines == before:
            break
    refined = "\n".join(lines)
    return Refined(refined + "\n" if refined else "", {rule: count for rule, count in deletions.items() if count})


def _apply_rules(lines: list[str], deletions: Counter[str]) -> list[str]:
    line_kinds = kinds(lines)
    for name, rule in RULES.items():
        after = rule(lines, line_kinds)
        if after != lines:
            deletions[name] += max(size(lines) - size(after), 0)
            lines, line_kinds = after, kinds(after)
    return lines
