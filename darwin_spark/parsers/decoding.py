"""Bytes of a text file to characters: byte order marks, UTF-8, then a guess on a bounded sample; mojibake repaired."""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes
from ftfy import fix_encoding
from ftfy.badness import is_bad

_MARKS = (
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
_MAX_BAD_SHARE = 0.02
"""Share of a file's non-ASCII sequences that may be damaged for it to still count as UTF-8."""
_PIECE = 4_096
"""Characters looked at together for mojibake."""
_HIGH = re.compile(rb"[\x80-\xff]{1,64}")
_ASCII_RUN = re.compile(r"[\x00-\x7f]{12,}")
"""What mojibake does not stand in: only its ends are looked at, which is where the time goes otherwise."""
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]+")


def decode(content: bytes) -> tuple[str, list[str]]:
    """The text, without control characters, and what had to be done for it. Never fails."""
    text, warnings = _characters(content)
    clean = _CONTROLS.sub("", text)
    if len(clean) < len(text):
        warnings.append(f"removed {len(text) - len(clean)} NUL or control characters")
    clean, repaired = _without_mojibake(clean)
    if repaired:
        warnings.append(f"repaired mojibake in {repaired} places")
    return clean, warnings


def _characters(content: bytes) -> tuple[str, list[str]]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace"), []
    try:
        if not _has_wide_zeros(content):
            return content.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    encoding = _guess(content)
    return content.decode(encoding, "replace"), [f"decoded as {encoding}"]


def _has_wide_zeros(content: bytes) -> bool:
    """UTF-16 without its mark: every other byte of ASCII text is zero."""
    sample = content[:4_096]
    zeros = sample[::2].count(0), sample[1::2].count(0)
    return len(sample) > 3 and max(zeros) > 0.35 * len(sample) and min(zeros) < 0.05 * len(sample)


def _guess(content: bytes) -> str:
    if _has_wide_zeros(content):
        return "utf-16-le" if content[1:4_096:2].count(0) > content[:4_096:2].count(0) else "utf-16-be"
    sample = _telling_sample(content)
    damaged = sample.decode("utf-8", "replace").count("\ufffd")
    sequences = sum(1 for _ in _HIGH.finditer(sample))
    if damaged <= _MAX_BAD_SHARE * sequences:
        return "utf-8"
    matches = list(from_bytes(sample, cp_isolation=_CANDIDATES))
    if not matches:
        return _WESTERN
    best = matches[0]
    # Few accents fit several code pages equally well; the Western one is by far the commonest.
    ties = (m for m in matches if m.chaos <= best.chaos + 0.02 and m.coherence >= best.coherence - 0.05)
    return _WESTERN if any(m.encoding == _WESTERN for m in ties) else best.encoding


def _telling_sample(content: bytes) -> bytes:
    """The beginning where it is rich in non-ASCII bytes, else what stands round them: in an English book they are rare."""
    head = content[:_SAMPLE_BYTES]
    if sum(len(run) for run in _HIGH.findall(head)) > 0.1 * len(head):
        return head
    parts, size, end = [], 0, 0
    for match in _HIGH.finditer(content):
        if match.start() < end:
            continue
        begin, end = max(end, match.start() - 40), match.end() + 40
        parts.append(content[begin:end])
        size += end - begin
        if size > _SAMPLE_BYTES:
            break
    return b" ".join(parts)


def _without_mojibake(text: str) -> tuple[str, int]:
    """Only pieces that look like UTF-8 read as something else are touched ('â€™' for an apostrophe)."""
    if text.isascii() or not is_bad(_ASCII_RUN.sub(_ends, text)):
        return text, 0
    pieces, repaired = [], 0
    for piece in _pieces(text):
        fixed = fix_encoding(piece) if is_bad(piece) else piece
        repaired += fixed != piece
        pieces.append(fixed)
    return "".join(pieces), repaired


def _ends(run: re.Match[str]) -> str:
    return f"{run[0][:4]}\n{run[0][-4:]}"


def _pieces(text: str) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _PIECE):
            yield line[start : start + _PIECE]
