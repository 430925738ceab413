"""Find running heads and page numbers of the pages of a document.

A line in the margin of a page is dropped where position, type and sequence say so, for example the same text at the same height
on several pages, or one that differs only in its numbers and is not set like a heading, or a number that grows by one from page
to page. Headings that count ("Problem 1", "Lecture 2"), captions, titles of slides, and last lines such as "1994." stay.
So do lines of the text that happen to repeat on a few pages: they are not the outermost ones, or not apart from the others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from darwin_spark.parsers.pdf.fragments import Fragment, PageText
from darwin_spark.parsers.pdf.page_furniture.author_heads import without_author_heads
from darwin_spark.parsers.pdf.page_furniture.page_numbers import PageNumbers, number_on_page
from darwin_spark.parsers.pdf.page_furniture.repeated_lines import RepeatedLines
from darwin_spark.parsers.pdf.page_furniture.volume_heads import without_volume_heads

_MARGIN = 0.1  # share of the page height, at the top and at the bottom, that may hold running heads and page numbers
_EDGE_MARGIN = 0.15  # the same for the first and the last line of a page
_WIDE_MARGIN = 0.25  # the same for a number in the first or the last line of a page
_DETACHED = 2.2  # a number that is farther than this many font sizes from all other lines stands alone
_APART = 1.6  # the same for a line in the margin: more than the usual distance of lines
_MIN_CELLS = 3  # minimum number of pieces of a row of a table
_MAX_HEAD_PIECES = 3  # maximum number of pieces of a line with a section name and the page number
_ROW = 0.5  # fragments whose baselines differ by less than this share of a font size are on one line


def remove_running_heads(pages: Sequence[PageText]) -> list[list[Fragment]]:
    """Return each page's fragments without page numbers and running heads."""
    margins = [_margin(page) for page in pages]
    repeats = RepeatedLines.of(pages, margins)
    numbers = PageNumbers.found([[f for f in margin if number_on_page(f.text)] for margin in margins])
    kept = []
    for index, (page, margin) in enumerate(zip(pages, margins, strict=True)):
        heads = [f for f in margin if repeats.is_running_head(f, page)]
        lines = _Rows.of(margin) if heads else _Rows((), ())
        heads = [f for f in heads if not _is_cell(f, lines, repeats) and _is_head_by_place(f, page, heads, repeats)]
        heads = heads or _heads_of_two_pages(margin, page, repeats)
        rows = _Rows.of(heads)
        beside = [f for f in margin if rows.have(f) and not repeats.counts_up(f)]
        dropped = {id(f) for f in (*heads, *beside)}
        paged = [f for f in margin if number_on_page(f.text) and numbers.include(f, index)]
        beside = [f for f in margin if id(f) not in dropped and any(_same_row(f, number) for number in paged)]
        beside = [f for f in beside if not f.mono or _is_in_margin(f, page)]  # below it, the head of a printed listing
        dropped |= {id(f) for f in beside if _is_beside_page_number(f, page.fragments, numbers, index)}
        rest = [f for f in page.fragments if id(f) not in dropped] if dropped else page.fragments
        in_margin = [f for f in margin if id(f) not in dropped and number_on_page(f.text) is not None]
        if in_margin:
            heights = [f.baseline for f in rest]
            edges = min(heights), max(heights)
            of_page = {id(f) for f in in_margin if _is_page_number(f, rest, edges, numbers, index)}
            rest = [f for f in rest if id(f) not in of_page]
        kept.append(rest)
    return without_volume_heads(pages, without_author_heads(pages, kept))


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


def _is_cell(fragment: Fragment, margin: _Rows, repeats: RepeatedLines) -> bool:
    """Whether the fragment is in a row of a table: three pieces or more, not all repeated, two in columns with a near row."""
    row = [f for f in margin.near(fragment, _ROW) if _same_row(f, fragment)]
    if len(row) < _MIN_CELLS or all(repeats.is_repeated(f) for f in row):
        return False
    near = [f for f in margin.near(fragment, _DETACHED) if f.baseline != fragment.baseline and not _same_row(f, fragment)]
    return sum(any(abs(f.left - other.left) < 1 or abs(f.right - other.right) < 1 for other in near) for f in row) >= 2


