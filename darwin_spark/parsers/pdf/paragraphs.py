"""Group the lines of a PDF column into paragraphs, list items, tables and code listings."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from darwin_spark.parsers.pdf.captions import CAPTION
from darwin_spark.parsers.pdf.code import split_code
from darwin_spark.parsers.pdf.contents import split_contents
from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.tables import split_tables

ITEM_START = re.compile(r"(?:[•●◦▪■‣∙·*–—-]|\(?\d{1,3}[.)\]]|\[\d{1,3}\]|\(?[a-zA-Z][.)])\s")
_DASH = re.compile(r"[–—-]\s")
_BULLET = re.compile(r"[•●◦▪■‣∙]\s?")
_ITEM_LABEL = re.compile(r"([(\[]?)(\d{1,3}|[a-z])[.)\]]\s")  # label of an item in a numbered or lettered list
_LETTERSPACED = re.compile(r"(?:[^\W\d_] ){4,}[^\W\d_]")
_NUMBERED_LEAD = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){1,4}\.?|[A-Z]\.|[IVX]{1,6}\.)\s\S.{2,120}[.:—]")
_SECTION_NUMBER = re.compile(
    r"(?:[^\W\d]+\.?\s)?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[A-Z](?:\.\d{1,3}){0,5}|[IVXLC]{1,7})[.:)]?|§+\s?[\d.]+"
)
"""The number of a section, far from its name: "2.1", "IV.", "Chapter 3", "A.1"."""
_REFERENCE_TAIL = re.compile(r"\[(?:PMC?ID|https?:|doi|Crossref|PubMed|PMC)|(?:PMC?ID|doi):", re.IGNORECASE)
_MIN_RUN_IN_CHARS = 80  # minimum characters of the text after a run-in heading that ends with a colon or a dash
SENTENCE_ENDS = (".", "!", "?", ":", ";", "”", '."', ".)")
_MAX_BOLD_CHARS = 160
SIZE_TOLERANCE = 0.07  # font sizes that differ by more than this share count as different


@dataclass(eq=False)
class Paragraph:
    """A paragraph, heading, list item, table or listing; `size` is the font size in points, `lines` the number of lines."""

    text: str
    size: float
    bold: bool
    lines: int
    is_list_item: bool = False
    is_title: bool = False
    is_masthead: bool = False  # whether the paragraph stands above the title of the document
    verbatim: bool = False  # whether the paragraph is a table or a listing
    glue: str = "\n\n"  # separator between the paragraph above and this one
    italic: bool = False  # whether all lines are italic
    is_full: bool = False  # whether the last line reaches the right edge of the column
    mono: bool = False  # whether all lines are in a fixed-width font
    is_row: bool = False  # whether a line consists of cells: three pieces or more, or two of which the first is no label


class _ColumnMetrics(NamedTuple):
    """Metrics of a column in points: usual line distance, left and right edge of the running text."""

    leading: float
    left: float
    right: float


def paragraphs(lines: Sequence[Line], words: Mapping[str, int]) -> list[Paragraph]:
    """Return the paragraphs of one column; `words` is the vocabulary of the document."""
    if not lines:
        return []
    metrics = _ColumnMetrics(_leading(lines), *_edges(lines))
    found: list[Paragraph] = []
    for is_table, same in groupby(lines, key=lambda line: line.pieces[0].table):
        run = list(same)
        if is_table:
            found += [Paragraph(line.text, line.size, False, 1, verbatim=True) for line in run]
        else:
            found += _text_paragraphs(run, metrics, words)
    return found


def _text_paragraphs(lines: Sequence[Line], metrics: _ColumnMetrics, words: Mapping[str, int]) -> list[Paragraph]:
    """Return the paragraphs of lines that hold no table from `cells.py`: contents, listings, tables, and text."""
    found: list[Paragraph] = []
    for entries, others in split_contents(lines):
        if entries is not None:
            found += [Paragraph(entry, others[0].size, False, 1, is_list_item=True, verbatim=True) for entry in entries]
            continue
        for code, rest in split_code(others):
            if code is not None:
                found.append(Paragraph(code, rest[0].size, False, len(rest), verbatim=True))
            else:
                found += _prose_and_tables(rest, metrics, words)
    return found


def _prose_and_tables(lines: Sequence[Line], metrics: _ColumnMetrics, words: Mapping[str, int]) -> list[Paragraph]:
    """Return the paragraphs of lines that hold no listing: tables by white space, and text."""
    found: list[Paragraph] = []
    for table, run in split_tables(lines, words):
        if table is not None:
            found.append(Paragraph(table, run[0].size, False, len(run), verbatim=True))
        else:
            found += [
                paragraph
                for group in _group_lines(run, metrics)
                for paragraph in _split_run_in_heading(_paragraph(group, words, metrics), group)
            ]
    return found


def _leading(lines: Sequence[Line]) -> float:
    """Return the most frequent distance, in points, of lines of about one font size; 1.25 font sizes if there is none."""
    steps = Counter(
        round(b.baseline - a.baseline, 1)
        for a, b in pairwise(lines)
        if abs(a.size - b.size) < 0.6 and 0.5 * a.size < b.baseline - a.baseline < 2.5 * a.size
    )
    return steps.most_common(1)[0][0] if steps else 1.25 * lines[0].size


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Return the left and right edge: the outermost of those a quarter as frequent as the usual one; ignores a wide table."""
    lefts, rights = Counter(round(line.left) for line in lines), Counter(round(line.right) for line in lines)
    often_left, often_right = 0.25 * max(lefts.values()), 0.25 * max(rights.values())
    return min(x for x, n in lefts.items() if n >= often_left), max(x for x, n in rights.items() if n >= often_right)


