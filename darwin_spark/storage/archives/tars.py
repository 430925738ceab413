"""Read the members of a tar archive, forwards only and in bounded memory."""

import tarfile
from collections.abc import Iterator
from typing import Any

from darwin_spark.storage.archives.budget import BLOCK
from darwin_spark.storage.archives.members import DAMAGED, BrokenArchiveError, Member, problem_of_name

_MAX_READ_BYTES = 4 * BLOCK
"""tarfile reads the whole body of a long name or pax header at once; a header that claims a larger body is an attack."""


def is_tar(head: bytes) -> bool:
    """Return whether a file that begins with `head` is a tar archive: its first header has a name and a valid checksum."""
    if len(head) < tarfile.BLOCKSIZE:
        return False
    try:
        return bool(tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape").name)
    except tarfile.HeaderError:
        return False


def tar_members(stream: Any) -> Iterator[Member]:
    """Yield every member but folders, in order; a link or a device is a member with a problem.
    Raises BrokenArchiveError where the archive is damaged or truncated, after the members before that."""
    forward = _ForwardFile(stream)
    try:
        with tarfile.open(fileobj=forward, mode="r:") as archive:  # type: ignore[call-overload]
            while (entry := archive.next()) is not None:
                archive.members.clear()  # otherwise tarfile keeps a kilobyte per member
                if not entry.isdir():
                    yield _member(archive, entry)
    except DAMAGED as error:
        raise BrokenArchiveError(str(error)) from error
    if forward.ended_in_garbage:
        raise BrokenArchiveError("a header of the archive is damaged or cut off")


def _member(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Member:
    problem = problem_of_name(entry.name)
    if problem is None and not entry.isreg():
        problem = "link_in_archive" if entry.issym() or entry.islnk() else "not_a_file"
    if problem:
        return Member(entry.name, None, problem)
    offset = None if entry.issparse() else entry.offset_data
    return Member(entry.name, archive.extractfile(entry), None, offset, entry.size)


class _ForwardFile:
    """The file object that tarfile reads: seeks forward by reading, and back by one byte at most.
    Raises tarfile.ReadError on a read of more than _MAX_READ_BYTES, tarfile.StreamError on a seek further back."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._position = stream, 0
        self._last_block = b""
        self._is_one_back = False

    @property
    def ended_in_garbage(self) -> bool:
        """Whether the last block read is not all zeros. An intact archive ends in zeros, so a header is damaged or cut off."""
        return bool(self._last_block.strip(b"\0"))

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self._position - self._is_one_back

    def seek(self, target: int) -> None:
        if target == self._position - 1:
            self._is_one_back = True
            return
        self._is_one_back = False
        if target < self._position:
            raise tarfile.StreamError("the archive points back into itself")
        while self._position < target:
            if not self._read_block(min(target - self._position, BLOCK)):
                return

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_READ_BYTES:
            raise tarfile.ReadError(f"a header of the archive claims {size} bytes")
        if self._is_one_back and size:
            self._is_one_back = False
            return self._last_block[-1:] + (self.read(size - 1) if size > 1 else b"")
        return self._read_block(size)

    def _read_block(self, size: int) -> bytes:
        block = bytes(self._stream.read(size)) if size else b""
        self._position += len(block)
        self._last_block = block
        return block
