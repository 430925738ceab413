"""Codecs of RTF's character sets and code pages."""

import codecs

CHARSETS = {
    77: "mac_roman", 78: "cp932", 79: "cp949", 80: "gbk", 81: "big5", 83: "cp1255", 84: "cp1256", 85: "mac_greek",
    86: "mac_turkish", 88: "cp1250", 89: "mac_cyrillic", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""Codec of each `\\fcharset` that does not mean the code page of the file."""
DOCUMENT_SETS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
"""Codec of the control word that names the character set of the file."""
_WIDE = frozenset(("cp932", "cp949", "gbk", "gb18030", "big5", "johab"))


def codec_of(page: int) -> str | None:
    """Return the codec of a Windows code page, or None if Python has none."""
    name = {10000: "mac_roman", 10007: "mac_cyrillic", 936: "gb18030", 65001: "utf-8", 0: "cp1252", 1361: "johab"}.get(page)
    try:
        return name or codecs.lookup(f"cp{page}").name
    except LookupError:
        return None


def text_of(data: str, codec: str) -> str:
    """Return bytes, given as Latin-1 characters, decoded; invalid ones are replaced."""
    return data if data.isascii() and codec not in _WIDE else data.encode("latin-1").decode(codec, "replace")
