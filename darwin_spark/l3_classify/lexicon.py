"""Words and phrases found in running text, in one pass over its hashed words whatever the number of phrases."""

from collections import Counter
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
        self._words: dict[int, str] = {}
        self._longer: dict[tuple[int, ...], str] = {}
        self._single, self._pairs = (np.zeros(1 << _TABLE_BITS, dtype=np.bool_) for _ in range(2))
        for phrase in phrases:
            for form in _forms(phrase):
                self._add(phrase, words(form).hashes())
        self._longest = max(map(len, self._longer), default=1)

    def count(self, found: Hashes) -> Counter[str]:
        """How often each phrase occurs in a text, given by the hashes of its words; a phrase as it was given."""
        counts: Counter[str] = Counter()
        free = self._single.take(found & _SLOTS)
        taken = 0
        for start in self._pairs.take(_slots_of_pairs(found)).nonzero()[0].tolist():
            if start >= taken and (match := self._longer_at(found[start : start + self._longest].tolist())):
                phrase, length = match
                counts[phrase] += 1
                taken = start + length
                free[start:taken] = False
        single = map(self._words.get, found[free].tolist())
        counts.update(phrase for phrase in single if phrase is not None)
        return counts

    def _longer_at(self, hashes: list[int]) -> tuple[str, int] | None:
        """The longest phrase of two words or more that begins here, and its length."""
        for length in range(len(hashes), 1, -1):
            phrase = self._longer.get(tuple(hashes[:length]))
            if phrase is not None:
                return phrase, length
        return None

    def _add(self, phrase: str, form: Hashes) -> None:
        if not form.size:
            raise ValueError(f"the phrase {phrase!r} has no word")
        if form.size == 1:
            self._words.setdefault(int(form[0]), phrase)
            self._single[form & _SLOTS] = True
        else:
            self._longer.setdefault(tuple(form.tolist()), phrase)
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
