"""Recognise PDF files: also with other bytes before the header, without header, or cut off; not texts that quote a header."""

import re

_HEADER_LINE = re.compile(rb"(?:\A|[\r\n\0])[\s\xef\xbb\xbf]*%PDF-\d(?:\.\d)?[ \t]*(?:%[^\r\n]*)?(?:[\r\n]|\Z)")
_HEADER_BYTES = 1_024  # in which PDF readers look for the header
_OBJECT = re.compile(rb"(?<![\w.])\d{1,9}\s+\d{1,5}\s+obj\b")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""A byte that compressed streams contain, and texts in any encoding do not."""
_STRUCTURE = re.compile(rb"endobj|endstream|startxref\s+\d+|%%EOF")
_STRING = re.compile(rb"\([^()]*\)?")
_PROSE = re.compile(rb"(?<![\w/(<\[])[a-z]{2,}(?:[ \r\n]+[a-z]{2,}){3}")
"""Four words in a row: no dictionary, table of references or trailer has that."""


def is_pdf(head: bytes, name: str) -> bool:
    """Return whether a file that begins with `head` is a PDF. The suffix .pdf of `name` counts if no control character does."""
    header = head.find(b"%PDF-")
    if header < 0 and b"endobj" not in head:
        return False
    has_objects = _OBJECT.search(head) is not None
    if _CONTROL.search(head):
        return has_objects or _HEADER_LINE.search(head[:_HEADER_BYTES]) is not None
    if name.lower().endswith(".pdf") and (has_objects or 0 <= header < _HEADER_BYTES):
        return True
    line = _HEADER_LINE.search(head)
    if line and not has_objects:
        return not head[: line.start()].strip() and not _PROSE.search(head, line.end())
    return has_objects and (line is not None or header < 0) and not _is_quoted(head, line.end() if line else 0)


def _is_quoted(head: bytes, start: int) -> bool:
    """Return whether prose stands after the last piece of PDF structure, or, without header, before the first."""
    first = _OBJECT.search(head, start)
    if first is None:
        return True
    last = max((piece.end() for piece in _STRUCTURE.finditer(head, first.end())), default=first.end())
    return any(_PROSE.search(_STRING.sub(b"", part)) for part in (head[start : first.start()], head[last:]))
