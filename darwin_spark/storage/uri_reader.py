"""List files and read raw objects by URI: files of any store, members of archives, records of JSONL and WARC files.

In a URI every reserved character of a name is percent-encoded, so that an unencoded `!` or `#` is unambiguous:
`file:///data/pmc.tar.xz!PMC1.xml` is a member of an archive (`archives/reading.py`). With offset and length,
`file:///data/s2orc.jsonl#text` is the field `text` of a record, `file:///data/crawl.warc.gz#@warc` (offset only) a response.
Local folders are walked with `os` (non-UTF-8 names are legal there), other stores through `pyarrow.fs` (S3, GCS, HDFS, Azure).
"""

import io
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote_to_bytes, urlsplit

from pyarrow import fs

from darwin_spark.storage.archives import reading
from darwin_spark.storage.archives.budget import skip
from darwin_spark.storage.archives.members import DAMAGED, BrokenArchiveError, TooManyMembersError
from darwin_spark.storage.archives.warc import WARC_RECORD, read_response

_MAX_MEMBERS = 10_000_000
"""L0 has applied its own limit on acquisition; this one only keeps a file that was changed since from filling the memory."""
_BLOCK_BYTES = 1024 * 1024


class ObjectError(Exception):
    """An object cannot be read; `reason` is the stable reason of the row, the message names the object."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A listed file; `version` changes when the file changes."""

    uri: str
    bytes: int
    version: str


def address(path: str) -> str:
    """Return the URI of a path or URI as a user writes it: `data/a.pdf`, `s3://bucket/a.pdf`, `dbfs:/a.pdf`."""
    parts = urlsplit(path)
    if len(parts.scheme) > 1 and parts.scheme != "file" and not parts.netloc and parts.path.startswith("/"):
        return f"{parts.scheme}:{quote(path.split(':', 1)[1])}".rstrip("/")
    if len(parts.scheme) > 1 and parts.scheme != "file" and parts.netloc:
        scheme = {"s3a": "s3", "s3n": "s3"}.get(parts.scheme, parts.scheme)
        return f"{scheme}://{parts.netloc}{quote(path.split(parts.netloc, 1)[1])}".rstrip("/")
    local = path.removeprefix("file://") if parts.scheme == "file" else path
    return "file://" + quote(os.fsencode(os.path.abspath(local)))  # noqa: PTH100  (Path.absolute keeps "..")


def exists(uri: str) -> bool:
    """Return whether a file or folder exists."""
    if _is_local(uri):
        return os.path.lexists(_local(uri))
    store, path = _remote(uri)
    return bool(store.get_file_info(path).type != fs.FileType.NotFound)


def is_folder(uri: str) -> bool:
    """Return whether the URI is a folder (in an object store: a prefix with objects below it)."""
    if _is_local(uri):
        return os.path.isdir(_local(uri))  # noqa: PTH112  (bytes path)
    store, path = _remote(uri)
    return bool(store.get_file_info(path).type == fs.FileType.Directory)


def walk(root: str, deepest: int | None = None) -> Iterator[FoundFile]:
    """Yield every file below `root`, or `root` if it is a file, unordered. `deepest`: how many levels of folders below a local
    root are entered. A local folder that cannot be listed is yielded as if it were a file."""
    yield from _walk_local(_local(root), deepest) if _is_local(root) else _walk_remote(root)


def path_below(root: str, uri: str) -> str:
    """Return the decoded path of a file below an input root: `a b.pdf` for `file:///in/a%20b.pdf` below `file:///in`."""
    return unquote_to_bytes(uri[len(root) :].lstrip("/")).decode("utf-8", "backslashreplace")


def open_file(uri: str) -> BinaryIO:
    """Open a whole file as a seekable stream. Raises ObjectError: `unreadable` (also on reading), `not_a_file`."""
    try:
        if not _is_local(uri):
            store, key = _remote(uri)
            return _buffered(store.open_input_file(key), uri)
        path = _local(uri)
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  (bytes path); a pipe would hang
            raise ObjectError("not_a_file", f"{uri} is not a regular file")
        return _buffered(open(path, "rb", buffering=0), uri)  # noqa: PTH123
    except OSError as error:
        raise ObjectError("unreadable", f"cannot read {uri}: {error}") from error


def _buffered(stream: Any, uri: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_StoreFile(stream, uri), _BLOCK_BYTES))


