"""Tell where a paragraph begins among the lines of a column: by gaps, indentation, type, labels of items and captions."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from darwin_spark.parsers.pdf.captions import CAPTION
from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.paragraphs.item_starts import (
    BULLET,
    ITEM_START,
    is_inner_item,
    is_left_of_item,
    is_next_item,
    is_next_term,
)

_NUMBERED_LEAD = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){1,4}\.?|[A-Z]\.|[IVX]{1,6}\.)\s\S.{2,120}[.:—]")
_REFERENCE_TAIL = re.compile(r"\[(?:PMC?ID|https?:|doi|Crossref|PubMed|PMC)|(?:PMC?ID|doi):", re.IGNORECASE)
_MARK = r"(?:\d{1,2}|[a-z]|[*∗†‡§¶#⋆]{1,3})"
_MARKS = tuple("^*∗†‡§¶")
_NOTE_MARK = re.compile(
    rf"\^\{{{_MARK}(?:,\s?{_MARK}){{0,9}}\}}(?:\s|(?![A-Z][a-z]?(?![A-Za-z]))[^\W\d_])|[*∗†‡§¶]{{1,3}}\s?[A-Z][a-z]{{2}}"
)
"""The mark of an affiliation or a footnote before its text, not that of an isotope: "^{14}C"."""
SENTENCE_ENDS = (".", "!", "?", ":", ";", "”", '."', ".)")
SIZE_TOLERANCE = 0.07  # font sizes that differ by more than this share count as different
_MAX_BOLD_CHARS = 160
_MIN_INDENT = 0.7  # font sizes by which the first line of a paragraph is at least indented
_HEADING_SKIP = 1.1  # a regular line farther than this share of the usual distance from a bold one above begins a paragraph
_MIN_STEPS = 2  # minimum number of equal distances of lines of a size, ...
_MIN_WIDE_STEPS = 5  # ... if wider than so many font sizes: ...
_WIDE = 1.7
_PARAGRAPH_SKIP = 1.3  # a line farther than this share of the usual distance begins a paragraph
_SET_OFF = 1.12  # a line farther than this share of the usual distance may begin a paragraph
_MAX_LEADING = 1.45  # maximum usual distance of lines in font sizes, unless the running text has wider ones
_DEFAULT_LEADING = 1.25  # usual distance of lines in font sizes
_ROW_GAP = 6.0  # minimum blank, in font sizes, that parts the two halves of a row
_CENTRED = 0.25  # maximum difference of the middles of two centred lines, in font sizes
_MARGIN = 4.0  # font sizes by which a heading in the margin stands left of the text
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
_SMALL_CAPITALS = 0.62, 0.88  # their size as a share of that of the initials
_INNER_CAPITAL, _MIN_INNER_CAPITALS = re.compile(r"[a-z][A-Z]"), 2
_SMALL_CAPITALS_STEP = 1.6  # maximum distance of their lines in font sizes
_LARGE = 1.6  # type of so many times the size has a distance of lines of its own


class ColumnMetrics(NamedTuple):
    """Metrics of a column in points: usual line distance by rounded font size, left and right edge of the running text."""

    leadings: Mapping[int, float]
    left: float
    right: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "ColumnMetrics":
        return cls(_leadings(lines), *_edges(lines))

    def leading(self, line: Line) -> float:
        """Return the usual distance of lines in the size of `line`."""
        known = self.leadings.get(round(line.size))
        return min(self.leadings[0], _WIDE * line.size) if known is None else known


def _leadings(lines: Sequence[Line]) -> dict[int, float]:
    """Return the usual distance of lines by their font size in whole points; at 0 that of all other sizes.

    One or two distances of a size, as in a title, are no wider than those of the running text, or 1.5 font sizes.
    """
    steps: defaultdict[int, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(lines):
        step = b.baseline - a.baseline
        if abs(a.size - b.size) < 0.6 and 0.5 * a.size < step < 2.5 * a.size:
            steps[round(b.size)][round(step, 1)] += 1
    if not steps:
        return {0: _DEFAULT_LEADING * lines[0].size}
    main = max(steps, key=lambda size: steps[size].total())
    usual: dict[int, float] = {}
    rare: dict[int, float] = {}
    for size, found in steps.items():
        step = max(found, key=found.__getitem__)
        is_usual = found[step] >= (_MIN_STEPS if step < _WIDE * size else _MIN_WIDE_STEPS)
        (usual if is_usual else rare)[size] = step if is_usual else min(found)
    if main in rare and all(round(line.size) == main for line in lines):
        usual[main] = steps[main].most_common(1)[0][0]
    leading = usual.get(main, _DEFAULT_LEADING * main)
    most = (max(leading / main, _MAX_LEADING) + 0.05) / _PARAGRAPH_SKIP
    usual.update({size: min(step, max(most * size, leading if main < _LARGE * size else 0.0)) for size, step in rare.items()})
    for size in usual:  # type in the text, such as code, may be smaller than the text
        if main < _LARGE * size:
            usual[size] = max(usual[size], 1.02 * leading / _PARAGRAPH_SKIP)
    return {**usual, 0: leading}


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Return the left and right edge: the outermost of those a quarter as frequent as the usual one; ignores a wide table."""
    lefts, rights = Counter([round(line.left) for line in lines]), Counter([round(line.right) for line in lines])
    often_left, often_right = 0.25 * max(lefts.values()), 0.25 * max(rights.values())
    return min(x for x, n in lefts.items() if n >= often_left), max(x for x, n in rights.items() if n >= often_right)


