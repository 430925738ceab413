"""Find the level of each heading of a PDF: by its section number, or by its type compared with that of numbered headings."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise, zip_longest

from darwin_spark.parsers.pdf.headings.headings import (
    HeadingStyle,
    is_heading,
    is_larger,
    is_running_text,
    is_section_name,
    numbered_level,
    style_of,
    subsection_number,
)
from darwin_spark.parsers.pdf.paragraphs.paragraphs import Paragraph

_SECTION_LEVEL, _MAX_LEVEL = 2, 6
_FRONT_OR_BACK = re.compile(
    r"\W*(?:abstract|summary|keywords|references|bibliography|literature|acknow|appendix)", re.IGNORECASE
)
"""Sections that are often set in another type than those between them."""
_MAX_LABEL_CHARS = 20
_MIN_VOTES = 0.08  # minimum share of numbered and named headings in a type whose level they say
_SAME_SIZE = 0.03  # font sizes that differ by less than this share count as one


def heading_levels(pages: Sequence[Sequence[Paragraph]], body: float) -> dict[int, int]:
    """Return the level, 1 (title) to 6, of each heading by its `id`.

    A section number says the level; a name like "Abstract" says 2. All other headings get the level of the numbered or named
    ones of the same type, else one more than that of the next larger or bolder type. One that ran into its paragraph is one
    level below the heading above it. No level is left out below a section. `body`: font size of the running text.
    """
    found = _without_subtitles(
        _with_plain(pages, [_headings(page, body) for page in pages]), next((page for page in pages if page), ())
    )
    run_in = {id(p) for p in found if p.is_run_in and numbered_level(p.text) is None}
    found = [p for p in found if id(p) not in run_in]
    known = {id(p): 1 if p.is_title else numbered_level(p.text) or _named_level(p) for p in found}
    types = {id(p): style_of(p) for p in found}
    votes: defaultdict[HeadingStyle, Counter[int]] = defaultdict(Counter)
    for p in found:
        if (level := known[id(p)]) and not p.is_title and not _FRONT_OR_BACK.match(p.text):
            votes[types[id(p)]][level] += 1
    members = Counter(types[id(p)] for p in found)
    for style in _styles_of_steps(sorted(votes, key=lambda style: _rank(style, body)), votes, members):
        del votes[style]
        known.update((id(p), None) for p in found if types[id(p)] == style and not p.is_title)
    ranked = sorted({*votes, *(types[id(p)] for p in found if not known[id(p)])}, key=lambda style: _rank(style, body))
    levels = _levels_of_styles(ranked, votes)
    of_headings = {id(p): known[id(p)] or levels[types[id(p)]] for p in found}
    for page in pages:
        _raise_labels(page, of_headings)
    _close_gaps(pages, of_headings, {key for key, level in known.items() if level})
    return _with_run_in(pages, of_headings, run_in) if run_in else of_headings


def _close_gaps(pages: Sequence[Sequence[Paragraph]], levels: dict[int, int], fixed: Collection[int]) -> None:
    """Give each heading below a section one level more than the heading above it at most, unless its level is `fixed`."""
    above: list[tuple[int, int]] = []  # of the headings that the next one may belong to: level by type, final level
    for p in (p for page in pages for p in page if id(p) in levels):
        level = levels[id(p)]
        while above and above[-1][0] >= level:
            above.pop()
        if above and above[-1][1] >= _SECTION_LEVEL and id(p) not in fixed:
            levels[id(p)] = min(level, above[-1][1] + 1)
        above.append((level, levels[id(p)]))


def _with_run_in(pages: Sequence[Sequence[Paragraph]], levels: dict[int, int], run_in: Collection[int]) -> dict[int, int]:
    """Return the levels with those of headings that ran into their paragraph: one below the heading above, 2 of an abstract."""
    above = 1
    for page in pages:
        for p in page:
            if id(p) in run_in:
                levels[id(p)] = _SECTION_LEVEL if _FRONT_OR_BACK.match(p.text) else min(above + 1, _MAX_LEVEL)
            above = levels.get(id(p), above) if id(p) not in run_in else above
    return levels


def _raise_labels(page: Sequence[Paragraph], levels: dict[int, int]) -> None:
    """Give a heading without a number directly above one of a higher level that level: it is its label, such as "Chapter 1"."""
    for label, below in reversed(list(pairwise(page))):
        level, upper = levels.get(id(label), 0), levels.get(id(below), 0)
        if level > upper > 1 and _is_label(label):
            levels[id(label)] = upper


def _is_label(heading: Paragraph) -> bool:
    """Whether a heading is as short as the label of another one: no name of a section, and without a number of its own."""
    is_short = len(heading.text) <= _MAX_LABEL_CHARS and ":" not in heading.text
    return is_short and not is_section_name(heading) and numbered_level(heading.text) is None


def _without_subtitles(found: Sequence[Sequence[Paragraph]], first: Sequence[Paragraph]) -> list[Paragraph]:
    """Return all headings but those between the title and the text of the page `first` whose type no other heading has.

    These are the subtitle, authors and dates. One directly above running text stays.
    """
    headings = [paragraph for page in found for paragraph in page]
    if not first or not first[0].is_title:
        return headings
    end = next((i for i, p in enumerate(first) if i and is_running_text(p)), len(first))
    above = {id(p) for p in first[1 : end - 1] if not (is_section_name(p) or numbered_level(p.text))}
    elsewhere = {style_of(p) for p in headings if id(p) not in above and not p.is_title}
    return [p for p in headings if id(p) not in above or style_of(p) in elsewhere]


def _styles_of_steps(
    styles: Sequence[HeadingStyle], votes: Mapping[HeadingStyle, Counter[int]], members: Mapping[HeadingStyle, int]
) -> list[HeadingStyle]:
    """Return the styles, sorted by rank, whose numbers are not those of sections: steps of a list in a type of low rank."""
    steps, deepest = [], 0
    for style in styles:
        level = votes[style].most_common(1)[0][0]
        if votes[style].total() < _MIN_VOTES * members[style] or (level < deepest and not style.capitals):
            steps.append(style)
        else:
            deepest = max(deepest, level)
    return steps


def _headings(page: Sequence[Paragraph], body: float) -> list[Paragraph]:
    """Return the headings of a page in order. A paragraph that goes on after a break is none."""
    found: list[Paragraph] = []
    text: Paragraph | None = None
    goes_on = False
    for paragraph in reversed(page):
        if not goes_on and is_heading(paragraph, body, text):
            found.append(paragraph)
        elif paragraph.text:
            text = paragraph
        goes_on = paragraph.glue != "\n\n"
    return found[::-1]


def _with_plain(pages: Sequence[Sequence[Paragraph]], found: Sequence[Sequence[Paragraph]]) -> list[list[Paragraph]]:
    """Return the headings, and numbered lines in the type of the text whose number follows from the heading before them."""
    taken = {id(p) for page in found for p in page}
    completed: list[list[Paragraph]] = []
    last = ""
    for page in pages:
        completed.append([])
        for paragraph, below in zip_longest(page, page[1:]):
            is_apart = id(paragraph) not in taken and paragraph.glue == "\n\n"
            number = subsection_number(paragraph, below) if is_apart else ""
            if id(paragraph) in taken or (number and _follows(number, last)):
                completed[-1].append(paragraph)
                last = number or paragraph.text.partition(" ")[0].rstrip(".") or last
    return completed


def _follows(number: str, last: str) -> bool:
    """Whether a section number is the first below the last one or the next of its level: 2.1 after 2, 2.3 after 2.2.4."""
    parent, _, place = number.rpartition(".")
    before = last.split(".")
    if place == "1":
        return parent == last
    level = parent.count(".") + 2
    return [*parent.split("."), str(int(place) - 1)] == before[:level]


def _named_level(paragraph: Paragraph) -> int | None:
    return _SECTION_LEVEL if is_section_name(paragraph) else None


def _rank(style: HeadingStyle, body: float) -> tuple[float | bool, ...]:
    """Return a key that sorts type larger than the text first, by size; then bold, larger, capitals, and upright type."""
    larger = style.size if is_larger(style, body) else 0.0
    return -larger, not style.bold, -style.size, not style.capitals, style.italic


def _levels_of_styles(styles: Sequence[HeadingStyle], votes: Mapping[HeadingStyle, Counter[int]]) -> dict[HeadingStyle, int]:
    """Return the level of each style, from large to small: that of most votes, else one more than all before.

    Styles that hardly differ and have no votes get one level. Styles above the first one with votes get the levels above its
    level, but at least 2.
    """
    groups = _groups(styles, votes)
    top = next((i for i, group in enumerate(groups) if group[0] in votes), None)
    first = len(groups) + _SECTION_LEVEL if top is None else votes[groups[top][0]].most_common(1)[0][0]
    count = len(groups) if top is None else top
    levels: dict[HeadingStyle, int] = {}
    for i, group in enumerate(groups):
        if group[0] in votes:
            level = votes[group[0]].most_common(1)[0][0]
        elif i < count:
            level = max(first - (count - i), _SECTION_LEVEL)
        else:
            level = max(levels.values()) + 1
        levels.update(dict.fromkeys(group, min(level, _MAX_LEVEL)))
    return levels


def _groups(styles: Sequence[HeadingStyle], votes: Mapping[HeadingStyle, Counter[int]]) -> list[list[HeadingStyle]]:
    """Return the styles in groups of one level: each with votes alone, the others together with those that hardly differ.

    Sizes within 3 % of each other hardly differ, nor do upright and italic type if both are bold.
    """
    groups: list[list[HeadingStyle]] = []
    for style in styles:
        last = groups[-1][-1] if groups else None
        if last is None or not _is_similar(last, style) or (last in votes) or (style in votes):
            groups.append([style])
        else:
            groups[-1].append(style)
    return groups


def _is_similar(a: HeadingStyle, b: HeadingStyle) -> bool:
    is_one_size = abs(a.size - b.size) <= _SAME_SIZE * a.size
    return is_one_size and a.bold == b.bold and a.capitals == b.capitals and (a.italic == b.italic or a.bold)
