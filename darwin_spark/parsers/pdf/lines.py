"""Group the fragments of a column into lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from darwin_spark.parsers.pdf.fragments import Fragment

_ASCENT, _DESCENT = 0.72, 0.22  # of most letters, in font sizes
_ROW = 0.35  # fragments whose baselines differ by less than this share of a font size are on one line
_MAX_BLANKS = 40  # blanks between two parts of a line of code


@dataclass
class Line:
    """The fragments on one baseline of one column, from left to right."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    mono: bool
    pieces: list[Fragment]
    italic: bool = False

    @property
    def is_tall(self) -> bool:
        """Whether a formula in the line is higher than a line."""
        return any(f.tall for f in self.pieces)

    @property
    def top(self) -> float:
        """Return the y of the top of its letters or, if that is higher, its formulas."""
        return min(self.baseline - _ASCENT * self.size, *(f.tall[0] for f in self.pieces if f.tall), self.baseline)

    @property
    def bottom(self) -> float:
        """Return the y of the bottom of its letters or, if that is lower, its formulas."""
        return max(self.baseline + _DESCENT * self.size, *(f.tall[1] for f in self.pieces if f.tall), self.baseline)


_PLACE, _LEFT = attrgetter("baseline", "left"), attrgetter("left")


def lines(column: Sequence[Fragment]) -> list[Line]:
    """Group the fragments of a column into lines, from top to bottom."""
    rows: list[list[Fragment]] = []
    row: list[Fragment] = []
    top, reach = float("-inf"), 0.0
    for f in sorted(column, key=_PLACE):
        step = f.baseline - top
        if step < reach and step < _ROW * f.size:
            row.append(f)
        else:
            row = [f]
            rows.append(row)
            top, reach = f.baseline, _ROW * f.size
    return [_line(row if len(row) == 1 else sorted(row, key=_LEFT)) for row in rows]


def _line(row: list[Fragment]) -> Line:
    """Merge fragments into a line; its size and weight are those of most characters."""
    if len(row) == 1:
        return Line(*row[0][:7], row, row[0].italic)  # the first fields, up to `mono`, are those of a fragment
    chars: defaultdict[tuple[float, bool], int] = defaultdict(int)
    for f in row:
        chars[(f.size, f.bold)] += len(f.text)
    size, bold = max(chars, key=lambda key: chars[key])
    mono = all(f.mono for f in row)
    text = _fixed_width_text(row) if mono else " ".join(f.text for f in row)
    italic = all(f.italic for f in row)
    return Line(text, row[0].left, max(f.right for f in row), row[0].baseline, size, bold, mono, row, italic)


def _fixed_width_text(row: list[Fragment]) -> str:
    """Return the text of a line of code, with as many blanks between two fragments as letters would fit."""
    longest = max(row, key=lambda f: len(f.text))
    pitch = max(longest.pitch or (longest.right - longest.left) / max(len(longest.text), 1), 1.0)
    text = row[0].text
    for last, f in pairwise(row):
        columns = round((f.left - last.left) / pitch) - len(last.text)
        text += " " * min(max(columns, 1), _MAX_BLANKS) + f.text
    return text
