"""Bit flags per code point, which the signals need beside its character class; a word's flags are those of its characters."""

from functools import cache

import numpy as np
import numpy.typing as npt
import regex

from darwin_spark.text.characters import CODE_POINTS, of_category

Flags = npt.NDArray[np.uint8]

ALPHABETIC, SPOKEN, UNPUNCTUATED, TERMINAL, PEELED, ICON = (np.uint8(1 << bit) for bit in range(6))
"""ALPHABETIC: a letter (str.isalpha). SPOKEN: in neither of datatrove's punctuation lists, so that a word with such a character
is more than a symbol. UNPUNCTUATED: not white space and not of Unicode category P. TERMINAL: ends a sentence. PEELED: split
off the ends of a chunk between white space, as in spaCy. ICON: a symbol of category So, everywhere a word of its own."""
_ASCII_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PUNCTUATION = (
    _ASCII_SIGNS
    + "–—’“”„…∶━►、。〈〉《》「」【】«´»！％（），．１：；？～"
    + "".join(map(chr, (*range(9), *range(11, 32), *range(127, 160))))
)
"""datatrove.utils.text.PUNCTUATION, sorted: CCNet's list (with the full-width 1) and the control characters."""
_KHMER_ENDS = "៖៙៚"  # sentence ends in datatrove's list that do not have Unicode's property Sentence_Terminal
_PEELED_SIGNS = "….,:;!?¿¡()[]{}<>_#*&§%=—–\"'`´‘’‚“”„«»‹›「」『』（）【】《》〈〉〔〕、。，；：！？～·।؟؛،٪።፣・¶†‡"
"""Most of spaCy's punctuation, quotes and prefixes. Hyphen, slash, plus and tilde stay with their word: -5, +5, ~5."""


@cache
def flags() -> Flags:
    """Return an array with the flags of every code point (1.1 MB, computed once per process)."""
    all_characters = "".join(map(chr, range(CODE_POINTS)))
    white = _set_of("\t\n\v\f\r\x85 ") | of_category("Z")
    terminal = _set_of(_KHMER_ENDS) | _set_of("".join(regex.findall(r"\p{Sentence_Terminal}", all_characters)))
    found = np.zeros(CODE_POINTS, dtype=np.uint8)
    found[of_category("L")] |= ALPHABETIC
    found[~(white | terminal | _set_of(_PUNCTUATION))] |= SPOKEN
    found[~(white | of_category("P"))] |= UNPUNCTUATED
    found[terminal] |= TERMINAL
    found[_set_of(_PEELED_SIGNS) | of_category("Sc", "So")] |= PEELED
    found[of_category("So")] |= ICON
    return found


def _set_of(characters: str) -> npt.NDArray[np.bool_]:
    mask = np.zeros(CODE_POINTS, dtype=bool)
    mask[[ord(c) for c in characters]] = True
    return mask