def _is_head_by_place(fragment: Fragment, page: PageText, heads: Sequence[Fragment], repeats: RepeatedLines) -> bool:
    """Whether a repeated line stands where running heads do: on most pages at the same height, or outermost and apart.

    Outside the margin it must be both outermost and apart, repeat exactly or with the page number, and not be a heading.
    """
    is_near = _is_in_margin(fragment, page)
    if is_near and repeats.is_dense(fragment):
        return True
    if not is_near and (repeats.is_heading(fragment) or not (repeats.is_exact(fragment) or repeats.is_numbered(fragment))):
        return False
    known = {id(f) for f in heads}
    others = [f for f in page.fragments if id(f) not in known and not _same_row(f, fragment) and not number_on_page(f.text)]
    return _is_outermost(fragment, others) and _is_apart(fragment, others, _APART if is_near else _DETACHED)


def _heads_of_two_pages(margin: Sequence[Fragment], page: PageText, repeats: RepeatedLines) -> list[Fragment]:
    """Return the first or last lines, apart from the text, of which two pieces or more stand on a near page at this height."""
    repeated = [f for f in margin if len(f.text) > 1 and not number_on_page(f.text) and repeats.is_on_next_page(f)]
    found = sorted(repeated, key=lambda f: f.baseline)
    rows = [[f for f in found if _same_row(f, edge)] for edge in found[:1] + found[-1:]]
    return [f for row in rows if len(row) > 1 and _is_whole_line_apart(row, page) for f in row]


def _is_whole_line_apart(pieces: Sequence[Fragment], page: PageText) -> bool:
    """Whether these pieces and page numbers are all of a first or last line in the margin, which is apart from the text."""
    if not _is_in_margin(pieces[0], page):
        return False
    row = [f for f in page.fragments if _same_row(f, pieces[0])]
    others = [f for f in page.fragments if f not in row and not number_on_page(f.text)]
    is_head = _is_outermost(pieces[0], others) and _is_apart(pieces[0], others, _DETACHED)
    return is_head and all(f in pieces or number_on_page(f.text) for f in row)


def _is_page_number(
    fragment: Fragment, others: Sequence[Fragment], edges: tuple[float, float], numbers: PageNumbers, index: int
) -> bool:
    """Whether a number, alone on its line, is a page number. `edges`: the first and the last baseline of the page.

    It continues a sequence of page numbers and is in the first or last line; or it is far from all other text and at the height
    of such a sequence or in the first or last line.
    """
    near = [f for f in others if abs(f.baseline - fragment.baseline) < _ROW * fragment.size and f is not fragment]
    if any(_same_row(f, fragment) for f in near):
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
    return _is_apart(fragment, [f for f in others if f not in row], _DETACHED)


def _is_in_margin(fragment: Fragment, page: PageText) -> bool:
    return not _MARGIN * page.height < fragment.baseline < (1 - _MARGIN) * page.height


def _is_outermost(fragment: Fragment, others: Sequence[Fragment]) -> bool:
    heights = [f.baseline for f in others]
    return fragment.baseline <= min(heights, default=0.0) or fragment.baseline >= max(heights, default=0.0)


def _is_apart(fragment: Fragment, others: Sequence[Fragment], sizes: float) -> bool:
    """Whether the fragment is farther than so many font sizes from all others."""
    return all(abs(f.baseline - fragment.baseline) > sizes * min(f.size, fragment.size) for f in others)


def _same_row(a: Fragment, b: Fragment) -> bool:
    return abs(a.baseline - b.baseline) < _ROW * min(a.size, b.size)


def _margin(page: PageText) -> list[Fragment]:
    """Return the fragments in the page's margins, and of its first and last line, if they are not far from there."""
    heights = [f.baseline for f in page.fragments]
    top, bottom = min(heights, default=0.0), max(heights, default=0.0)
    near, edge, far = _MARGIN * page.height, _EDGE_MARGIN * page.height, _WIDE_MARGIN * page.height
    begin, end = far, page.height - far
    found = []
    for f, at in [(f, at) for f, at in zip(page.fragments, heights, strict=True) if not begin < at < end]:
        is_edge = min(at - top, bottom - at) < _ROW * f.size
        is_near = not near < at < page.height - near
        if is_near or (is_edge and (not edge < at < page.height - edge or number_on_page(f.text))):
            found.append(f)
    return found