def group_lines(lines: Sequence[Line], metrics: ColumnMetrics) -> list[list[Line]]:
    """Return the lines of each paragraph."""
    groups = [[lines[0]]]
    for line in lines[1:]:
        if _is_next_line(line, groups[-1], metrics) or not _begins_paragraph(line, groups[-1], metrics):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_next_line(line: Line, group: list[Line], metrics: ColumnMetrics) -> bool:
    """Whether `line` plainly goes on, as most lines do, so that `_begins_paragraph` need not be asked: it would say no.

    Its size, left edge and distance are those of a paragraph in regular type, the line above is no short one, it begins with
    letters that are no label, and the two are no rows in several pieces.
    """
    above, text = group[-1], line.text
    if line.size != above.size or line.bold or above.bold or not text[:2].isalpha():
        return False
    if len(line.pieces) > 1 and len(above.pieces) > 1:
        return False
    indent, shift = 0.5 * line.size, line.left - above.left
    if not -indent < shift < indent or line.left < group[0].left - indent or _is_short(above, metrics):
        return False
    is_near = 0 <= line.baseline - above.baseline < _SET_OFF * metrics.leading(line)
    return is_near and " – " not in text and CAPTION.match(text) is None


def _begins_paragraph(line: Line, group: list[Line], metrics: ColumnMetrics) -> bool:
    above = group[-1]
    if line.size < _SMALL_CAPITALS[1] * above.size and _is_in_small_capitals(above, line):
        return False
    if _is_separate(above, line, metrics) or (line.text.startswith(_MARKS) and _NOTE_MARK.match(line.text)):
        return True
    if is_inner_item(above, line) or (len(line.pieces) > 1 and len(above.pieces) > 1 and _are_rows(above, line)):
        return True
    ends_item = is_left_of_item(group[0], line) or is_next_term(group[0], line)
    if ends_item and not reaches_right_edge(above, metrics):
        return True
    if line.text[:2].isalpha():  # no bullet, no label of an item
        slack = 2.0 if CAPTION.match(line.text) else None
    elif BULLET.match(line.text) or is_next_item(group[0], line):
        return True
    else:
        slack = 3.0 if ITEM_START.match(line.text) else None
    if slack is not None:  # unless a sentence goes on: "... as shown in | Figure 1."
        return not reaches_right_edge(above, metrics, slack) or above.text.endswith(SENTENCE_ENDS)
    if _is_other_heading(above, line):
        return True
    if line.bold != above.bold and (_could_be_heading(above) or _could_be_heading(line)):
        return line.bold or _ends_heading(group, line, metrics)
    is_start = _is_indented_start(line, group, metrics) or _follows_short_line(above, line, metrics)
    return is_start or _is_set_off(line, group, metrics)


def _ends_heading(group: list[Line], line: Line, metrics: ColumnMetrics) -> bool:
    """Whether bold lines end before a regular `line`: the last is short, the next one is indented, or farther than usual."""
    above = group[-1]
    if not reaches_right_edge(above, metrics):
        return True
    is_indented = line.left > above.left + _MIN_INDENT * line.size and not ITEM_START.match(group[0].text)
    return is_indented or line.baseline - above.baseline > _HEADING_SKIP * metrics.leading(line)


def _is_separate(above: Line, line: Line, metrics: ColumnMetrics) -> bool:
    """Whether `line` is separated from the line `above` by a wide gap, a step upwards, or another font size."""
    step = line.baseline - above.baseline
    if step < 0:
        return True
    is_resized = line.size != above.size and abs(line.size - above.size) > 0.08 * max(line.size, above.size)
    if is_resized and min(len(line.text), len(above.text)) > 8:
        return True
    is_far = step > 1.35 * line.size and step > _PARAGRAPH_SKIP * metrics.leading(line)
    return is_far and not _is_spread(above, line, metrics)


def _are_rows(above: Line, line: Line) -> bool:
    """Whether both lines have a blank at the same place that is too wide for a justified line."""
    gaps = ((a.right, b.left) for a, b in pairwise(line.pieces))
    blanks = [(a.right, b.left) for a, b in pairwise(above.pieces)]
    least = _ROW_GAP * line.size
    return any(min(right, end) - max(left, begin) > least for left, right in gaps for begin, end in blanks)


