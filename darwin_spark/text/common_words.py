"""The words of English with their frequency, from the lists of pyspellchecker (MIT; from subtitles of films)."""

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import cast


def frequency(word: str) -> int:
    """Return how often a word in lower case occurs in the list of English words: at least 50 times, or 0."""
    return _english().get(word, 0)


@cache
def _english() -> dict[str, int]:
    """Return the list; reading it takes 0.15 s, once in a process."""
    content = files("spellchecker").joinpath("resources", "en.json.gz").read_bytes()
    return cast(dict[str, int], json.loads(gzip.decompress(content)))
