"""Count the lines in the margins of a document's pages that repeat at one height, to tell running heads by."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from darwin_spark.parsers.pdf.captions import TABLE_CAPTION
from darwin_spark.parsers.pdf.fragments import Fragment, PageText
from darwin_spark.parsers.pdf.page_furniture.page_numbers import number_on_page

_DIGITS = re.compile(r"\d+")
_LABEL = re.compile(r"(?!p(?:age|p?\.?)?\W?\s)[^\W\d]\w*\.?\s?[A-Z]?#", re.IGNORECASE)
"""A line that begins with a label and a number: a heading or caption that counts, except "page 7"."""
_MIN_LETTERS = 3  # a line with other numbers on each page and fewer letters is a row of a table
_LARGER = 1.08  # type that is larger than the text by this factor is that of a heading
_MOST_PAGES = 0.5  # minimum share of the occurrences of a line whose number is the page number
_DENSE = 0.3  # minimum share of the pages, from the first to the last with the line, that have it: on odd pages only, 0.5
_NEAR_PAGES = 2  # a line that stands on two pages only is on pages whose indices differ by at most this


@dataclass(frozen=True)
class RepeatedLines:
    """On how many pages each text, digits as #, stands at each height in the margins, and what the type of most text is."""

    counts: Counter[tuple[str, int]]
    exact: Counter[tuple[str, int]]
    """The same with the digits."""
    labels: dict[str, set[str]]
    """By text with # for digits: the first number of each occurrence."""
    offsets: Counter[tuple[str, int]]
    """By text with # for digits: its first or last number minus the page index, which is constant if it is the page number."""
    spans: dict[tuple[str, int], tuple[int, int]]
    """By text with # for digits, and height: index of the first and of the last page."""
    min_pages: int
    size: float
    bold: bool

    @classmethod
    def of(cls, pages: Sequence[PageText], margins: Sequence[Sequence[Fragment]]) -> "RepeatedLines":
        counts: Counter[tuple[str, int]] = Counter()
        exact: Counter[tuple[str, int]] = Counter()
        labels: defaultdict[str, set[str]] = defaultdict(set)
        offsets: Counter[tuple[str, int]] = Counter()
        spans: dict[tuple[str, int], tuple[int, int]] = {}
        for index, margin in enumerate(margins):
            masks = [_DIGITS.sub("#", f.text) for f in margin]
            steps = list(map(_steps, margin))
            keys = {(masked, step) for masked, near in zip(masks, steps, strict=True) for step in near}
            counts.update(keys)
            spans.update({key: (spans[key][0] if key in spans else index, index) for key in keys})
            exact.update({(f.text, step) for f, near in zip(margin, steps, strict=True) for step in near})
            for f, masked in zip(margin, masks, strict=True):
                if found := _DIGITS.findall(f.text) if "#" in masked else []:
                    labels[masked].add(found[0])
                    offsets.update({(masked, int(number[-9:]) - index) for number in (found[0], found[-1])})
        letters: Counter[tuple[float, bool]] = Counter()
        for page in pages:
            for f in page.fragments:
                letters[f[4:6]] += len(f.text)  # the fields `size` and `bold`
        size, bold = max(letters, key=letters.__getitem__, default=(10.0, False))
        return cls(counts, exact, dict(labels), offsets, spans, min_pages_of(pages), size, bold)

    def is_running_head(self, fragment: Fragment, page: PageText) -> bool:
        """Return whether the fragment repeats at its height on enough pages, in the type of a running head."""
        text = fragment.text
        if len(text) < 2 or TABLE_CAPTION.match(text) or number_on_page(text):
            return False
        is_upright = page.height >= page.width
        if self.is_exact(fragment) and (is_upright or not self.is_heading(fragment)):
            return True
        masked = _DIGITS.sub("#", text)
        similar = self._around(self.counts, masked, fragment)
        if similar < self.min_pages or self.counts_up(fragment) or sum(map(str.isalpha, text)) < _MIN_LETTERS:
            return False
        return not self.is_heading(fragment) or (is_upright and self._holds_page_number(masked, similar))

    def is_exact(self, fragment: Fragment) -> bool:
        """Return whether the text stands at the same height on enough pages, digits included."""
        return self._around(self.exact, fragment.text, fragment) >= self.min_pages

    def is_numbered(self, fragment: Fragment) -> bool:
        """Return whether a number in the text is the page number."""
        masked = _DIGITS.sub("#", fragment.text)
        return masked != fragment.text and self._holds_page_number(masked, self._around(self.counts, masked, fragment))

    def is_dense(self, fragment: Fragment) -> bool:
        """Return whether much of the pages from the first to the last with the line have it."""
        key = _DIGITS.sub("#", fragment.text), _step(fragment)
        first, last = self.spans[key]
        return self.counts[key] >= _DENSE * (last - first + 1)

    def is_on_next_page(self, fragment: Fragment) -> bool:
        """Return whether the text stands at the same height on another page that is near."""
        key = fragment.text, _step(fragment)
        first, last = self.spans.get(key, (0, 0))
        return self.exact[key] > 1 and last - first <= _NEAR_PAGES

    def is_repeated(self, fragment: Fragment) -> bool:
        """Return whether the fragment is a number, or its text stands at the same height on enough pages."""
        return self.is_exact(fragment) or number_on_page(fragment.text) is not None

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


def min_pages_of(pages: Sequence[PageText]) -> int:
    """Return the minimum number of pages on which a line must repeat to be a running head, or a stamp."""
    return 2 if len(pages) <= 5 else 3


def _steps(fragment: Fragment) -> tuple[int, int, int]:
    """Return the heights at which the fragment counts: its own, and the next ones, since heights differ a little."""
    step = _step(fragment)
    return step - 1, step, step + 1


def _step(fragment: Fragment) -> int:
    """Return the height of the fragment in steps of two points."""
    return round(fragment.baseline / 2)
