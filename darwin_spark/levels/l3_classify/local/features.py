"""What the model sees of a document: hashed words, their first and last five letters, and the terms of `terms.csv`.

Words are those of deduplication (no case, no accents), never Python objects (words.py). Affixes join inflections ("polymer",
"polymerisation") and German compounds. A feature counts 1 + log of its occurrences, times its inverse document frequency,
and each family of features is scaled to length 1, so that an abstract and a chapter are alike.
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
"""A feature is the first 20 bits of its hash."""
BUCKETS: Final = 1 << BUCKET_BITS
"""Of a family of features; those of the next family lie behind."""
FAMILIES: Final = ("word", "affix")
AFFIX: Final = 5
"""Letters of a prefix or suffix; a word of four letters is its own."""
MIN_AFFIXED: Final = 4

_SEEDS = sequence(3, seed=3)
"""Of words, prefixes, suffixes."""


def buckets(words: Words) -> Buckets:
    """The bucket of every occurrence of a feature: of words first, then of affixes, whose buckets lie behind those of words."""
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
    """Bring a vector to length 1, in place; nothing stays nothing."""
    length = float(np.sqrt(values @ values))
    if length:
        values /= np.float32(length)


def term_features(evidence: Evidence, places: Mapping[str, int], disciplines: npt.NDArray[np.intp], count: int) -> Floats:
    """The weight of the terms by FDC code, and summed by discipline: square roots, each at length 1, one behind the other.

    `places` are those of the codes, `disciplines` the discipline of each of them, of `count`.
    """
    by_code = np.zeros(len(places), dtype=np.float32)
    for code, score in evidence.items():
        if code in places:
            by_code[places[code]] = score
    by_discipline = np.bincount(disciplines, weights=by_code, minlength=count)
    total = by_discipline.sum() or 1.0
    weights: Floats = np.sqrt(np.concatenate([by_code, by_discipline]) / total).astype(np.float32)
    return weights
