"""Words and phrases found in running text, in one pass over its hashed words whatever the number of phrases."""

from collections.abc import Iterable, Iterator

import numpy as np

from darwin_spark.l3_classify.words import words
from darwin_spark.text.normalize import Hashes

_TABLE_BITS = 18
_SLOTS = np.uint64((1 << _TABLE_BITS) - 1)
_NEXT = np.uint64(0x9E3779B97F4A7C15)
"""What a second word is multiplied by: "gene therapy" is not "therapy gene"."""


class Lexicon:
    """A fixed set of phrases, matched on whole words, without regard to case, accents, hyphens or a regular plural.

    The longest phrase wins where several begin at the same word, and its words count for no other phrase:
    "sensor network" is not also a "sensor". Two tables of bits, of the words that are phrases and of the pairs that longer
    ones begin with, leave little to look up but what is found.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[tuple[int, ...], str] = {}
        self._longest: dict[int, int] = {}
        self._single, self._pairs = (np.zeros(1 << _TABLE_BITS, dtype=np.bool_) for _ in range(2))
        for phrase in phrases:
            for form in _forms(phrase):
                self._add(phrase, words(form).hashes())

    def find(self, found: Hashes) -> Iterator[str]:
        """Every occurrence in a text, given by the hashes of its words, in order, as the phrase was given."""
        begins = self._single[found & _SLOTS]
        begins[:-1] |= self._pairs[_slots_of_pairs(found)]
        hashes: list[int] = found.tolist()
        taken = 0
        for start in begins.nonzero()[0].tolist():
            if start < taken:
                continue
            for length in range(self._longest.get(hashes[start], 0), 0, -1):
                phrase = self._phrases.get(tuple(hashes[start : start + length]))
                if phrase is not None:
                    taken = start + length
                    yield phrase
                    break

    def _add(self, phrase: str, form: Hashes) -> None:
        hashes = tuple(form.tolist())
        self._phrases.setdefault(hashes, phrase)
        self._longest[hashes[0]] = max(len(hashes), self._longest.get(hashes[0], 0))
        if form.size == 1:
            self._single[form & _SLOTS] = True
        else:
            self._pairs[_slots_of_pairs(form[:2])] = True


def _slots_of_pairs(found: Hashes) -> Hashes:
    """The slot of each two words that follow each other."""
    slots: Hashes = (found[:-1] + found[1:] * _NEXT) & _SLOTS
    return slots


def _forms(phrase: str) -> Iterator[str]:
    """The phrase, and the same with the regular plural of its last word."""
    yield phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        yield phrase[:-1] + "ies"
    elif phrase.endswith(("s", "x", "ch", "sh")):
        yield phrase + "es"
    else:
        yield phrase + "s"
