"""Cuts a document into chunks of about 1,024 characters for the refiner, and puts the refined ones together (§3 L4)."""

import re
from collections.abc import Callable, Iterator

from darwin_spark.inference.rejoin import join, outside

__all__ = ["chunks", "join"]

_EXACT = re.compile(
    r"\$\$.{1,2000}?\$\$|\\\[.{1,2000}?\\\]|\$(?!\s)[^$\n]{1,500}?(?<!\s)\$(?!\d)|`[^`\n]{1,500}`|```.{1,4000}?```", re.S
)
"""Formulas and code: in a refiner's hands half of one is noise."""
_SENTENCE_END = re.compile(r"""[.!?]["'”’)\]]{0,3}\s+(?=\S)""")
_CLOSED_LINE = re.compile(r"""(?:[.!?:;|]["'”’)\]]{0,3}[ \t]*\n|\n(?=[ \t]*(?:[-*+•#|>]|\d{1,3}[.)])\s))""")
"""The end of a line that ends something: a sentence, a row, or what stands before an item; others only wrap."""


def chunks(text: str, size: int = 1_024) -> list[str]:
    """The text in pieces of at most `size` characters; `"".join(chunks(text)) == text`.

    A piece ends at the best boundary of its second half: paragraph, sentence or item, line, word; a text without any is cut
    hard. A formula or a code span that fits a piece is not cut, even if the piece ends in its first half for it. No piece is
    shorter than a quarter of `size`, unless the text is: a scrap would be refined without context.
    """
    return list(_cut(text, size))


def _cut(text: str, size: int) -> Iterator[str]:
    whole = outside(_EXACT, text, size // 2)
    start = 0
    while len(text) - start > size:
        rest = len(text) - start
        end = start + min(size, rest - min(size // 4, rest - size // 2))
        cut = _boundary(text, start + max((end - start) // 2, 1), start + max(size // 4, 1), end, whole)
        yield text[start:cut]
        start = cut
    if start < len(text):
        yield text[start:]


def _boundary(text: str, low: int, lowest: int, high: int, whole: Callable[[int], bool]) -> int:
    """The best place to cut with low <= place <= high; down to `lowest` where it would lie within a formula."""
    for least, accepts in ((low, whole), (lowest, whole), (low, bool)):
        for find in _FINDERS:
            place = next((place for place in find(text, least, high) if accepts(place)), None)
            if place is not None:
                return place
    return high


def _ends(pattern: re.Pattern[str], text: str, low: int, high: int) -> Iterator[int]:
    """Where the pattern ends, low <= end <= high, the last one first."""
    found = [match.end() for match in pattern.finditer(text, max(low - 8, 0), high)]
    return (place for place in reversed(found) if place >= low)


def _paragraph(text: str, low: int, high: int) -> Iterator[int]:
    return _after(text, "\n\n", low, high)


def _sentence(text: str, low: int, high: int) -> Iterator[int]:
    return iter(sorted({*_ends(_CLOSED_LINE, text, low, high), *_ends(_SENTENCE_END, text, low, high)}, reverse=True))


def _line(text: str, low: int, high: int) -> Iterator[int]:
    return _after(text, "\n", low, high)


def _after(text: str, mark: str, low: int, high: int) -> Iterator[int]:
    """The ends of `mark`, the last one first."""
    found = text.rfind(mark, max(low - len(mark), 0), high)
    while found >= 0 and found + len(mark) >= low:
        yield found + len(mark)
        found = text.rfind(mark, max(low - len(mark), 0), found + len(mark) - 1)


def _word(text: str, low: int, high: int) -> Iterator[int]:
    return (place for place in range(high, low - 1, -1) if text[place - 1].isspace())


_FINDERS: tuple[Callable[[str, int, int], Iterator[int]], ...] = (_paragraph, _sentence, _line, _word)
