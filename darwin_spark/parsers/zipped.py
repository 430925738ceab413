"""Read documents that are zip files (EPUB, DOCX ...) in memory, within size limits. Nothing is written to disk.

The limits apply to the bytes that are really unpacked, not to the sizes that the zip file declares.
EPUB (OCF 3.3, §4.2) and Office files (ISO 29500-2, §7) allow only stored and deflated members; no other method is unpacked.
"""

import io
import zipfile
import zlib
from types import TracebackType
from typing import Self

from darwin_spark.parsers.parsed import ParseFailure

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 100_000_000
MAX_UNPACKED_BYTES = 300_000_000
"""Limit on the sum of all members that are read from one document."""

_MEMBER_SIGNATURE = b"PK\x01\x02"
_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_IS_ENCRYPTED = 0x1


class ZippedDocument:
    """Reader of a zip file's members; `names` is the set of its file names. Raises ParseFailure corrupt_zip, archive_bomb."""

    def __init__(self, content: bytes) -> None:
        entries = content.count(_MEMBER_SIGNATURE)
        if entries > MAX_MEMBERS:
            raise ParseFailure("archive_bomb", f"the zip file has {entries} members; at most {MAX_MEMBERS} are read")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise ParseFailure("corrupt_zip", f"not a readable zip file, perhaps cut off: {error}") from error
        self.names = frozenset(name for name in self._zip.namelist() if not name.endswith("/"))
        self._bytes_left = MAX_UNPACKED_BYTES

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """Unpack a member and return its bytes.

        Raises KeyError if the zip file has no such member. Raises ParseFailure: encrypted (the member needs a password),
        corrupt_zip (damaged, or an unknown compression method), archive_bomb (unpacks to more than the limits).
        """
        info = self._zip.getinfo(name)
        if info.flag_bits & _IS_ENCRYPTED:
            raise ParseFailure("encrypted", f"{name} in the zip file needs a password")
        if info.compress_type not in _METHODS:
            raise ParseFailure(
                "corrupt_zip", f"{name} is compressed by method {info.compress_type}, which documents may not use"
            )
        limit = min(MAX_MEMBER_BYTES, self._bytes_left)
        try:
            with self._zip.open(info) as stream:
                data = stream.read(limit + 1)
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, ValueError, OSError) as error:
            raise ParseFailure("corrupt_zip", f"{name} in the zip file is damaged: {error}") from error
        if len(data) > limit:
            raise ParseFailure("archive_bomb", f"{name} unpacks to more than {limit} bytes")
        self._bytes_left -= len(data)
        return data
