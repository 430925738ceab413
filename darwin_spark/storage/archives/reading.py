"""The way into a packed file by an address: `!name` is a member of an archive, `!` alone what a compressed file holds.

`!name;2` is the second member of that name; in names every reserved character is percent-encoded.
"""

import tempfile
from collections.abc import Sequence
from typing import Any, BinaryIO
from urllib.parse import quote, unquote_to_bytes

from darwin_spark.storage.archives import compression, tars, zips
from darwin_spark.storage.archives.budget import BLOCK, blocks, peeked
from darwin_spark.storage.archives.members import BrokenArchiveError

_SPOOLED = 64 * BLOCK
_MAGIC = {
    b"\x1f\x8b": "application/gzip",
    b"BZh": "application/x-bzip2",
    b"\xfd7zXZ\0": "application/x-xz",
    b"\x28\xb5\x2f\xfd": "application/zstd",
}


def step(name: str, nth: int = 1) -> str:
    """The step of an address that leads to a member; an empty name leads into a compressed file."""
    return "!" + quote(name.encode("utf-8", "surrogateescape"), safe="/") + (f";{nth}" if nth > 1 else "")


def descend(stream: BinaryIO, steps: Sequence[str], most: int) -> BinaryIO:
    """What the steps (without their `!`) lead to. Raises BrokenArchiveError; `most` bounds the members of a zip file."""
    for name in steps:
        quoted, _, nth = name.partition(";")
        stream = _enter(stream, unquote_to_bytes(quoted).decode("utf-8", "surrogateescape"), int(nth or 1), most)
    return stream


class TooLargeError(Exception):
    """A member that has to be copied before it can be opened is larger than allowed."""


def seekable(stream: Any, most: float = float("inf")) -> BinaryIO:
    """The stream itself if it can seek, else a copy: in memory while it is small, else in a file without a name.

    Raises TooLargeError above `most` bytes.
    """
    if stream.seekable():
        return stream  # type: ignore[no-any-return]
    copy = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115  (given to the caller, gone when that lets go of it)
    for block in blocks(stream):
        copy.write(block)
        if copy.tell() > most:
            raise TooLargeError(f"more than {most} bytes")
    copy.seek(0)
    return copy  # type: ignore[return-value]


def _enter(stream: BinaryIO, name: str, nth: int, most: int) -> BinaryIO:
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
    for member in tars.tar_members(stream):
        nth -= member.name == name
        if nth == 0 and member.stream is not None:
            return peeked(member.stream, 0)[1]  # read in blocks: a tar's members do not give more than some megabytes at once
    raise BrokenArchiveError(f"the archive has no member {name} (any more)")
