"""Lines to paragraphs: where one begins, how lines join, what is a heading."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from darwin_spark.l1_normalize.pdf_layout import Line
from darwin_spark.l1_normalize.pdf_code import split_code
from darwin_spark.l1_normalize.pdf_tables import split_tables

_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|tab\.|algorithm|listing|scheme|box|plate)\s?[A-Z]?\d+[a-z]?\s?[.:|–-]", re.IGNORECASE
)
_NO_HEADING = re.compile(rf"{_CAPTION.pattern}|doi\b|.{{0,200}}?(?:@|://|www\.)", re.IGNORECASE)
_BULLET = re.compile(r"(?:[•●◦▪■‣∙·*–—-]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\(?[a-zA-Z][.)])\s")
_BULLET_MARK = re.compile(r"[•●◦▪■‣∙]\s?")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")
_SECTION = re.compile(
    r"(?:\d{1,2}\.?\s)?(?:abstract|summary|keywords|introduction|background|(?:materials and )?methods|results|discussion|"
    r"conclusions?|acknowledge?ments?|references|bibliography|literature cited|appendix)\W?",
    re.IGNORECASE,
)
"""Sections of the first rank, however they are set."""
_REFERENCES = re.compile(r"(?:\d{1,2}\.?\s|[IVX]+\.\s)?(?:references|bibliography|literature cited)\W?", re.IGNORECASE)
_ENDS = (".", "!", "?", ":", ";", "”", '."', ".)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+)-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_PREFIXES = frozenset(
    "anti counter further here hyper inter micro multi over some super there through under where with".split()
)
"""Words that more often begin one word than stand before a hyphen."""
_MAX_HEADING_CHARS = 160


@dataclass
class Paragraph:
    """Joined lines of one style."""

    text: str
    size: float
    bold: bool
    lines: int
    is_list_item: bool = False
    verbatim: bool = False
    """A table or a listing."""
    glue: str = "\n\n"
    """What stands between the paragraph above and this one."""


def vocabulary(lines: Iterable[Line]) -> Counter[str]:
    """How often each word stands whole inside a line: what tells a hyphen of the author from one of the typesetter."""
    words: Counter[str] = Counter()
    for line in lines:
        words.update(word.lower() for word in _WORD.findall(line.text))
    return words


def paragraphs(lines: Sequence[Line], words: Mapping[str, int]) -> list[Paragraph]:
    """The paragraphs of one column."""
    if not lines:
        return []
    leading = _leading(lines)
    left, right = _edges(lines)
    found: list[Paragraph] = []
    for code, rest in split_code(lines):
        if code is not None:
            found.append(Paragraph(code, rest[0].size, False, len(rest), verbatim=True))
            continue
        for table, run in split_tables(rest):
            if table is not None:
                found.append(Paragraph(table, run[0].size, False, len(run), verbatim=True))
            else:
                found += [_paragraph(group, words) for group in _groups(run, leading, left, right)]
    return found


def _groups(lines: Sequence[Line], leading: float, left: float, right: float) -> list[list[Line]]:
    groups = [[lines[0]]]
    for above, line in zip(lines, lines[1:], strict=False):
        if _begins(above, line, leading, left, right, groups[-1]):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance of two lines of the same size, in points."""
    steps = Counter(
        round(b.baseline - a.baseline, 1)
        for a, b in zip(lines, lines[1:], strict=False)
        if abs(a.size - b.size) < 0.6 and 0.5 * a.size < b.baseline - a.baseline < 2.5 * a.size
    )
    return steps.most_common(1)[0][0] if steps else 1.25 * lines[0].size


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Left and right edge of the running text: the commonest ones, so that a wide table does not move them."""
    lefts, rights = Counter(round(line.left) for line in lines), Counter(round(line.right) for line in lines)
    left = min(x for x, n in lefts.items() if n >= 0.25 * max(lefts.values()))
    return left, max(x for x, n in rights.items() if n >= 0.25 * max(rights.values()))


def _begins(above: Line, line: Line, leading: float, left: float, right: float, group: list[Line]) -> bool:
    """Whether `line` begins a paragraph."""
    step = line.baseline - above.baseline
    if step > max(1.3 * leading, 1.35 * line.size) or step < 0:
        return True
    if abs(line.size - above.size) > 0.08 * max(line.size, above.size) and min(len(line.text), len(above.text)) > 8:
        return True
    if _CAPTION.match(line.text) or _BULLET.match(line.text):
        return _CAPTION.match(line.text) is not None or above.right < right - 3 * line.size or above.text.endswith(_ENDS)
    if line.bold != above.bold and (_could_be_heading(above) or _could_be_heading(line)):
        return above.right < right - 2 * line.size or line.bold
    hanging = group[0].left < above.left - 0.5 * line.size and len(group) > 1
    indented = line.left > above.left + 0.7 * line.size and line.left < left + 4 * line.size
    if (
        indented
        and not _BULLET.match(group[0].text)
        and not (len(group) == 1 and above.left <= left + 1 and _is_full(above, right))
    ):
        return above.text.endswith(_ENDS) or not _is_full(above, right)
    outdented = hanging and line.left < above.left - 0.5 * line.size
    short = above.right < right - 0.2 * (right - left) and above.text.endswith(_ENDS)
    return outdented or (short and not line.text[:1].islower())


def _is_full(line: Line, right: float) -> bool:
    return line.right > right - 2 * line.size


def _could_be_heading(line: Line) -> bool:
    return line.bold and len(line.text) <= _MAX_HEADING_CHARS and not line.text.endswith((".", ",", ";"))


def _paragraph(group: list[Line], words: Mapping[str, int]) -> Paragraph:
    text = group[0].text
    for line in group[1:]:
        text = joined(text, line.text, words)
    sizes: Counter[tuple[float, bool]] = Counter()
    for line in group:
        sizes[(line.size, line.bold)] += len(line.text)
    size, bold = sizes.most_common(1)[0][0]
    bullet = _BULLET_MARK.match(text)
    if bullet:
        text = f"- {text[bullet.end() :]}"
    return Paragraph(text, size, bold, len(group), bullet is not None)


def joined(above: str, below: str, words: Mapping[str, int]) -> str:
    """Two lines as one; a hyphen at the end goes where the document writes the word without it.

    Unknown words are joined too (most hyphens at a line's end are the typesetter's), unless both halves are words of the
    document in their own right ("water-soluble").
    """
    last, first = _LAST_WORD.search(above[-80:]), _FIRST_WORD.match(below)
    if last is None or first is None:
        return above + below if above.endswith(("-", "–", "/")) and below[:1].isalnum() else f"{above} {below}"
    head, tail = last.group(1).lower(), first.group().lower()
    if not first.group()[0].islower():
        return above + below
    whole, hyphened = words.get(head + tail, 0), words.get(f"{head}-{tail}", 0)
    apart = len(head) > 3 and len(tail) > 3 and head not in _PREFIXES and words.get(head, 0) > 1 and words.get(tail, 0) > 1
    keeps = hyphened > whole or (not whole and apart)
    return above + below if keeps else above[:-1] + below


def continue_paragraph(above: list[Paragraph], below: list[Paragraph], body: float, words: Mapping[str, int]) -> None:
    """Tie the paragraph that a column or page break cut: `below[0]` then follows it without a blank line.

    Footnotes at the foot of `above` step in front of the paragraph that they interrupt.
    """
    last = next((i for i in range(len(above) - 1, -1, -1) if abs(above[i].size - body) < 1.1), None)
    if last is None or not below or any(p.size > body for p in above[last + 1 :]):
        return
    if not _is_unfinished(above[last], below[0]):
        return
    cut = above.pop(last)
    above.append(cut)
    whole = joined(cut.text, below[0].text, words)
    head = whole[: len(whole) - len(below[0].text)]
    cut.text, below[0].glue = head.rstrip(), " " if head.endswith(" ") else ""


def _is_unfinished(paragraph: Paragraph, following: Paragraph) -> bool:
    """Whether a paragraph goes on at the top of the next column or page."""
    if (
        following.is_list_item
        or following.verbatim
        or paragraph.verbatim
        or abs(paragraph.size - following.size) > 0.6
        or paragraph.text.endswith(_ENDS)
    ):
        return False
    return following.text[:1].islower() or (paragraph.text.endswith("-") and following.text[:1].isalpha())


def heading_sizes(found: Iterable[Paragraph], body: float) -> list[float]:
    """Sizes of headings above the body's, the largest first."""
    sizes = Counter(p.size for p in found if p.size >= 1.12 * body and _is_short(p))
    return sorted(sizes, reverse=True)


