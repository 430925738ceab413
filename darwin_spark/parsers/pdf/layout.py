"""Reading order of a page: remove running headers, find columns, group fragments into lines.

Columns are found by a variant of the recursive XY cut (Nagy and Seth 1984): a gutter is a vertical strip that few fragments
cross; the fragments that cross it (titles, wide tables) cut the page into bands that are read one after the other.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from darwin_spark.parsers.pdf.glyphs import Fragment, PageText

_MAX_CROSSING = 0.4  # maximum share of the fragments that may cross a gutter
_MIN_COLUMN_LINES = 4  # minimum number of fragments of a column
_MIN_COLUMN_CHARS = 12.0  # minimum mean characters of the fragments of a column; shorter ones are the cells of a table
_MAX_MERGED_ROWS = 3  # maximum rows of a band that is merged with the bands across the gutter above and below it
_MARGIN = 0.1  # share of the page height, at the top and at the bottom, that may hold running headers and page numbers
_PAGE_NUMBER = re.compile(r"\W{0,3}(?:page|p\.)?\s?(?:\d{1,5}|[ivxlc]{1,7})(?:\s?(?:of|/)\s?\d{1,5})?\W{0,3}", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
TABLE_CAPTION = re.compile(r"(?:supplementary |continued )?table\s?[A-Z]?\d+(?:[.:|\s]|$)", re.IGNORECASE)
"""Caption of a table. It is not a running header: a table over several pages repeats it on each."""
_MAX_FRAGMENTS = 20_000  # a page with more fragments (a drawing made of letters) is not split into columns


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


@dataclass
class _Band:
    """The part of a page between two heights; `spans` is True if its fragments cross the gutter."""

    spans: bool
    fragments: list[Fragment]

    def rows(self) -> int:
        return len({round(f.baseline / 4) for f in self.fragments})


def remove_running_headers(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """Return each page's fragments without page numbers and lines in its margins that repeat at one height on several pages."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({key for f in page.fragments if _in_margin(f, page) for key in _position_keys(f)[:1]})
    min_pages = _min_pages(pages)
    kept = []
    for page in pages:
        outermost = {round(edge) for edge in _outer_baselines(page)}
        inside = [f for f in page.fragments if _in_margin(f, page)]
        header_ids = {id(f) for f in inside if _repeats(f, seen, min_pages, outermost)}
        # The other fragments on the line of a running header are dropped too.
        heights = {round(f.baseline) for f in inside if id(f) in header_ids}
        others = {round(f.baseline) for f in inside if id(f) not in header_ids and not _PAGE_NUMBER.fullmatch(f.text)}
        dropped_ids = header_ids | {id(f) for f in inside if _is_header_part_or_page_number(f, heights, others)}
        kept.append([f for f in page.fragments if id(f) not in dropped_ids])
    return kept


