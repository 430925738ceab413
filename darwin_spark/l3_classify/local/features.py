"""What the model sees of a document: hashed words, their first and last five letters, and the terms of `terms.csv`.

Words are those of deduplication (no case, no accents), never Python objects: one running sum over the characters gives the
hash of every word, prefix and suffix. Affixes join inflections ("polymer", "polymerisation") and German compounds. A
feature counts 1 + log of its occurrences, times its inverse document frequency, and each family of features is scaled to
length 1, so that an abstract and a chapter are alike.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from darwin_spark.l3_classify.annotator import Document
from darwin_spark.l3_classify.subjects import Evidence
from darwin_spark.text.normalize import GAP, coefficients, mix, normalize, powers, sequence

Buckets = npt.NDArray[np.int64]
Floats = npt.NDArray[Any]

BUCKET_BITS: Final = 20
"""A feature is its hash modulo 2**20."""
FAMILIES: Final = ("word", "affix")
AFFIX: Final = 5
"""Letters of a prefix or suffix; a word of four letters is its own."""
MIN_AFFIXED: Final = 4
TEXT_CHARS: Final = 6_000
"""Characters of the text that count: the abstract and introduction of a paper, the front matter of a book."""

_SEEDS = sequence(3, seed=3)
"""Of words, prefixes, suffixes."""


def text_of(document: Document) -> str:
    """The title and the head of the text, where a document says what it is about."""
    return f"{document.title}\n{document.head[:TEXT_CHARS]}"


def buckets(text: str) -> list[Buckets]:
    """The bucket of every occurrence of a feature of each of the FAMILIES."""
    codes = normalize(text)
    visible = np.zeros(codes.size + 2, dtype=np.int8)
    visible[1:-1] = codes != GAP
    edges = np.diff(visible)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not starts.size:
        return [np.empty(0, dtype=np.int64)] * len(FAMILIES)
    forward, inverses = powers(1 << int(codes.size).bit_length())
    sums = np.zeros(codes.size + 1, dtype=np.uint64)
    np.cumsum(coefficients()[codes] * forward[: codes.size], out=sums[1:])

    long = ends - starts >= MIN_AFFIXED
    first, last = starts[long], ends[long]
    begins = np.concatenate([starts, first, np.maximum(last - AFFIX, first)])
    stops = np.concatenate([ends, np.minimum(first + AFFIX, last), last])
    numbers = (sums[stops] - sums[begins]) * inverses[begins] ^ np.repeat(_SEEDS, (starts.size, first.size, first.size))
    found = (mix(numbers) >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)
    return [found[: starts.size], found[starts.size :]]


def unit(values: Floats) -> Floats:
    """The vector at length 1; nothing stays nothing."""
    length = float(np.sqrt(values @ values))
    return values / np.float32(length) if length else values


def term_features(evidence: Evidence, codes: Sequence[str], disciplines: npt.NDArray[np.intp], count: int) -> Floats:
    """The weight of the terms by FDC code, and summed by discipline: square roots, each at length 1, one behind the other."""
    by_code = np.array([evidence.get(code, 0) for code in codes], dtype=np.float32)
    by_discipline = np.bincount(disciplines, weights=by_code, minlength=count).astype(np.float32)
    return np.concatenate([unit(np.sqrt(by_code)), unit(np.sqrt(by_discipline))])
