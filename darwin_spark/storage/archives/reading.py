"""Open the content of packed files by the steps of an address: `!name` is a member of an archive, `!` alone decompresses.
`!name;2` is the second member with that name. Reserved characters in names are percent-encoded."""

import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO
from urllib.parse import quote, unquote_to_bytes

from darwin_spark.storage.archives import compression, tars, zips
from darwin_spark.storage.archives.budget import BLOCK, blocks, peeked
from darwin_spark.storage.archives.members import BrokenArchiveError

_SPOOL_BYTES = 64 * BLOCK
_MAGIC = {
    b"\x1f\x8b": "application/gzip",
    b"BZh": "application/x-bzip2",
    b"\xfd7zXZ\0": "application/x-xz",
    b"\x28\xb5\x2f\xfd": "application/zstd",
}


def step(name: str, nth: int = 1) -> str:
    """Return the step of an address to the nth member called `name`; with an empty name, the step into a compressed file."""
    return "!" + quote(name.encode("utf-8", "surrogateescape"), safe="/") + (f";{nth}" if nth > 1 else "")


def descend(stream: BinaryIO, steps: Sequence[str], most: int) -> BinaryIO:
    """Return the stream that `steps` (without `!`) lead to. Raises BrokenArchiveError, one of members.DAMAGED, or
    TooManyMembersError for a zip file of more than `most` members."""
    for name in steps:
        quoted, _, nth = name.partition(";")
        stream = _enter(stream, unquote_to_bytes(quoted).decode("utf-8", "surrogateescape"), int(nth or 1), most)
    return stream


class TooLargeError(Exception):
    """A member that must be copied before it can be opened is larger than allowed."""


def seekable(stream: Any, most: float = float("inf")) -> BinaryIO:
    """Return the stream; if it cannot seek, a copy (a file above 64 MiB). Raises TooLargeError above `most` bytes copied."""
    if stream.seekable():
        return stream  # type: ignore[no-any-return]
    copy = tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115  (returned to the caller; deleted when it is closed)
    for block in blocks(stream):
        copy.write(block)
        if copy.tell() > most:
            raise TooLargeError(f"more than {most} bytes")
    copy.seek(0)
    return copy  # type: ignore[return-value]


def _enter(stream: BinaryIO, name: str, nth: int, most: int) -> BinaryIO:
    """Return the stream after one step: decompressed if it is compressed, then the nth member `name`, if there is a name."""
    head, stream = peeked(stream, 512) if not stream.seekable() else (_head(stream), stream)
    if name and head.startswith(b"PK"):
        return zips.open_member(seekable(stream), name, nth, most)
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if kind:
        stream = compression.decompressed(stream, kind)
    return _tar_member(stream, name, nth) if name else stream


def _head(stream: BinaryIO) -> bytes:
    head = stream.read(512)
    stream.seek(0)
    return head


def _tar_member(stream: BinaryIO, name: str, nth: int) -> BinaryIO:
    """Return a stream of the nth member of this name in a tar. Raises BrokenArchiveError, also if that member is a link."""
    for member in tars.tar_members(stream):
        nth -= member.name == name
        if nth == 0:
            if member.stream is None:
                raise BrokenArchiveError(f"{name} in the archive is a link, not a file")
            return peeked(member.stream, 0)[1]  # read in blocks: tars.py refuses a read of more than 4 MiB
    raise BrokenArchiveError(f"the archive has no member {name} (any more)")
