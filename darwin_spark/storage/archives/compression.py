"""Decompress gzip, bzip2, xz and Zstandard files as streams."""

import bz2
import gzip
import io
import lzma
import zlib
from typing import Any, BinaryIO

import pyarrow as pa

SUFFIXES = {
    "application/gzip": (".gz", ".tgz"),
    "application/x-bzip2": (".bz2", ".tbz2", ".tbz"),
    "application/x-xz": (".xz", ".txz"),
    "application/zstd": (".zst", ".tzst"),
}
"""Media types of compressed files, with their file name suffixes."""
BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError, pa.ArrowException)
"""Exceptions that the decompressors raise on damaged input."""
_XZ_MEMORY_BYTES = 128 * 1024 * 1024  # memory limit of xz in bytes. Unpacking `xz -9` needs 65 MB; a header may ask for 4 GB.


def decompressed(stream: Any, media_type: str) -> BinaryIO:
    """Return a stream of the decompressed content (xz, Zstandard: not seekable). Reading damaged input raises one of BROKEN."""
    if media_type == "application/gzip":
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    if media_type == "application/x-bzip2":
        return bz2.BZ2File(stream)  # type: ignore[return-value]
    if media_type == "application/x-xz":
        return io.BufferedReader(_XzStream(stream))
    return pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd")  # type: ignore[no-any-return]


def inner_name(name: str, media_type: str) -> str:
    """Return the name of the file inside a compressed file: `a.xml` for `a.xml.gz`, `a.tar` for `a.tgz`; `a` for `a`."""
    suffix = next((suffix for suffix in SUFFIXES[media_type] if name.lower().endswith(suffix)), "")
    return name[: -len(suffix)] + (".tar" if suffix.startswith(".t") else "") if suffix else name


class _XzStream(io.RawIOBase):
    """A stream of the decompressed content, like `lzma.LZMAFile`, but with a memory limit, which that class lacks."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._input = stream, b""
        self._decoder = lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._decoder.eof and not self._start_next_stream():
                return 0
            if self._decoder.needs_input and not self._input:
                self._input = self._stream.read(65_536)
                if not self._input:
                    raise EOFError("the xz stream ends before its end mark")
            block = self._decoder.decompress(self._input, len(buffer))
            self._input = b""
            if block:
                buffer[: len(block)] = block
                return len(block)

    def _start_next_stream(self) -> bool:
        """Start on the next xz stream, after zero bytes of padding; return False if there is none."""
        self._input = self._decoder.unused_data
        while not (rest := self._input.lstrip(b"\0")):
            self._input = self._stream.read(65_536)
            if not self._input:
                return False
        self._input = rest
        self._decoder = lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)
        return True