def heading_level(paragraph: Paragraph, body: float, sizes: Sequence[float]) -> int | None:
    """2 for a section, 3 for one inside it; None for text."""
    text = paragraph.text
    if (
        not _is_short(paragraph)
        or paragraph.is_list_item
        or paragraph.verbatim
        or _NO_HEADING.match(text)
        or "^{" in text
        or not any(c.isalpha() for c in text)
    ):
        return None
    if _SECTION.fullmatch(text) and paragraph.lines == 1 and not text[0].islower():
        return 2
    larger = paragraph.size >= 1.12 * body
    if not larger and not (paragraph.bold and paragraph.size > 0.9 * body and len(text) > 3 and text[0].isalnum()):
        return None
    numbered = _NUMBERED.match(text)
    if numbered:
        return min(2 + numbered.group(1).count("."), 6)
    return 2 + min(sizes.index(paragraph.size), 3) if larger else 2 + min(len(sizes), 3)


def heading_text(text: str) -> str:
    """The reference list is called the same in every document, so that it can be found."""
    return "References" if _REFERENCES.fullmatch(text) else text


def _is_short(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        paragraph.lines <= 3 and 2 < len(text) <= _MAX_HEADING_CHARS and not text.endswith((".", ",", ";")) and text[:1] != "("
    )
