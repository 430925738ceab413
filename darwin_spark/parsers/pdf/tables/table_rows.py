"""Merge the lines of a table that has no rules into rows: a cell may have several lines."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.lines import Line
from darwin_spark.parsers.pdf.tables.key_columns import are_keys

_MIN_WRAPPED_CHARS = 12  # cells may wrap if the mean length of their lines is above this many characters
_MAX_HEAD_LINES = 3  # maximum lines of a head, whose cells may have line breaks of their author
_BLANK = 0.3  # width of a blank in font sizes
_NUMBER = re.compile(r"[–−-]?\d[\d.,]*%?")
_BROKEN_WORD = re.compile(r"[^\W_]-$")

Span = tuple[float, float]


class _Part(NamedTuple):
    """What a line has in one column: text, width and font size in points."""

    text: str
    width: float
    size: float


def rows_of(lines: Sequence[Line], cells: list[list[str]], spans: Sequence[Span], words: Mapping[str, int]) -> list[list[str]]:
    """Return the cells of each row.

    A key starts a row; else a wide gap; else, if cells wrap, a cell below an empty one; else any line. Also a line starts a row
    that does not go on because the line above is full, or that, in two columns, has a key below a line without one. `cells`: of
    each line; `spans`: left and right edge of each column; `words`: the vocabulary of the document.
    """
    rows: list[list[list[str]]] = []
    for row, begins_row in zip(cells, [True, *_begins(lines, cells, spans)], strict=True):
        if begins_row:
            rows.append([[] for _ in row])
        for parts, cell in zip(rows[-1], row, strict=True):
            parts += [cell] if cell else []
    return [[_text(parts, words) for parts in row] for row in rows]


def _begins(lines: Sequence[Line], cells: list[list[str]], spans: Sequence[Span]) -> list[bool]:
    """Return whether each line but the first starts a row."""
    distances = [b.baseline - a.baseline for a, b in pairwise(lines)]
    wide_gaps = [distance > 1.25 * min(distances) for distance in distances]
    by_distance = sum(wide_gaps[1:]) > 0.12 * len(wide_gaps)
    if are_keys([row[0] for row in cells if row[0]]):
        return [bool(row[0]) for row in cells[1:]]
    if not by_distance and not _is_wrapped(cells):
        return [True] * len(wide_gaps)
    if by_distance:
        begins = list(wide_gaps)
    else:
        below_empty = (
            any(cell and not upper for cell, upper in zip(row, above, strict=True)) for above, row in pairwise(cells)
        )
        begins = [wide or below for wide, below in zip(wide_gaps, below_empty, strict=True)]
    head = next((i for i, wide in enumerate(wide_gaps) if wide), 0) if by_distance else 0
    for i in range(head if head < _MAX_HEAD_LINES else 0, len(begins)):
        begins[i] = begins[i] or (bool(cells[i][0] and cells[i + 1][0]) and _is_new(lines[i], lines[i + 1], spans))
    return _with_keys_below_text(begins, cells) if len(spans) == 2 else begins


def _with_keys_below_text(begins: Sequence[bool], cells: Sequence[Sequence[str]]) -> list[bool]:
    """Return `begins` of two columns, where a key below lines that go on with the text of the key above starts a row too."""
    found: list[bool] = []
    has_key = bool(cells[0][0])
    for (above, row), begins_row in zip(pairwise(cells), begins, strict=True):
        found.append(begins_row or (has_key and not above[0] and bool(row[0] and row[1])))
        has_key = bool(row[0]) if found[-1] else has_key
    return found


def _is_new(above: Line, line: Line, spans: Sequence[Span]) -> bool:
    """Whether a line is no continuation of the line above: in half of the cells, the first word would have had room there.

    In all of them, if the first cell begins with a bracket.
    """
    parts = ((_part(above, *span), _part(line, *span), span[1] - span[0]) for span in spans)
    fits = [_fits(upper, lower, width) for upper, lower, width in parts if upper.text and lower.text]
    return all(fits) if line.pieces[0].text[:1] == "(" else 2 * sum(fits) >= len(fits)


def _part(line: Line, left: float, right: float) -> _Part:
    """Return what the line has in a column."""
    pieces = [p for p in line.pieces if left <= (p.left + p.right) / 2 <= right]
    width = pieces[-1].right - pieces[0].left if pieces else 0.0
    return _Part(" ".join(p.text for p in pieces), width, line.size)


def _fits(above: _Part, below: _Part, width: float) -> bool:
    """Whether the first word of the part `below` would have fit behind the part `above` in a column of this width, or both are
    numbers.
    """
    if _NUMBER.fullmatch(above.text) and _NUMBER.fullmatch(below.text):
        return True
    word = below.text.split(" ", 1)[0]
    needed = below.width * len(word) / len(below.text)
    return above.width + _BLANK * above.size + needed < width


def _text(parts: Sequence[str], words: Mapping[str, int]) -> str:
    """Return the text of a cell that wraps: a word broken at a hyphen is joined."""
    text = ""
    for part in parts:
        text = joined(text, part, words) if _BROKEN_WORD.search(text) else f"{text} {part}".strip()
    return text


def _is_wrapped(cells: list[list[str]]) -> bool:
    """Whether cells seem to wrap: they hold words rather than numbers, and many lines fill only some of the columns."""
    texts = [cell for row in cells for cell in row if cell]
    partial = sum(not all(row) for row in cells)
    return sum(map(len, texts)) > _MIN_WRAPPED_CHARS * len(texts) and partial > 0.2 * len(cells)
