"""Cut a document into chunks for the refiner (by default at most 1,024 characters), and join the refined chunks (§3 L4)."""

import re
from collections.abc import Callable, Iterator

from darwin_spark.inference.rejoin import join, outside

__all__ = ["chunks", "join"]

_EXACT = re.compile(
    r"\$\$.{1,2000}?\$\$|\\\[(?:[^\\]|\\[^\[\]]){1,2000}+\\\]|\$(?!\s)[^$\n]{1,500}?(?<!\s)\$(?!\d)|`[^`\n]{1,500}`|```.{1,4000}?```",
    re.S,
)
"""Formulas and code: half of one looks like noise to a refiner."""
_SENTENCE_END = re.compile(r"""[.!?]["'”’)\]]{0,3}\s+(?=\S)""")
_CLOSED_LINE = re.compile(r"""(?:[.!?:;|]["'”’)\]]{0,3}[ \t]*\n|\n(?=[ \t]*(?:[-*+•#|>]|\d{1,3}[.)])\s))""")
"""End of a line that ends something: a sentence, a row, or the text before an item or heading. Other lines only wrap."""


def chunks(text: str, size: int = 1_024) -> list[str]:
    """Return the text cut into chunks of at most `size` characters; `"".join(chunks(text)) == text`.

    A chunk ends at the best boundary in its second half (paragraph, sentence or item, line, word), else at its maximum length.
    A formula or code span of at most `size // 2` characters is not cut if a boundary outside it exists, for which the chunk may
    end in its first half. No chunk of a longer text is under a quarter of `size`: a fragment would be refined without context.
    """
    return list(_cut(text, size))


def _cut(text: str, size: int) -> Iterator[str]:
    is_outside = outside(_EXACT, text, size // 2)
    start = 0
    while len(text) - start > size:
        rest = len(text) - start
        end = start + min(size, rest - min(size // 4, rest - size // 2))
        cut = _boundary(text, start + max((end - start) // 2, 1), start + max(size // 4, 1), end, is_outside)
        yield text[start:cut]
        start = cut
    if start < len(text):
        yield text[start:]


def _boundary(text: str, low: int, lowest: int, high: int, is_outside: Callable[[int], bool]) -> int:
    """Return the best offset for a cut, in [low, high], or from `lowest` on if the cut would otherwise lie inside a formula."""
    for least, accepts in ((low, is_outside), (lowest, is_outside), (low, bool)):
        for find in _FINDERS:
            place = next((place for place in find(text, least, high) if accepts(place)), None)
            if place is not None:
                return place
    return high


def _ends(pattern: re.Pattern[str], text: str, low: int, high: int) -> Iterator[int]:
    """Return an iterator over the offsets in [low, high] at which a match of `pattern` ends, the last one first."""
    found = [match.end() for match in pattern.finditer(text, max(low - 8, 0), high)]
    return (place for place in reversed(found) if place >= low)


def _paragraph(text: str, low: int, high: int) -> Iterator[int]:
    return _after(text, "\n\n", low, high)


def _sentence(text: str, low: int, high: int) -> Iterator[int]:
    return iter(sorted({*_ends(_CLOSED_LINE, text, low, high), *_ends(_SENTENCE_END, text, low, high)}, reverse=True))


def _line(text: str, low: int, high: int) -> Iterator[int]:
    return _after(text, "\n", low, high)


def _after(text: str, mark: str, low: int, high: int) -> Iterator[int]:
    """Yield the offsets in [low, high] at which an occurrence of `mark` ends, the last one first."""
    found = text.rfind(mark, max(low - len(mark), 0), high)
    while found >= 0 and found + len(mark) >= low:
        yield found + len(mark)
        found = text.rfind(mark, max(low - len(mark), 0), found + len(mark) - 1)


def _word(text: str, low: int, high: int) -> Iterator[int]:
    return (place for place in range(high, low - 1, -1) if text[place - 1].isspace())


_FINDERS: tuple[Callable[[str, int, int], Iterator[int]], ...] = (_paragraph, _sentence, _line, _word)
