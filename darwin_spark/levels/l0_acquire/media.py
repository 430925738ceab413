"""Detect the media type of an object from its first bytes, and from its name where these leave it open."""

import re
from collections.abc import Collection

import filetype

from darwin_spark.levels.l0_acquire.pdf_media import is_pdf
from darwin_spark.levels.l0_acquire.text_media import BY_SUFFIX, POSTSCRIPT, TEXT, text_type
from darwin_spark.storage.archives.tars import is_tar
from darwin_spark.storage.archives.warc import MAGIC as WARC_MAGIC
from darwin_spark.text.wide_encodings import as_utf8

HEAD_BYTES = 65_536
"""Number of leading bytes that `media_type` looks at."""
OCTETS = "application/octet-stream"
ZIP = "application/zip"
TAR = "application/x-tar"
WARC = "application/warc"
PARQUET = "application/vnd.apache.parquet"
OLE = "application/x-ole-storage"
"""Old files of Microsoft Office, such as .doc, and new ones protected by a password."""
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HINTS = {"text/html", "application/xml", *BY_SUFFIX.values()}
_TEXT_FORMATS = {"application/pdf", "application/rtf", POSTSCRIPT}
"""Formats of printable characters, which the library `filetype` takes every text that mentions them for."""
_RENAMED = {"application/x-gzip": "application/gzip", "application/x-zstd": "application/zstd"}
_MAGIC = (
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"\xf7\x02\x01\x83\x92\xc0\x1c;", "application/x-dvi"),
    (0, b"\xc5\xd0\xd3\xc6", POSTSCRIPT),
    (0, b"ITSF", "application/vnd.ms-htmlhelp"),
    (60, b"BOOKMOBI", "application/x-mobipocket-ebook"),
)
"""Formats that `filetype` does not know: offset and bytes of the magic number."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAGIC_BYTES = 64
"""Bytes in which every binary format has a control character: its sizes or flags. Texts with a magic word have none there."""
_KOREAN_SHIFT = b"\x1b$)C"
"""Announces ISO 2022-KR, in which the control characters 14 and 15 frame each run of Korean."""
MIMETYPE = "mimetype"
"""Member of OpenDocument and EPUB files that holds their media type."""
_BY_ZIP_MEMBER = {
    "META-INF/container.xml": "application/epub+zip",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xl/workbook.bin": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "visio/document.xml": "application/vnd.ms-visio.drawing",
    "FixedDocSeq.fdseq": "application/oxps",
    "FixedDocumentSequence.fdseq": "application/vnd.ms-xpsdocument",
    "Index/Document.iwa": "application/vnd.apple.iwork",
}
"""Document formats that are zip files, each by a member that every file of the format has."""
_OFFICE = "[Content_Types].xml"
_BY_OFFICE_FOLDER = {"word": "word/document.xml", "ppt": "ppt/presentation.xml", "xl": "xl/workbook.xml"}
"""Folders of Office files whose main part has another name, which only its relations tell."""


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
    known = None if _CONTROL.search(head[:_MAGIC_BYTES]) is None and _is_text(head) else _by_magic(head)
    if known:
        return known
    if is_pdf(head, name):
        return "application/pdf"
    text = as_utf8(head)
    return text_type(text, name) if _is_text(text) else OCTETS


def _by_magic(head: bytes) -> str | None:
    """Return the type of a binary file by its magic number, or None."""
    found = next((kind for offset, magic, kind in _MAGIC if head.startswith(magic, offset)), None)
    known = found or filetype.guess_mime(head)
    return None if known is None or known in _TEXT_FORMATS - {found} else _RENAMED.get(known, str(known))


def zip_type(names: Collection[str], mimetype: str = "") -> str:
    """Return the media type of a zip file with members of these names: a document format such as EPUB, or `application/zip`.

    `mimetype` is the content of its member of that name, if it has one: OpenDocument files say there what they are.
    """
    found = next((kind for mark, kind in _BY_ZIP_MEMBER.items() if mark in names), None)
    if found:
        return found
    if _OFFICE in names:
        folders = {name.partition("/")[0] for name in names}
        main = next((main for folder, main in _BY_OFFICE_FOLDER.items() if folder in folders), "")
        return _BY_ZIP_MEMBER.get(main, "application/vnd.openxmlformats-officedocument")
    if "META-INF/manifest.xml" in names:
        is_open = mimetype.startswith("application/vnd.oasis.opendocument.")
        return mimetype.strip() if is_open else "application/vnd.oasis.opendocument"
    return ZIP


def hinted(kind: str, declared: str) -> str:
    """Return the type that `declared` (an HTTP header) names if `kind` is text/plain and the type is in _HINTS; else `kind`."""
    name = declared.split(";", 1)[0].strip().lower()
    name = {"application/xhtml+xml": "text/html", "text/xml": "application/xml", "application/x-tex": "text/x-tex"}.get(
        name, name
    )
    return name if kind == TEXT and name in _HINTS else kind


def _is_text(head: bytes) -> bool:
    """Return whether at most 5 % of the bytes are control characters, also NUL. Compressed data has about 10 %."""
    controls = len(_CONTROL.findall(head))
    if _KOREAN_SHIFT in head:
        controls -= head.count(b"\x0e") + head.count(b"\x0f")
    return controls <= len(head) // 20