def _group_lines(lines: Sequence[Line], metrics: _ColumnMetrics) -> list[list[Line]]:
    groups = [[lines[0]]]
    for line in lines[1:]:
        if _begins_paragraph(line, groups[-1], metrics):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _begins_paragraph(line: Line, group: list[Line], metrics: _ColumnMetrics) -> bool:
    above = group[-1]
    if _is_separate(above, line, metrics):
        return True
    if _is_left_of_item(group[0], line) and not _reaches_right_edge(above, metrics):
        return True
    if CAPTION.match(line.text):  # unless a sentence goes on: "... as shown in | Figure 1."
        return not _reaches_right_edge(above, metrics) or above.text.endswith(SENTENCE_ENDS)
    if _BULLET.match(line.text) or _is_next_item(group[0], line):
        return True
    if ITEM_START.match(line.text):
        return not _reaches_right_edge(above, metrics, 3.0) or above.text.endswith(SENTENCE_ENDS)
    if _is_other_heading(above, line):
        return True
    if line.bold != above.bold and (_could_be_heading(above) or _could_be_heading(line)):
        return line.bold or not _reaches_right_edge(above, metrics)
    return _is_indented_start(line, group, metrics) or _follows_short_line(above, line, metrics)


def _is_left_of_item(item: Line, line: Line) -> bool:
    """Whether `line` begins left of the label of a list item: it ends the item, unless only its first line is indented."""
    return ITEM_START.match(item.text) is not None and line.left < item.left - 0.5 * line.size


def _is_next_item(item: Line, line: Line) -> bool:
    """Whether `line` has the list label that follows the label of `item`, or its dash, at the same left edge."""
    if _DASH.match(item.text) and line.text[:2] == item.text[:2] and abs(line.left - item.left) <= 1:
        return True
    labels = _ITEM_LABEL.match(item.text), _ITEM_LABEL.match(line.text)
    if labels[0] is None or labels[1] is None or abs(line.left - item.left) > 1:
        return False
    (before, last), (after, label) = labels[0].groups(), labels[1].groups()
    return before == after and _ordinal(label) == _ordinal(last) + 1


