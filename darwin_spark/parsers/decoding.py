"""Decode the bytes of a text file (byte order mark, else UTF-16 if it looks so, else UTF-8, else a guess); repair mojibake."""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes
from ftfy import fix_encoding
from ftfy.badness import is_bad

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "iso8859_2", "iso8859_15", "koi8_r",
    "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "mac_roman", "cp437", "cp850",
]  # fmt: skip
_WESTERN = "cp1252"
_SAMPLE_BYTES = 32_768
_MAX_BAD_SHARE = 0.02  # maximum share of invalid ones among the non-ASCII sequences of a sample to be decoded as UTF-8
_CHUNK_CHARS = 4_096  # maximum number of characters that are checked for mojibake and repaired together
_NON_ASCII = re.compile(rb"[\x80-\xff]{1,64}")
_ASCII_RUN = re.compile(r"[\x00-\x7f]{12,}")
"""A long ASCII run has no mojibake. The first check replaces each by its two ends, since most of its time would go there."""
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]+")


def decode(content: bytes) -> tuple[str, list[str]]:
    """Return (text, warnings). Mojibake is repaired, ASCII controls but white space are removed, invalid bytes replaced."""
    text, warnings = _decode_bytes(content)
    cleaned = _CONTROLS.sub("", text)
    if len(cleaned) < len(text):
        warnings.append(f"removed {len(text) - len(cleaned)} NUL or control characters")
    cleaned, repaired = _repair_mojibake(cleaned)
    if repaired:
        warnings.append(f"repaired mojibake in {repaired} places")
    return cleaned, warnings


def _decode_bytes(content: bytes) -> tuple[str, list[str]]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace"), []
    try:
        if not _looks_like_utf16(content):
            return content.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    encoding = _guess_encoding(content)
    return content.decode(encoding, "replace"), [f"decoded as {encoding}"]


def _looks_like_utf16(content: bytes) -> bool:
    """Return whether the content looks like UTF-16 without a byte order mark: every other byte of ASCII text is zero there."""
    sample = content[:4_096]
    zeros = sample[::2].count(0), sample[1::2].count(0)
    return len(sample) > 3 and max(zeros) > 0.35 * len(sample) and min(zeros) < 0.05 * len(sample)


def _guess_encoding(content: bytes) -> str:
    """Return the name of the most probable encoding: UTF-16, UTF-8 with a few damaged bytes, or one of `_CANDIDATES`."""
    if _looks_like_utf16(content):
        return "utf-16-le" if content[1:4_096:2].count(0) > content[:4_096:2].count(0) else "utf-16-be"
    sample = _detection_sample(content)
    damaged = sample.decode("utf-8", "replace").count("\ufffd")
    sequences = sum(1 for _ in _NON_ASCII.finditer(sample))
    if damaged <= _MAX_BAD_SHARE * sequences:
        return "utf-8"
    matches = list(from_bytes(sample, cp_isolation=_CANDIDATES))
    if not matches:
        return _WESTERN
    best = matches[0]
    # A few accented letters fit several code pages equally well. cp1252 wins a tie because it is by far the most common.
    ties = (m for m in matches if m.chaos <= best.chaos + 0.02 and m.coherence >= best.coherence - 0.05)
    return _WESTERN if any(m.encoding == _WESTERN for m in ties) else best.encoding


def _detection_sample(content: bytes) -> bytes:
    """Return the first 32 kB or, if at most 10 % of it is non-ASCII, about 32 kB of non-ASCII runs with 40 bytes around."""
    head = content[:_SAMPLE_BYTES]
    if sum(len(run) for run in _NON_ASCII.findall(head)) > 0.1 * len(head):
        return head
    parts, size, end = [], 0, 0
    for match in _NON_ASCII.finditer(content):
        if match.start() < end:
            continue
        begin, end = max(end, match.start() - 40), match.end() + 40
        parts.append(content[begin:end])
        size += end - begin
        if size > _SAMPLE_BYTES:
            break
    return b" ".join(parts)


def _repair_mojibake(text: str) -> tuple[str, int]:
    """Return the text with the chunks that look like mojibake ('â€™' for '’') repaired, and the number of changed chunks."""
    if text.isascii() or not is_bad(_ASCII_RUN.sub(_shorten_ascii_run, text)):
        return text, 0
    chunks, repaired = [], 0
    for chunk in _chunks(text):
        fixed = fix_encoding(chunk) if is_bad(chunk) else chunk
        repaired += fixed != chunk
        chunks.append(fixed)
    return "".join(chunks), repaired


def _shorten_ascii_run(run: re.Match[str]) -> str:
    return f"{run[0][:4]}\n{run[0][-4:]}"


def _chunks(text: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _CHUNK_CHARS):
            yield line[start : start + _CHUNK_CHARS]
