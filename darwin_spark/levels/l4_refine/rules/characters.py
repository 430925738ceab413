"""Repairs of characters: mojibake, ligatures, invisible characters, odd spaces (§3 L4)."""

import re
from collections.abc import Sequence

import ftfy
from ftfy.badness import is_bad

from darwin_spark.text.markdown import EXACT, Kind

MOJIBAKE_CHARS = 10_000
"""Longer lines are looked at in pieces of so many characters: ftfy tries several decodings of what it is given."""

_PAIR = re.compile("[^\x00-\x7f]{2}")
"""Without two such characters in a row nothing is mojibake of UTF-8; a cheap look before the costly one."""
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SPACES = dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
_INVISIBLE = dict.fromkeys(
    [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0xAD, 0x180E, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF]
)
REPAIRS = str.maketrans({**_LIGATURES, **_SPACES}) | _INVISIBLE


def characters(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Every line but code and display formulas, with its characters repaired."""
    return [
        line if kind in EXACT or (line.isascii() and line.isprintable()) else _repaired(line)
        for line, kind in zip(lines, kinds, strict=True)
    ]


def _repaired(line: str) -> str:
    if not _PAIR.search(line):
        return line.translate(REPAIRS)
    pieces = (line[at : at + MOJIBAKE_CHARS] for at in range(0, len(line), MOJIBAKE_CHARS))
    return "".join(ftfy.fix_encoding(piece) if is_bad(piece) else piece for piece in pieces).translate(REPAIRS)
