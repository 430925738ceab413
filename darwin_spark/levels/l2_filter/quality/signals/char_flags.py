"""What the signals need to know of each code point beside its class: bits, so that a word's are the OR of its characters'."""

from functools import cache

import numpy as np
import numpy.typing as npt
import regex

from darwin_spark.text.characters import CODE_POINTS, of_category

Flags = npt.NDArray[np.uint8]

ALPHABETIC, SPOKEN, UNPUNCTUATED, TERMINAL, PEELED, ICON = (np.uint8(1 << bit) for bit in range(6))
"""ALPHABETIC: a letter (str.isalpha). SPOKEN: in neither of datatrove's punctuation lists, so a word with one is more than a
symbol. UNPUNCTUATED: visible and not of Unicode's category P. TERMINAL: ends a sentence. PEELED: comes off the ends of what
stands between blanks, as in spaCy. ICON: a symbol of category So, a word of its own wherever it stands."""

_ASCII_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PUNCTUATION = (
    _ASCII_SIGNS
    + "–—’“”„…∶━►、。〈〉《》「」【】«´»！％（），．１：；？～"
    + "".join(map(chr, (*range(9), *range(11, 32), *range(127, 160))))
)
"""datatrove.utils.text.PUNCTUATION, sorted: CCNet's list (the full-width 1 included) and the control characters."""
_KHMER_ENDS = "៖៙៚"
"""Sentence ends in datatrove's list that Unicode's property Sentence_Terminal does not have."""
_PEELED_SIGNS = "….,:;!?¿¡()[]{}<>_#*&§%=—–\"'`´‘’‚“”„«»‹›「」『』（）【】《》〈〉〔〕、。，；：！？～·।؟؛،٪።፣・¶†‡"
"""spaCy's punctuation, quotes and prefixes, in the main. Hyphen, slash, plus, tilde stay with their word: -5, +5, ~5."""


@cache
def flags() -> Flags:
    """The bits of every code point (1.1 MB, 0.2 s, once a process)."""
    everything = "".join(map(chr, range(CODE_POINTS)))
    white = _set_of("\t\n\v\f\r\x85 ") | of_category("Z")
    terminal = _set_of(_KHMER_ENDS) | _set_of("".join(regex.findall(r"\p{Sentence_Terminal}", everything)))
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
