"""Reading order: running heads out, columns found, fragments put into lines.

Columns are found by a variant of the recursive XY cut (Nagy and Seth 1984): a gutter is a vertical strip that few
fragments cross; those that do (titles, wide tables) cut the page into bands that are read one after the other.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from darwin_spark.parsers.pdf.glyphs import Fragment, PageText

_MAX_CROSSING = 0.4
_MIN_COLUMN_LINES = 4
_MIN_COLUMN_CHARS = 12.0
"""A column has lines of this many characters on average; less is a table's."""
_MAX_ROWS_INSIDE = 3
_MARGIN = 0.1
"""Share of the page height, above and below, in which running heads and page numbers stand."""
_PAGE_NUMBER = re.compile(r"\W{0,3}(?:page|p\.)?\s?(?:\d{1,5}|[ivxlc]{1,7})(?:\s?(?:of|/)\s?\d{1,5})?\W{0,3}", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
TABLE_CAPTION = re.compile(r"(?:supplementary |continued )?table\s?[A-Z]?\d+(?:[.:|\s]|$)", re.IGNORECASE)
"""Of a table that runs on it stands over every page."""
_MAX_FRAGMENTS = 20_000
"""A page with more (a drawing made of letters) is read in content order."""


@dataclass
class Line:
    """The fragments of one baseline in one column."""

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
    """Part of a page, from one height to another; `spans` if it lies across the gutter."""

    spans: bool
    fragments: list[Fragment]

    def rows(self) -> int:
        return len({round(f.baseline / 4) for f in self.fragments})


def without_running_heads(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """The fragments of each page without lines that repeat at the same height on several pages, and page numbers."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({key for f in page.fragments if _in_margin(f, page) for key in _keys(f)[:1]})
    needed = _needed(pages)
    kept = []
    for page in pages:
        outermost = {round(edge) for edge in _edges(page)}
        inside = [f for f in page.fragments if _in_margin(f, page)]
        heads = {id(f) for f in inside if _repeats(f, seen, needed, outermost)}
        # Page numbers and the rest of a running head stand on its line.
        heights = {round(f.baseline) for f in inside if id(f) in heads}
        others = {round(f.baseline) for f in inside if id(f) not in heads and not _PAGE_NUMBER.fullmatch(f.text)}
        dropped = heads | {id(f) for f in inside if _is_beside(f, heights, others)}
        kept.append([f for f in page.fragments if id(f) not in dropped])
    return kept


def without_stamps(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """The turned fragments of each page without what stands on several pages ("Author manuscript", a library's stamp)."""
    seen = Counter(key for page in pages for key in {_DIGITS.sub("#", f.text) for f in page.turned})
    return [[f for f in page.turned if len(f.text) > 1 and seen[_DIGITS.sub("#", f.text)] < _needed(pages)] for page in pages]


def _needed(pages: Sequence[PageText]) -> int:
    """Pages on which a line stands at least that is no part of the text."""
    return 2 if len(pages) <= 5 else 3


def _edges(page: PageText) -> tuple[float, float]:
    """Baselines of the first and the last line."""
    heights = [f.baseline for f in page.fragments]
    return min(heights, default=0.0), max(heights, default=0.0)


def _repeats(fragment: Fragment, seen: Counter[tuple[str, int]], needed: int, outermost: set[int]) -> bool:
    """Numbers repeat in tables too; only in the first and the last line do they tell that it is a running head."""
    if len(fragment.text) < 2 or TABLE_CAPTION.match(fragment.text):
        return False
    if round(fragment.baseline) not in outermost and _PAGE_NUMBER.fullmatch(fragment.text):
        return False
    return sum(seen[key] for key in _keys(fragment)) >= needed


def _is_beside(fragment: Fragment, heights: set[int], others: set[int]) -> bool:
    """On a running head's line (at one of `heights`), or a page number; numbers beside `others` are cells of a table."""
    height = round(fragment.baseline)
    return height in heights or (height not in others and _PAGE_NUMBER.fullmatch(fragment.text) is not None)


def _in_margin(fragment: Fragment, page: PageText) -> bool:
    return not _MARGIN * page.height < fragment.baseline < (1 - _MARGIN) * page.height


def _keys(fragment: Fragment) -> list[tuple[str, int]]:
    """Text without its numbers, and the height to about two points (with both neighbours)."""
    text, height = _DIGITS.sub("#", fragment.text), round(fragment.baseline / 2)
    return [(text, height), (text, height - 1), (text, height + 1)]


def columns(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Groups of fragments in reading order, each in one column."""
    if len(fragments) > _MAX_FRAGMENTS:
        return [fragments]
    gutter = _gutter(fragments)
    if gutter is None:
        return [fragments]
    bands = _bands(fragments, gutter)
    return [fragments] if len(bands) == 1 and bands[0].spans else [c for band in bands for c in _band_columns(band, gutter)]


def _band_columns(band: "_Band", gutter: float) -> list[list[Fragment]]:
    """Columns of a part of the page; what lies across it may have columns of its own (an abstract beside its keywords)."""
    if band.spans:
        return columns(band.fragments)
    left = [f for f in band.fragments if f.right <= gutter]
    right = [f for f in band.fragments if f.left >= gutter]
    return columns(left) + columns(right) if left and right else [band.fragments]


def _gutter(fragments: list[Fragment]) -> float | None:
    """The x that parts two columns, or None. Linear in fragments and page width."""
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
    return next((x for x in middles if _parts_columns(fragments, x)), None)


def _crossings(fragments: Iterable[Fragment], start: float, end: float) -> list[int]:
    """How many fragments cover each point of the width."""
    width = min(max(int(end - start), 0), 20_000) + 2
    steps = [0] * (width + 1)
    for f in fragments:
        steps[min(int(f.left - start), width)] += 1
        steps[min(int(f.right - start) + 1, width)] -= 1
    return list(accumulate(steps))


def _strips(crossing: list[int], low: int, high: int, most: int) -> Iterator[tuple[int, int]]:
    """Runs [a, b) of points crossed by at most `most` fragments."""
    begin = None
    for x in range(low, min(high, len(crossing)) + 1):
        empty = x < min(high, len(crossing)) and crossing[x] <= most
        if empty and begin is None:
            begin = x
        elif not empty and begin is not None:
            yield begin, x
            begin = None


def _parts_columns(fragments: list[Fragment], x: float) -> bool:
    sides = [f.text for f in fragments if f.right <= x], [f.text for f in fragments if f.left >= x]
    crossing = len(fragments) - len(sides[0]) - len(sides[1])
    if crossing > _MAX_CROSSING * len(fragments):
        return False
    return all(len(side) >= _MIN_COLUMN_LINES and sum(map(len, side)) >= _MIN_COLUMN_CHARS * len(side) for side in sides)


def _bands(fragments: list[Fragment], gutter: float) -> "list[_Band]":
    """The page from top to bottom: bands of columns, and what lies across them.

    A few lines that do not cross the gutter, between others that do, are part of these: cells of a wide table.
    """
    bands: list[_Band] = []
    for f in sorted(fragments, key=lambda f: f.baseline):
        crosses = f.left < gutter < f.right
        if not bands or bands[-1].spans != crosses:
            bands.append(_Band(crosses, []))
        bands[-1].fragments.append(f)
    merged: list[_Band] = []
    for i, band in enumerate(bands):
        inside = merged and merged[-1].spans and (band.spans or (i + 1 < len(bands) and band.rows() <= _MAX_ROWS_INSIDE))
        if inside:
            merged[-1].fragments.extend(band.fragments)
        else:
            merged.append(band)
    return merged


def lines(column: list[Fragment]) -> list[Line]:
    """Fragments of one column as lines from top to bottom."""
    rows: list[list[Fragment]] = []
    for f in sorted(column, key=lambda f: (f.baseline, f.left)):
        if rows and _same_line(rows[-1], f):
            rows[-1].append(f)
        else:
            rows.append([f])
    return [_line(sorted(row, key=lambda f: f.left)) for row in rows]


def _same_line(row: list[Fragment], f: Fragment) -> bool:
    """Within 0.35 of the size of the line's first fragment."""
    return abs(f.baseline - row[0].baseline) < 0.35 * min(f.size, row[0].size)


def _line(row: list[Fragment]) -> Line:
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
