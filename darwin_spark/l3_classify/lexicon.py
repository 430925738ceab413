"""Words and phrases found in running text, in one pass over its hashed words whatever the number of phrases."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from darwin_spark.text.normalize import Hashes, hash_words, normalize

_LOW_BITS = np.uint64((1 << 16) - 1)


class Lexicon:
    """A fixed set of phrases, matched on whole words, without regard to case, accents, hyphens or a regular plural.

    The longest phrase wins where several begin at the same word, and its words count for no other phrase:
    "sensor network" is not also a "sensor".
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[tuple[int, ...], str] = {}
        self._longest: dict[int, int] = {}
        self._begins = np.zeros(1 << 16, dtype=np.bool_)
        for phrase in phrases:
            for form in _forms(phrase):
                hashes = tuple(words(form).tolist())
                self._phrases.setdefault(hashes, phrase)
                self._longest[hashes[0]] = max(len(hashes), self._longest.get(hashes[0], 0))
                self._begins[hashes[0] & int(_LOW_BITS)] = True

    def find(self, text: str) -> Iterator[str]:
        """Every occurrence, in order, as the phrase was given."""
        found = words(text)
        hashes: list[int] = found.tolist()
        taken = 0
        for start in np.flatnonzero(self._begins[found & _LOW_BITS]).tolist():
            if start < taken:
                continue
            for length in range(self._longest.get(hashes[start], 0), 0, -1):
                phrase = self._phrases.get(tuple(hashes[start : start + length]))
                if phrase is not None:
                    taken = start + length
                    yield phrase
                    break


@lru_cache(maxsize=2)
def words(text: str) -> Hashes:
    """The words of a text, hashed, without case or accents; hyphens, apostrophes and underscores separate.

    The last two texts are remembered, for two lexicons read each head.
    """
    return hash_words(normalize(text))


def _forms(phrase: str) -> Iterator[str]:
    """The phrase, and the same with the regular plural of its last word."""
    yield phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        yield phrase[:-1] + "ies"
    elif phrase.endswith(("s", "x", "ch", "sh")):
        yield phrase + "es"
    else:
        yield phrase + "s"
