"""Find the numbers of lines in the margin, as manuscripts for review have them: on each line or each fifth, in each column."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import compress, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_MIN_NUMBERS = 5  # minimum number of numbers in a margin
_MAX_DIGITS = 5
_MAX_STEP = 10  # maximum difference of a number and the next
_MIN_STEPS = 0.8  # minimum share of the numbers that follow the one above by the same step, or begin again
_ALIGNED = 1.5  # points by which the left or the right edges of the numbers may differ
_MAX_OTHERS = 0.1  # maximum number of other pieces between the numbers, as a share of the numbers
_MAX_CROSSING = 0.6  # the same for other pieces above and below the numbers: paragraphs around a table with numbered rows
_EVEN, _MIN_EVEN = 0.8, 0.5  # minimum share of the lines that are nearly as wide as the widest ones, unlike the rows of a table
_MIN_PROSE = 0.6  # minimum share of the numbers that stand beside a line of text ...
_PROSE_WIDTH = 12.0  # ... of at least this many font sizes, ...
_MAX_BLANK = 1.5  # ... whose words are at most this many font sizes apart
_MAX_DISTANCE = 8.0  # maximum distance of the number from its line, in font sizes
_MIN_NUMBERED = 0.5  # minimum share of the lines of the page that are numbered (or counted by a step above 1)
_MAX_HEIGHT = 4.0  # font sizes of the number; larger type beside it counts as of this size
_ROW = 0.5  # pieces whose baselines differ by less than this share of a font size are on one line


class Numbered(NamedTuple):
    """Arrays over the pieces of one direction: begin and end along it, baseline, font size in points, number (-1: none)."""

    left: Floats
    right: Floats
    baseline: Floats
    size: Floats
    number: Ints

    def where(self, mask: "Flags | Ints | slice") -> "Numbered":
        """Return the pieces that the mask, the indices, or the slice select."""
        return Numbered(*(column[mask] for column in self))  # type: ignore[arg-type]


@dataclass
class LineNumbers:
    """Finds the numbers of lines, page by page: a page with few lines is judged by the margins of the pages before it."""

    right_edges: set[float] = field(default_factory=set)
    left_edges: set[float] = field(default_factory=set)

    def copy(self) -> "LineNumbers":
        """Return a copy that does not change with this object."""
        return LineNumbers(set(self.right_edges), set(self.left_edges))

    def found(self, pieces: Numbered) -> Flags:
        """Return a mask of the pieces of a page that are numbers of lines, and remember where they stand."""
        found = np.zeros(len(pieces.left), dtype=np.bool_)
        candidates = (pieces.number >= 0).nonzero()[0]
        if len(candidates) < (1 if self.right_edges or self.left_edges else _MIN_NUMBERS):
            return found
        for edges, known in ((pieces.right, self.right_edges), (pieces.left, self.left_edges)):
            if not known and not _are_aligned(edges[candidates]):
                continue
            for x, count in Counter(edges[candidates].round().tolist()).most_common(4):
                if count < _MIN_NUMBERS and not known:
                    break
                group = candidates[np.abs(edges[candidates] - x) <= _ALIGNED]
                group = group[pieces.baseline[group].argsort(kind="stable")]
                if count >= _MIN_NUMBERS and _follow_each_other(pieces, group) and _number_lines(pieces, group, found):
                    known.add(x)
                    found[group] = True
                elif any(abs(x - edge) <= _ALIGNED for edge in known) and _continue(pieces, group):
                    found[group] = True
        return found


def _are_aligned(edges: Floats) -> bool:
    """Whether as many edges as a margin with numbers has at least are at the same x."""
    places = np.sort(edges.round())
    return bool((places[_MIN_NUMBERS - 1 :] == places[: 1 - _MIN_NUMBERS]).any())


def numbers(text: str, codes: npt.NDArray[np.uint32], begins: Ints, ends: Ints) -> Ints:
    """Return the value of each piece [begin, end) that is 1 to 5 digits, else -1; `codes`: the code points of the text."""
    values = np.full(len(begins), -1, dtype=np.int64)
    at = ((codes[begins] - ord("0") < 10) & (ends - begins <= _MAX_DIGITS)).nonzero()[0]  # codes are unsigned
    at = at[codes[ends[at] - 1] - ord("0") < 10]
    pieces = list(map(text.__getitem__, map(slice, begins[at].tolist(), ends[at].tolist())))
    is_number = list(map(str.isdecimal, pieces))
    values[at[is_number]] = list(map(int, compress(pieces, is_number)))
    return values


def _follow_each_other(pieces: Numbered, group: Ints) -> bool:
    """Whether the numbers grow by one step from line to line, apart from a few places where they begin again."""
    values = pieces.number[group].tolist()
    steps = [after - before for before, after in pairwise(values)]
    counts = Counter(steps)
    step = max(counts, key=counts.__getitem__)
    if not 0 < step <= _MAX_STEP or counts[step] < 0.5 * len(steps):
        return False
    going_on = sum(each == step or value <= step for each, value in zip(steps, values[1:], strict=True))
    return bool(going_on >= _MIN_STEPS * len(steps))


def _continue(pieces: Numbered, group: Ints) -> bool:
    """Whether the numbers, in a margin that held such numbers before, grow from line to line and stand alone there."""
    is_growing = bool((np.diff(pieces.number[group]) > 0).all())
    return is_growing and _others_between(pieces, group) == 0


def _step(steps: Ints) -> int:
    return int(Counter(steps.tolist()).most_common(1)[0][0])


def _number_lines(pieces: Numbered, group: Ints, found: Flags) -> bool:
    """Whether the numbers stand alone in a margin, beside lines of text, and most lines of the text are numbered."""
    numbers = pieces.where(group)
    if _others_between(pieces, group) > _MAX_OTHERS * len(group):
        return False
    others = ~found
    others &= (pieces.left < numbers.right.max()) & (pieces.right > numbers.left.min())
    others[group] = False
    if others.sum() > _MAX_CROSSING * len(group):
        return False
    others = ~found
    others[group] = False
    text = pieces.where(others.nonzero()[0][pieces.baseline[others].argsort(kind="stable")])
    reach = _ROW * _MAX_HEIGHT * numbers.size
    begins = text.baseline.searchsorted(numbers.baseline - reach)
    ends = text.baseline.searchsorted(numbers.baseline + reach)
    near = (text.where(slice(begin, end)) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True))
    lines = [_line_beside(row, number) for row, number in zip(near, _each(numbers), strict=True)]
    prose = [line for line in lines if line is not None]
    if len(prose) < _MIN_PROSE * len(group):
        return False
    widths = np.array([end - begin for begin, end in prose])
    if np.mean(widths >= _EVEN * np.percentile(widths, 90)) < _MIN_EVEN:
        return False
    left, right = float(np.median([line[0] for line in prose])), float(np.median([line[1] for line in prose]))
    counted = len(group) * max(_step(np.diff(numbers.number)), 1)
    return counted >= _MIN_NUMBERED * _line_count(text, left, right)


def _others_between(pieces: Numbered, group: Ints) -> int:
    """Return how many other pieces stand between the first and the last number, in the strip that the numbers stand in."""
    numbers = pieces.where(group)
    height = float(np.median(numbers.size))
    others = (pieces.baseline > numbers.baseline[0] - height) & (pieces.baseline < numbers.baseline[-1] + height)
    others &= (pieces.left < numbers.right.max()) & (pieces.right > numbers.left.min())
    others[group] = False
    return int(others.sum())


def _each(numbers: Numbered) -> Iterator[tuple[float, ...]]:
    return zip(*(column.tolist() for column in numbers), strict=True)


def _line_beside(text: Numbered, number: tuple[float, ...]) -> tuple[float, float] | None:
    """Return begin and end of the line of text on the right of a number, or on its left; None if there is no long line.

    `text`: the pieces near the height of the number.
    """
    left, right, baseline, size, _ = number
    height = np.clip(text.size, size, _MAX_HEIGHT * size)
    row = text.where(np.abs(text.baseline - baseline) < _ROW * height)
    after = row.where(row.left >= right - 0.1 * size)
    before = row.where(row.right <= left + 0.1 * size)
    return _run(after.left, after.right, after.size, right) or _run(
        -before.right, -before.left, before.size, -left, mirrored=True
    )


def _run(lefts: Floats, rights: Floats, sizes: Floats, start: float, *, mirrored: bool = False) -> tuple[float, float] | None:
    """Return begin and end of the words from `start` on that are a long line without wide gaps; else None."""
    if not len(lefts):
        return None
    order = lefts.argsort(kind="stable")
    lefts, rights, size = lefts[order], rights[order], float(sizes.max())
    if lefts[0] - start > _MAX_DISTANCE * size:
        return None
    reach = np.maximum.accumulate(rights)
    wide = (lefts[1:] - reach[:-1] > _MAX_BLANK * size).nonzero()[0]
    end = float(reach[wide[0]] if len(wide) else reach[-1])
    if end - lefts[0] < _PROSE_WIDTH * size:
        return None
    return (-end, -float(lefts[0])) if mirrored else (float(lefts[0]), end)


def _line_count(text: Numbered, left: float, right: float) -> int:
    """Return how many lines of text begin or go on between two x."""
    inside = (text.right > left) & (text.left < right)
    heights = np.sort(text.baseline[inside])
    return 1 + int((np.diff(heights) > _ROW * float(np.median(text.size))).sum()) if len(heights) else 0
