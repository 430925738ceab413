"""Cuts a document into chunks of about 1,024 characters for the refiner, and puts the refined ones together (§3 L4)."""

import re
from collections.abc import Callable, Iterator

from darwin_spark.generation.seams import join

__all__ = ["chunks", "join"]

_SENTENCE_END = re.compile(r"""[.!?]["'”’)\]]{0,3}\s+(?=\S)""")


def chunks(text: str, size: int = 1_024) -> list[str]:
    """The text in pieces of at most `size` characters; `"".join(chunks(text)) == text`.

    A piece ends at the best boundary of its second half: paragraph, line, sentence, word; a text without any is cut hard.
    No piece is shorter than a quarter of `size`, unless the text is: a scrap would be refined without context.
    """
    return list(_cut(text, size))


def _cut(text: str, size: int) -> Iterator[str]:
    start = 0
    while len(text) - start > size:
        rest = len(text) - start
        end = start + min(size, rest - min(size // 4, rest - size // 2))
        cut = _boundary(text, start + max((end - start) // 2, 1), end)
        yield text[start:cut]
        start = cut
    if start < len(text):
        yield text[start:]


def _boundary(text: str, low: int, high: int) -> int:
    """The best place to cut with low <= place <= high."""
    return next((place for find in _FINDERS if (place := find(text, low, high)) >= low), high)


def _after(text: str, mark: str, low: int, high: int) -> int:
    """The end of the last `mark` that lies before `high` and ends behind `low`; 0 if there is none."""
    found = text.rfind(mark, max(low - len(mark), 0), high)
    return found + len(mark) if found >= 0 else 0


def _paragraph(text: str, low: int, high: int) -> int:
    return _after(text, "\n\n", low, high)


def _line(text: str, low: int, high: int) -> int:
    return _after(text, "\n", low, high)


def _sentence(text: str, low: int, high: int) -> int:
    return max((match.end() for match in _SENTENCE_END.finditer(text, low, high)), default=0)


def _word(text: str, low: int, high: int) -> int:
    return next((place for place in range(high, low - 1, -1) if text[place - 1].isspace()), 0)


_FINDERS: tuple[Callable[[str, int, int], int], ...] = (_paragraph, _line, _sentence, _word)
