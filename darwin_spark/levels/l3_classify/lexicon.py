"""Count phrases in text, in one pass over its hashed words, for any number of phrases."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.hashed_tokens import words
from darwin_spark.text.word_hashes import Hashes

_TABLE_BITS = 18
_MASK = np.uint64((1 << _TABLE_BITS) - 1)
_SECOND_WORD_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Factor on the hash of the second word of a pair, so that "gene therapy" differs from "therapy gene"."""


class Lexicon:
    """A fixed set of phrases, matched on whole words; case, accents, hyphens and a regular plural at the end are ignored.

    Of phrases that begin at the same word the longest wins, and its words count for no other: "sensor network" is not also
    "sensor". Two boolean tables, indexed by 18 bits of a hash, filter out nearly all words and word pairs that match no phrase
    before any dictionary lookup. Raises ValueError for a phrase without a word.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._single_words: dict[int, str] = {}
        self._phrases_by_pair: dict[int, list[tuple[list[int], str]]] = {}
        """Number of the first two words (two pairs collide with probability 2**-64) -> list of (hashes of the remaining words,
        phrase), longest first."""
        self._is_single_word, self._is_first_pair = (np.zeros(1 << _TABLE_BITS, dtype=np.bool_) for _ in range(2))
        for phrase in phrases:
            for form in _forms(phrase):
                self._add(phrase, words(form).hashes())

    def count(self, found: Hashes) -> dict[str, int]:
        """Return {phrase: occurrences} in a text, given by its word hashes `found`; phrases that do not occur are absent."""
        counts: dict[str, int] = {}
        is_free = self._is_single_word.take(_slots(found))
        pairs = _pairs(found)
        (places,) = self._is_first_pair.take(_slots(pairs)).nonzero()
        matched_end = 0
        for start, pair in zip(places.tolist(), pairs.take(places).tolist(), strict=True):
            if start >= matched_end and (match := self._match_at(start, pair, found)):
                phrase, matched_end = match
                counts[phrase] = counts.get(phrase, 0) + 1
                is_free[start:matched_end] = False
        for single in filter(None, map(self._single_words.get, found[is_free].tolist())):
            counts[single] = counts.get(single, 0) + 1
        return counts

    def _match_at(self, start: int, pair: int, found: Hashes) -> tuple[str, int] | None:
        """Return the longest phrase of two or more words that begins at `start`, and the index after it; None without one."""
        for rest, phrase in self._phrases_by_pair.get(pair, ()):
            end = start + 2 + len(rest)
            if not rest or found[start + 2 : end].tolist() == rest:
                return phrase, end
        return None

    def _add(self, phrase: str, form: Hashes) -> None:
        if not form.size:
            raise ValueError(f"the phrase {phrase!r} has no word")
        if form.size == 1:
            self._single_words.setdefault(int(form[0]), phrase)
            self._is_single_word[_slots(form)] = True
            return
        pair = _pairs(form[:2])
        self._is_first_pair[_slots(pair)] = True
        candidates = self._phrases_by_pair.setdefault(int(pair[0]), [])
        rest = form[2:].tolist()
        if rest not in (other for other, _ in candidates):
            candidates.append((rest, phrase))
            candidates.sort(key=lambda candidate: -len(candidate[0]))


def _pairs(found: Hashes) -> Hashes:
    pairs: Hashes = found[:-1] + found[1:] * _SECOND_WORD_FACTOR
    return pairs


def _slots(numbers: Hashes) -> npt.NDArray[np.int64]:
    return (numbers & _MASK).view(np.int64)


def _forms(phrase: str) -> Iterator[str]:
    """Yield the phrase, and the phrase with its last word in the regular plural."""
    yield phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        yield phrase[:-1] + "ies"
    elif phrase.endswith(("s", "x", "ch", "sh")):
        yield phrase + "es"
    else:
        yield phrase + "s"
