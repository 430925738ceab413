"""Where raw objects lie and how a worker opens one: files of any store, members of archives, records of JSONL files.

An object's address is a URI. Inside it every reserved character of a name is percent-encoded, so that the two marks that
are not are unambiguous: `file:///data/pmc.tar.xz!PMC1.xml` is a member of an archive (`archives/reading.py` says more),
`file:///data/s2orc.jsonl#text` with an offset and a length is the field `text` of the record at these bytes, and
`file:///data/crawl.warc.gz#@warc` the response at this offset. Local folders are walked with `os` (names that are
not UTF-8 are legal there), everything else goes through `pyarrow.fs` (S3, GCS, HDFS, Azure).
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

_MOST_MEMBERS = 10_000_000
"""What was acquired was within the limits of L0; this one only keeps a file that was changed since from filling the memory."""

_BLOCK = 1024 * 1024


class ObjectError(Exception):
    """An object cannot be had; `reason` is the stable word for the row, the message names the object."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as a listing shows it; `version` changes when the file does."""

    uri: str
    bytes: int
    version: str


def address(path: str) -> str:
    """The URI of a path or URI as a person writes it: `data/a.pdf`, `s3://bucket/a.pdf`, `dbfs:/a.pdf`."""
    parts = urlsplit(path)
    if len(parts.scheme) > 1 and parts.scheme != "file" and not parts.netloc and parts.path.startswith("/"):
        return f"{parts.scheme}:{quote(path.split(':', 1)[1])}".rstrip("/")
    if len(parts.scheme) > 1 and parts.scheme != "file" and parts.netloc:
        scheme = {"s3a": "s3", "s3n": "s3"}.get(parts.scheme, parts.scheme)
        return f"{scheme}://{parts.netloc}{quote(path.split(parts.netloc, 1)[1])}".rstrip("/")
    local = path.removeprefix("file://") if parts.scheme == "file" else path
    return "file://" + quote(os.fsencode(os.path.abspath(local)))  # noqa: PTH100  (Path.absolute keeps "..")


def exists(uri: str) -> bool:
    """Whether a file or folder is there."""
    if _is_local(uri):
        return os.path.lexists(_local(uri))
    store, path = _remote(uri)
    return bool(store.get_file_info(path).type != fs.FileType.NotFound)


def is_folder(uri: str) -> bool:
    """Whether the address is a folder (a prefix with objects below it)."""
    if _is_local(uri):
        return os.path.isdir(_local(uri))  # noqa: PTH112  (bytes path)
    store, path = _remote(uri)
    return bool(store.get_file_info(path).type == fs.FileType.Directory)


def walk(root: str, deepest: int | None = None) -> Iterator[FoundFile]:
    """Every file below a root folder, or the root itself if it is a file, in no promised order.

    `deepest` bounds the folders in folders that are walked, where the store is one of folders (a local one).
    """
    yield from _walk_local(_local(root), deepest) if _is_local(root) else _walk_remote(root)


def path_below(root: str, uri: str) -> str:
    """The path of a file below an input root, readable again: `a b.pdf` for `file:///in/a%20b.pdf` below `file:///in`."""
    return unquote_to_bytes(uri[len(root) :].lstrip("/")).decode("utf-8", "backslashreplace")


def open_file(uri: str) -> BinaryIO:
    """A seekable stream of a whole file. Raises ObjectError: `unreadable`, `not_a_file`; reading raises it too."""
    try:
        if not _is_local(uri):
            store, key = _remote(uri)
            return _stored(store.open_input_file(key), uri)
        path = _local(uri)
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  (bytes path); a pipe would hang
            raise ObjectError("not_a_file", f"{uri} is not a regular file")
        return _stored(open(path, "rb", buffering=0), uri)  # noqa: PTH123
    except OSError as error:
        raise ObjectError("unreadable", f"cannot read {uri}: {error}") from error


def _stored(stream: Any, uri: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Stored(stream, uri), _BLOCK))


class _Stored(io.RawIOBase):
    """A file whose store's errors are told from the errors of a damaged content: they are worth another try."""

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
            block = self._stream.read(min(len(buffer), _BLOCK))
        except OSError as error:
            raise ObjectError("unreadable", f"cannot read {self._uri}: {error}") from error
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def read(uri: str, offset: int | None = None, length: int | None = None) -> bytes:
    """The bytes of an object: a file or a part of it, an archive's member, a record's field or response. Raises ObjectError."""
    place, mark, field = uri.partition("#")
    base, *steps = place.split("!")
    with open_file(base) as file:
        try:
            stream = reading.descend(file, steps, _MOST_MEMBERS)
            _forward(stream, offset or 0)
            if field == WARC_RECORD:
                return read_response(stream)
            content = stream.read() if length is None else stream.read(length)
            if length is not None and len(content) < length:
                raise ObjectError("unreadable", f"cannot read {uri}: the file is shorter by now; climb again")
            return _text_field(uri, content, unquote_to_bytes(field).decode()) if mark else content
        except (*DAMAGED, BrokenArchiveError, TooManyMembersError) as error:
            raise ObjectError("unreadable", f"cannot read {uri}: {error}") from error


def _text_field(uri: str, record: bytes, field: str) -> bytes:
    text = field_of(json.loads(record), field)
    if not isinstance(text, str):
        raise ObjectError("unreadable", f"cannot read {uri}: the record is another one by now; climb again")
    return text.encode("utf-8", "replace")


def _forward(stream: BinaryIO, offset: int) -> None:
    if stream.seekable():
        stream.seek(offset)
    else:
        skip(stream, offset)


def field_of(record: Any, path: str) -> Any:
    """A field of a record, by its name or by the names that lead to it: `content.text`. None if it has none."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record


def _is_local(uri: str) -> bool:
    return uri.startswith("file://")


def _local(uri: str) -> bytes:
    return unquote_to_bytes(uri.removeprefix("file://"))


def _remote(uri: str) -> tuple[fs.FileSystem, str]:
    parts = urlsplit(uri)
    store, base = fs.FileSystem.from_uri(f"{parts.scheme}://{parts.netloc}/")
    path = unquote_to_bytes(parts.path).decode().lstrip("/")
    return store, f"{base.rstrip('/')}/{path}" if base else path


def _walk_local(root: bytes, deepest: int | None) -> Iterator[FoundFile]:
    if not os.path.isdir(root):  # noqa: PTH112  (bytes path)
        yield _found_local(root)
        return
    closed: list[OSError] = []
    seen = set()
    for folder, subfolders, names in os.walk(root, onerror=closed.append, followlinks=True):
        here = os.stat(folder)  # noqa: PTH116
        if (here.st_dev, here.st_ino) in seen:  # a link to a folder that was walked already, perhaps to one above
            subfolders.clear()
            continue
        if deepest is not None and folder[len(root) :].count(b"/") >= deepest:
            subfolders.clear()
        subfolders.sort()  # which of two links to a folder names its files must not depend on the file system
        seen.add((here.st_dev, here.st_ino))
        yield from (_found_local(os.path.join(folder, name)) for name in names)  # noqa: PTH118
    # A folder that cannot be listed is listed itself, so that it becomes a row with a reason.
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
