"""Detect the media type of an object from its first bytes; the name only decides between kinds of text that look alike."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

import filetype

from darwin_spark.storage.archives.tars import is_tar
from darwin_spark.storage.archives.warc import MAGIC as WARC_MAGIC

HEAD_BYTES = 65_536
"""Number of leading bytes that `media_type` looks at."""
OCTETS = "application/octet-stream"
ZIP = "application/zip"
TAR = "application/x-tar"
WARC = "application/warc"
PARQUET = "application/vnd.apache.parquet"
OLE = "application/x-ole-storage"
"""Old Word files, and new ones protected by a password."""
S2ORC = "application/x-s2orc+json"
"""A paper in the JSON of s2orc-doc2json and CORD-19: paragraphs, sections, figures and references."""
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_SUFFIX = {
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
_HINTS = {"text/html", "application/xml", *_BY_SUFFIX.values()}
_PDF = re.compile(rb"(?:\A[\s\xef\xbb\xbf]*|[\r\n\0])%PDF-\d")
"""A PDF header. Mail and web servers leave lines before the header, and PDF readers search for it in the first kilobyte."""
_WEAK_MAGIC = {"image/bmp", "application/x-msdownload", "audio/mpeg", "application/x-shockwave-flash", "application/x-lzip"}
"""Types whose 2 to 4 letters of magic number may begin a text: BM, MZ, ID3, CWS, LZIP. Real files contain zero bytes."""
_JATS = re.compile(rb"<(?:\w+:)?article[\s/>]|<!DOCTYPE\s+article\b|<(?:\w+:)?(?:pmc-articleset|book-part(?:-wrapper)?)[\s/>]")
_TEI = re.compile(rb"<(?:\w+:)?TEI[\s/>]|<TEI\.2[\s/>]")
_HTML = re.compile(rb"<!doctype\s+html|<html[\s/>]", re.IGNORECASE)
_TEX = re.compile(rb"^\s*\\(?:documentclass|documentstyle)\b", re.MULTILINE)
_S2ORC = re.compile(rb'^\{\s*"paper_id"\s*:[\s\S]*"(?:pdf_parse|latex_parse|jats_parse|body_text)"\s*:')
_BY_ZIP_MEMBER = {
    "META-INF/container.xml": "application/epub+zip",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "[Content_Types].xml": "application/vnd.openxmlformats-officedocument",
    "META-INF/manifest.xml": "application/vnd.oasis.opendocument",
}
"""Document formats that are zip files, each by a member that every file of the format has."""


def media_type(head: bytes, name: str) -> str:
    """Return the media type of an object from `head` (its first HEAD_BYTES, or all of it) and its `name`."""
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return ZIP
    if head.startswith(_OLE_MAGIC):
        return OLE
    if head.startswith(WARC_MAGIC):
        return WARC
    if head.startswith(b"PAR1"):
        return PARQUET
    if is_tar(head):
        return TAR
    known = filetype.guess_mime(head)
    if known and not (known in _WEAK_MAGIC and b"\0" not in head and _is_text(head)):
        return {"application/x-gzip": "application/gzip", "application/x-zstd": "application/zstd"}.get(known, str(known))
    if _PDF.search(head[:1024]):
        return "application/pdf"
    return _text_type(head, name) if _is_text(head) else OCTETS


def zip_type(names: Collection[str]) -> str:
    """Return the media type of a zip file with members of these names: a document format such as EPUB, or `application/zip`."""
    return next((kind for mark, kind in _BY_ZIP_MEMBER.items() if mark in names), ZIP)


def hinted(kind: str, declared: str) -> str:
    """Return the type that `declared` (an HTTP header) names if `kind` is text/plain and the type is in _HINTS; else `kind`."""
    name = declared.split(";", 1)[0].strip().lower()
    name = {"application/xhtml+xml": "text/html", "text/xml": "application/xml", "application/x-tex": "text/x-tex"}.get(
        name, name
    )
    return name if kind == "text/plain" and name in _HINTS else kind


def _is_text(head: bytes) -> bool:
    """Return whether `head` is text: it has a UTF-16 or UTF-32-LE byte order mark, or at most 5 % control bytes, also NUL."""
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
    if start.startswith(b"{") and _S2ORC.search(start):
        return S2ORC
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower(), "text/plain")


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
