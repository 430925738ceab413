"""Lines of a PDF column to paragraphs, list items, tables and listings."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from darwin_spark.parsers.pdf.code import split_code
from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.layout import Line
from darwin_spark.parsers.pdf.tables import split_tables

CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|tab\.|algorithm|listing|scheme|box|plate)\s?[A-Z]?\d+[a-z]?\s?[.:|–-]", re.IGNORECASE
)
_BULLET = re.compile(r"(?:[•●◦▪■‣∙·*–—-]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\(?[a-zA-Z][.)])\s")
_BULLET_MARK = re.compile(r"[•●◦▪■‣∙]\s?")
_MARK = re.compile(r"([(\[]?)(\d{1,3}|[a-z])[.)\]]\s")
"""Of an item in a numbered list."""
_LETTERSPACED = re.compile(r"(?:[^\W\d_] ){4,}[^\W\d_]")
_NUMBERED_LEAD = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}\.?\s\S.{2,120}\.")
_FOOTNOTE = re.compile(r"\^\{|\d{1,2}\D|[*∗†‡§¶]")
_ENDS = (".", "!", "?", ":", ";", "”", '."', ".)")
_MAX_BOLD_CHARS = 160
_OTHER_SIZE = 0.07
"""Type that is larger or smaller by this share is not the body's."""


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
    italic: bool = False
    """All of it."""


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
    for is_table, same in groupby(lines, key=lambda line: line.pieces[0].table):
        run = list(same)
        if is_table:
            found += [Paragraph(line.text, line.size, False, 1, verbatim=True) for line in run]
        else:
            found += _running(run, frame, words)
    return found


def _running(lines: Sequence[Line], frame: _Frame, words: Mapping[str, int]) -> list[Paragraph]:
    found: list[Paragraph] = []
    for code, rest in split_code(lines):
        if code is not None:
            found.append(Paragraph(code, rest[0].size, False, len(rest), verbatim=True))
            continue
        for table, run in split_tables(rest):
            if table is not None:
                found.append(Paragraph(table, run[0].size, False, len(run), verbatim=True))
            else:
                found += [paragraph for group in _groups(run, frame) for paragraph in _parted(_paragraph(group, words), group)]
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
    if _BULLET_MARK.match(line.text) or _is_next_item(group[0], line):
        return True
    if _BULLET.match(line.text):
        return not _is_full(above, frame, 3.0) or above.text.endswith(_ENDS)
    if _is_other_heading(above, line):
        return True
    if line.bold != above.bold and (_could_be_heading(above) or _could_be_heading(line)):
        return line.bold or not _is_full(above, frame)
    return _is_set_in(line, group, frame) or _follows_short_line(above, line, frame)


def _is_next_item(item: Line, line: Line) -> bool:
    """Whether `line` bears the letter or number that follows the one of the item above, at the same edge."""
    marks = _MARK.match(item.text), _MARK.match(line.text)
    if marks[0] is None or marks[1] is None or abs(line.left - item.left) > 1:
        return False
    (before, last), (after, mark) = marks[0].groups(), marks[1].groups()
    return before == after and _place(mark) == _place(last) + 1


def _place(mark: str) -> int:
    return int(mark) if mark.isdigit() else ord(mark)


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


def _is_other_heading(above: Line, line: Line) -> bool:
    """Whether two headings follow one another: both bold, and set differently."""
    if not (above.bold and line.bold and _could_be_heading(above) and _could_be_heading(line)):
        return False
    return line.italic != above.italic or abs(line.size - above.size) > _OTHER_SIZE * above.size


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
    if _LETTERSPACED.fullmatch(text):
        text = text.replace(" ", "")
    bullet = _BULLET_MARK.match(text)
    if bullet:
        text = f"- {text[bullet.end() :]}"
    return Paragraph(text, size, bold, len(group), bullet is not None, italic=all(line.italic for line in group))


def _parted(paragraph: Paragraph, group: list[Line]) -> list[Paragraph]:
    """A numbered heading that runs into its paragraph, set in bold or italic type, becomes a paragraph of its own."""
    lead = group[0].pieces[0].lead
    if not _NUMBERED_LEAD.fullmatch(lead) or not paragraph.text.startswith(lead) or len(paragraph.text) < 2 * len(lead):
        return [paragraph]
    rest = paragraph.text[len(lead) :].lstrip()
    return [Paragraph(lead.rstrip("."), paragraph.size, True, 1), replace(paragraph, text=rest)]


def continue_paragraph(above: list[Paragraph], below: list[Paragraph], body: float, words: Mapping[str, int]) -> None:
    """Tie the paragraph that a column or page break cut: `below[0]` then follows it without a blank line.

    Footnotes at the foot of `above` step in front of the paragraph that they interrupt.
    """
    if _ends_in_footnotes_under_heading(above, body):
        heading = next(p for p in reversed(above) if p.size > (1 - _OTHER_SIZE) * body)
        above.remove(heading)
        above.append(heading)
        return
    last = _cut_paragraph(above, below[0]) if below else None
    if last is None:
        return
    cut, rest = above[last], below[0]
    moves = last < len(above) - 1
    if not _is_unfinished(cut, rest) or (moves and cut.glue != "\n\n"):
        return
    begin = last
    while begin and _stands_out(above[begin - 1], body):
        begin -= 1
    above[begin:] = above[last + 1 :] + above[begin : last + 1]
    whole = joined(cut.text, rest.text, words)
    head = whole[: len(whole) - len(rest.text)]
    cut.text, rest.glue = head.rstrip(), " " if head.endswith(" ") else ""


def _cut_paragraph(above: list[Paragraph], rest: Paragraph) -> int | None:
    """The last paragraph in the type of `rest`, if only captions and smaller type stand below it."""
    for i in range(len(above) - 1, -1, -1):
        if CAPTION.match(above[i].text):
            continue
        if above[i].size > rest.size - 0.6:
            return i if above[i].size < rest.size + 0.6 else None
    return None


def _ends_in_footnotes_under_heading(above: list[Paragraph], body: float) -> bool:
    """Whether a heading's text begins on the next page, and footnotes stand between."""
    last = next((i for i in range(len(above) - 1, -1, -1) if above[i].size > (1 - _OTHER_SIZE) * body), None)
    if last is None or last == len(above) - 1:
        return False
    heading = above[last]
    notes = all(_FOOTNOTE.match(p.text) and not p.verbatim for p in above[last + 1 :])
    return notes and _stands_out(heading, body)


def _stands_out(paragraph: Paragraph, body: float) -> bool:
    """One line in bold or large type that is no sentence: a heading."""
    if paragraph.verbatim or paragraph.lines > 1 or paragraph.text.endswith(_ENDS):
        return False
    return paragraph.bold or paragraph.size > 1.05 * body


def _is_unfinished(cut: Paragraph, rest: Paragraph) -> bool:
    """Whether `rest`, at the top of the next column or page, goes on with `cut`."""
    if rest.is_list_item or rest.verbatim or cut.verbatim or abs(cut.size - rest.size) > 0.6 or cut.text.endswith(_ENDS):
        return False
    return rest.text[:1].islower() or (cut.text.endswith("-") and rest.text[:1].isalpha())
