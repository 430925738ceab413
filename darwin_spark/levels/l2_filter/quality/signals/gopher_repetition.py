"""Measure Gopher's repetition signals (Rae et al. 2021, arXiv 2112.11446, table A1) as in datatrove's GopherRepetitionFilter.

An n-gram only repeats where its first n-1 words do, so each length examines only the positions that the length before has
left.
"""

from dataclasses import dataclass

import numpy as np

from darwin_spark.levels.l2_filter.quality.signals.repeats import (
    duplicates,
    extend,
    most_common,
    repeated,
    sharing,
    walked_chars,
)
from darwin_spark.levels.l2_filter.quality.signals.words import Indices, Lengths, Mask, sums
from darwin_spark.text.word_hashes import Hashes, mix

TOP = (2, 3, 4)
DUPLICATED = (5, 6, 7, 8, 9, 10)
_LINE_WEIGHT = np.uint64(0x9FB21C651E98DF25)  # weight of a line's index in the hash of its paragraph


@dataclass(frozen=True)
class Lines:
    """Lines of a text: hash, length in characters, and whether blank; empty lines (without any character) are included."""

    hashes: Hashes
    lengths: Lengths
    blank: Mask
    edges: int
    """At how many ends of the text (0 to 2) there is a line feed; datatrove counts an empty line there."""


def values(lines: Lines, words: Hashes, word_lengths: Lengths, chars: int) -> dict[str, float]:
    """Return Gopher's repetition signals by name, for a text of `chars` characters with these lines and words."""
    return _line_signals(lines, chars) | _paragraph_signals(lines, chars) | _ngram_signals(words, word_lengths, chars)


def _line_signals(lines: Lines, chars: int) -> dict[str, float]:
    """Return ratios: repeats of earlier lines to all lines, their characters to `chars`. Of empty lines only `edges` count."""
    filled = lines.lengths > 0
    number, repeated_chars = duplicates(lines.hashes[filled], lines.lengths[filled])
    return {
        "gopher_duplicate_line_ratio": (number + (lines.edges == 2)) / max(int(np.count_nonzero(filled)) + lines.edges, 1),
        "gopher_duplicate_line_char_ratio": repeated_chars / max(chars, 1),
    }


def _paragraph_signals(lines: Lines, chars: int) -> dict[str, float]:
    """Return two ratios: paragraphs (runs of non-empty lines) equal to an earlier one to all, their characters to `chars`."""
    non_blank = np.flatnonzero(~lines.blank)
    bounds = slice(int(non_blank[0]), int(non_blank[-1]) + 1) if non_blank.size else slice(0, 0)
    at = np.flatnonzero(lines.lengths[bounds] > 0) + (bounds.start or 0)
    if not at.size:
        return {"gopher_duplicate_paragraph_ratio": 0.0, "gopher_duplicate_paragraph_char_ratio": 0.0}
    heads = np.append(0, np.flatnonzero(np.diff(at) > 1) + 1)
    sizes = np.diff(np.append(heads, at.size))
    place = (np.arange(at.size) - np.repeat(heads, sizes)).astype(np.uint64)
    hashes = np.add.reduceat(mix(lines.hashes[at] + place * _LINE_WEIGHT), heads)
    number, repeated_chars = duplicates(hashes, np.add.reduceat(lines.lengths[at], heads) + sizes - 1)
    return {
        "gopher_duplicate_paragraph_ratio": number / heads.size,
        "gopher_duplicate_paragraph_char_ratio": repeated_chars / max(chars, 1),
    }


def _ngram_signals(words: Hashes, lengths: Lengths, chars: int) -> dict[str, float]:
    """Return the shares of `chars` in the most common n-gram (n in TOP) and in later repeats of n-grams (n in DUPLICATED)."""
    ends = sums(lengths)
    found: dict[str, float] = {}
    places, grams = np.arange(words.size), words
    for size in range(2, max(DUPLICATED) + 1):
        if size in DUPLICATED and not places.size:
            found[f"gopher_duplicate_{size}_gram_ratio"] = 0.0
            continue
        fits = places.size - int(places.size > 0 and places[-1] + size > words.size)
        places = places[:fits]
        grams = extend(grams[:fits], words[places + size - 1])
        if size in TOP:
            shared = sharing(grams)
            repeating = np.flatnonzero(shared > 1)
            place, times = _most_common(grams, places, shared)
            chars_of_one = int(ends[place + size] - ends[place]) + size - 1 if words.size >= size else 0
            found[f"gopher_top_{size}_gram_ratio"] = chars_of_one * times / max(chars, 1)
        else:
            runs = repeated(grams)
            repeating = runs.indices
            at = places[repeating]
            repeats = walked_chars(at, places[runs.origins], size, ends[at + size] - ends[at])
            found[f"gopher_duplicate_{size}_gram_ratio"] = repeats / max(chars, 1)
        places, grams = places[repeating], grams[repeating]
    return found


def _most_common(grams: Hashes, places: Indices, shared: Indices) -> tuple[int, int]:
    """Return position and count of the most common n-gram; the first of the text, with count 1, if no n-gram repeats."""
    index, times = most_common(grams, shared) if grams.size else (0, 1)
    return (int(places[index]), times) if times > 1 else (0, 1)
