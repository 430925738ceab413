"""Convert OCR lines to text-layer fragments, so that the same code finds columns, paragraphs and headings.

The bounding boxes of an OCR engine are not tight. The font size and the baseline are therefore measured on the ink: the band of
pixel rows with most of the ink is as high as the small letters (x-height), or as the capitals if the line has no small letters.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.ocr.engine import OcrLine, Picture, Reading
from darwin_spark.parsers.pdf.fragments import Fragment, PageText
from darwin_spark.text.normalize_markdown import one_line

Mask = npt.NDArray[np.bool_]

_X_HEIGHT, _CAP_HEIGHT = 0.45, 0.67  # heights of small letters and of capitals relative to the font size, for common text fonts
_SMALL_LETTERS = frozenset("acemnorsuvwxz")  # letters without ascender or descender
_MIN_CONTRAST = 40  # grey levels between the 1st and the 99th percentile below which a box counts as empty
_RULE = 0.75  # share of ink in a row of pixels above which it is a ruled line
_SIZE_TOLERANCE = 1.17  # font sizes that differ by at most this factor count as equal: small letters are about 20 pixels high
_MAX_LINE_DISTANCE = 1.25  # maximum distance of consecutive lines of a paragraph, relative to the median line distance
_MAX_SIZE_RATIO = 1.5  # a font size that differs from the median of its paragraph by this factor or more is kept
_MARGIN = 8.0  # points around the text of a page
_LETTER_O = re.compile(r"(?<=\d)o+(?=\d)|(?<=\d,)ooo\b|(?<=\d)oo+\b")
"""The letter o inside numbers: engines read old-style zeros as o (19o9, 12,ooo)."""
_BASELINE_STEP = 0.5  # points; baselines are rounded to multiples of this, so that equal line distances compare as equal


def page_text(lines: Sequence[OcrLine], picture: Picture, points: float) -> PageText:
    """Convert the OCR lines of one page to a PageText, cropped to its text plus a margin: pages of a scan differ in position.

    `picture` is the upright image that the boxes refer to, `points` the size of a pixel in points.
    """
    fragments = _unify_paragraph_sizes([_fragment(line, picture, points) for line in lines if one_line(line.text)])
    if not fragments:
        return PageText(picture.shape[1] * points, picture.shape[0] * points)
    above = min(f.top for f in fragments) - _MARGIN
    beside = min(f.left for f in fragments) - _MARGIN
    moved = [
        f._replace(left=f.left - beside, right=f.right - beside, baseline=_round_baseline(f.baseline - above))
        for f in fragments
    ]
    return PageText(max(f.right for f in moved) + _MARGIN, max(f.baseline for f in moved) + _MARGIN, moved)


def image_text(readings: Sequence[Reading], points: float) -> PageText:
    """Convert the readings of one image to a PageText; the second of two, of an open book, is its right page."""
    pages = [page_text(reading.lines, reading.picture, points) for reading in readings]
    if len(pages) == 1 or not pages[1].fragments:
        return pages[0]
    return replace(pages[0], right_page=pages[1]) if pages[0].fragments else pages[1]


def _unify_paragraph_sizes(fragments: list[Fragment]) -> list[Fragment]:
    """Return the fragments with one font size per paragraph (a run of close lines); a size 1.5 times off its median is kept."""
    ordered = sorted(fragments, key=lambda f: f.baseline)
    steps = [below.baseline - above.baseline for above, below in pairwise(ordered) if _lies_under(below, above)]
    median_step = float(np.median(steps)) if steps else 0.0
    runs: list[list[Fragment]] = []
    open_runs: list[list[Fragment]] = []
    for f in ordered:
        open_runs = [run for run in open_runs if f.baseline - run[-1].baseline < _MAX_LINE_DISTANCE * median_step]
        run = next((run for run in open_runs if _lies_under(f, run[-1])), None)
        if run is None:
            run = []
            runs.append(run)
            open_runs.append(run)
        run.append(f)
    return [f._replace(size=_run_size(f.size, run)) for run in runs for f in run]


def _run_size(size: float, run: Sequence[Fragment]) -> float:
    median_size = float(np.median([f.size for f in run for _ in f.text]))
    return median_size if median_size / _MAX_SIZE_RATIO < size < median_size * _MAX_SIZE_RATIO else size


def _lies_under(below: Fragment, above: Fragment) -> bool:
    """Whether `below` is on a lower line and overlaps `above` by more than half of the width of the narrower one."""
    shared = min(below.right, above.right) - max(below.left, above.left)
    lower = below.baseline - above.baseline > 0.5 * min(below.size, above.size)
    return lower and 2 * shared > min(below.right - below.left, above.right - above.left)


def with_even_sizes(pages: Sequence[PageText]) -> list[PageText]:
    """Return a document's pages with similar font sizes set to the most frequent of them; short texts get the body size."""
    chars: Counter[float] = Counter()
    for f in (f for page in pages for part in (page, page.right_page) if part for f in part.fragments):
        chars[round(f.size, 1)] += len(f.text)
    unified = _cluster_sizes(chars)
    body = unified[chars.most_common(1)[0][0]] if chars else 10.0
    return [_with_sizes(page, unified, body) for page in pages]


