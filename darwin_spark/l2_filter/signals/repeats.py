"""Which things of a list stood in it before, and how many characters they are: on 64-bit hashes, by sorting."""

from typing import NamedTuple

import numpy as np

from darwin_spark.l2_filter.normalize import Hashes
from darwin_spark.l2_filter.signals.words import Indices, Lengths, Mask

_RATIO = np.uint64(0xD6E8FEB86659FD93)


class Repeated(NamedTuple):
    """What stands more than once: where in the array asked about, a number for each kind, the first of its kind or not."""

    indices: Indices
    groups: Indices
    first: Mask


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
    kept = np.empty(maybe.size, dtype=bool)
    kept[order] = same[1:] | same[:-1]
    new = ~same[:-1]
    groups = np.empty(maybe.size, dtype=np.int64)
    groups[order] = np.cumsum(new)
    first = np.zeros(maybe.size, dtype=bool)
    if maybe.size:
        first[np.minimum.reduceat(order, np.flatnonzero(new))] = True
    return Repeated(maybe[kept], groups[kept], first[kept])


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


def walked_chars(found: Repeated, places: Indices, size: int, lengths: Lengths) -> int:
    """Characters of repeated n-grams as datatrove walks them: one met before is counted and stepped over, else remembered.

    `places` (among the words) and `lengths` are those of the n-grams found. Only those that are not the first of their group
    need a look, unless a step went over that first one: then the next of the group is the first.
    """
    seconds = np.flatnonzero(~found.first)
    behind = np.searchsorted(places, places[seconds] + size)
    firsts = np.cumsum(found.first)
    over_first = (firsts[behind - 1] > firsts[seconds]).data
    following = np.searchsorted(seconds, behind).data
    weights, groups, ends = lengths[seconds].data, found.groups[seconds].data, behind.data
    unmet: set[int] = set()
    total = index = 0
    while index < seconds.size:
        if unmet and groups[index] in unmet:
            unmet.remove(groups[index])
            index += 1
            continue
        total += weights[index]
        if over_first[index]:
            stepped = slice(int(seconds[index]) + 1, ends[index])
            unmet.update(found.groups[stepped][found.first[stepped]].tolist())
        index = following[index]
    return total
