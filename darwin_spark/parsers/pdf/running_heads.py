"""Find running headers, page numbers and stamps of the pages of a document."""

import re
from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.pdf.captions import TABLE_CAPTION
from darwin_spark.parsers.pdf.glyphs import Fragment, PageText

_MARGIN = 0.1  # share of the page height, at the top and at the bottom, that may hold running headers and page numbers
_PAGE_NUMBER = re.compile(r"\W{0,3}(?:page|p\.)?\s?(?:\d{1,5}|[ivxlc]{1,7})(?:\s?(?:of|/)\s?\d{1,5})?\W{0,3}", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


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