def _with_sizes(page: PageText, unified: Mapping[float, float], body: float) -> PageText:
    right = _with_sizes(page.right_page, unified, body) if page.right_page else None
    return replace(page, fragments=[_resized(f, unified, body) for f in page.fragments], right_page=right)


def _cluster_sizes(chars: Counter[float]) -> dict[float, float]:
    """Map each font size to the most frequent size within a factor of `_SIZE_TOLERANCE`, most frequent sizes first."""
    unified: dict[float, float] = {}
    for size, _ in chars.most_common():
        if size not in unified:
            unified.update(
                {s: size for s in chars if s not in unified and size / _SIZE_TOLERANCE <= s <= size * _SIZE_TOLERANCE}
            )
    return unified


def _resized(fragment: Fragment, unified: Mapping[float, float], body: float) -> Fragment:
    """Return the fragment in its unified font size; a text of fewer than 4 letters or digits is too short and gets `body`."""
    is_measurable = sum(char.isalnum() for char in fragment.text) >= 4
    return fragment._replace(size=unified[round(fragment.size, 1)] if is_measurable else body)


def _fragment(line: OcrLine, picture: Picture, points: float) -> Fragment:
    top, bottom = max(int(line.top), 0), min(int(np.ceil(line.bottom)), picture.shape[0])
    left, right = max(int(line.left), 0), min(int(np.ceil(line.right)), picture.shape[1])
    text = _LETTER_O.sub(_zeros, one_line(line.text))
    ink = _without_rules(_ink(picture[top:bottom, left:right]))
    if not ink.any():
        size = 0.7 * (line.bottom - line.top)
        return _build_fragment(text, line.left, line.right, line.bottom - 0.3 * size, size, points)
    high, low = _dense_band(ink)
    columns = np.flatnonzero(ink.any(axis=0))
    size = (low - high) / (_X_HEIGHT if _has_small_letters(text) else _CAP_HEIGHT)
    size = min(max(size, 0.4 * (bottom - top)), 1.2 * (bottom - top))
    return _build_fragment(text, left + columns[0], left + columns[-1] + 1, top + low, size, points)


def _zeros(found: re.Match[str]) -> str:
    return "0" * len(found.group())


def _has_small_letters(text: str) -> bool:
    """Whether more than a fifth of the letters and digits are small letters without ascender or descender."""
    return 5 * sum(char in _SMALL_LETTERS for char in text) > sum(char.isalnum() for char in text)


def _build_fragment(text: str, left: float, right: float, baseline: float, size: float, points: float) -> Fragment:
    begin, end, line, height = (float(length) * points for length in (left, right, baseline, size))
    return Fragment(text, begin, end, line, max(height, 1.0), False, False)


def _round_baseline(length: float) -> float:
    return round(length / _BASELINE_STEP) * _BASELINE_STEP


def _ink(box: Picture) -> Mask:
    """Return the mask of the glyphs, dark on light or light on dark; all False in a box without contrast."""
    if not box.size:
        return np.zeros(box.shape, dtype=bool)
    dark, light = np.percentile(box, (1, 99))
    if light - dark < _MIN_CONTRAST:
        return np.zeros(box.shape, dtype=bool)
    ink: Mask = box < (dark + light) / 2
    return ink if 2 * np.count_nonzero(ink) < ink.size else ~ink


def _without_rules(ink: Mask) -> Mask:
    """Return the ink without the rows that a line over most of the width fills: the ruled line of a table."""
    rows = ink.mean(axis=1) > _RULE if ink.size else np.zeros(len(ink), dtype=bool)
    rows[1:] |= rows[:-1].copy()
    rows[:-1] |= rows[1:].copy()
    kept: Mask = ink & ~rows[:, np.newaxis]
    return kept


def _dense_band(ink: Mask) -> tuple[int, int]:
    """Return the rows [first, end) of the band of most ink that stands out best, at least a sixth of the box in height."""
    rows = ink.sum(axis=1, dtype=np.float64)
    count, sums = len(rows), np.concatenate([[0.0], np.cumsum(rows)])
    high, low = np.triu_indices(count + 1, max(count // 6, 1))
    inside, length = sums[low] - sums[high], low - high
    outside = np.maximum(count - length, 1)
    explained = inside**2 / length + (sums[-1] - inside) ** 2 / outside
    best = int(np.argmax(np.where(inside / length > sums[-1] / count, explained, -1)))
    return int(high[best]), int(low[best])