class _StoreFile(io.RawIOBase):
    """A file whose read errors become ObjectError, so that errors of a store (to be retried) differ from damaged content."""

    def __init__(self, stream: Any, uri: str) -> None:
        self._stream, self._uri = stream, uri

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._stream.seek(offset, whence)
        return int(self._stream.tell())

    def readinto(self, buffer: Any) -> int:
        try:
            block = self._stream.read(min(len(buffer), _BLOCK_BYTES))
        except OSError as error:
            raise ObjectError("unreadable", f"cannot read {self._uri}: {error}") from error
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def read(uri: str, offset: int | None = None, length: int | None = None) -> bytes:
    """Return the bytes at a URI: a file or a member of an archive (all of it, or `length` bytes from `offset`), the text field
    of a record, or the payload of a WARC response. Raises ObjectError."""
    place, mark, field = uri.partition("#")
    base, *steps = place.split("!")
    with open_file(base) as file:
        try:
            stream = reading.descend(file, steps, _MAX_MEMBERS)
            _advance(stream, offset or 0)
            if field == WARC_RECORD:
                return read_response(stream)
            content = stream.read() if length is None else stream.read(length)
            if length is not None and len(content) < length:
                raise ObjectError("unreadable", f"cannot read {uri}: the file is shorter by now; climb again")
            return _text_field(uri, content, unquote_to_bytes(field).decode()) if mark else content
        except (*DAMAGED, BrokenArchiveError, TooManyMembersError) as error:
            raise ObjectError("unreadable", f"cannot read {uri}: {error}") from error


def _text_field(uri: str, record: bytes, field: str) -> bytes:
    """Return the text, in UTF-8, of the field at the path `field` of a JSON record. Raises ObjectError if there is none."""
    text = field_of(json.loads(record), field)
    if not isinstance(text, str):
        raise ObjectError("unreadable", f"cannot read {uri}: the record is another one by now; climb again")
    return text.encode("utf-8", "replace")


def _advance(stream: BinaryIO, offset: int) -> None:
    if stream.seekable():
        stream.seek(offset)
    else:
        skip(stream, offset)


def field_of(record: Any, path: str) -> Any:
    """Return the value in a record at a path of names such as `content.text`; None if the record has no such field."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _is_local(uri: str) -> bool:
    return uri.startswith("file://")


def _local(uri: str) -> bytes:
    return unquote_to_bytes(uri.removeprefix("file://"))


def _remote(uri: str) -> tuple[fs.FileSystem, str]:
    """Return the file system of a URI, and the path in it."""
    parts = urlsplit(uri)
    store, base = fs.FileSystem.from_uri(f"{parts.scheme}://{parts.netloc}/")
    path = unquote_to_bytes(parts.path).decode().lstrip("/")
    return store, f"{base.rstrip('/')}/{path}" if base else path


def _walk_local(root: bytes, deepest: int | None) -> Iterator[FoundFile]:
    """Yield every file below a local folder, also through links to folders, each folder once, or `root` if it is a file."""
    if not os.path.isdir(root):  # noqa: PTH112  (bytes path)
        yield _found_local(root)
        return
    closed: list[OSError] = []
    seen = set()
    for folder, subfolders, names in os.walk(root, onerror=closed.append, followlinks=True):
        status = os.stat(folder)  # noqa: PTH116
        if (status.st_dev, status.st_ino) in seen:  # a link to a folder already walked, perhaps a parent
            subfolders.clear()
            continue
        if deepest is not None and folder[len(root) :].count(b"/") >= deepest:
            subfolders.clear()
        subfolders.sort()  # else the file system decides which of two links to a folder names its files
        seen.add((status.st_dev, status.st_ino))
        yield from (_found_local(os.path.join(folder, name)) for name in names)  # noqa: PTH118
    # Yield a folder that cannot be listed as if it were a file, so that it becomes a row with a reason.
    yield from (_found_local(os.fsencode(error.filename)) for error in closed)


def _found_local(path: bytes) -> FoundFile:
    try:
        info = os.stat(path)  # noqa: PTH116
        size, version = info.st_size, f"{info.st_size}-{info.st_mtime_ns}"
    except OSError:
        size, version = 0, "unreadable"
    return FoundFile("file://" + quote(path), size, version)


def _walk_remote(root: str) -> Iterator[FoundFile]:
    store, path = _remote(root)
    info = store.get_file_info(path)
    single = info.type == fs.FileType.File
    for entry in [info] if single else store.get_file_info(fs.FileSelector(path, recursive=True)):
        if entry.type == fs.FileType.File:
            uri = root if single else f"{root}/{quote(entry.path[len(path) :].lstrip('/'))}"
            yield FoundFile(uri, entry.size, f"{entry.size}-{entry.mtime_ns}")
