"""Measure how much of a text is misread words: to judge the text layer of a scan, and to compare it with a new reading.

A word is misread if it mixes small letters with signs or digits ("s@w", "H00ke"), or, in English, if it begins with a small
letter and the list of words lacks it. Words that stand in the text more than once are terms and names; formulas, addresses
and words with inner capitals are left out.
"""

import re
from collections import Counter
from collections.abc import Sequence

from darwin_spark.parsers.ocr.text_layer_quality import WORD_EDGES
from darwin_spark.text.common_words import frequency

MAX_MISREAD = 0.025
"""Share of letters in misread words above which a layer over a scan is read again: most pages with 1.5 % of wrong characters
and all with 2 % evenly spread are above it, and one in three sound pages of science, which then keep their layer (measured by
benchmarks/l1/ocr_variants.py)."""
_EDGES = f"{WORD_EDGES}¬"
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NO_PROSE = re.compile(r"[/@_^=()\[\]\\{}|<>+]|\w[.,]\w|[a-z][A-Z]|[A-Z]{2}|^\d+[a-z]+$|^[a-zA-Z]\d+$")
"""Parts of formulas, addresses, code, abbreviations, "19th", "x2"."""
_LINE_END = re.compile(r"(?<=\w)[-¬\xad]\s+(?=[a-z])")
_FUNCTION_WORDS = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "a",
        "is",
        "that",
        "was",
        "for",
        "it",
        "with",
        "as",
        "his",
        "on",
        "be",
        "at",
        "by",
        "are",
        "we",
    ]
)
_MIN_ENGLISH, _MIN_WORDS = 0.15, 6  # minimum share and number of such words among the words of an English text
_MIN_LENGTH = 2  # minimum number of letters of a word that is looked at


def misread_share(text: str, *, english: bool | None = None) -> float:
    """Return misread words as a share of all words, both counted in characters: 0 to 1; 0 for a text without words.

    `english`: whether an unknown word that begins with a small letter counts as misread; None: if the text is English.
    """
    words = _words(text)
    counts = Counter(map(str.lower, words))
    english = is_english(counts) if english is None else english
    unknown = [word for word in words if counts[word.lower()] == 1 and not frequency(word.lower())]
    misread = sum(len(word) for word in unknown if _is_misread(word, english=english))
    total = sum(len(word) * count for word, count in counts.items() if len(word) >= _MIN_LENGTH and not word.isdigit())
    return misread / max(total, 1)


def is_more_legible(text: str, other: str) -> bool:
    """Return whether a text has a smaller share of misread words than another reading of the same page."""
    english = all(is_english(Counter(map(str.lower, _words(reading)))) for reading in (text, other))
    return misread_share(text, english=english) < misread_share(other, english=english)


def _words(text: str) -> list[str]:
    return [piece.strip(_EDGES) for piece in _LINE_END.sub("", text).split()]


def is_english(counts: Counter[str]) -> bool:
    """Return whether enough of the words (in small letters, with their number) are the function words of English."""
    found = sum(counts[word] for word in _FUNCTION_WORDS)
    return found >= _MIN_WORDS and found >= _MIN_ENGLISH * counts.total()


def is_known(words: Sequence[str]) -> bool:
    """Return whether the list of English words has one of these words, or the word that it is the genitive of."""
    return any(frequency(word) > 0 or (word.endswith("'s") and frequency(word[:-2]) > 0) for word in words)


def _is_misread(word: str, *, english: bool) -> bool:
    if sum(map(str.isalpha, word)) < _MIN_LENGTH:
        return False
    if _LETTERS.fullmatch(word):
        return english and word[0].islower() and not is_known(word.replace("’", "'").lower().split("-"))
    return 2 * sum(map(str.islower, word)) >= len(word) and not _NO_PROSE.search(word)
