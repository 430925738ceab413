"""Resolve characters in Unicode's private use area, and pieces of large brackets, by the font and by Adobe's tables.

Sources: Adobe Glyph List 1.2 (corporate use: U+F6xx to U+F8xx); fonts with a "symbol" character map, whose code c is U+F000 + c
(OpenType, table cmap, encoding 3,0); Unicode's mapping table of the font Symbol.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from darwin_spark.parsers.docx.symbol_fonts import decode, is_symbol_font
from darwin_spark.parsers.pdf.characters.accents import VOID
from darwin_spark.parsers.pdf.pdfium import calls

Codes = npt.NDArray[np.uint32]

_PRIVATE_USE, _LAST = 0xE000, 0xF8FF
_FIRST_PIECE, _LAST_PIECE = 0x2320, 0x23B1
_BY_CODE = 0xF000
_ADOBE = {
    **dict(zip((0xF6D9, 0xF6DA, 0xF6DB, 0xF8E8, 0xF8E9, 0xF8EA), "©®™®©™", strict=True)),
    **dict(zip((0xF6C9, 0xF6CA, 0xF6CB, 0xF6CE, 0xF6CF, 0xF6D0), "´ˇ¨`˝¯", strict=True)),
    **dict(zip((0xF6BE, 0xF6DC, 0xF6DE, 0xF001, 0xF002), "ȷ1—ﬁﬂ", strict=True)),
    **dict(enumerate("⏐⎯", 0xF8E6)),
    **dict(enumerate("⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭", 0xF8EB)),
}
"""Characters of Adobe's corporate use; U+F720 to U+F7FF are small capitals and old-style figures of Latin-1."""
_FIRST_HIGH, _LAST_HIGH = 0xDB80, 0xDBFF  # first halves of the surrogates of planes 15 and 16, which are for private use
_BY_SURROGATES = {"\U000f8020": "′"}
"""Signs of MinionMath, in which Hindawi set its journals."""
_MT_EXTRA = {0x4C: "⋯", 0x4D: "⋮", 0x4E: "⋰", 0x4F: "⋱", 0x68: "ℏ", 0x6C: "ℓ"}
_BULLETS = {0x6C: "•", 0x6E: "■", 0xA7: "▪", 0xB7: "•"}
"""What these codes are in most fonts of signs that are not known."""
_ICONS = ("awesome", "icon", "entypo", "material")
PRIVATE = (_FIRST_PIECE, _LAST_PIECE), (_PRIVATE_USE, _LAST), (_FIRST_HIGH, _LAST_HIGH)
"""First and last of the characters of 16 bits that `resolve_private_use` looks at: of planes 15 and 16, the first halves."""
_BRACKETS = {**dict(zip("⎛⎞⎡⎤⎨⎬⌠", "()[]{}∫", strict=True)), "⎰": "{", "⎱": "}"}
"""Pieces that stand for the whole of a bracket of several lines: of braces the middle, of others the upper end."""
_OTHER_PIECES = frozenset("⎜⎝⎟⎠⎢⎣⎥⎦⎧⎩⎪⎫⎭⎮⎯⏐⌡")


def resolve_private_use(page: calls.Pointer, codes: Codes) -> list[int]:
    """Replace private-use characters and pieces of brackets of a page, in place; return the indices of those VOID now."""
    high = np.flatnonzero(codes >= _FIRST_PIECE)
    if not len(high):
        return []
    found = codes[high]
    doubtful = high[(found <= _LAST_PIECE) | ((found >= _PRIVATE_USE) & (found <= _LAST))]
    for index in doubtful.tolist():
        code = int(codes[index])
        codes[index] = ord(_resolved(code, font_name(page, index) if code >= _PRIVATE_USE else ""))
    for index in high[(found >= _FIRST_HIGH) & (found <= _LAST_HIGH)].tolist():
        sign = _BY_SURROGATES.get(codes[index : index + 2].astype("<u2").tobytes().decode("utf-16-le", "replace"))
        if sign and "math" in font_name(page, index):
            codes[index], codes[index + 1] = ord(sign), VOID
    void: list[int] = doubtful[codes[doubtful] == VOID].tolist()
    return void


def font_name(page: calls.Pointer, index: int) -> str:
    """Return the name of a character's font in lower case, without the tag of a subset."""
    return calls.font_of(page, index)[0].rsplit("+", 1)[-1]


def whole_bracket(sign: str) -> str:
    """Return the bracket for the piece that stands for it, VOID for its other pieces, and other characters as they are."""
    return chr(VOID) if sign in _OTHER_PIECES else _BRACKETS.get(sign, sign)


@lru_cache(maxsize=4_096)
def _resolved(code: int, font: str) -> str:
    sign = _ADOBE.get(code) or chr(code)
    if 0xF720 <= code <= 0xF7FF:
        sign = chr(code - 0xF700)
    elif _BY_CODE + 0x20 <= code <= _BY_CODE + 0xFF:
        sign = _by_font(code, font)
    elif _is_of_icons(font):
        sign = chr(VOID)
    return whole_bracket(sign)


def _by_font(code: int, font: str) -> str:
    """Return the character of a code of a font with a "symbol" character map: a font of signs, or a text font."""
    name = font.split(",")[0].removesuffix("-regular").removesuffix("regular")
    short = code - _BY_CODE
    if is_symbol_font(name):
        return decode(chr(code), name)
    if _is_of_icons(font):
        return chr(VOID)
    if "extra" in name:
        return _MT_EXTRA.get(short, chr(code))
    if any(mark in name for mark in ("ding", "webd", "sort", "bullet")):
        return _BULLETS.get(short, chr(code))
    if short == 0xB7:
        return "•"
    return bytes([short]).decode("cp1252", "ignore").strip("\xa0\xad") or chr(code)


def _is_of_icons(font: str) -> bool:
    return any(mark in font for mark in _ICONS)
