"""Read the members of a zip archive. Its central directory is checked before zipfile loads it into memory."""

import stat
import struct
import zipfile
from collections.abc import Collection, Iterator
from typing import BinaryIO

from darwin_spark.storage.archives.budget import BLOCK, ArchiveBombError
from darwin_spark.storage.archives.members import DAMAGED, BrokenArchiveError, Member, TooManyMembersError, problem_of_name

_ENTRY_MAGIC = b"PK\x01\x02"
_LOCAL_HEADER_BYTES = 30
_DIRECTORY_BYTES_PER_MEMBER = 512
"""Maximum average size of a directory entry. A larger directory is refused, like one with too many members."""
_ENCRYPTED_FLAG = 0x1


def names(stream: BinaryIO, most: int) -> Collection[str]:
    """Return the names of all members, each once. Raises BrokenArchiveError, TooManyMembersError (more than `most`)."""
    return _open(stream, most).NameToInfo


def zip_members(stream: BinaryIO, most: int) -> Iterator[Member]:
    """Yield every member but folders, in order; one that is encrypted, a link, badly named or cannot be opened has a `problem`.
    Raises BrokenArchiveError, TooManyMembersError (more than `most`), ArchiveBombError (members share their bytes)."""
    with _open(stream, most) as archive:
        _refuse_overlaps(archive)
        for entry in archive.infolist():
            if entry.filename.endswith("/") and not entry.file_size:
                continue
            problem = _problem(entry)
            if problem:
                yield Member(entry.filename, None, problem)
                continue
            member = _open_entry(archive, entry)
            yield member
            if member.stream is not None:
                member.stream.close()


def _open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Member:
    try:
        return Member(entry.filename, archive.open(entry))
    except NotImplementedError:
        return Member(entry.filename, None, "unsupported_compression")
    except DAMAGED:
        return Member(entry.filename, None, "broken_member")


def open_member(stream: BinaryIO, name: str, nth: int, most: int) -> BinaryIO:
    """Return a stream of the nth (from 1) member called `name`. Raises BrokenArchiveError, TooManyMembersError, or DAMAGED."""
    archive = _open(stream, most)
    found = [entry for entry in archive.infolist() if entry.filename == name]
    if len(found) < nth:
        raise BrokenArchiveError(f"the archive has no member {name} (any more)")
    return archive.open(found[nth - 1])  # type: ignore[return-value]


def _open(stream: BinaryIO, most: int) -> zipfile.ZipFile:
    """Return the archive, opened after a check of its directory. Raises BrokenArchiveError, TooManyMembersError."""
    try:
        _refuse_large_directories(stream, most)
        return zipfile.ZipFile(stream)
    except DAMAGED as error:
        raise BrokenArchiveError(str(error)) from error


def _refuse_large_directories(stream: BinaryIO, most: int) -> None:
    """Raise TooManyMembersError if the directory has over `most` entries or 512 * `most` bytes: zipfile would load it all.
    Raise BrokenArchiveError if there is none."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557 - 98))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise BrokenArchiveError("the zip file has no directory")
    directory_size = struct.unpack_from("<L", tail, end + 12)[0]
    zip64_end = tail.rfind(b"PK\x06\x06", 0, end)
    if zip64_end >= 0 and directory_size == 0xFFFFFFFF:
        directory_size = struct.unpack_from("<Q", tail, zip64_end + 40)[0]
    if directory_size > most * _DIRECTORY_BYTES_PER_MEMBER:
        raise TooManyMembersError(f"a directory of {directory_size} bytes")
    start = max(0, size - len(tail) + (zip64_end if zip64_end >= 0 else end) - directory_size)
    stream.seek(start)
    count, carried = 0, b""
    for _ in range(directory_size // BLOCK + 1):
        block = carried + stream.read(BLOCK)
        count += block.count(_ENTRY_MAGIC)
        carried = block[-3:]
    if count > most:
        raise TooManyMembersError(f"{count} members")


def _refuse_overlaps(archive: zipfile.ZipFile) -> None:
    """Raise ArchiveBombError if members share bytes, as thousands do in the better zip bomb (Fifield, WOOT 2019)."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    end = 0
    for entry in entries:
        if entry.header_offset < end:
            raise ArchiveBombError("members of the zip file share their bytes")
        end = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size


def _problem(entry: zipfile.ZipInfo) -> str | None:
    """Return why a member is not opened: `encrypted`, `link_in_archive`, or a problem of its name; else None."""
    if entry.flag_bits & _ENCRYPTED_FLAG:
        return "encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "link_in_archive"
    return problem_of_name(entry.filename)
