"""Find running heads and page numbers of the pages of a document.

A line in the margin of a page is dropped where position, type and sequence say so, for example the same text at the same height
on several pages, or one that differs only in its numbers and is not set like a heading, or a number that grows by one from page
to page. Headings that count ("Problem 1", "Lecture 2"), captions, titles of slides, and last lines such as "1994." stay.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from darwin_spark.parsers.pdf.author_heads import without_author_heads
from darwin_spark.parsers.pdf.captions import TABLE_CAPTION
from darwin_spark.parsers.pdf.glyphs import Fragment, PageText
from darwin_spark.parsers.pdf.page_numbers import PageNumbers, number_on_page
from darwin_spark.parsers.pdf.volume_heads import without_volume_heads

_MARGIN = 0.1  # share of the page height, at the top and at the bottom, that may hold running heads and page numbers
_WIDE_MARGIN = 0.25  # the same for a number in the first or the last line of a page
_DIGITS = re.compile(r"\d+")
_LABEL = re.compile(r"(?!p(?:age|p?\.?)?\W?\s)[^\W\d]\w*\.?\s?[A-Z]?#", re.IGNORECASE)
"""A line that begins with a label and a number: a heading or caption that counts, except "page 7"."""
_MIN_LETTERS = 3  # a line with other numbers on each page and fewer letters is a row of a table
_LARGER = 1.08  # type that is larger than the text by this factor is that of a heading
_MOST_PAGES = 0.5  # minimum share of the occurrences of a line whose number is the page number
_DETACHED = 2.2  # a number that is farther than this many font sizes from all other lines stands alone
_MIN_CELLS = 3  # minimum number of pieces of a row of a table
_MAX_HEAD_PIECES = 3  # maximum number of pieces of a line with a section name and the page number
_ROW = 0.5  # fragments whose baselines differ by less than this share of a font size are on one line


def remove_running_heads(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """Return each page's fragments without page numbers and running heads."""
    margins = [_margin(page) for page in pages]
    repeats = _Repeats.of(pages, margins)
    numbers = PageNumbers.found([[f for f in margin if number_on_page(f.text)] for margin in margins])
    kept = []
    for index, (page, margin) in enumerate(zip(pages, margins, strict=True)):
        heads = [f for f in margin if repeats.is_running_head(f, page)]
        lines = _Rows.of(margin) if heads else _Rows((), ())
        heads = [f for f in heads if not _is_cell(f, lines, repeats)]
        rows = _Rows.of(heads)
        beside = [f for f in margin if rows.have(f) and not repeats.counts_up(f)]
        dropped = {id(f) for f in (*heads, *beside)}
        paged = [f for f in margin if number_on_page(f.text) and numbers.include(f, index)]
        beside = [f for f in margin if id(f) not in dropped and any(_same_row(f, number) for number in paged)]
        dropped |= {id(f) for f in beside if _is_beside_page_number(f, page.fragments, numbers, index)}
        rest = [f for f in page.fragments if id(f) not in dropped] if dropped else page.fragments
        in_margin = [f for f in margin if id(f) not in dropped and number_on_page(f.text) is not None]
        if in_margin:
            edges = min(f.baseline for f in rest), max(f.baseline for f in rest)
            of_page = {id(f) for f in in_margin if _is_page_number(f, rest, edges, numbers, index)}
            rest = [f for f in rest if id(f) not in of_page]
        kept.append(rest)
    return without_volume_heads(pages, without_author_heads(pages, kept))


