"""Close up letter-spaced headings: "A R T I C L E  I N F O", of which one blank between all letters is left."""

import math
import re
from collections.abc import Mapping

from darwin_spark.text.common_words import frequency

_LETTERSPACED = re.compile(r"(?:[^\W\d_] ){4,}[^\W\d_]")
_MAX_LETTERS = 60  # a longer text is closed up without a search for its words
_MIN_WORD = 3  # minimum letters of a word that is told from its neighbours


def closed_up(text: str, words: Mapping[str, int]) -> str:
    """Return a text of single letters as the fewest known words, of those the most frequent; other text as it is.

    It is one word if that is known, or if no words are.

    `words`: the vocabulary of the document.
    """
    if text[1:2] != " " or not _LETTERSPACED.fullmatch(text):
        return text
    letters = text.replace(" ", "")
    if len(letters) > _MAX_LETTERS:
        return letters
    small = letters.lower()
    best: list[tuple[int, float, list[str]] | None] = [(0, 0.0, []), *[None] * len(small)]
    for end in range(_MIN_WORD, len(small) + 1):
        for begin in range(end - _MIN_WORD + 1):
            before, word = best[begin], small[begin:end]
            count = frequency(word) + words.get(word, 0)
            if before is None or not count:
                continue
            now = (before[0] + 1, before[1] - math.log(count), [*before[2], letters[begin:end]])
            best[end] = min(best[end] or now, now)
    found = best[-1]
    return " ".join(found[2]) if found else letters
