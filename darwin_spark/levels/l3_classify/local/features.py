"""Compute the features of the model: hashed words, hashed five-letter prefixes and suffixes, and the terms of `terms.csv`.

Words are normalised as in deduplication (no case, no accents) and never become Python objects (hashed_tokens.py). Affixes match
inflections ("polymer", "polymerisation") and German compounds. A word's or affix's value is (1 + log of its count) times its
inverse document frequency; each family is scaled to length 1, so that the length of a text does not matter.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from darwin_spark.levels.l3_classify.fdc_rules import Evidence
from darwin_spark.levels.l3_classify.hashed_tokens import Words
from darwin_spark.text.word_hashes import mix, sequence

Buckets = npt.NDArray[np.int64]
Floats = npt.NDArray[Any]

BUCKET_BITS: Final = 20
"""The bucket of a feature is the highest 20 bits of its hash."""
BUCKETS: Final = 1 << BUCKET_BITS
"""Number of buckets of a family. Word buckets start at 0, affix buckets at BUCKETS."""
FAMILIES: Final = ("word", "affix")
AFFIX: Final = 5
"""Number of letters of a prefix or suffix; the prefix and suffix of a four-letter word are the whole word."""
MIN_AFFIXED: Final = 4
"""Minimum letters of a word that has affixes."""
_SEEDS = sequence(3, seed=3)
"""Numbers XORed into the hashes of words, prefixes and suffixes, so that equal letters get different buckets."""


def buckets(words: Words) -> Buckets:
    """Return the bucket of every occurrence of a feature: all words, then all prefixes, then all suffixes."""
    starts, ends = words.starts, words.ends
    (long,) = (ends - starts >= MIN_AFFIXED).nonzero()
    first, last = starts.take(long), ends.take(long)
    begins = np.concatenate([starts, first, np.maximum(last - AFFIX, first)])
    stops = np.concatenate([ends, np.minimum(first + AFFIX, last), last])
    numbers = words.numbers(begins, stops)
    prefixes, suffixes = starts.size, starts.size + long.size
    numbers[:prefixes] ^= _SEEDS[0]
    numbers[prefixes:suffixes] ^= _SEEDS[1]
    numbers[suffixes:] ^= _SEEDS[2]
    found: Buckets = (mix(numbers) >> np.uint64(64 - BUCKET_BITS)).view(np.int64)
    found[prefixes:] += BUCKETS
    return found


def to_unit(values: Floats) -> None:
    """Scale a vector to L2 length 1, in place; a zero vector is unchanged."""
    length = float(np.sqrt(values @ values))
    if length:
        values /= np.float32(length)


def term_features(evidence: Evidence, places: Mapping[str, int], disciplines: npt.NDArray[np.intp], count: int) -> Floats:
    """Return (codes + count,) term features: square roots of the score shares by FDC code, then by discipline.

    Each part has L2 length 1, or is zero without terms. `places` maps a code to its index, `disciplines` holds the index of the
    discipline of each code, and `count` is the number of disciplines.
    """
    by_code = np.zeros(len(places), dtype=np.float32)
    for code, score in evidence.items():
        if code in places:
            by_code[places[code]] = score
    by_discipline = np.bincount(disciplines, weights=by_code, minlength=count)
    total = by_discipline.sum() or 1.0
    weights: Floats = np.sqrt(np.concatenate([by_code, by_discipline]) / total).astype(np.float32)
    return weights