def remove_stamps(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """Return the rotated fragments of each page, without single characters and stamps (text that repeats on several pages)."""
    seen = Counter(key for page in pages for key in {_DIGITS.sub("#", f.text) for f in page.turned})
    return [
        [f for f in page.turned if len(f.text) > 1 and seen[_DIGITS.sub("#", f.text)] < _min_pages(pages)] for page in pages
    ]


def _min_pages(pages: Sequence[PageText]) -> int:
    """Return the minimum number of pages on which a line must repeat to be a running header or a stamp."""
    return 2 if len(pages) <= 5 else 3


def _outer_baselines(page: PageText) -> tuple[float, float]:
    heights = [f.baseline for f in page.fragments]
    return min(heights, default=0.0), max(heights, default=0.0)


def _repeats(fragment: Fragment, seen: Counter[tuple[str, int]], min_pages: int, outermost: set[int]) -> bool:
    """Whether the fragment repeats at its height on enough pages to belong to a running header; a table caption never does.

    Numbers repeat in tables too, so that a number counts only in the first or the last line of the page (`outermost`).
    """
    if len(fragment.text) < 2 or TABLE_CAPTION.match(fragment.text):
        return False
    if round(fragment.baseline) not in outermost and _PAGE_NUMBER.fullmatch(fragment.text):
        return False
    return sum(seen[key] for key in _position_keys(fragment)) >= min_pages


def _is_header_part_or_page_number(fragment: Fragment, heights: set[int], others: set[int]) -> bool:
    """Whether the fragment is on a header's line (`heights`) or a page number; a number on a line in `others` is neither."""
    height = round(fragment.baseline)
    return height in heights or (height not in others and _PAGE_NUMBER.fullmatch(fragment.text) is not None)


def _in_margin(fragment: Fragment, page: PageText) -> bool:
    return not _MARGIN * page.height < fragment.baseline < (1 - _MARGIN) * page.height


def _position_keys(fragment: Fragment) -> list[tuple[str, int]]:
    """Return three keys (text with # for digits, baseline in 2-point steps): of the fragment's step and of both neighbours."""
    text, height = _DIGITS.sub("#", fragment.text), round(fragment.baseline / 2)
    return [(text, height), (text, height - 1), (text, height + 1)]


def columns(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Split the fragments of a page, or of a part of it, into columns in reading order."""
    if len(fragments) > _MAX_FRAGMENTS:
        return [fragments]
    gutter = _gutter(fragments)
    if gutter is None:
        return [fragments]
    bands = _bands(fragments, gutter)
    return [fragments] if len(bands) == 1 and bands[0].spans else [c for band in bands for c in _band_columns(band, gutter)]


def _band_columns(band: "_Band", gutter: float) -> list[list[Fragment]]:
    """Return the columns of a band. A band across the gutter may have its own columns (an abstract beside its keywords)."""
    if band.spans:
        return columns(band.fragments)
    left = [f for f in band.fragments if f.right <= gutter]
    right = [f for f in band.fragments if f.left >= gutter]
    return columns(left) + columns(right) if left and right else [band.fragments]


def _gutter(fragments: list[Fragment]) -> float | None:
    """Return the x of the middle of a gutter between two columns, or None. Takes time linear in fragments and page width."""
    if len(fragments) < 2 * _MIN_COLUMN_LINES:
        return None
    start, end = min(f.left for f in fragments), max(f.right for f in fragments)
    crossing = _crossings(fragments, start, end)
    low, high = int(0.12 * (end - start)), int(0.88 * (end - start))
    best = min(crossing[low:high], default=None)
    if best is None or best > _MAX_CROSSING * len(fragments):
        return None
    strips = sorted(_strips(crossing, low, high, best + 1 + len(fragments) // 50), key=lambda s: s[0] - s[1])
    body = Counter(round(f.size) for f in fragments).most_common(1)[0][0]
    middles = (start + (a + b) / 2 for a, b in strips[:5] if b - a >= 0.7 * body)
    return next((x for x in middles if _separates_columns(fragments, x)), None)


def _crossings(fragments: Iterable[Fragment], start: float, end: float) -> list[int]:
    """Return how many fragments cover each point of the width from `start` to `end`, in steps of one point."""
    width = min(max(int(end - start), 0), 20_000) + 2
    steps = [0] * (width + 1)
    for f in fragments:
        steps[min(int(f.left - start), width)] += 1
        steps[min(int(f.right - start) + 1, width)] -= 1
    return list(accumulate(steps))


def _strips(crossing: list[int], low: int, high: int, max_crossing: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges [a, b) within [low, high) in which each point is crossed by at most `max_crossing` fragments."""
    begin = None
    for x in range(low, min(high, len(crossing)) + 1):
        empty = x < min(high, len(crossing)) and crossing[x] <= max_crossing
        if empty and begin is None:
            begin = x
        elif not empty and begin is not None:
            yield begin, x
            begin = None


def _separates_columns(fragments: list[Fragment], x: float) -> bool:
    sides = [f.text for f in fragments if f.right <= x], [f.text for f in fragments if f.left >= x]
    crossing = len(fragments) - len(sides[0]) - len(sides[1])
    if crossing > _MAX_CROSSING * len(fragments):
        return False
    return all(len(side) >= _MIN_COLUMN_LINES and sum(map(len, side)) >= _MIN_COLUMN_CHARS * len(side) for side in sides)


def _bands(fragments: list[Fragment], gutter: float) -> "list[_Band]":
    """Return fragments as bands, from top to bottom, across or beside the gutter; up to 3 rows between two across join both."""
    bands: list[_Band] = []
    for f in sorted(fragments, key=lambda f: f.baseline):
        crosses = f.left < gutter < f.right
        if not bands or bands[-1].spans != crosses:
            bands.append(_Band(crosses, []))
        bands[-1].fragments.append(f)
    merged: list[_Band] = []
    for i, band in enumerate(bands):
        inside = merged and merged[-1].spans and (band.spans or (i + 1 < len(bands) and band.rows() <= _MAX_MERGED_ROWS))
        if inside:
            merged[-1].fragments.extend(band.fragments)
        else:
            merged.append(band)
    return merged


def lines(column: list[Fragment]) -> list[Line]:
    """Group the fragments of a column into lines, from top to bottom."""
    rows: list[list[Fragment]] = []
    for f in sorted(column, key=lambda f: (f.baseline, f.left)):
        if rows and _same_line(rows[-1], f):
            rows[-1].append(f)
        else:
            rows.append([f])
    return [_line(sorted(row, key=lambda f: f.left)) for row in rows]


def _same_line(row: list[Fragment], f: Fragment) -> bool:
    return abs(f.baseline - row[0].baseline) < 0.35 * min(f.size, row[0].size)


def _line(row: list[Fragment]) -> Line:
    """Merge fragments into a line; its size and weight are those of most characters."""
    if len(row) == 1:
        f = row[0]
        return Line(f.text, f.left, f.right, f.baseline, f.size, f.bold, f.mono, row, f.italic)
    chars: defaultdict[tuple[float, bool], int] = defaultdict(int)
    for f in row:
        chars[(f.size, f.bold)] += len(f.text)
    size, bold = max(chars, key=lambda key: chars[key])
    text = " ".join(f.text for f in row)
    mono = all(f.mono for f in row)
    italic = all(f.italic for f in row)
    return Line(text, row[0].left, max(f.right for f in row), row[0].baseline, size, bold, mono, row, italic)
