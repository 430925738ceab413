"""The media type of an object, by what its first bytes are; a name only tells apart kinds of text that look alike."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

import filetype

HEAD_BYTES = 65_536
"""How much of an object `media_type` wants to see."""

OCTETS = "application/octet-stream"
ARCHIVES = {
    "application/zip",
    "application/x-tar",
    "application/gzip",
    "application/x-xz",
    "application/x-bzip2",
    "application/zstd",
}
"""Types that may hold members; compressed ones hold them if there is a tar inside."""

_BY_NAME = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".tex": "text/x-tex",
    ".latex": "text/x-tex",
    ".ltx": "text/x-tex",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".bib": "text/x-bibtex",
    ".cls": "text/x-tex",
    ".sty": "text/x-tex",
    ".css": "text/css",
    ".js": "text/javascript",
}
_JATS = re.compile(rb"<(?:\w+:)?article[\s/>]|<!DOCTYPE\s+article\b|<(?:\w+:)?(?:pmc-articleset|book-part-wrapper)[\s/>]")
_TEI = re.compile(rb"<(?:\w+:)?TEI[\s/>]|<TEI\.2[\s/>]")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s/>]", re.IGNORECASE)
_TEX = re.compile(rb"^\s*\\(?:documentclass|documentstyle)\b", re.MULTILINE)
_ZIP_KINDS = {
    "META-INF/container.xml": "application/epub+zip",
    "[Content_Types].xml": "application/vnd.openxmlformats-officedocument",
    "META-INF/manifest.xml": "application/vnd.oasis.opendocument",
}
"""Formats that are zip files, by a member that each of them must have."""


def media_type(head: bytes, name: str) -> str:
    """The media type of an object that begins with `head` (HEAD_BYTES or all of it) and is called `name`."""
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head[:4] == b"PK\x03\x04":
        return "application/zip"
    known = filetype.guess_mime(head)
    if known:
        return {"application/x-gzip": "application/gzip", "application/x-zstd": "application/zstd"}.get(known, str(known))
    return _text_type(head, name) if _is_text(head) else OCTETS


def zip_type(names: Collection[str]) -> str:
    """The media type of a zip file with these members: a document's, or that of an archive."""
    return next((kind for mark, kind in _ZIP_KINDS.items() if mark in names), "application/zip")


def _is_text(head: bytes) -> bool:
    """Text in any encoding: UTF-16/32 by its mark, else few control bytes (a stray NUL is damage, not a format)."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(head.count(bytes([byte])) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    return controls <= len(head) // 20


def _text_type(head: bytes, name: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        markup = _markup_type(start)
        if markup:
            return markup
    if _TEX.search(head):
        return "text/x-tex"
    return _BY_NAME.get(PurePosixPath(name).suffix.lower(), "text/plain")


def _markup_type(start: bytes) -> str | None:
    if _HTML.search(start[:4096]):
        return "text/html"
    if start.startswith((b"<?xml", b"<!DOCTYPE", b"<!--")) or re.match(rb"<[A-Za-z]", start):
        if _JATS.search(start[:16_384]):
            return "application/jats+xml"
        if _TEI.search(start[:16_384]):
            return "application/tei+xml"
        return "application/xml" if start.startswith(b"<?xml") else None
    return None
