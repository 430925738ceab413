"""Judge by the text alone whether the text layer of a page can be what the page shows.

Three measures, each with a limit between the values of good pages and of broken ones (measured by benchmarks/l1/ocr.py):

- broken: the share of characters that no text contains (control, private use, unassigned, U+FFFD).
  Detects a font without a usable ToUnicode map.
- surprise: the cross-entropy in bits per letter under the mean letter frequencies of 14 European languages (English to
  Hungarian). Detects letters that are replaced by other letters (shifted glyph numbers, shuffled maps). Only texts
  of at least 400 letters are measured.
- wordlike: the share of characters in well-formed words and numbers. Detects bad OCR.
  Code and formulas lower the share too.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

MAX_BROKEN = 0.3
MAX_SURPRISE = 4.8
MIN_WORDLIKE = 0.65
_MIN_LETTERS = 400  # fewer letters are too small a sample for letter frequencies
_BROKEN = frozenset({"Cc", "Co", "Cn", "Cs"})
_FREQUENCIES = (
    11.29, 1.45, 2.74, 3.9, 12.58, 0.93, 1.81, 1.87, 8.07, 0.85, 2.08, 4.63, 3.27,
    7.24, 6.83, 1.97, 0.4, 5.99, 6.38, 6.19, 4.04, 1.79, 0.87, 0.15, 1.24, 1.46,
)  # fmt: skip
"""Frequencies of a to z in percent, diacritics removed: mean of en fr de es pt it tr sv pl nl fi cs la hu
(https://en.wikipedia.org/wiki/Letter_frequency)."""
_BITS = {chr(ord("a") + i): -math.log2(share / 100) for i, share in enumerate(_FREQUENCIES)}
WORD_EDGES = ".,;:!?()[]{}\"'“”‘’«»—–-*•/"  # punctuation that is stripped from both ends of a word
_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+(?:['’-][^\W\d_]+)*|[A-Z]+(?:['’-][A-Z]+)*|\d[\d.,:/%-]*")


def is_garbage(text: str) -> bool:
    """Whether the text looks like that of a broken character map: too many broken characters, or too high a surprise."""
    share, bits = _broken_and_surprise(_counts(text))
    return share > MAX_BROKEN or bits > MAX_SURPRISE


def _counts(text: str) -> Mapping[str, int]:
    """Return how often each character occurs, by an array, which is faster than a Counter."""
    codes = text.encode("utf-16-le", "surrogatepass")
    if len(codes) > 2 * len(text):  # characters beyond 16 bits
        return Counter(text)
    counts = np.bincount(np.frombuffer(codes, np.uint16))
    seen = counts.nonzero()[0]
    return dict(zip(map(chr, seen.tolist()), counts[seen].tolist(), strict=True))


def broken(text: str) -> float:
    """Return the share of broken characters among those that are not white space; 0 for an empty text."""
    return _broken_and_surprise(Counter(text))[0]


def surprise(text: str) -> float:
    """Return the mean bits per letter a to z, diacritics removed; 0 with fewer than 400 letters."""
    return _broken_and_surprise(Counter(text))[1]


def _broken_and_surprise(counts: Mapping[str, int]) -> tuple[float, float]:
    """Return the share of broken characters, and the mean bits per letter; `counts`: the characters with their numbers."""
    seen = wrong = letters = 0
    total_bits = 0.0
    for char, count in counts.items():
        bits, is_broken = _judged(char)
        seen += count
        if bits:
            letters += count
            total_bits += bits * count
        elif is_broken:
            wrong += count
        elif is_broken is None:
            seen -= count
    return wrong / seen if seen else 0.0, total_bits / letters if letters >= _MIN_LETTERS else 0.0


@lru_cache(maxsize=4_096)
def _judged(char: str) -> tuple[float, bool | None]:
    """Return (information content in bits, 0 if it is not one of a to z; whether a character is broken, None: white space).

    A letter counts in lower case and without diacritics; U+FFFD counts as unassigned.
    """
    if char.isspace():
        return 0.0, None
    bits = _BITS.get(unicodedata.normalize("NFD", char.lower())[0], 0.0)
    return bits, char == "\ufffd" or unicodedata.category(char) in _BROKEN


def wordlike(text: str) -> float:
    """Return the share of characters in well-formed words and numbers, not counting punctuation around them; 1 if empty."""
    words = [word for piece in text.split() if (word := piece.strip(WORD_EDGES))]
    total = sum(map(len, words))
    return sum(map(len, filter(_WORD.fullmatch, words))) / total if total else 1.0
