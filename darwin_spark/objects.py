"""Where raw objects lie and how a worker opens one: files of any store, members of archives, records of JSONL files.

An object's address is a URI. Inside it every reserved character of a name is percent-encoded, so that the two marks that
are not are unambiguous: `file:///data/pmc.tar.xz!PMC1.xml` is a member of an archive, `file:///data/s2orc.jsonl#text` with
an offset and a length is the field `text` of the record at these bytes. Local folders are walked with `os` (names that are
not UTF-8 are legal there), everything else goes through `pyarrow.fs` (S3, GCS, HDFS, Azure).
"""

import json
import os
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast
from urllib.parse import quote, unquote_to_bytes, urlsplit

from pyarrow import fs


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
    """The URI of a path or URI as a person writes it: `data/a.pdf`, `/data/a.pdf`, `s3://bucket/a.pdf`, `s3a://...`."""
    parts = urlsplit(path)
    if len(parts.scheme) > 1 and parts.scheme != "file":
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


def walk(root: str) -> Iterator[FoundFile]:
    """Every file below a root folder, or the root itself if it is a file, in no promised order."""
    yield from _walk_local(_local(root)) if _is_local(root) else _walk_remote(root)


def path_below(root: str, uri: str) -> str:
    """The path of a file below an input root, readable again: `a b.pdf` for `file:///in/a%20b.pdf` below `file:///in`."""
    return unquote_to_bytes(uri[len(root) :].lstrip("/")).decode("utf-8", "backslashreplace")


def open_file(uri: str) -> BinaryIO:
    """A seekable stream of a whole file. Raises ObjectError: `unreadable`, `not_a_file`."""
    try:
        if not _is_local(uri):
            store, key = _remote(uri)
            return cast(BinaryIO, store.open_input_file(key))
        path = _local(uri)
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  (bytes path); a pipe would hang
            raise ObjectError("not_a_file", f"{uri} is not a regular file")
        return open(path, "rb")  # noqa: PTH123
    except OSError as error:
        raise ObjectError("unreadable", f"cannot read {uri}: {error}") from error


def read(uri: str, offset: int | None = None, length: int | None = None) -> bytes:
    """The bytes of an object: a file or a part of it, an archive's member, a record's field. Raises ObjectError."""
    base, mark, field = uri.partition("#")
    base, inside, member = base.partition("!")
    with open_file(base) as stream:
        try:
            if inside:
                return _read_member(stream, unquote_to_bytes(member).decode("utf-8", "replace"), uri)
            stream.seek(offset or 0)
            content = stream.read(length if length is not None else -1)
        except OSError as error:
            raise ObjectError("unreadable", f"cannot read {uri}: {error}") from error
    return str(json.loads(content)[unquote_to_bytes(field).decode()]).encode() if mark else content


def _read_member(stream: BinaryIO, name: str, uri: str) -> bytes:
    if zipfile.is_zipfile(stream):
        with zipfile.ZipFile(stream) as archive:
            return archive.read(name)
    stream.seek(0)
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for entry in archive:
            if entry.name == name and (content := archive.extractfile(entry)) is not None:
                return content.read()
    raise ObjectError("unreadable", f"{uri}: the archive has no member of this name any more")


def _is_local(uri: str) -> bool:
    return uri.startswith("file://")


def _local(uri: str) -> bytes:
    return unquote_to_bytes(uri.removeprefix("file://"))


def _remote(uri: str) -> tuple[fs.FileSystem, str]:
    parts = urlsplit(uri)
    store, base = fs.FileSystem.from_uri(f"{parts.scheme}://{parts.netloc}/")
    path = unquote_to_bytes(parts.path).decode().lstrip("/")
    return store, f"{base.rstrip('/')}/{path}" if base else path


def _walk_local(root: bytes) -> Iterator[FoundFile]:
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
