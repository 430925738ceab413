"""How much may come out of a packed file: the guard against archives that unpack to more than the disk holds."""

import contextlib
import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from darwin_spark.storage.archives import compression

BLOCK = 1024 * 1024
_SMALL = 64 * BLOCK
"""Below this much unpacked nothing is a bomb, whatever its ratio: a table of zeros is no attack."""


class ArchiveBombError(Exception):
    """More came out of a packed file than its limits allow."""


@dataclass
class Budget:
    """What one file may unpack to: `limit` bytes, and `ratio` times its own `packed` bytes. Layers count together."""

    packed: int
    limit: float = float("inf")
    ratio: float = float("inf")
    spent: int = 0

    def spend(self, size: int) -> None:
        """Count unpacked bytes. Raises ArchiveBombError above the limits."""
        self.spent += size
        if self.spent > self.limit or (self.spent > _SMALL and self.spent > self.ratio * max(self.packed, 1)):
            raise ArchiveBombError(f"{self.spent} bytes unpacked from {self.packed}")

    def metered(self, stream: Any) -> io.BufferedReader:
        """The stream, counted while it is read."""
        return io.BufferedReader(_Metered(stream, self), BLOCK)


class _Metered(io.RawIOBase):
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
    """The first bytes of a stream that cannot seek, and the stream with these bytes put back.

    Where the stream breaks within them, they end there; it breaks again when it is read on.
    """
    read, head = getattr(stream, "read1", stream.read), b""
    with contextlib.suppress(*compression.BROKEN):
        while len(head) < size and (block := read(size - len(head))):
            head += block
    return head, io.BufferedReader(_Resumed(head, read), BLOCK)


class _Resumed(io.RawIOBase):
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
    """What is left of a stream, a megabyte at a time."""
    return itertools.takewhile(bool, iter(lambda: bytes(stream.read(BLOCK)), None))


def skip(stream: Any, size: int) -> None:
    """Read past `size` bytes, or to the end."""
    while size > 0 and (block := stream.read(min(size, BLOCK))):
        size -= len(block)
