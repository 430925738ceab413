"""Text as arrays of code points, and lookup tables with the class of each code point.
L2 measures text with numpy in blocks of at most BLOCK characters, so that a long text needs little memory besides itself."""

import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

BLOCK = 1 << 18  # maximum characters of a block: 1 MB of code points

CODE_POINTS = 0x110000  # number of code points in Unicode

Codes = npt.NDArray[np.uint32]

SPACE, LOWER, UPPER, LETTER, DIGIT, SIGN, BROKEN = range(7)
"""Character classes. LETTER has no case, or is a combining mark or an invisible format character (Cf); SIGN is punctuation or a
symbol; BROKEN never occurs in text that was read correctly: controls, private use, unassigned, surrogates, U+FFFD."""

_BY_CATEGORY = {"Z": SPACE, "L": LETTER, "M": LETTER, "N": DIGIT, "P": SIGN, "S": SIGN}
_BY_SUBCATEGORY = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Cf": LETTER}  # Cf: soft hyphen, joiners, byte order mark
CATEGORIES = (
    "Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl",
    "No", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
)  # fmt: skip
"""General categories of Unicode."""
_WHITE_SPACE = "\t\n\v\f\r\x85"


def blocks(text: str, size: int = BLOCK) -> Iterator[str]:
    """Yield the text in blocks of at most `size` characters that end after a line end, else after a space, else anywhere."""
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
    """Return the code points of a text; lone surrogates are allowed."""
    return np.frombuffer(block.encode("utf-32-le", "surrogatepass"), dtype="<u4")


@cache
def classes() -> npt.NDArray[np.uint8]:
    """Return the class of every code point (1.1 MB, computed once per process)."""
    by_category = [_BY_SUBCATEGORY.get(name, _BY_CATEGORY.get(name[0], BROKEN)) for name in CATEGORIES]
    found = np.array(by_category, dtype=np.uint8)[categories()]
    found[[ord(character) for character in _WHITE_SPACE]] = SPACE
    found[0xFFFD] = BROKEN
    return found


@cache
def categories() -> npt.NDArray[np.uint8]:
    """Return the category of every code point, as its index in CATEGORIES (computed once per process)."""
    indices = {name: index for index, name in enumerate(CATEGORIES)}
    names = map(unicodedata.category, map(chr, range(CODE_POINTS)))
    return np.fromiter(map(indices.__getitem__, names), dtype=np.uint8, count=CODE_POINTS)


def of_category(*names: str) -> npt.NDArray[np.bool_]:
    """Return the mask of the code points in these categories (`Cf`) or groups of categories (`L`)."""
    chosen: npt.NDArray[np.bool_] = np.array([name.startswith(names) for name in CATEGORIES])[categories()]
    return chosen