@dataclass(frozen=True)
class _Repeats:
    """On how many pages each text, digits as #, stands at each height in the margins, and what the type of most text is."""

    counts: Counter[tuple[str, int]]
    exact: Counter[tuple[str, int]]
    """The same with the digits."""
    labels: dict[str, set[str]]
    """By text with # for digits: the first number of each occurrence."""
    offsets: Counter[tuple[str, int]]
    """By text with # for digits: its first or last number minus the page index, which is constant if it is the page number."""
    min_pages: int
    size: float
    bold: bool

    @classmethod
    def of(cls, pages: Sequence[PageText], margins: Sequence[Sequence[Fragment]]) -> "_Repeats":
        counts: Counter[tuple[str, int]] = Counter()
        exact: Counter[tuple[str, int]] = Counter()
        labels: defaultdict[str, set[str]] = defaultdict(set)
        offsets: Counter[tuple[str, int]] = Counter()
        for index, margin in enumerate(margins):
            counts.update({(_DIGITS.sub("#", f.text), step) for f in margin for step in _steps(f)})
            exact.update({(f.text, step) for f in margin for step in _steps(f)})
            for f in margin:
                masked, found = _DIGITS.sub("#", f.text), _DIGITS.findall(f.text)
                labels[masked].update(found[:1])
                offsets.update({(masked, int(number[-9:]) - index) for number in (*found[:1], *found[-1:])})
        letters: Counter[tuple[float, bool]] = Counter()
        for page in pages:
            for f in page.fragments:
                letters[f.size, f.bold] += len(f.text)
        size, bold = max(letters, key=lambda key: letters[key], default=(10.0, False))
        return cls(counts, exact, dict(labels), offsets, min_pages_of(pages), size, bold)

    def is_running_head(self, fragment: Fragment, page: PageText) -> bool:
        """Return whether the fragment repeats at its height on enough pages, in the type of a running head."""
        text = fragment.text
        if len(text) < 2 or TABLE_CAPTION.match(text) or number_on_page(text):
            return False
        is_upright = page.height >= page.width
        if self._around(self.exact, text, fragment) >= self.min_pages and (is_upright or not self.is_heading(fragment)):
            return True
        masked = _DIGITS.sub("#", text)
        similar = self._around(self.counts, masked, fragment)
        if similar < self.min_pages or self.counts_up(fragment) or sum(map(str.isalpha, text)) < _MIN_LETTERS:
            return False
        return not self.is_heading(fragment) or (is_upright and self._holds_page_number(masked, similar))

    def is_repeated(self, fragment: Fragment) -> bool:
        """Return whether the fragment is a number, or its text stands at the same height on enough pages."""
        return self._around(self.exact, fragment.text, fragment) >= self.min_pages or number_on_page(fragment.text) is not None

    def is_heading(self, fragment: Fragment) -> bool:
        """Return whether the fragment is set like a heading: larger than the text, or bold where the text is not."""
        return fragment.size > _LARGER * self.size or (fragment.bold and not self.bold and fragment.size >= self.size)

    def _around(self, counts: Counter[tuple[str, int]], text: str, fragment: Fragment) -> int:
        return counts[text, _step(fragment)]

    def counts_up(self, fragment: Fragment) -> bool:
        """Return whether the text is a label whose number differs from page to page ("Problem 1", "Figure S2")."""
        masked = _DIGITS.sub("#", fragment.text)
        count = self._around(self.counts, masked, fragment)
        return _LABEL.match(masked) is not None and count > 1 and 2 * len(self.labels.get(masked, ())) > count

    def _holds_page_number(self, masked: str, count: int) -> bool:
        numbers = [n for (text, _), n in self.offsets.items() if text == masked]
        return max(numbers, default=0) > _MOST_PAGES * count


@dataclass(frozen=True)
class _Rows:
    """Fragments in order of their baselines, to find those on the line of another."""

    fragments: Sequence[Fragment]
    baselines: Sequence[float]

    @classmethod
    def of(cls, fragments: Sequence[Fragment]) -> "_Rows":
        ordered = sorted(fragments, key=lambda f: f.baseline)
        return cls(ordered, [f.baseline for f in ordered])

    def have(self, fragment: Fragment) -> bool:
        """Return whether one of the fragments is on this fragment's line."""
        return any(_same_row(f, fragment) for f in self.near(fragment, _ROW))

    def near(self, fragment: Fragment, distance: float) -> Sequence[Fragment]:
        """Return the fragments whose baselines differ by at most so many font sizes."""
        reach = distance * fragment.size
        start = bisect_left(self.baselines, fragment.baseline - reach)
        return self.fragments[start : bisect_right(self.baselines, fragment.baseline + reach)]


