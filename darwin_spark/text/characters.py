"""A text as numbers: blocks of code points, and tables that say of each code point what it is.

Everything L2 measures on the text is numpy over blocks of at most BLOCK characters, so a 50 MB document costs its text
and one block, and the speed does not hang on the script or on how strange the text is.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

BLOCK = 1 << 18
"""Characters worked on at once: 1 MB of code points."""

CODE_POINTS = 0x110000
"""How many Unicode has."""

Codes = npt.NDArray[np.uint32]

SPACE, LOWER, UPPER, LETTER, DIGIT, SIGN, BROKEN = range(7)
"""What a character is: LETTER has no case (or is a mark that belongs to one), SIGN is punctuation or a symbol, and BROKEN
never stands in a text that was read correctly: controls, private use, unassigned, surrogates, U+FFFD."""

_BY_CATEGORY = {"Z": SPACE, "L": LETTER, "M": LETTER, "N": DIGIT, "P": SIGN, "S": SIGN}
_BY_SUBCATEGORY = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Cf": LETTER}  # Cf: soft hyphen, joiners, byte order mark
CATEGORIES = (
    "Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl",
    "No", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
)  # fmt: skip
"""Unicode's general categories."""
_WHITE = "\t\n\v\f\r\x85"


def blocks(text: str, size: int = BLOCK) -> Iterator[str]:
    """The text in pieces of at most `size` characters, cut behind a line end, else behind a blank, else anywhere."""
    start = 0
    while start < len(text):
        end = start + size
        if end < len(text):
            cut = text.rfind("\n", start, end)
            cut = text.rfind(" ", start, end) if cut < 0 else cut
            end = end if cut < 0 else cut + 1
        yield text[start:end]
        start = end


def codes_of(block: str) -> Codes:
    """The code points of a piece of text."""
    return np.frombuffer(block.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@cache
def classes() -> npt.NDArray[np.uint8]:
    """The class of every code point (1.1 MB, once a process)."""
    by_category = [_BY_SUBCATEGORY.get(name, _BY_CATEGORY.get(name[0], BROKEN)) for name in CATEGORIES]
    found = np.array(by_category, dtype=np.uint8)[categories()]
    found[[ord(character) for character in _WHITE]] = SPACE
    found[0xFFFD] = BROKEN
    return found


@cache
def categories() -> npt.NDArray[np.uint8]:
    """Unicode's category of every code point, as its place in CATEGORIES (1.1 MB, 0.2 s, once a process)."""
    places = {name: place for place, name in enumerate(CATEGORIES)}
    names = map(unicodedata.category, map(chr, range(CODE_POINTS)))
    return np.fromiter(map(places.__getitem__, names), dtype=np.uint8, count=CODE_POINTS)


def of_category(*names: str) -> npt.NDArray[np.bool_]:
    """Which code points are of a category (`Cf`) or a group of them (`L`)."""
    chosen: npt.NDArray[np.bool_] = np.array([name.startswith(names) for name in CATEGORIES])[categories()]
    return chosen
