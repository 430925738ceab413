"""Find narrow gutters: vertical strips between two columns that are hardly wider than a blank between words.

Programs that write a page line by line, across the columns, leave nothing else that parts the columns.
"""

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MIN_GAP = 0.5  # minimum width of a gap in font sizes
_MIN_WIDTH = 4.0  # minimum width of a gutter in points
_MIN_COLUMN = 8.0  # minimum width of the text on each side, in font sizes: the labels of a list are no column
_MIN_SIDE = 2.0  # the same for one line, which may be the last of its paragraph
_MIN_LINES = 4  # minimum number of lines with a gap at the gutter
_MIN_SHARE = 0.6  # minimum share of these lines among all lines that meet the strip between the first and the last of them
_MAX_CROSSING = 3  # lines in a row that cross the strip end the gutter
_MAX_GUTTERS = 4


class _Gaps(NamedTuple):
    """Arrays over gaps between two pieces of one line: index of the piece after the gap, edges, baseline, font size, and the
    width of the text before and after the gap on its line, in points."""

    after: npt.NDArray[np.int64]
    left: Floats
    right: Floats
    baseline: Floats
    size: Floats
    before: Floats
    behind: Floats


def after_gutters(lefts: Floats, rights: Floats, baselines: Floats, sizes: Floats, is_mono: Flags) -> Flags:
    """Return a mask of the pieces that begin a column: a narrow gutter parts them from the piece before, on the same line.

    The arrays hold, in points, the place, baseline and font size of all pieces of one direction, in content order. Text of a
    fixed width (`is_mono`) is left out: its wide blanks are those of code.
    """
    begins = np.zeros(len(lefts), dtype=np.bool_)
    gaps = _candidates(lefts, rights, baselines, sizes, is_mono)
    if gaps is None:
        return begins
    for _ in range(_MAX_GUTTERS):
        at = _most_common_place(gaps)
        if at is None:
            break
        here = (gaps.left <= at) & (gaps.right >= at)
        crossing = np.array(sorted(set(np.round(baselines[(lefts < at) & (rights > at)]).tolist())))
        for segment, crossings in _segments(_where(gaps, here), crossing):
            if _is_gutter(segment, crossings):
                begins[segment.after] = True
        gaps = _where(gaps, ~here)
    return begins


def _candidates(lefts: Floats, rights: Floats, baselines: Floats, sizes: Floats, is_mono: Flags) -> _Gaps | None:
    """Return the gaps that are wide enough to be part of a gutter; None if they are too few."""
    widths = lefts[1:] - rights[:-1]
    wide = ((widths >= _MIN_WIDTH) & ~is_mono[1:]).nonzero()[0]
    if len(wide) < _MIN_LINES:
        return None
    size = np.maximum(sizes[1:], sizes[:-1])
    same_line = np.abs(baselines[1:] - baselines[:-1]) < 0.5 * size
    after = wide[same_line[wide] & (widths[wide] >= _MIN_GAP * size[wide])] + 1
    if len(after) < _MIN_LINES:
        return None
    ends = (~same_line | (widths <= -size)).nonzero()[0]
    begin = np.concatenate(([0], ends + 1))[ends.searchsorted(after - 1, side="left")]
    end = np.concatenate((ends, (len(lefts) - 1,)))[ends.searchsorted(after, side="left")]
    left, right = rights[after - 1], lefts[after]
    gaps = _Gaps(after, left, right, baselines[after], sizes[after], left - lefts[begin], rights[end] - right)
    return _where(gaps, np.minimum(gaps.before, gaps.behind) > _MIN_SIDE * gaps.size)


def _where(gaps: _Gaps, mask: "Flags | npt.NDArray[np.int64]") -> _Gaps:
    return _Gaps(*(column[mask] for column in gaps))  # type: ignore[arg-type]


def _most_common_place(gaps: _Gaps) -> float | None:
    """Return an x that is inside as many gaps as possible; None if these are fewer than a gutter has."""
    if len(gaps.after) < _MIN_LINES:
        return None
    begins, ends = np.sort(gaps.left), np.sort(gaps.right)
    ended = ends.searchsorted(begins)
    covering = np.arange(1, len(begins) + 1) - ended
    best = int(covering.argmax())
    if covering[best] < _MIN_LINES:
        return None
    following = min(begins[best + 1], ends[ended[best]]) if best + 1 < len(begins) else ends[ended[best]]
    return float((begins[best] + following) / 2)


def _is_gutter(gaps: _Gaps, crossing: int) -> bool:
    """Whether the strip that all these gaps share is wide enough, and most lines keep off it; `crossing` lines do not."""
    width = float(gaps.right.min() - gaps.left.max())
    if width < _MIN_WIDTH:
        return False
    lines = len(set(gaps.baseline.round().tolist()))
    if lines < _MIN_LINES or lines < _MIN_SHARE * (lines + crossing):
        return False
    size = median(gaps.size.tolist())
    sides = min(median(gaps.before.tolist()), median(gaps.behind.tolist()))
    return bool(width >= _MIN_GAP * size and sides >= _MIN_COLUMN * size)


def _segments(gaps: _Gaps, crossing: Floats) -> Iterator[tuple[_Gaps, int]]:
    """Yield the gaps from top to bottom in groups of 4 or more, each with the number of lines that cross the strip there.

    A group ends where several lines in a row cross. `crossing` holds the baselines of the lines that cross, sorted.
    """
    order = gaps.baseline.argsort(kind="stable")
    above = crossing.searchsorted(gaps.baseline[order])
    ends = [*((above[1:] - above[:-1] >= _MAX_CROSSING).nonzero()[0] + 1).tolist(), len(order)]
    for begin, end in zip([0, *ends], ends, strict=False):
        if end - begin >= _MIN_LINES:
            yield _where(gaps, order[begin:end]), int(above[end - 1] - above[begin])