def _is_in_small_capitals(above: Line, line: Line) -> bool:
    """Whether `line`, in smaller type and without initials, goes on with a line of small capitals: in one kind of letters.

    Or in both kinds, "MaMMalIan", as pdfium returns glyphs that the font shares between small capitals and capitals.
    """
    if line.size <= _SMALL_CAPITALS[0] * above.size or line.bold != above.bold:
        return False
    is_mixed = _INNER_CAPITAL.search(line.text) and len(_INNER_CAPITAL.findall(above.text)) >= _MIN_INNER_CAPITALS
    goes_on = line.text[:1].islower() or (line.text.isupper() and above.text.isupper()) or is_mixed
    if not 0 < line.baseline - above.baseline < _SMALL_CAPITALS_STEP * above.size:
        return False
    is_ended = above.text.endswith(SENTENCE_ENDS) and not _INITIAL.search(above.text)
    return bool(goes_on) and not is_ended and len(line.text) <= len(above.text)


def _is_spread(above: Line, line: Line, metrics: ColumnMetrics) -> bool:
    """Whether two lines stand apart only because a formula in one of them is tall."""
    is_in_column = reaches_right_edge(above, metrics) and max(above.left, line.left) < metrics.left + 2.5 * line.size
    if not is_in_column or not (above.is_tall or line.is_tall):
        return False
    return line.top - above.bottom < metrics.leading(line) - 0.7 * line.size


def _is_indented_start(line: Line, group: list[Line], metrics: ColumnMetrics) -> bool:
    """Whether the indentation of `line` shows a new paragraph: larger than in the line above, or smaller than in a hanging one.

    A larger one counts only after a sentence end or short line, not in a list item or as second line of a hanging paragraph.
    """
    above, first = group[-1], group[0]
    if line.left < above.left - _MARGIN * line.size and (line.pieces[0].bold_lead or line.pieces[0].bold):
        return True  # a heading in the margin, on the first line of its text
    if (
        line.left > above.left + _MIN_INDENT * line.size
        and line.left < metrics.left + 4 * line.size
        and not ITEM_START.match(first.text)
    ):
        is_hanging_start = len(group) == 1 and above.left <= metrics.left + 1 and reaches_right_edge(above, metrics)
        return not is_hanging_start and (above.text.endswith(SENTENCE_ENDS) or not reaches_right_edge(above, metrics))
    is_hanging = len(group) > 1 and first.left < above.left - 0.5 * line.size
    if not is_hanging or line.left > above.left - 0.5 * line.size:
        return False
    goes_on = _is_centred(above, line) and reaches_right_edge(above, metrics) and not line.pieces[0].bold_lead
    return not goes_on or above.text.endswith(SENTENCE_ENDS)


def _is_centred(above: Line, line: Line) -> bool:
    """Whether two lines have the same middle."""
    return abs(line.left + line.right - above.left - above.right) < 2 * _CENTRED * line.size


def _follows_short_line(above: Line, line: Line, metrics: ColumnMetrics) -> bool:
    goes_on = line.text[:1].islower() or _REFERENCE_TAIL.match(line.text)
    return _is_short(above, metrics) and above.text.endswith(SENTENCE_ENDS) and not goes_on


def _is_short(line: Line, metrics: ColumnMetrics) -> bool:
    """Whether the line leaves at least a fifth of the column free at its right."""
    return line.right < metrics.right - 0.2 * (metrics.right - metrics.left)


def _is_set_off(line: Line, group: list[Line], metrics: ColumnMetrics) -> bool:
    """Whether `line`, a little farther than usual, follows a displayed line, or a sentence that is short or at another edge."""
    above = group[-1]
    if line.baseline - above.baseline < _SET_OFF * metrics.leading(line) or above.is_tall or line.is_tall:
        return False
    indent = (line.left - above.left) / line.size
    if len(group) == 1 and indent > _MIN_INDENT and not above.text.endswith(":") and ITEM_START.match(above.text):
        return False  # the second line of an item
    if above.text.endswith(SENTENCE_ENDS):
        return abs(indent) > _MIN_INDENT or not reaches_right_edge(above, metrics)
    return len(group) == 1 and indent < -_MIN_INDENT and _is_short(above, metrics)


def reaches_right_edge(line: Line, metrics: ColumnMetrics, slack: float = 2.0) -> bool:
    """Whether the line reaches the right edge of the column, within `slack` font sizes."""
    return line.right > metrics.right - slack * line.size


def _is_other_heading(above: Line, line: Line) -> bool:
    """Whether both lines could be headings but differ in size or slant: then the second is a heading of its own."""
    if not (above.bold and line.bold and _could_be_heading(above) and _could_be_heading(line)):
        return False
    return line.italic != above.italic or abs(line.size - above.size) > SIZE_TOLERANCE * above.size


def _could_be_heading(line: Line) -> bool:
    ends = not line.text.endswith((".", ",", ";")) or _NUMBERED_LEAD.fullmatch(line.text)
    return bool(line.bold and len(line.text) <= _MAX_BOLD_CHARS and ends)
