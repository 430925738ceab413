"""The words of English with their frequency, from the lists of pyspellchecker (MIT; from subtitles of films)."""

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import cast


def frequency(word: str) -> int:
    """Return how often a word in lower case occurs in the texts behind the list of English words; 0 if the list lacks it."""
    return _english().get(word, 0)


@cache
def _english() -> dict[str, int]:
    """Return {word: number of its occurrences}; the list is read once in a process."""
    content = files("spellchecker").joinpath("resources", "en.json.gz").read_bytes()
    return cast(dict[str, int], json.loads(gzip.decompress(content)))
