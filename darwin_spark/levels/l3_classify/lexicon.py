"""Words and phrases found in running text, in one pass over its hashed words whatever the number of phrases."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.hashed_tokens import words
from darwin_spark.text.word_hashes import Hashes

_TABLE_BITS = 18
_MASK = np.uint64((1 << _TABLE_BITS) - 1)
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
        self._longer: dict[int, list[tuple[list[int], str]]] = {}
        """By the number of the pair of words that they begin with, which two other words have once in 2**64: the hashes of the
        words behind it, and the phrase; long ones first."""
        self._singles, self._beginnings = (np.zeros(1 << _TABLE_BITS, dtype=np.bool_) for _ in range(2))
        for phrase in phrases:
            for form in _forms(phrase):
                self._add(phrase, words(form).hashes())

    def count(self, found: Hashes) -> dict[str, int]:
        """How often each phrase occurs in a text, given by the hashes of its words; a phrase as it was given."""
        counts: dict[str, int] = {}
        free = self._singles.take(_slots(found))
        pairs = _pairs(found)
        (places,) = self._beginnings.take(_slots(pairs)).nonzero()
        taken = 0
        for start, pair in zip(places.tolist(), pairs.take(places).tolist(), strict=True):
            if start >= taken and (match := self._longer_at(start, pair, found)):
                phrase, taken = match
                counts[phrase] = counts.get(phrase, 0) + 1
                free[start:taken] = False
        for single in filter(None, map(self._words.get, found[free].tolist())):
            counts[single] = counts.get(single, 0) + 1
        return counts

    def _longer_at(self, start: int, pair: int, found: Hashes) -> tuple[str, int] | None:
        """The longest phrase of two words or more that begins here, and where it ends."""
        for rest, phrase in self._longer.get(pair, ()):
            end = start + 2 + len(rest)
            if not rest or found[start + 2 : end].tolist() == rest:
                return phrase, end
        return None

    def _add(self, phrase: str, form: Hashes) -> None:
        if not form.size:
            raise ValueError(f"the phrase {phrase!r} has no word")
        if form.size == 1:
            self._words.setdefault(int(form[0]), phrase)
            self._singles[_slots(form)] = True
            return
        pair = _pairs(form[:2])
        self._beginnings[_slots(pair)] = True
        known = self._longer.setdefault(int(pair[0]), [])
        rest = form[2:].tolist()
        if rest not in (other for other, _ in known):
            known.append((rest, phrase))
            known.sort(key=lambda longer: -len(longer[0]))


def _pairs(found: Hashes) -> Hashes:
    """A number for each two words that follow each other."""
    pairs: Hashes = found[:-1] + found[1:] * _NEXT
    return pairs


def _slots(numbers: Hashes) -> npt.NDArray[np.int64]:
    """The place of each number in a table of bits."""
    return (numbers & _MASK).view(np.int64)


def _forms(phrase: str) -> Iterator[str]:
    """The phrase, and the same with the regular plural of its last word."""
    yield phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        yield phrase[:-1] + "ies"
    elif phrase.endswith(("s", "x", "ch", "sh")):
        yield phrase + "es"
    else:
        yield phrase + "s"
