"""Find page numbers by their sequence: at one height, they grow by one from page to page."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from darwin_spark.parsers.pdf.fragments import Fragment

_MAX_CHARS = 40  # of a page number with the words around it
_NUMBER = re.compile(
    r"\W{0,3}(?:page|pp?\.?|seite|página)?\s?(?:(?:(?:\d{1,3}|[A-Z])\s?[-–]\s?)?(\d{1,5})|([ivxlc]{1,7}))"
    r"(?:\s?(?:of|/|von|de)\s?\d{1,5})?\W{0,3}",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_STEP = 4.0  # points; numbers whose heights differ by less are at one height
_MIN_PAGES = 2


class Number(NamedTuple):
    """A number on a page: its value, and whether it is Roman."""

    value: int
    roman: bool


class PageNumbers(NamedTuple):
    """The sequences of a document: (height in steps, number minus page index, whether Roman)."""

    sequences: frozenset[tuple[int, int, bool]]

    @classmethod
    def found(cls, pages: Sequence[Sequence[Fragment]]) -> "PageNumbers":
        """Return the sequences in the margins of the pages: `pages` holds the fragments of each page that are numbers alone."""
        seen: Counter[tuple[int, int, bool]] = Counter()
        for index, fragments in enumerate(pages):
            seen.update({key for f in fragments for key in _keys(f, index)[:1]})
        keys = [key for key in seen if sum(seen[near] for near in _near(key)) >= _MIN_PAGES]
        return cls(frozenset(near for key in keys for near in _near(key)))

    def include(self, fragment: Fragment, index: int) -> bool:
        """Return whether the fragment is a number that fits one of the sequences on page `index`."""
        return any(key in self.sequences for key in _keys(fragment, index)[:1])

    def are_at(self, height: float) -> bool:
        """Return whether some page number stands at this height."""
        return any(step == round(height / _STEP) for step, _, _ in self.sequences)


@lru_cache(maxsize=4_096)
def number_on_page(text: str) -> Number | None:
    """Return the number that a text like "12", "- xii -" or "Page 3 of 10" consists of; None for other texts."""
    match = _NUMBER.fullmatch(text) if len(text) <= _MAX_CHARS else None
    if match is None:
        return None
    digits, roman = match.groups()
    return Number(int(digits), roman=False) if digits else Number(_roman_value(roman.lower()), roman=True)


def _roman_value(text: str) -> int:
    values = [_ROMAN[c] for c in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _keys(fragment: Fragment, index: int) -> list[tuple[int, int, bool]]:
    number = number_on_page(fragment.text)
    return [(round(fragment.baseline / _STEP), number.value - index, number.roman)] if number else []


def _near(key: tuple[int, int, bool]) -> list[tuple[int, int, bool]]:
    step, offset, roman = key
    return [(step + d, offset, roman) for d in (-1, 0, 1)]
