"""One file in, its objects out: the file itself, the members of an archive, the records of a JSONL file.

Nothing is lost silently: what cannot be read becomes a row with a reason, and the members before a break stay.
"""

import hashlib
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import quote

import xxhash

from darwin_spark import objects
from darwin_spark.arrow import Row
from darwin_spark.config import L0Settings
from darwin_spark.l0_acquire.media import ARCHIVES, HEAD_BYTES, OCTETS, media_type, zip_type
from darwin_spark.l0_acquire.records import read_records
from darwin_spark.verdicts import FAILED, KEPT

_BLOCK = 1024 * 1024
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
"""What the archive modules raise on damaged, encrypted or exotic input."""


def doc_id(source: str, source_id: str) -> str:
    """128 bits in hex: the identity of an object for ever."""
    return xxhash.xxh3_128_hexdigest(f"{source}\0{source_id}".encode("utf-8", "surrogatepass"))


def is_sampled(identity: str, share: float) -> bool:
    """Whether an object belongs to the sample: its identity decides, so a larger sample holds every smaller one."""
    return int(identity[-8:], 16) < share * 2**32


@dataclass
class _File:
    """The file at hand, and the names already given to its objects (an archive may hold one name twice)."""

    row: Row
    settings: L0Settings
    names: dict[str, int] = field(default_factory=dict)

    def identify(self, inside: str) -> str:
        name = f"{self.row['source_file']}{inside}"
        key = xxhash.xxh3_64_hexdigest(name.encode("utf-8", "surrogatepass"))
        self.names[key] = self.names.get(key, 0) + 1
        return name if self.names[key] == 1 else f"{name}~{self.names[key]}"

    def object(self, inside: str, uri: str, **columns: Any) -> Row:
        source_id = self.identify(inside).encode("utf-8", "backslashreplace").decode()
        return {
            "doc_id": doc_id(self.row["source"], source_id),
            "verdict": KEPT,
            "source": self.row["source"],
            "source_id": source_id,
            "source_file": self.row["source_file"],
            "source_version": self.row["version"],
            "uri": uri,
            "media_type": OCTETS,
            "bytes": 0,
            **columns,
        }

    def failure(self, reason: str, inside: str = "", **columns: Any) -> Row:
        return self.object(inside, self.row["uri"], verdict=FAILED, reason=reason, **columns)


def acquire(listed: Row, settings: L0Settings) -> Iterator[Row]:
    """The objects of one file (`listed`: source, source_file, uri, bytes, version); at least one, whatever happens.

    With `sample` below 1 only objects of the sample are answered; a file outside it is not read, and may give no row.
    """
    file = _File(listed, settings)
    try:
        with objects.open_file(listed["uri"]) as stream:
            yield from (row for row in _open(file, stream) if is_sampled(row["doc_id"], settings.sample))
    except objects.ObjectError as error:
        yield file.failure(error.reason)
    except OSError:
        yield file.failure("unreadable")


def _open(file: _File, stream: BinaryIO) -> Iterator[Row]:
    head = stream.read(HEAD_BYTES)
    kind = media_type(head, file.row["source_file"])
    if kind == "application/zip" and zipfile.is_zipfile(stream):
        kind = zip_type(zipfile.ZipFile(stream).NameToInfo)
    stream.seek(0)
    if kind in ARCHIVES:
        yield from _open_archive(file, stream, kind)
    elif file.row["source_file"].lower().endswith((".jsonl", ".ndjson")):
        yield from _open_records(file, stream)
    elif is_sampled(doc_id(file.row["source"], file.row["source_file"]), file.settings.sample):
        yield _take(file, stream, "", file.row["uri"], kind)


def _take(file: _File, stream: Any, inside: str, uri: str, kind: str | None = None) -> Row:
    """Read one object to its end: its hash, its size, and its content where that is small enough to keep inline."""
    digest, size, kept, head = hashlib.sha256(), 0, bytearray(), b""
    while block := stream.read(_BLOCK):
        head = head or block[:HEAD_BYTES]
        digest.update(block)
        size += len(block)
        if size > file.settings.max_object_bytes:
            return file.failure("object_too_large", inside, bytes=size)
        if size <= file.settings.inline_limit:
            kept += block
    inline = size <= file.settings.inline_limit
    return file.object(
        inside,
        uri,
        media_type=kind or media_type(head, inside),
        content=bytes(kept) if inline else None,
        content_ref=None if inline else {"uri": uri, "offset": None, "length": None},
        content_sha256=digest.hexdigest(),
        bytes=size,
    )


def _open_archive(file: _File, stream: BinaryIO, kind: str) -> Iterator[Row]:
    """The members of an archive, within its limits; one more row if it breaks off, one row if it holds nothing."""
    members = _zip_members if kind == "application/zip" else _tar_members
    taken, unpacked = 0, 0
    try:
        for name, member in members(stream):
            if taken >= file.settings.max_archive_members:
                yield file.failure("too_many_members")
                return
            row = _take(file, member, f"!{name}", f"{file.row['uri']}!{quote(name.encode('utf-8', 'surrogateescape'))}")
            taken, unpacked = taken + 1, unpacked + row["bytes"]
            yield row
            if _is_bomb(file, unpacked):
                yield file.failure("archive_bomb")
                return
    except _BROKEN:
        stream.seek(0)
        not_a_tar = taken == 0 and kind not in ("application/zip", "application/x-tar")
        yield _take(file, stream, "", file.row["uri"], kind) if not_a_tar else file.failure("broken_archive")
        return
    if taken == 0:
        yield file.failure("empty_archive")


def _is_bomb(file: _File, unpacked: int) -> bool:
    ratio = unpacked / max(file.row["bytes"], 1)
    large = unpacked > 64 * _BLOCK
    return unpacked > file.settings.max_archive_bytes or (large and ratio > file.settings.max_archive_ratio)


def _zip_members(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    with zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                with archive.open(entry) as member:
                    yield entry.filename, member


def _tar_members(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for entry in archive:
            if entry.isreg() and (member := archive.extractfile(entry)) is not None:
                yield entry.name, member


def _open_records(file: _File, stream: BinaryIO) -> Iterator[Row]:
    """The documents of a JSONL file; a line that is none becomes a failed row of its own."""
    empty = True
    for record in read_records(stream, file.settings.jsonl):
        empty = False
        inside = f"#{record.id}"
        if record.problem:
            yield file.failure(record.problem, inside)
            continue
        content = record.text.encode("utf-8", "replace")
        inline = len(content) <= file.settings.inline_limit
        uri = f"{file.row['uri']}#{quote(record.text_field)}"
        yield file.object(
            inside,
            uri,
            media_type=media_type(content[:HEAD_BYTES], str(record.metadata.get("filename", ""))),
            content=content if inline else None,
            content_ref=None if inline else {"uri": uri, "offset": record.offset, "length": record.length},
            content_sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            title=record.title,
            license=record.license,
            declared_type=record.declared_type,
            metadata=record.metadata,
        )
    if empty:
        yield file.failure("empty")
