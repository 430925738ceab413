"""What the model sees of a document: hashed words, their first and last five letters, and the terms of `terms.csv`.

Words are those of deduplication (no case, no accents), never Python objects (words.py). Affixes join inflections ("polymer",
"polymerisation") and German compounds. A feature counts 1 + log of its occurrences, times its inverse document frequency,
and each family of features is scaled to length 1, so that an abstract and a chapter are alike.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from darwin_spark.l3_classify.subjects import Evidence
from darwin_spark.l3_classify.words import Words
from darwin_spark.text.normalize import mix, sequence

Buckets = npt.NDArray[np.int64]
Floats = npt.NDArray[Any]

BUCKET_BITS: Final = 20
"""A feature is its hash modulo 2**20."""
FAMILIES: Final = ("word", "affix")
AFFIX: Final = 5
"""Letters of a prefix or suffix; a word of four letters is its own."""
MIN_AFFIXED: Final = 4

_SEEDS = sequence(3, seed=3)
"""Of words, prefixes, suffixes."""


def buckets(words: Words) -> list[Buckets]:
    """The bucket of every occurrence of a feature of each of the FAMILIES."""
    starts, ends = words.starts, words.ends
    long = ends - starts >= MIN_AFFIXED
    first, last = starts[long], ends[long]
    begins = np.concatenate([starts, first, np.maximum(last - AFFIX, first)])
    stops = np.concatenate([ends, np.minimum(first + AFFIX, last), last])
    numbers = words.numbers(begins, stops) ^ np.repeat(_SEEDS, (starts.size, first.size, first.size))
    found = (mix(numbers) >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)
    return [found[: starts.size], found[starts.size :]]


def unit(values: Floats) -> Floats:
    """The vector at length 1; nothing stays nothing."""
    length = float(np.sqrt(values @ values))
    return values / np.float32(length) if length else values


def term_features(evidence: Evidence, places: Mapping[str, int], disciplines: npt.NDArray[np.intp], count: int) -> Floats:
    """The weight of the terms by FDC code, and summed by discipline: square roots, each at length 1, one behind the other.

    `places` are those of the codes, `disciplines` the discipline of each of them, of `count`.
    """
    by_code = np.zeros(len(places), dtype=np.float32)
    for code, score in evidence.items():
        if code in places:
            by_code[places[code]] = score
    by_discipline = np.bincount(disciplines, weights=by_code, minlength=count).astype(np.float32)
    return np.concatenate([unit(np.sqrt(by_code)), unit(np.sqrt(by_discipline))])
