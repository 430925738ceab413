"""Lines of a PDF column to paragraphs, list items, tables and listings."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from darwin_spark.l1_normalize.pdf_code import split_code
from darwin_spark.l1_normalize.pdf_joining import joined
from darwin_spark.l1_normalize.pdf_layout import Line
from darwin_spark.l1_normalize.pdf_tables import split_tables

CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|tab\.|algorithm|listing|scheme|box|plate)\s?[A-Z]?\d+[a-z]?\s?[.:|–-]", re.IGNORECASE
)
_BULLET = re.compile(r"(?:[•●◦▪■‣∙·*–—-]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\(?[a-zA-Z][.)])\s")
_BULLET_MARK = re.compile(r"[•●◦▪■‣∙]\s?")
_ENDS = (".", "!", "?", ":", ";", "”", '."', ".)")
_MAX_BOLD_CHARS = 160


@dataclass(eq=False)
class Paragraph:
    """Joined lines of one style; `size` in points."""

    text: str
    size: float
    bold: bool
    lines: int
    is_list_item: bool = False
    is_title: bool = False
    verbatim: bool = False
    """A table or a listing."""
    glue: str = "\n\n"
    """What stands between the paragraph above and this one."""


class _Frame(NamedTuple):
    """How a column is set: usual distance of lines, left and right edge of the running text, in points."""

    leading: float
    left: float
    right: float


def paragraphs(lines: Sequence[Line], words: Mapping[str, int]) -> list[Paragraph]:
    """The paragraphs of one column; `words` is the document's vocabulary."""
    if not lines:
        return []
    frame = _Frame(_leading(lines), *_edges(lines))
    found: list[Paragraph] = []
    for code, rest in split_code(lines):
        if code is not None:
            found.append(Paragraph(code, rest[0].size, False, len(rest), verbatim=True))
            continue
        for table, run in split_tables(rest):
            if table is not None:
                found.append(Paragraph(table, run[0].size, False, len(run), verbatim=True))
            else:
                found += [_paragraph(group, words) for group in _groups(run, frame)]
    return found


def _leading(lines: Sequence[Line]) -> float:
    steps = Counter(
        round(b.baseline - a.baseline, 1)
        for a, b in pairwise(lines)
        if abs(a.size - b.size) < 0.6 and 0.5 * a.size < b.baseline - a.baseline < 2.5 * a.size
    )
    return steps.most_common(1)[0][0] if steps else 1.25 * lines[0].size


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """The commonest edges, so that a wide table does not move them."""
    lefts, rights = Counter(round(line.left) for line in lines), Counter(round(line.right) for line in lines)
    left = min(x for x, n in lefts.items() if n >= 0.25 * max(lefts.values()))
    return left, max(x for x, n in rights.items() if n >= 0.25 * max(rights.values()))


def _groups(lines: Sequence[Line], frame: _Frame) -> list[list[Line]]:
    groups = [[lines[0]]]
    for line in lines[1:]:
        if _begins(line, groups[-1], frame):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _begins(line: Line, group: list[Line], frame: _Frame) -> bool:
    """Whether `line` begins a paragraph, or goes on with the `group` above it."""
    above = group[-1]
    if _is_apart(above, line, frame) or CAPTION.match(line.text):
        return True
    if _BULLET.match(line.text):
        return not _is_full(above, frame, 3.0) or above.text.endswith(_ENDS)
    if line.bold != above.bold and (_could_be_heading(above) or _could_be_heading(line)):
        return line.bold or not _is_full(above, frame)
    return _is_set_in(line, group, frame) or _follows_short_line(above, line, frame)


def _is_apart(above: Line, line: Line, frame: _Frame) -> bool:
    """By a wider step, a step back, or another size of type."""
    step = line.baseline - above.baseline
    resized = abs(line.size - above.size) > 0.08 * max(line.size, above.size) and min(len(line.text), len(above.text)) > 8
    return resized or step < 0 or step > max(1.3 * frame.leading, 1.35 * line.size)


def _is_set_in(line: Line, group: list[Line], frame: _Frame) -> bool:
    """By its indentation: set in where the lines above are not, or set out under a hanging paragraph."""
    above, first = group[-1], group[0]
    if line.left > above.left + 0.7 * line.size and line.left < frame.left + 4 * line.size and not _BULLET.match(first.text):
        begins_hanging = len(group) == 1 and above.left <= frame.left + 1 and _is_full(above, frame)
        return not begins_hanging and (above.text.endswith(_ENDS) or not _is_full(above, frame))
    hangs = len(group) > 1 and first.left < above.left - 0.5 * line.size
    return hangs and line.left < above.left - 0.5 * line.size


def _follows_short_line(above: Line, line: Line, frame: _Frame) -> bool:
    short = above.right < frame.right - 0.2 * (frame.right - frame.left)
    return short and above.text.endswith(_ENDS) and not line.text[:1].islower()


def _is_full(line: Line, frame: _Frame, slack: float = 2.0) -> bool:
    """Reaches the right edge, to `slack` times the size of its type."""
    return line.right > frame.right - slack * line.size


def _could_be_heading(line: Line) -> bool:
    return line.bold and len(line.text) <= _MAX_BOLD_CHARS and not line.text.endswith((".", ",", ";"))


def _paragraph(group: list[Line], words: Mapping[str, int]) -> Paragraph:
    text = group[0].text
    for line in group[1:]:
        text = joined(text, line.text, words)
    styles: Counter[tuple[float, bool]] = Counter()
    for line in group:
        styles[(line.size, line.bold)] += len(line.text)
    size, bold = styles.most_common(1)[0][0]
    bullet = _BULLET_MARK.match(text)
    if bullet:
        text = f"- {text[bullet.end() :]}"
    return Paragraph(text, size, bold, len(group), bullet is not None)


def continue_paragraph(above: list[Paragraph], below: list[Paragraph], body: float, words: Mapping[str, int]) -> None:
    """Tie the paragraph that a column or page break cut: `below[0]` then follows it without a blank line.

    Footnotes at the foot of `above` step in front of the paragraph that they interrupt.
    """
    last = next((i for i in range(len(above) - 1, -1, -1) if abs(above[i].size - body) < 1.1), None)
    if last is None or not below or any(p.size > body for p in above[last + 1 :]):
        return
    cut, rest = above[last], below[0]
    if not _is_unfinished(cut, rest):
        return
    above.append(above.pop(last))
    whole = joined(cut.text, rest.text, words)
    head = whole[: len(whole) - len(rest.text)]
    cut.text, rest.glue = head.rstrip(), " " if head.endswith(" ") else ""


def _is_unfinished(cut: Paragraph, rest: Paragraph) -> bool:
    """Whether `rest`, at the top of the next column or page, goes on with `cut`."""
    if rest.is_list_item or rest.verbatim or cut.verbatim or abs(cut.size - rest.size) > 0.6 or cut.text.endswith(_ENDS):
        return False
    return rest.text[:1].islower() or (cut.text.endswith("-") and rest.text[:1].isalpha())
