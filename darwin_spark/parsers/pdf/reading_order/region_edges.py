"""Give the last line of a title above columns to the title, and a heading below columns to the text below them.

Such a line is too short to cross the gutter between the columns, so that it seems to belong to one of them.
"""

from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.pdf.fragments import Fragment

_LARGER = 1.08  # type larger than most of the text by this factor may be that of a title
_MAX_STEP = 1.6  # maximum distance of the lines of a title, in font sizes
_MAX_LINES = 4  # maximum number of lines that change sides
_ROW = 0.5  # fragments whose baselines differ by less than this share of a font size are beside each other
_NEAR, _FAR = 1.45, 1.8  # a line within so many font sizes of the text below, which is so many times as near as all above
_CENTRED = 0.5  # maximum difference of the middles of two centred lines, in font sizes


def fit_edges(
    above: list[Fragment], region: list[Fragment], below: list[Fragment], edge: float
) -> tuple[list[Fragment], list[Fragment], list[Fragment]]:
    """Return the fragments above the columns, in them, and below them, with titles and headings in one part.

    `edge`: x of the left edge of the right column.
    """
    for _ in range(_MAX_LINES):
        line = _rest_of_text_above(above, region)
        if line is None:
            break
        above, region = [*above, line], [f for f in region if f is not line]
    for _ in range(_MAX_LINES):
        line = _heading_below(region, below, edge)
        if line is None:
            break
        below, region = [line, *below], [f for f in region if f is not line]
    return above, region, below


def _rest_of_text_above(above: Sequence[Fragment], region: Sequence[Fragment]) -> Fragment | None:
    """Return the first line of the columns if it goes on with the last line above them, in its type.

    Either in large type, at its left edge or its middle, as a title; or at its left edge, far nearer to it than to the text
    below.
    """
    if not above or not region:
        return None
    last, first = max(above, key=lambda f: f.baseline), min(region, key=lambda f: f.baseline)
    step = first.baseline - last.baseline
    if first.size != last.size or first.bold != last.bold or not 0 < step < _MAX_STEP * last.size:
        return None
    is_aligned = abs(first.left - last.left) <= 1
    is_centred = abs(first.left + first.right - last.left - last.right) < 2 * _CENTRED * first.size
    if not is_centred and not is_aligned:
        return None
    if first.size > _LARGER * _usual(region)[0]:
        return first if _is_alone(first, region) else None
    if not is_aligned or step > _NEAR * last.size or last.table or first.table:
        return None
    top_of_text = min([f.baseline for f in region if f is not first], default=first.baseline)
    return first if top_of_text - first.baseline > _FAR * step else None


def _heading_below(region: Sequence[Fragment], below: Sequence[Fragment], edge: float) -> Fragment | None:
    """Return the lowest line of the columns if it is a heading, alone at its height, whose text does not follow in them.

    Its text is what stands below the columns. If nothing does, the right column must go on in the middle of a sentence. In
    whatever type, a line that stands at the left edge of the text below, and far nearer to it than to the columns, heads it.
    """
    if not region:
        return None
    last = max(region, key=lambda f: f.baseline)
    if last.left >= edge:
        return None
    if below and _is_near(last, region, below):
        return last
    if not last.text[:1].isalnum():
        return None
    size, bold = _usual(region)
    if not (last.size > _LARGER * size or last.bold > bold) or not _is_alone(last, region):
        return None
    if below:
        return last if min(f.baseline for f in below) > last.baseline + _ROW * last.size else None
    first = min((f for f in region if f.left >= edge), key=lambda f: f.baseline, default=last)
    is_cut = (first.size, first.bold) == (last.size, last.bold)
    return last if first.text[:1].islower() and not is_cut else None


def _is_near(last: Fragment, region: Sequence[Fragment], below: Sequence[Fragment]) -> bool:
    """Whether the lowest line of the columns is far nearer to the text below, and at its left edge, than to any line above."""
    step = min([f.baseline for f in below]) - last.baseline
    if not _ROW * last.size < step < _NEAR * last.size:
        return False
    first = min(below, key=lambda f: f.baseline)
    if abs(first.left - last.left) > last.size or last.table or first.table:
        return False
    above = max([f.baseline for f in region if f is not last], default=last.baseline)
    return last.baseline - above > _FAR * step


def _usual(region: Sequence[Fragment]) -> tuple[float, bool]:
    """Return the font size and the weight of most fragments."""
    return Counter((f.size, f.bold) for f in region).most_common(1)[0][0]


def _is_alone(line: Fragment, region: Sequence[Fragment]) -> bool:
    return not any(f is not line and abs(f.baseline - line.baseline) < _ROW * line.size for f in region)
