"""How much of a reference text a parser's text holds: word 3-grams, as multisets. Words are runs of letters, lower case."""

import re
from collections import Counter
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+")

Grams = Counter[tuple[str, str, str]]


class Score(NamedTuple):
    """Shares between 0 and 1."""

    recall: float
    precision: float

    @property
    def f1(self) -> float:
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def trigrams(text: str) -> Grams:
    """An n-gram that comes twice counts twice: a paragraph that comes out twice costs precision."""
    found = words(text)
    return Counter(zip(found, found[1:], found[2:], strict=False))


def score(truth: str, text: str, optional: str = "") -> Score:
    """Order is judged inside three words only: a moved paragraph costs two 3-grams at each end.

    What `text` has of `optional` beside the truth is neither right nor wrong.
    """
    wanted, found = trigrams(truth), trigrams(text)
    common = (wanted & found).total()
    allowed = ((found - wanted) & trigrams(optional)).total()
    return Score(common / max(wanted.total(), 1), common / max(found.total() - allowed, 1))
