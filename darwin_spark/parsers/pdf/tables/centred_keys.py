"""Find tables whose keys stand at the middle of descriptions of several lines, by the order of the content stream."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress, count
from operator import attrgetter, gt
from typing import NamedTuple

from darwin_spark.parsers.pdf.dehyphenation import joined
from darwin_spark.parsers.pdf.fragments import Fragment
from darwin_spark.parsers.pipe_table import table_without_spans

_MIN_ROWS, _MIN_CENTRED = 4, 2  # minimum number of rows, and of these with a description that begins above its key
_ALIGNED = 1.5  # points by which the left edges of the cells of a column may differ
_SLACK = 3  # points by which the key of a row may be off those whose description begins above them
_MAX_STEP = 1.6  # maximum distance of the lines of a cell in font sizes
_MAX_LINES = 40  # maximum number of lines of a cell
_CENTRED = 0.6  # font sizes by which the middles of the two cells of a row may differ
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line

_LEFT, _RIGHT = attrgetter("left"), attrgetter("right")


class _Row(NamedTuple):
    """The lines of a key and of its description, and the index after them."""

    key: Sequence[Fragment]
    text: Sequence[Fragment]
    end: int

    @property
    def top(self) -> float:
        """Return the y of the upper one of the first lines."""
        return min(self.key[0].baseline, self.text[0].baseline)

    @property
    def bottom(self) -> float:
        """Return the y of the lower one of the last lines."""
        return max(self.key[-1].baseline, self.text[-1].baseline)

    @property
    def begins_above(self) -> bool:
        """Whether the description begins above its key."""
        return _begins_above(self.key[-1], self.text[0])


def with_centred_keys(fragments: Sequence[Fragment], words: Mapping[str, int]) -> list[Fragment]:
    """Return a page's fragments (in content order); each table of centred keys becomes one fragment, a pipe table."""
    lefts, rights = list(map(_LEFT, fragments)), map(_RIGHT, fragments)
    on_right = list(compress(count(1), map(gt, lefts[1:], rights)))  # indices of fragments right of the one before
    above = [i for i in on_right if _begins_above(fragments[i - 1], fragments[i])]
    edges = Counter((round(fragments[i - 1].left), round(fragments[i].left)) for i in above)
    if max(edges.values(), default=0) < _MIN_CENTRED:
        return list(fragments)
    keys = {place + d for place, _ in edges for d in range(-_SLACK, _SLACK + 1)}
    ends = _ends_of_cells(fragments)
    found: list[Fragment] = []
    index = 0
    while index < len(fragments):
        if round(fragments[index].left) not in keys:
            found.append(fragments[index])
            index += 1
            continue
        place = bisect_right(on_right, index)
        last = fragments[on_right[place] - 1] if place < len(on_right) else None
        is_key = last is not None and abs(last.left - fragments[index].left) <= _ALIGNED
        rows = _rows(fragments, ends, index) if is_key else []
        if len(rows) >= _MIN_ROWS and sum(row.begins_above for row in rows) >= _MIN_CENTRED:
            found.append(_table(rows, words))
            index = rows[-1].end
        else:
            end = rows[-1].end if len(rows) >= _MIN_ROWS else index + 1
            found += fragments[index:end]
            index = end
    return found


def _begins_above(key: Fragment, text: Fragment) -> bool:
    """Whether a text begins on the right of a key, above its line."""
    return text.left > key.right and text.baseline < key.baseline - _ROW * text.size


def _rows(fragments: Sequence[Fragment], ends: Sequence[int], index: int) -> list[_Row]:
    """Return the rows from `index` on, each below the one before, in the same two columns."""
    rows: list[_Row] = []
    while (row := _row(fragments, ends, rows[-1].end if rows else index)) is not None:
        if rows and (
            row.top <= rows[-1].bottom
            or abs(row.key[0].left - rows[0].key[0].left) > _ALIGNED
            or abs(row.text[0].left - rows[0].text[0].left) > _ALIGNED
        ):
            break
        rows.append(row)
    return rows


def _row(fragments: Sequence[Fragment], ends: Sequence[int], index: int) -> _Row | None:
    """Return the row that begins at `index`: a cell, and another on its right at the same height; None if there is none."""
    begin = ends[index] if index < len(ends) else index
    if begin >= len(ends) or fragments[begin].left <= fragments[index].right:
        return None
    key, text = fragments[index:begin], fragments[begin : ends[begin]]
    if text[0].left <= max(f.right for f in key):
        return None
    off = abs(key[0].baseline + key[-1].baseline - text[0].baseline - text[-1].baseline) / 2
    is_level = abs(key[0].baseline - text[0].baseline) < _ROW * text[0].size
    return _Row(key, text, index + len(key) + len(text)) if is_level or off < _CENTRED * text[0].size else None


def _ends_of_cells(fragments: Sequence[Fragment]) -> list[int]:
    """Return, for each fragment, the index after the lines below each other from it on, which begin at one left edge."""
    ends = list(range(1, len(fragments) + 1))
    for index in range(len(fragments) - 2, -1, -1):
        above, f = fragments[index], fragments[index + 1]
        step = f.baseline - above.baseline
        if 0 < step < _MAX_STEP * f.size and abs(f.left - above.left) <= _ALIGNED and not f.table:
            ends[index] = min(ends[index + 1], index + _MAX_LINES)
    return ends


def _table(rows: Sequence[_Row], words: Mapping[str, int]) -> Fragment:
    cells = [[_text(row.key, words), _text(row.text, words)] for row in rows]
    parts = [f for row in rows for f in (*row.key, *row.text)]
    first = rows[0].key[0]
    right = max(f.right for f in parts)
    return Fragment(table_without_spans(cells), first.left, right, rows[0].top, first.size, False, False, table=True)


def _text(lines: Sequence[Fragment], words: Mapping[str, int]) -> str:
    text = lines[0].text
    for f in lines[1:]:
        text = joined(text, f.text, words)
    return text
