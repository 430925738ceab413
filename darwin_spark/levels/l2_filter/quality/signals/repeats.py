"""Find items that occur more than once, and count their characters: on 64-bit hashes, by sorting."""

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.words import Indices, Lengths
from darwin_spark.text.word_hashes import Hashes

_BASE = np.uint64(0xD6E8FEB86659FD93)  # base of the polynomial over the words of an n-gram


class Repeated(NamedTuple):
    """All occurrences of repeated items: `indices`, ascending, and `origins`, for each of them the first index of its item."""

    indices: Indices
    origins: Indices


def duplicates(hashes: Hashes, lengths: Lengths) -> tuple[int, int]:
    """Return how many items equal an earlier one, and the sum of their lengths."""
    order = np.argsort(hashes)
    sorted_hashes = hashes[order]
    repeats = order[1:][sorted_hashes[1:] == sorted_hashes[:-1]]
    return int(repeats.size), int(lengths[repeats].sum())


def sharing(hashes: Hashes) -> Indices:
    """Return for each hash how many have the same low bits: mostly as many as are equal, never fewer. Needs no sorting."""
    slots = (hashes & np.uint64((2 << int(hashes.size).bit_length()) - 1)).view(np.int64)
    return np.bincount(slots)[slots] if slots.size else slots


def repeated(hashes: Hashes) -> Repeated:
    """Return the positions of all hashes that occur more than once, and for each of them the first position of that hash."""
    candidates = np.flatnonzero(sharing(hashes) > 1)
    order = np.argsort(hashes[candidates])
    sorted_hashes = hashes[candidates[order]]
    same = np.zeros(candidates.size + 1, dtype=bool)
    same[1:-1] = sorted_hashes[1:] == sorted_hashes[:-1]
    kept, origins = np.empty(candidates.size, dtype=bool), np.empty(candidates.size, dtype=np.int64)
    kept[order] = same[1:] | same[:-1]
    new = ~same[:-1]
    if candidates.size:
        origins[order] = np.minimum.reduceat(order, np.flatnonzero(new))[np.cumsum(new) - 1]
    return Repeated(candidates[kept], candidates[origins[kept]])


def most_common(hashes: Hashes, shared: Indices) -> tuple[int, int]:
    """Return first position and count of the most common hash (of several the earliest); `shared` is `sharing(hashes)`."""
    most = int(shared.max())
    contenders = np.flatnonzero(shared == most)
    if contenders.size == most and (hashes[contenders] == hashes[contenders[0]]).all():
        return int(contenders[0]), most
    _, times = np.unique(hashes[contenders], return_counts=True)
    contenders = np.flatnonzero(shared >= times.max())
    _, first, times = np.unique(hashes[contenders], return_index=True, return_counts=True)
    return int(contenders[first[times == times.max()].min()]), int(times.max())


def extend(grams: Hashes, following: Hashes) -> Hashes:
    """Return the hash of each n-gram extended by the word hashed in `following`; each bit is as random as in a word's hash."""
    return grams * _BASE + following


def walked_chars(places: Indices, origins: Indices, size: int, lengths: Lengths) -> int:
    """Count characters in later repeats of n-grams, as in datatrove: left to right, one seen before is counted and skipped.

    The arguments describe all occurrences of the n-grams of `size` words that repeat, in order: positions among the words,
    those of the first occurrences, lengths. If a skip passes over a first occurrence, the next one takes its place.
    """
    later = np.flatnonzero(places != origins)
    at, first_at = places[later], origins[later]
    following = np.searchsorted(at, at + size).data
    place, origin, weight = at.data, first_at.data, lengths[later].data
    steps: list[int] = []
    seen_late: set[int] = set()
    total = index = 0
    while index < at.size:
        first = origin[index]
        step = bisect_right(steps, first) - 1
        if step >= 0 and first < steps[step] + size and first not in seen_late:
            seen_late.add(first)
            index += 1
            continue
        steps.append(place[index])
        total += weight[index]
        index = following[index]
    return total
