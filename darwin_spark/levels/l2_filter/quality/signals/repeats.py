"""Which things of a list stood in it before, and how many characters they are: on 64-bit hashes, by sorting."""

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.words import Indices, Lengths
from darwin_spark.text.word_hashes import Hashes

_RATIO = np.uint64(0xD6E8FEB86659FD93)


class Repeated(NamedTuple):
    """What stands more than once: where in the array asked about, in order, and where the first of its like stands."""

    indices: Indices
    origins: Indices


def duplicates(hashes: Hashes, lengths: Lengths) -> tuple[int, int]:
    """How many stood there before, and their lengths' sum."""
    order = np.argsort(hashes)
    sorted_hashes = hashes[order]
    again = order[1:][sorted_hashes[1:] == sorted_hashes[:-1]]
    return int(again.size), int(lengths[again].sum())


def sharing(hashes: Hashes) -> Indices:
    """For each hash how many have its last bits: no fewer than are equal to it, and mostly no more. No sorting."""
    slots = (hashes & np.uint64((2 << int(hashes.size).bit_length()) - 1)).view(np.int64)
    return np.bincount(slots)[slots] if slots.size else slots


def repeated(hashes: Hashes) -> Repeated:
    """Which hashes stand at another place too."""
    maybe = np.flatnonzero(sharing(hashes) > 1)
    order = np.argsort(hashes[maybe])
    sorted_hashes = hashes[maybe[order]]
    same = np.zeros(maybe.size + 1, dtype=bool)
    same[1:-1] = sorted_hashes[1:] == sorted_hashes[:-1]
    kept, origins = np.empty(maybe.size, dtype=bool), np.empty(maybe.size, dtype=np.int64)
    kept[order] = same[1:] | same[:-1]
    new = ~same[:-1]
    if maybe.size:
        origins[order] = np.minimum.reduceat(order, np.flatnonzero(new))[np.cumsum(new) - 1]
    return Repeated(maybe[kept], maybe[origins[kept]])


def most_common(hashes: Hashes, shared: Indices) -> tuple[int, int]:
    """Index and number of the one that stands most often, the earliest of several; `shared` is `sharing(hashes)`."""
    most = int(shared.max())
    contenders = np.flatnonzero(shared == most)
    if contenders.size == most and (hashes[contenders] == hashes[contenders[0]]).all():
        return int(contenders[0]), most
    _, times = np.unique(hashes[contenders], return_counts=True)
    contenders = np.flatnonzero(shared >= times.max())
    _, first, times = np.unique(hashes[contenders], return_index=True, return_counts=True)
    return int(contenders[first[times == times.max()].min()]), int(times.max())


def extend(grams: Hashes, following: Hashes) -> Hashes:
    """The hash of each n-gram with one word more; as random in every bit as the words' hashes."""
    return grams * _RATIO + following


def walked_chars(places: Indices, origins: Indices, size: int, lengths: Lengths) -> int:
    """Characters of repeated n-grams as datatrove walks them: one met before is counted and stepped over, else remembered.

    Given are the n-grams that stand more than once, in order: their places among the words, the places of the first of their
    like, their lengths. One that is not the first has been met, unless a step went over that first: then it is as a first.
    """
    seconds = np.flatnonzero(places != origins)
    at, first_at = places[seconds], origins[seconds]
    following = np.searchsorted(at, at + size).data
    place, origin, weight = at.data, first_at.data, lengths[seconds].data
    steps: list[int] = []
    met_late: set[int] = set()
    total = index = 0
    while index < at.size:
        first = origin[index]
        step = bisect_right(steps, first) - 1
        if step >= 0 and first < steps[step] + size and first not in met_late:
            met_late.add(first)
            index += 1
            continue
        steps.append(place[index])
        total += weight[index]
        index = following[index]
    return total
