"""Tell weight, pitch and slant of the fonts of TeX by their names, which follow schemes: what the files declare is often wrong.

Sources: Donald Knuth, "Computer Modern Typefaces" (CM); Jörg Knappen, ecdoc (EC; cm-super and LH do the same); txfontsdoc (TX).
"""

import re
from typing import NamedTuple

_CM = re.compile(r"x?(?:l?cm|lm|cs|pl|vn|hf)([a-z]{1,6})\d{1,2}$")
"""Computer Modern, its Czech, Polish and Vietnamese versions, Latin Modern, SliTeX and CM-Bright: "cmssbx10", "lcmssb8"."""
_EC = re.compile(r"(?:ec|tc|dc|sf|la|lb|lc|rx)([a-z]{2,3})\d{3,4}$")
"""European Computer Modern, cm-super and the Cyrillic LH fonts: "ecbx1000", "sfsx1200", "latt1000"."""
_TX = re.compile(r"r?(?:new)?[tp][1c]?x(b?)(i|r|tt)?(?:ss)?(sc|sl)*(?:-[a-z]+)?$")
"""TX and PX fonts: "rtxb", "txbtt", "t1xttsc"."""
_CHANGED = re.compile(r"-(?:slant|extend)_\d+")
"""What pdfTeX adds to the name of a font that it slants or widens."""
_CM_MONO = ("tt", "tl", "tex", "tcsc")
_CM_BOLD = ("bx", "ssb", "ssdc", "csc")
_CM_ITALIC = ("ti", "sl", "itt", "ssi", "ssqi")
_EC_MONO = frozenset({"tt", "it", "st", "tc", "vt", "vi", "ltt"})
_EC_BOLD = frozenset({"bx", "bi", "bl", "rb", "sx", "so", "lb", "lo", "cc", "xc", "sc", "oc"})
_EC_ITALIC = frozenset({"ti", "sl", "bi", "bl", "it", "st", "vi", "si", "so", "li", "lo", "sc", "oc", "ci", "fi", "fs"})


class TexFont(NamedTuple):
    """The style that a font's name tells. Small capitals count as bold, since they set headings apart as bold type does."""

    bold: bool
    mono: bool
    italic: bool


def tex_font(name: str) -> TexFont | None:
    """Return the style of a font of TeX with this name (lower case); None for other fonts."""
    name = _CHANGED.sub("", name)
    if found := _CM.match(name):
        style = found[1]
        bold = style == "b" or style.startswith("bcsc") or _has(style, _CM_BOLD)
        return TexFont(bold and "tcsc" not in style, _has(style, _CM_MONO), _has(style, _CM_ITALIC))
    if found := _EC.match(name):
        return TexFont(found[1] in _EC_BOLD, found[1] in _EC_MONO, found[1] in _EC_ITALIC)
    if found := _TX.match(name):
        return TexFont(bool(found[1]) or found[3] == "sc", found[2] == "tt", found[2] == "i" or found[3] == "sl")
    return None


def _has(style: str, parts: tuple[str, ...]) -> bool:
    return any(part in style for part in parts)
