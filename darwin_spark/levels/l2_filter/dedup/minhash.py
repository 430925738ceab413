"""Compute MinHash signatures: by default 14 bands x 8 hashes over word 5-grams, 64-bit (§3 L2.1; Broder 1997).

Each hash function multiplies the mixed hash of a shingle by an odd number modulo 2**64 (a permutation); its minimum
over the shingles is one value of the signature. Documents of Jaccard similarity s share a band with probability
1 - (1 - s**8)**14 by default: 0.05 at s = 0.5, 0.92 at 0.8.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import xxhash

from darwin_spark.text.word_hashes import Hashes, mix, sequence, word_hashes

_SHINGLES_AT_ONCE = 2_048  # shingles hashed at once: 112 x 2,048 products of 8 bytes fit into the processor's L2 cache
_BASE = np.uint64(0xD6E8FEB86659FD93)  # base of the polynomial over the words of a shingle; odd


@dataclass(frozen=True)
class Signature:
    """The hashes of a text for deduplication, and its number of words. A text without words has no hashes and no equal."""

    text_hash: str | None
    minhash: bytes
    bands: list[int]
    words: int


def sign(text: str, bands: int = 14, rows: int = 8, shingle_words: int = 5) -> Signature:
    """Return the signature of a text: `minhash` (bands x rows little-endian 64-bit minima) and the number of `words`.

    Its `bands` hold a signed 64-bit hash of each group of `rows` minima, its `text_hash` a 128-bit hash of the sequence of
    normalised words. The argument `bands` is the number of groups.
    """
    multipliers = _multipliers(bands * rows)
    minima = np.full((bands * rows, 1), np.iinfo(np.uint64).max, dtype=np.uint64)
    identity = xxhash.xxh3_128()
    words = 0
    for hashes, shingles in _shingles(word_hashes(text), shingle_words):
        identity.update(hashes.tobytes())
        words += hashes.size
        for start in range(0, shingles.size, _SHINGLES_AT_ONCE):
            products = multipliers * shingles[start : start + _SHINGLES_AT_ONCE]
            np.minimum(minima, products.min(axis=1, keepdims=True), out=minima)
    if not words:
        return Signature(None, b"", [], 0)
    minhash = minima.astype("<u8").tobytes()
    return Signature(identity.hexdigest(), minhash, _band_hashes(minhash, bands, rows), words)


def jaccard(left: bytes, right: bytes) -> float:
    """Return the estimated Jaccard similarity of two texts from their `minhash` values: the share of equal minima.

    Raises ValueError if their sizes differ. With n hashes the standard error is about sqrt(s (1 - s) / n). 0 without hashes.
    """
    a, b = np.frombuffer(left, dtype="<u8"), np.frombuffer(right, dtype="<u8")
    if a.size != b.size:
        raise ValueError(f"signatures of {a.size} and {b.size} hashes cannot be compared: made with other l2.bands or l2.rows")
    return float((a == b).mean()) if a.size else 0.0


def _shingles(blocks: Iterable[Hashes], size: int) -> Iterator[tuple[Hashes, Hashes]]:
    """Yield per block its word hashes, and hashes of the `size`-word shingles ending in it; a shorter text is one shingle."""
    no_hashes = np.empty(0, dtype=np.uint64)
    carried = no_hashes
    has_shingle = False
    for words in blocks:
        joined = np.concatenate([carried, words])
        shingles = _combine(joined, size) if joined.size >= size else no_hashes
        has_shingle = has_shingle or bool(shingles.size)
        carried = joined[max(joined.size - size + 1, 0) :]
        yield words, shingles
    if not has_shingle and carried.size:
        yield no_hashes, _combine(carried, carried.size)


def _combine(words: Hashes, size: int) -> Hashes:
    """Return the hash of each run of `size` words: a polynomial over their hashes, mixed."""
    count = words.size - size + 1
    total = words[:count].copy()
    for offset in range(1, size):
        total *= _BASE
        total += words[offset : offset + count]
    return mix(total)


@lru_cache(maxsize=8)
def _multipliers(count: int) -> Hashes:
    return (sequence(count, seed=2) | np.uint64(1))[:, np.newaxis]


def _band_hashes(minhash: bytes, bands: int, rows: int) -> list[int]:
    """Return one number per band, a hash whose seed is the index of the band: equal numbers mean equal minima in one band."""
    width = rows * 8
    hashes = [xxhash.xxh3_64_intdigest(minhash[band * width : (band + 1) * width], seed=band) for band in range(bands)]
    signed: list[int] = np.array(hashes, dtype=np.uint64).view(np.int64).tolist()
    return signed
