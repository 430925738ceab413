"""Recognise UTF-16 and UTF-32 text: by its byte order mark, or, without one, by the statistics of its first bytes."""

import codecs
import math
import re
import unicodedata
from collections import Counter

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 4_096
_MAX_ODD_SHARE = 0.02
"""Maximum share of control, private-use and unassigned characters in a text. Other binary data exceeds it at once."""
_MIN_ENTROPY_DIFFERENCE = 0.5
"""Bits by which the high bytes of UTF-16 vary less than the low ones: 1.0 or more for Chinese, 2 to 4 for alphabets.

ASCII text with a few NUL bytes, which would decode as Chinese, stays below 0.3.
"""
_GOOD_CONTROLS = frozenset("\t\n\r\f")
_SIGNS = re.compile(rb"[\x00-\x02]")
"""Bytes of UTF-16 that other encodings lack: of ASCII characters, of the Chinese comma and full stop."""
_EAST_ASIAN = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef\x20-\x7e\\s]")
_EAST_ASIAN_STOP = re.compile("[\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]")
_MIN_EAST_ASIAN_SHARE = 0.97
_MAX_CHARS_PER_STOP = 100


def wide_encoding(content: bytes) -> tuple[str, int] | None:
    """Return the codec of UTF-16 or UTF-32 text and the length of its byte order mark (0: none); None for other content."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, len(mark)
    sample = content[:_SAMPLE_BYTES]
    if len(sample) < 4 or not _SIGNS.search(sample):
        return None
    found = _utf32(sample) or _utf16(sample) or _east_asian_utf16(sample)
    return (found, 0) if found else None


def as_utf8(head: bytes) -> bytes:
    """Return the beginning of a file in UTF-8 without mark if it is UTF-16 or UTF-32, else unchanged. Damage is left out."""
    wide = wide_encoding(head)
    return head[wide[1] :].decode(wide[0], "ignore").encode("utf-8", "ignore") if wide else head


def _utf32(sample: bytes) -> str | None:
    """Return the UTF-32 codec whose highest byte is always zero and that decodes the sample to text, or None."""
    sample = sample[: len(sample) // 4 * 4]
    encoding = "utf-32-le" if not any(sample[3::4]) else "utf-32-be" if not any(sample[::4]) else None
    return encoding if encoding and _is_text(sample, encoding) else None


def _utf16(sample: bytes) -> str | None:
    sample = sample[: len(sample) // 2 * 2]
    even, odd = sample[::2], sample[1::2]
    high, low, encoding = (odd, even, "utf-16-le") if _entropy(odd) < _entropy(even) else (even, odd, "utf-16-be")
    is_two_columns = _entropy(low) - _entropy(high) >= _MIN_ENTROPY_DIFFERENCE and low.count(0) <= high.count(0) / 10
    return encoding if is_two_columns and _is_text(sample, encoding) else None


def _east_asian_utf16(sample: bytes) -> str | None:
    """Return the UTF-16 codec by which the sample is Chinese, Japanese or Korean with its punctuation, or None."""
    sample = sample[: len(sample) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "ignore")
        has_stops = len(_EAST_ASIAN_STOP.findall(text)) * _MAX_CHARS_PER_STOP >= len(text) > 0
        if has_stops and len(_EAST_ASIAN.findall(text)) >= _MIN_EAST_ASIAN_SHARE * len(sample) / 2:
            return encoding
    return None


def _is_text(sample: bytes, encoding: str) -> bool:
    """Return whether the sample decodes, with few control, private-use or unassigned characters."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    odd = sum(1 for c in text if unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in _GOOD_CONTROLS)
    return bool(text) and odd <= _MAX_ODD_SHARE * len(text)


def _entropy(column: bytes) -> float:
    """Return the entropy of a column of bytes in bits."""
    return -sum(n / len(column) * math.log2(n / len(column)) for n in Counter(column).values())