def _is_cell(fragment: Fragment, margin: _Rows, repeats: _Repeats) -> bool:
    """Whether the fragment is in a row of a table: three pieces or more, not all repeated, two in columns with a near row."""
    row = [f for f in margin.near(fragment, _ROW) if _same_row(f, fragment)]
    if len(row) < _MIN_CELLS or all(repeats.is_repeated(f) for f in row):
        return False
    near = [f for f in margin.near(fragment, _DETACHED) if f.baseline != fragment.baseline and not _same_row(f, fragment)]
    return sum(any(abs(f.left - other.left) < 1 or abs(f.right - other.right) < 1 for other in near) for f in row) >= 2


def _is_page_number(
    fragment: Fragment, others: Sequence[Fragment], edges: tuple[float, float], numbers: PageNumbers, index: int
) -> bool:
    """Whether a number, alone on its line, is a page number. `edges`: the first and the last baseline of the page.

    It continues a sequence of page numbers and is in the first or last line; or it is far from all other text and at the height
    of such a sequence or in the first or last line.
    """
    if any(f is not fragment and _same_row(f, fragment) for f in others):
        return False
    is_outermost = not edges[0] < fragment.baseline < edges[1]
    if is_outermost and numbers.include(fragment, index):
        return True
    distance = min((abs(f.baseline - fragment.baseline) for f in others if f is not fragment), default=1e9)
    is_detached = distance > _DETACHED * fragment.size
    return is_detached and (numbers.are_at(fragment.baseline) or is_outermost)


def _is_beside_page_number(fragment: Fragment, others: Sequence[Fragment], numbers: PageNumbers, index: int) -> bool:
    """Whether the fragment is in a first or last line of its own of which one end is the page number: a name of a section."""
    row = sorted((f for f in others if _same_row(f, fragment)), key=lambda f: f.left)
    if not 1 < len(row) <= _MAX_HEAD_PIECES or not _is_outermost(fragment, [f for f in others if f not in row]):
        return False
    if not any(number_on_page(f.text) and numbers.include(f, index) for f in (row[0], row[-1])):
        return False
    return all(abs(f.baseline - fragment.baseline) > _DETACHED * min(f.size, fragment.size) for f in others if f not in row)


def _is_outermost(fragment: Fragment, others: Sequence[Fragment]) -> bool:
    heights = [f.baseline for f in others]
    return fragment.baseline <= min(heights, default=0.0) or fragment.baseline >= max(heights, default=0.0)


def _same_row(a: Fragment, b: Fragment) -> bool:
    return abs(a.baseline - b.baseline) < _ROW * min(a.size, b.size)


def min_pages_of(pages: Sequence[PageText]) -> int:
    """Return the minimum number of pages on which a line must repeat to be a running head, or a stamp."""
    return 2 if len(pages) <= 5 else 3


def _margin(page: PageText) -> list[Fragment]:
    """Return the fragments in the page's margins, and numbers in its first and last line that are not far from there."""
    heights = [f.baseline for f in page.fragments]
    top, bottom = min(heights, default=0.0), max(heights, default=0.0)
    near, far = _MARGIN * page.height, _WIDE_MARGIN * page.height
    found = []
    for f in page.fragments:
        at = f.baseline
        if far < at < page.height - far:
            continue
        is_edge = min(at - top, bottom - at) < _ROW * f.size
        if not near < at < page.height - near or (is_edge and number_on_page(f.text)):
            found.append(f)
    return found


def _steps(fragment: Fragment) -> tuple[int, int, int]:
    """Return the heights at which the fragment counts: its own, and the next ones, since heights differ a little."""
    step = _step(fragment)
    return step - 1, step, step + 1


def _step(fragment: Fragment) -> int:
    """Return the height of the fragment in steps of two points."""
    return round(fragment.baseline / 2)
