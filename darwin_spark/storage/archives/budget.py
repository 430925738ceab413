"""Limit how many bytes a packed file may unpack to: the protection against archive bombs."""

import contextlib
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from darwin_spark.storage.archives import compression

BLOCK = 1024 * 1024
_MIN_BOMB_BYTES = 64 * BLOCK
"""The ratio is not checked up to this many unpacked bytes: a small file of zeros has a high ratio, but is no attack."""


class ArchiveBombError(Exception):
    """A packed file unpacks to more than its limits allow, or the members of a zip file share their bytes."""


@dataclass
class Budget:
    """Unpacking limits of a file: `limit` bytes and, above 64 MiB, `ratio` times `packed` bytes.
    `spent`: bytes unpacked so far; those of containers inside the file count too."""

    packed: int
    limit: float = float("inf")
    ratio: float = float("inf")
    spent: int = 0

    def spend(self, size: int) -> None:
        """Add `size` unpacked bytes. Raises ArchiveBombError above a limit."""
        self.spent += size
        if self.spent > self.limit or (self.spent > _MIN_BOMB_BYTES and self.spent > self.ratio * max(self.packed, 1)):
            raise ArchiveBombError(f"{self.spent} bytes unpacked from {self.packed}")

    def metered(self, stream: Any) -> io.BufferedReader:
        """Return the stream with its bytes counted against the budget while they are read."""
        return io.BufferedReader(_MeteredStream(stream, self), BLOCK)


class _MeteredStream(io.RawIOBase):
    def __init__(self, stream: Any, budget: Budget) -> None:
        self._read, self._budget = getattr(stream, "read1", stream.read), budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._read(min(len(buffer), BLOCK))
        self._budget.spend(len(block))
        buffer[: len(block)] = block
        return len(block)


def peeked(stream: Any, size: int) -> tuple[bytes, io.BufferedReader]:
    """Return the first `size` bytes of a stream that cannot seek, and a stream that starts with these bytes again.
    If the stream ends or is damaged before that, the bytes are fewer; damage is raised when the returned stream is read."""
    read, head = getattr(stream, "read1", stream.read), b""
    with contextlib.suppress(*compression.BROKEN):
        while len(head) < size and (block := read(size - len(head))):
            head += block
    return head, io.BufferedReader(_PeekedStream(head, read), BLOCK)


class _PeekedStream(io.RawIOBase):
    def __init__(self, head: bytes, read: Callable[[int], bytes]) -> None:
        self._head, self._read = memoryview(head), read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._head[: len(buffer)] or self._read(min(len(buffer), BLOCK))
        self._head = self._head[len(block) :]
        buffer[: len(block)] = block
        return len(block)


def blocks(stream: Any) -> Iterator[bytes]:
    """Yield the rest of a stream in blocks of at most 1 MiB."""
    return itertools.takewhile(bool, iter(lambda: bytes(stream.read(BLOCK)), None))


def skip(stream: Any, size: int) -> None:
    """Read and discard `size` bytes, or what is left of the stream."""
    while size > 0 and (block := stream.read(min(size, BLOCK))):
        size -= len(block)
