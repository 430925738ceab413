"""Repair characters (§3 L4): mojibake, ligatures, invisible characters, non-standard spaces."""

import re
from collections.abc import Sequence

import ftfy
from ftfy.badness import is_bad

from darwin_spark.text.markdown import EXACT, Kind

MOJIBAKE_CHARS = 10_000
"""Longer lines are repaired in parts of this many characters, because ftfy tries several decodings of its input."""
_PAIR = re.compile("[^\x00-\x7f]{2}")
"""Two non-ASCII characters in a row. UTF-8 mojibake always contains such a pair: a cheap test before the costly one."""
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SPACES = dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
_INVISIBLE = dict.fromkeys(
    [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0xAD, 0x180E, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF]
)
REPAIRS = str.maketrans({**_LIGATURES, **_SPACES}) | _INVISIBLE


def characters(lines: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    """Return the lines with mojibake, ligatures and the like repaired; code and display formulas stay as they are."""
    return [
        line if kind in EXACT or (line.isascii() and line.isprintable()) else _repaired(line)
        for line, kind in zip(lines, kinds, strict=True)
    ]


def _repaired(line: str) -> str:
    if not _PAIR.search(line):
        return line.translate(REPAIRS)
    parts = (line[start : start + MOJIBAKE_CHARS] for start in range(0, len(line), MOJIBAKE_CHARS))
    return "".join(ftfy.fix_encoding(part) if is_bad(part) else part for part in parts).translate(REPAIRS)
