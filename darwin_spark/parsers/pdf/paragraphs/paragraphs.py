"""Group the lines of a PDF column into paragraphs, list items, tables and code listings."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.paragraphs.code import split_code
from darwin_spark.parsers.pdf.paragraphs.code_edges import with_settled_fonts
from darwin_spark.parsers.pdf.paragraphs.contents import split_contents
from darwin_spark.parsers.pdf.paragraphs.index_entries import split_index
from darwin_spark.parsers.pdf.paragraphs.item_starts import BULLET
from darwin_spark.parsers.pdf.paragraphs.leads import Lead, lead_of
from darwin_spark.parsers.pdf.paragraphs.letterspacing import closed_up
from darwin_spark.parsers.pdf.paragraphs.paragraph_starts import ColumnMetrics, group_lines, reaches_right_edge
from darwin_spark.parsers.pdf.tables.tables import split_tables

_NUMBERED_LEAD = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){1,4}\.?|[A-Z]\.|[IVX]{1,6}\.)\s\S.{2,120}[.:—]")
_SECTION_NUMBER = re.compile(
    r"(?:[^\W\d]+\.?\s)?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[A-Z](?:\.\d{1,3}){0,5}|[IVXLC]{1,7})[.:)]?|§+\s?[\d.]+"
)
"""The number of a section, far from its name: "2.1", "IV.", "Chapter 3", "A.1"."""
_MAX_BLANK = 4.0  # font sizes; widest blank between the words of a justified line
_MIN_RUN_IN_CHARS = 80  # minimum characters of the text after a run-in heading that ends with a colon or a dash


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
    left: float = 0.0  # left edge of the first line in points
    lead: Lead | None = None  # bold or italic words at the beginning that may be a heading
    is_run_in: bool = False  # whether this is a heading that ran into its paragraph
    is_row: bool = False  # whether a line consists of cells: three pieces or more, or two of which the first is no label


def paragraphs(lines: Sequence[Line], words: Mapping[str, int]) -> list[Paragraph]:
    """Return the paragraphs of one column; `words` is the vocabulary of the document."""
    if not lines:
        return []
    metrics = ColumnMetrics.of(lines)
    found: list[Paragraph] = []
    for is_table, same in groupby(lines, key=lambda line: line.pieces[0].table):
        run = list(same)
        if is_table:
            found += [Paragraph(line.text, line.size, False, 1, verbatim=True) for line in run]
        else:
            found += _text_paragraphs(run, metrics, words)
    return found


def _text_paragraphs(lines: Sequence[Line], metrics: ColumnMetrics, words: Mapping[str, int]) -> list[Paragraph]:
    """Return the paragraphs of lines that hold no table from `cells.py`: contents, an index, listings, tables, and text."""
    found: list[Paragraph] = []
    for entries, run in _contents_or_index(lines):
        if entries is not None:
            found += [Paragraph(entry, run[0].size, False, 1, is_list_item=True, verbatim=True) for entry in entries]
            continue
        for code, rest in split_code(with_settled_fonts(run, metrics.right)):
            if code is not None:
                found.append(Paragraph(code, rest[0].size, False, len(rest), verbatim=True))
            else:
                found += _prose_and_tables(rest, metrics, words)
    return found


def _contents_or_index(lines: Sequence[Line]) -> Iterator[tuple[list[str] | None, Sequence[Line]]]:
    """Yield runs of lines in order: (entries of a table of contents or an index, their lines) or (None, other lines)."""
    for entries, run in split_contents(lines):
        if entries is None:
            yield from split_index(run)
        else:
            yield entries, run


def _prose_and_tables(lines: Sequence[Line], metrics: ColumnMetrics, words: Mapping[str, int]) -> list[Paragraph]:
    """Return the paragraphs of lines that hold no listing: tables by white space, and text."""
    found: list[Paragraph] = []
    for table, run in split_tables(lines, words):
        if table is not None:
            found.append(Paragraph(table, run[0].size, False, len(run), verbatim=True))
        else:
            found += [
                paragraph
                for group in group_lines(run, metrics)
                for paragraph in _split_run_in_heading(_paragraph(group, words, metrics), group)
            ]
    return found


def _paragraph(group: list[Line], words: Mapping[str, int], metrics: ColumnMetrics) -> Paragraph:
    """Join lines into a paragraph: dehyphenate, remove letter-spacing, and write bullets as Markdown list items."""
    text = group[0].text
    for line in group[1:]:
        text = joined(text, line.text, words)
    size, bold = _usual_type(group)
    text = closed_up(text, words)
    bullet = BULLET.match(text)
    if bullet:
        text = f"- {text[bullet.end() :]}"
    return Paragraph(
        text,
        size,
        bold,
        len(group),
        bullet is not None,
        italic=all(line.italic for line in group),
        left=group[0].left,
        lead=lead_of(group, text, words),
        mono=all(line.mono for line in group),
        is_full=reaches_right_edge(group[-1], metrics, 1.0),
        is_row=any(len(line.pieces) > 1 and _is_row(line, metrics, is_last=line is group[-1]) for line in group),
    )


def _usual_type(lines: Sequence[Line]) -> tuple[float, bool]:
    """Return the font size, and whether the type is bold, of most characters."""
    types = [(line.size, line.bold) for line in lines]
    if types.count(types[0]) == len(types):  # as in most paragraphs
        return types[0]
    letters: defaultdict[tuple[float, bool], int] = defaultdict(int)
    for type_, line in zip(types, lines, strict=True):
        letters[type_] += len(line.text)
    return max(letters, key=letters.__getitem__)


def _is_row(line: Line, metrics: ColumnMetrics, *, is_last: bool) -> bool:
    """Whether a line in several pieces consists of cells: no number of a section with its title, no stretched line."""
    if len(line.pieces) == 2 and _SECTION_NUMBER.fullmatch(line.pieces[0].text):
        return False
    return is_last or not _is_stretched(line, metrics)


def _is_stretched(line: Line, metrics: ColumnMetrics) -> bool:
    """Whether the line fills the column, and its pieces are not far apart: the wide blanks of a justified line."""
    gaps = (b.left - a.right for a, b in pairwise(line.pieces))
    is_full = abs(line.left - metrics.left) < 1 and abs(line.right - metrics.right) < 2
    return is_full and all(gap < _MAX_BLANK * line.size for gap in gaps)


def _split_run_in_heading(paragraph: Paragraph, group: list[Line]) -> list[Paragraph]:
    """Return [heading, rest] if a numbered heading in bold or italic type runs into the paragraph, else [paragraph]."""
    lead = group[0].pieces[0].lead
    if not _NUMBERED_LEAD.fullmatch(lead) or not paragraph.text.startswith(lead) or len(paragraph.text) < 2 * len(lead):
        return [paragraph]
    rest = paragraph.text[len(lead) :].lstrip()
    if not lead.endswith(".") and len(rest) < _MIN_RUN_IN_CHARS:
        return [paragraph]
    return [Paragraph(lead.rstrip(".:—"), paragraph.size, True, 1), replace(paragraph, text=rest, lead=None)]
