"""Find listings whose letters stand on a grid wider than the letters, as the LaTeX package listings sets them by default.

pdfium takes the space around the letters for blanks: "i f x". Such text is read as if its font had a fixed width.
"""

from collections.abc import Iterator
from statistics import median

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_MIN_LETTERS = 8  # minimum number of single letters in a row
_MIN_SHARE = 0.3  # minimum share of single letters among the pieces of a page that is looked at
_MAX_SPREAD = 0.12  # maximum difference of a step and its whole columns, as a share of the step
_ON_GRID, _ADJACENT = 0.9, 0.5  # minimum share of the steps that are whole columns, and that are one column
_MIN_ALPHABETIC = 0.5  # minimum share of letters among them: rows of digits are those of a matrix


def may_be_grids(is_single: Flags) -> bool:
    """Return whether enough pieces of a page are single letters for a listing of such letters."""
    count = int(is_single.sum())
    return count >= _MIN_LETTERS and count >= _MIN_SHARE * len(is_single)


def objects_on_grid(codes: Ints, middles: Floats, baselines: Floats, obj: Ints) -> set[int]:
    """Return the text objects most of whose letters stand on a grid.

    Arrays over the pieces of a page, in content order: the character (0: the piece has several), middle and baseline in points,
    text object.
    """
    single = codes > 0
    if not may_be_grids(single):
        return set()
    is_letter = ((codes | 0x20) >= ord("a")) & ((codes | 0x20) <= ord("z"))
    on_grid = np.zeros(len(codes), dtype=np.bool_)
    for begin, end in _rows(single, baselines):
        alphabetic = np.count_nonzero(is_letter[begin:end]) >= _MIN_ALPHABETIC * (end - begin)
        on_grid[begin:end] = alphabetic and _is_grid(middles[begin:end])
    total, found = np.bincount(obj), np.bincount(obj[on_grid], minlength=int(obj.max()) + 1)
    return set(np.flatnonzero((found > 0) & (2 * found > total)).tolist())


def _rows(single: Flags, baselines: Floats) -> Iterator[tuple[int, int]]:
    """Yield the ranges of pieces that are single letters on one baseline."""
    breaks = np.ones(len(single) + 1, dtype=np.bool_)
    breaks[1:-1] = ~(single[1:] & single[:-1] & (np.abs(np.diff(baselines)) < 0.1))
    edges = np.flatnonzero(breaks)
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if end - begin >= _MIN_LETTERS:
            yield begin, end


def _is_grid(middles: Floats) -> bool:
    steps = np.diff(middles)
    pitch = median(steps.tolist())
    if pitch <= 0:
        return False
    columns = np.round(steps / pitch)
    is_whole = (columns >= 1) & (np.abs(steps - columns * pitch) < _MAX_SPREAD * steps)
    adjacent = np.count_nonzero(is_whole & (columns == 1))
    return bool(np.count_nonzero(is_whole) >= _ON_GRID * len(steps) and adjacent >= _ADJACENT * len(steps))
