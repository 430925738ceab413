"""Tell where words begin in text of scripts that are written without blanks between words: each of their characters is a word.

The scripts are those in which a run of letters is a clause or a sentence: Han, Hiragana, Katakana, Bopomofo, Yi, Thai, Lao,
Khmer, Myanmar and their kin. A combining mark belongs to the character before it. The rule holds for a text of which at least
MIN_SHARE of the letters are of such scripts; in other texts (an English paper with a name in Chinese), words are as ever.
No dictionary is used: to find near duplicates, only equal passages must have equal words.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import regex

from darwin_spark.text.characters import CODE_POINTS, LETTER, LOWER, classes, codes_of, of_category

MIN_SHARE = 0.25
"""Minimum share of letters of scripts without blanks, in a sample of a text, for the rule to hold. A word of English has five
letters, so that at this share most of the words are of such scripts."""
SAMPLE_CHARS = 1 << 14
"""A longer text is judged by every second, third ... character: by this many or more, evenly spaced."""
_SCRIPTS = (
    *("Han", "Hiragana", "Katakana", "Bopomofo", "Yi", "Thai", "Lao", "Khmer", "Myanmar", "Tai_Tham", "Tai_Le", "New_Tai_Lue"),
    *("Tai_Viet", "Javanese", "Balinese"),
)
_FIRST, _LAST = 0x0E00, 0x40000  # range of code points of these scripts; accents of all scripts lie below

Mask = npt.NDArray[np.bool_]


def is_unspaced(text: str) -> bool:
    """Return whether each character of scripts without blanks is a word of its own in this text."""
    if text.isascii():
        return False
    codes = codes_of(text[:: len(text) // SAMPLE_CHARS + 1])
    kinds = classes()[codes]
    letters = int(np.count_nonzero((kinds >= LOWER) & (kinds <= LETTER)))
    return int(np.count_nonzero(unspaced()[codes])) >= max(MIN_SHARE * letters, 1)


def word_starts(codes: npt.NDArray[np.uint32]) -> Mask:
    """Return the mask of characters that begin a word because of their script, or because of that of the character before."""
    own = unspaced()[codes]
    starts = own & ~_marks()[codes]
    starts[1:] |= own[:-1] & ~own[1:] & ~_marks()[codes[1:]]
    return starts


@cache
def unspaced() -> Mask:
    """Return the mask of the code points of scripts without blanks: letters, numbers and combining marks."""
    scripts = "".join(rf"\p{{scx={name}}}" for name in _SCRIPTS)
    candidates = "".join(chr(code) for code in range(_FIRST, _LAST) if not 0xD800 <= code < 0xE000)
    found = regex.findall(rf"[[{scripts}]&&[\p{{L}}\p{{N}}\p{{M}}]]", candidates, flags=regex.V1)
    mask = np.zeros(CODE_POINTS, dtype=bool)
    mask[[ord(character) for character in found]] = True
    return mask


@cache
def _marks() -> Mask:
    """Return the mask of the code points that belong to the character before: combining marks and invisible characters."""
    return of_category("M", "Cf")
