"""Gopher's signals of repetition (Rae et al. 2021, arXiv 2112.11446, table A1), as datatrove's GopherRepetitionFilter counts.

An n-gram can only repeat where the shorter one that it begins with does, so each length looks at the few places that the
one before has left: of scientific prose two fifths of the pairs, an eighth of the runs of five.
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
_RATIO = np.uint64(0x9FB21C651E98DF25)


@dataclass(frozen=True)
class Lines:
    """Lines of a text: hash, length in characters, whether blank; empty ones (no character at all) included."""

    hashes: Hashes
    lengths: Lengths
    blank: Mask
    edges: int
    """How many ends of the text are line feeds; datatrove counts an empty line there."""


def values(lines: Lines, words: Hashes, word_lengths: Lengths, chars: int) -> dict[str, float]:
    """The family's signals, over a text of `chars` characters."""
    return _of_lines(lines, chars) | _of_paragraphs(lines, chars) | _of_words(words, word_lengths, chars)


def _of_lines(lines: Lines, chars: int) -> dict[str, float]:
    filled = lines.lengths > 0
    number, repeated_chars = duplicates(lines.hashes[filled], lines.lengths[filled])
    return {
        "gopher_duplicate_line_ratio": (number + (lines.edges == 2)) / max(int(np.count_nonzero(filled)) + lines.edges, 1),
        "gopher_duplicate_line_char_ratio": repeated_chars / max(chars, 1),
    }


def _of_paragraphs(lines: Lines, chars: int) -> dict[str, float]:
    """A paragraph is a row of lines without an empty one between; blank lines at the ends of the text are none of it."""
    inked = np.flatnonzero(~lines.blank)
    bounds = slice(int(inked[0]), int(inked[-1]) + 1) if inked.size else slice(0, 0)
    at = np.flatnonzero(lines.lengths[bounds] > 0) + (bounds.start or 0)
    if not at.size:
        return {"gopher_duplicate_paragraph_ratio": 0.0, "gopher_duplicate_paragraph_char_ratio": 0.0}
    heads = np.append(0, np.flatnonzero(np.diff(at) > 1) + 1)
    sizes = np.diff(np.append(heads, at.size))
    place = (np.arange(at.size) - np.repeat(heads, sizes)).astype(np.uint64)
    hashes = np.add.reduceat(mix(lines.hashes[at] + place * _RATIO), heads)
    number, repeated_chars = duplicates(hashes, np.add.reduceat(lines.lengths[at], heads) + sizes - 1)
    return {
        "gopher_duplicate_paragraph_ratio": number / heads.size,
        "gopher_duplicate_paragraph_char_ratio": repeated_chars / max(chars, 1),
    }


def _of_words(words: Hashes, lengths: Lengths, chars: int) -> dict[str, float]:
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
            again = np.flatnonzero(shared > 1)
            place, times = _most_common(grams, places, shared)
            chars_of_one = int(ends[place + size] - ends[place]) + size - 1 if words.size >= size else 0
            found[f"gopher_top_{size}_gram_ratio"] = chars_of_one * times / max(chars, 1)
        else:
            runs = repeated(grams)
            again = runs.indices
            at = places[again]
            repeats = walked_chars(at, places[runs.origins], size, ends[at + size] - ends[at])
            found[f"gopher_duplicate_{size}_gram_ratio"] = repeats / max(chars, 1)
        places, grams = places[again], grams[again]
    return found


def _most_common(grams: Hashes, places: Indices, shared: Indices) -> tuple[int, int]:
    """Place and number of the most common; where none repeats, the first of the text is as common as any."""
    index, times = most_common(grams, shared) if grams.size else (0, 1)
    return (int(places[index]), times) if times > 1 else (0, 1)
