"""The members of a tar archive, read forwards only and in bounded memory."""

import tarfile
from collections.abc import Iterator
from typing import Any

from darwin_spark.storage.archives.budget import BLOCK
from darwin_spark.storage.archives.members import DAMAGED, BrokenArchiveError, Member, problem_of_name

_LARGEST_READ = 4 * BLOCK
"""tarfile reads a long name's or pax header's whole body at once; a header that claims more is an attack."""


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so is a tar archive: its first header's checksum is right, or it is an empty archive."""
    if len(head) < tarfile.BLOCKSIZE:
        return False
    try:
        return bool(tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape").name)
    except tarfile.HeaderError:
        return False


def tar_members(stream: Any) -> Iterator[Member]:
    """Every member but folders, in order; a link or a device is a member with a problem.

    Raises BrokenArchiveError where the archive is damaged or cut off; what came before stays.
    """
    forward = _Forward(stream)
    try:
        with tarfile.open(fileobj=forward, mode="r:") as archive:  # type: ignore[call-overload]
            while (entry := archive.next()) is not None:
                archive.members.clear()  # or tarfile keeps a kilobyte of every member there ever was
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


class _Forward:
    """The file that tarfile believes to have: it skips by reading, and steps back by one byte at the most."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._position = stream, 0
        self._last = b""
        self._behind = False

    @property
    def ended_in_garbage(self) -> bool:
        """Whether the last block read was neither a whole header nor the zeros that end an archive."""
        return bool(self._last.strip(b"\0"))

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self._position - self._behind

    def seek(self, target: int) -> None:
        if target == self._position - 1:
            self._behind = True
            return
        self._behind = False
        if target < self._position:
            raise tarfile.StreamError("the archive points back into itself")
        while self._position < target:
            if not self._next(min(target - self._position, BLOCK)):
                return

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LARGEST_READ:
            raise tarfile.ReadError(f"a header of the archive claims {size} bytes")
        if self._behind and size:
            self._behind = False
            return self._last[-1:] + (self.read(size - 1) if size > 1 else b"")
        return self._next(size)

    def _next(self, size: int) -> bytes:
        block = bytes(self._stream.read(size)) if size else b""
        self._position += len(block)
        self._last = block
        return block
