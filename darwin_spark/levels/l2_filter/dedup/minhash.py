"""MinHash signatures: 14 bands x 8 hashes over word 5-grams with 64-bit hashes (§3 L2.1; Broder 1997).

Each of the 112 hash functions is the multiplication by an odd number modulo 2**64, a permutation of the 64-bit numbers,
applied to shingle hashes that are mixed already; its minimum over a document's shingles is one value of the signature.
Two documents with Jaccard similarity s share a band with probability 1 - (1 - s**8)**14: 0.05 at 0.5, 0.92 at 0.8.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import xxhash

from darwin_spark.text.word_hashes import Hashes, mix, sequence, word_hashes

_SLICE = 2_048
"""Shingles hashed at once: 112 x 2,048 products of 8 bytes stay in the processor's second cache."""
_RATIO = np.uint64(0xD6E8FEB86659FD93)
"""Ratio of the polynomial over the words of a shingle; odd."""


@dataclass(frozen=True)
class Signature:
    """What the index keeps of a text; empty, and equal to no other, for a text without words."""

    text_hash: str | None
    minhash: bytes
    bands: list[int]
    words: int


def sign(text: str, bands: int = 14, rows: int = 8, shingle_words: int = 5) -> Signature:
    """The signature of a text.

    `minhash` holds bands x rows little-endian 64-bit minima, `bands` a signed 64-bit hash of each group of `rows`,
    `text_hash` 128 bits of the sequence of normalised words.
    """
    multipliers = _multipliers(bands * rows)
    minima = np.full((bands * rows, 1), np.iinfo(np.uint64).max, dtype=np.uint64)
    identity = xxhash.xxh3_128()
    words = 0
    for hashes, shingles in _shingles(word_hashes(text), shingle_words):
        identity.update(hashes.tobytes())
        words += hashes.size
        for start in range(0, shingles.size, _SLICE):
            products = multipliers * shingles[start : start + _SLICE]
            np.minimum(minima, products.min(axis=1, keepdims=True), out=minima)
    if not words:
        return Signature(None, b"", [], 0)
    minhash = minima.astype("<u8").tobytes()
    return Signature(identity.hexdigest(), minhash, _bands(minhash, bands, rows), words)


def jaccard(left: bytes, right: bytes) -> float:
    """The share of equal minima of two signatures: an estimate of the Jaccard similarity of the shingle sets.

    Its standard error is sqrt(s (1 - s) / 112), at most 0.047.
    """
    a, b = np.frombuffer(left, dtype="<u8"), np.frombuffer(right, dtype="<u8")
    if a.size != b.size:
        raise ValueError(f"signatures of {a.size} and {b.size} hashes cannot be compared: made with other l2.bands or l2.rows")
    return float((a == b).mean()) if a.size else 0.0


def _shingles(blocks: Iterable[Hashes], size: int) -> Iterator[tuple[Hashes, Hashes]]:
    """Word hashes as they come, each with the shingles that end in it; one shingle of all words where they are fewer."""
    nothing = np.empty(0, dtype=np.uint64)
    carried = nothing
    whole = False
    for words in blocks:
        joined = np.concatenate([carried, words])
        shingles = _combine(joined, size) if joined.size >= size else nothing
        whole = whole or bool(shingles.size)
        carried = joined[max(joined.size - size + 1, 0) :]
        yield words, shingles
    if not whole and carried.size:
        yield nothing, _combine(carried, carried.size)


def _combine(words: Hashes, size: int) -> Hashes:
    """The hash of each run of `size` words: a polynomial over their hashes, mixed."""
    count = words.size - size + 1
    total = words[:count].copy()
    for offset in range(1, size):
        total *= _RATIO
        total += words[offset : offset + count]
    return mix(total)


@lru_cache(maxsize=8)
def _multipliers(count: int) -> Hashes:
    return (sequence(count, seed=2) | np.uint64(1))[:, np.newaxis]


def _bands(minhash: bytes, bands: int, rows: int) -> list[int]:
    """One number a band; the band's index seeds it, so that equal numbers mean equal bands."""
    width = rows * 8
    hashes = [xxhash.xxh3_64_intdigest(minhash[band * width : (band + 1) * width], seed=band) for band in range(bands)]
    signed: list[int] = np.array(hashes, dtype=np.uint64).view(np.int64).tolist()
    return signed
