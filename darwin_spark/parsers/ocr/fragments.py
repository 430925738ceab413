"""OCR lines as the fragments of a text layer, so that columns, paragraphs and headings are found in the same way.

An engine's boxes are loose. The size of the type and the baseline are measured on the ink: the band of rows that hold
most of it is the height of small letters (x-height), or of the capitals where a line has no small letters.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.ocr.engine import OcrLine, Picture
from darwin_spark.parsers.pdf.glyphs import Fragment, PageText
from darwin_spark.text.normalize_markdown import one_line

Mask = npt.NDArray[np.bool_]

_X_HEIGHT, _CAP_HEIGHT = 0.45, 0.67
"""Heights in units of the size of the type, for common text faces."""
_SMALL_LETTERS = frozenset("acemnorsuvwxz")
_MIN_CONTRAST = 40
_ALIKE = 1.17
"""Sizes that differ by a smaller factor are measured as one: small letters are about 20 pixels high."""
_CLOSE = 1.25
"""Lines of a paragraph are at most this many times the usual distance apart."""
_LARGER = 1.5
_MARGIN = 8.0
"""Points around the text of a page."""
_LETTER_O = re.compile(r"(?<=\d)o+(?=\d)|(?<=\d,)ooo\b|(?<=\d)oo+\b")
"""Old-style zeros look like the letter: 19o9, 12,ooo."""
_GRID = 0.5
"""Points to which baselines are rounded, so that equal distances of lines are seen to be equal."""


def page_text(lines: Sequence[OcrLine], picture: Picture, points: float) -> PageText:
    """A page of `points` points a pixel, as read, without the margins around its text: scans lie askew on their pages."""
    fragments = _with_even_runs([_fragment(line, picture, points) for line in lines if one_line(line.text)])
    if not fragments:
        return PageText(picture.shape[1] * points, picture.shape[0] * points)
    above = min(f.top for f in fragments) - _MARGIN
    beside = min(f.left for f in fragments) - _MARGIN
    moved = [f._replace(left=f.left - beside, right=f.right - beside, baseline=_on_grid(f.baseline - above)) for f in fragments]
    return PageText(max(f.right for f in moved) + _MARGIN, max(f.baseline for f in moved) + _MARGIN, moved)


def _with_even_runs(fragments: list[Fragment]) -> list[Fragment]:
    """Lines that follow each other closely are one paragraph's, of one size; what is half as large again is not."""
    ordered = sorted(fragments, key=lambda f: f.baseline)
    steps = [below.baseline - above.baseline for above, below in pairwise(ordered) if _lies_under(below, above)]
    usual = float(np.median(steps)) if steps else 0.0
    runs: list[list[Fragment]] = []
    open_runs: list[list[Fragment]] = []
    for f in ordered:
        open_runs = [run for run in open_runs if f.baseline - run[-1].baseline < _CLOSE * usual]
        run = next((run for run in open_runs if _lies_under(f, run[-1])), None)
        if run is None:
            run = []
            runs.append(run)
            open_runs.append(run)
        run.append(f)
    return [f._replace(size=_of_run(f.size, run)) for run in runs for f in run]


def _of_run(size: float, run: Sequence[Fragment]) -> float:
    common = float(np.median([f.size for f in run for _ in f.text]))
    return common if common / _LARGER < size < common * _LARGER else size


def _lies_under(below: Fragment, above: Fragment) -> bool:
    """On a lower line, and under more than half of the shorter one."""
    shared = min(below.right, above.right) - max(below.left, above.left)
    lower = below.baseline - above.baseline > 0.5 * min(below.size, above.size)
    return lower and 2 * shared > min(below.right - below.left, above.right - above.left)


def with_even_sizes(pages: Sequence[PageText]) -> list[PageText]:
    """The pages of one document with its sizes of type evened out: what is about as large as much else is as large."""
    chars: Counter[float] = Counter()
    for page in pages:
        for f in page.fragments:
            chars[round(f.size, 1)] += len(f.text)
    even = _groups(chars)
    body = even[chars.most_common(1)[0][0]] if chars else 10.0
    return [replace(page, fragments=[_resized(f, even, body) for f in page.fragments]) for page in pages]


def _groups(chars: Counter[float]) -> dict[float, float]:
    """Each size with the commonest one near it; the commonest are heard first."""
    even: dict[float, float] = {}
    for size, _ in chars.most_common():
        if size not in even:
            even.update({s: size for s in chars if s not in even and size / _ALIKE <= s <= size * _ALIKE})
    return even


def _resized(fragment: Fragment, even: Mapping[float, float], body: float) -> Fragment:
    """A piece too short to be measured has the body's size."""
    measured = sum(char.isalnum() for char in fragment.text) >= 4
    return fragment._replace(size=even[round(fragment.size, 1)] if measured else body)


def _fragment(line: OcrLine, picture: Picture, points: float) -> Fragment:
    top, bottom = max(int(line.top), 0), min(int(np.ceil(line.bottom)), picture.shape[0])
    left, right = max(int(line.left), 0), min(int(np.ceil(line.right)), picture.shape[1])
    text = _LETTER_O.sub(_zeros, one_line(line.text))
    ink = _ink(picture[top:bottom, left:right])
    if not ink.any():
        size = 0.7 * (line.bottom - line.top)
        return _made(text, line.left, line.right, line.bottom - 0.3 * size, size, points)
    high, low = _band(ink)
    columns = np.flatnonzero(ink.any(axis=0))
    size = (low - high) / (_X_HEIGHT if _is_small(text) else _CAP_HEIGHT)
    size = min(max(size, 0.4 * (bottom - top)), 1.2 * (bottom - top))
    return _made(text, left + columns[0], left + columns[-1] + 1, top + low, size, points)


def _zeros(found: re.Match[str]) -> str:
    return "0" * len(found.group())


def _is_small(text: str) -> bool:
    """Whether letters without ascenders fill the line."""
    return 5 * sum(char in _SMALL_LETTERS for char in text) > sum(char.isalnum() for char in text)


def _made(text: str, left: float, right: float, baseline: float, size: float, points: float) -> Fragment:
    return Fragment(text, left * points, right * points, baseline * points, max(size * points, 1.0), False, False)


def _on_grid(length: float) -> float:
    return round(length / _GRID) * _GRID


def _ink(box: Picture) -> Mask:
    """Where the type is, dark on light or light on dark; nowhere in a box without contrast."""
    if not box.size:
        return np.zeros(box.shape, dtype=bool)
    dark, light = np.percentile(box, (1, 99))
    if light - dark < _MIN_CONTRAST:
        return np.zeros(box.shape, dtype=bool)
    ink: Mask = box < (dark + light) / 2
    return ink if 2 * np.count_nonzero(ink) < ink.size else ~ink


def _band(ink: Mask) -> tuple[int, int]:
    """First row of the dense band, and the row after its last: the step that fits the ink of the rows best."""
    rows = ink.sum(axis=1, dtype=np.float64)
    count, sums = len(rows), np.concatenate([[0.0], np.cumsum(rows)])
    high, low = np.triu_indices(count + 1, max(count // 6, 1))
    inside, length = sums[low] - sums[high], low - high
    outside = np.maximum(count - length, 1)
    explained = inside**2 / length + (sums[-1] - inside) ** 2 / outside
    best = int(np.argmax(np.where(inside / length > sums[-1] / count, explained, -1)))
    return int(high[best]), int(low[best])