def _ordinal(label: str) -> int:
    return int(label) if label.isdigit() else ord(label)


def _is_separate(above: Line, line: Line, metrics: _ColumnMetrics) -> bool:
    """Whether `line` is separated from the line `above` by a wide gap, a step upwards, or another font size."""
    step = line.baseline - above.baseline
    resized = abs(line.size - above.size) > 0.08 * max(line.size, above.size) and min(len(line.text), len(above.text)) > 8
    return resized or step < 0 or step > max(1.3 * metrics.leading, 1.35 * line.size)


def _is_indented_start(line: Line, group: list[Line], metrics: _ColumnMetrics) -> bool:
    """Whether the indentation of `line` shows a new paragraph: larger than in the line above, or smaller than in a hanging one.

    A larger one counts only after a sentence end or short line, not in a list item or as second line of a hanging paragraph.
    """
    above, first = group[-1], group[0]
    if (
        line.left > above.left + 0.7 * line.size
        and line.left < metrics.left + 4 * line.size
        and not ITEM_START.match(first.text)
    ):
        is_hanging_start = len(group) == 1 and above.left <= metrics.left + 1 and _reaches_right_edge(above, metrics)
        return not is_hanging_start and (above.text.endswith(SENTENCE_ENDS) or not _reaches_right_edge(above, metrics))
    is_hanging = len(group) > 1 and first.left < above.left - 0.5 * line.size
    return is_hanging and line.left < above.left - 0.5 * line.size


def _follows_short_line(above: Line, line: Line, metrics: _ColumnMetrics) -> bool:
    short = above.right < metrics.right - 0.2 * (metrics.right - metrics.left)
    goes_on = line.text[:1].islower() or _REFERENCE_TAIL.match(line.text)
    return short and above.text.endswith(SENTENCE_ENDS) and not goes_on


def _reaches_right_edge(line: Line, metrics: _ColumnMetrics, slack: float = 2.0) -> bool:
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


def _paragraph(group: list[Line], words: Mapping[str, int], metrics: _ColumnMetrics) -> Paragraph:
    """Join lines into a paragraph: dehyphenate, remove letter-spacing, and write bullets as Markdown list items."""
    text = group[0].text
    for line in group[1:]:
        text = joined(text, line.text, words)
    styles: Counter[tuple[float, bool]] = Counter()
    for line in group:
        styles[(line.size, line.bold)] += len(line.text)
    size, bold = styles.most_common(1)[0][0]
    if _LETTERSPACED.fullmatch(text):
        text = text.replace(" ", "")
    bullet = _BULLET.match(text)
    if bullet:
        text = f"- {text[bullet.end() :]}"
    return Paragraph(
        text,
        size,
        bold,
        len(group),
        bullet is not None,
        italic=all(line.italic for line in group),
        mono=all(line.mono for line in group),
        is_full=_reaches_right_edge(group[-1], metrics, 1.0),
        is_row=any(map(_is_row, group)),
    )


def _is_row(line: Line) -> bool:
    return len(line.pieces) > 2 or (len(line.pieces) == 2 and _SECTION_NUMBER.fullmatch(line.pieces[0].text) is None)


def _split_run_in_heading(paragraph: Paragraph, group: list[Line]) -> list[Paragraph]:
    """Return [heading, rest] if a numbered heading in bold or italic type runs into the paragraph, else [paragraph]."""
    lead = group[0].pieces[0].lead
    if not _NUMBERED_LEAD.fullmatch(lead) or not paragraph.text.startswith(lead) or len(paragraph.text) < 2 * len(lead):
        return [paragraph]
    rest = paragraph.text[len(lead) :].lstrip()
    if not lead.endswith(".") and len(rest) < _MIN_RUN_IN_CHARS:
        return [paragraph]
    return [Paragraph(lead.rstrip(".:—"), paragraph.size, True, 1), replace(paragraph, text=rest)]
