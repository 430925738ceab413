"""Turn a stream into L0 rows: of one object, or of a container (archive, compressed file, record file, WARC), also nested."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire import media, record_files, xml_records
from darwin_spark.levels.l0_acquire.media import HEAD_BYTES
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.levels.l0_acquire.tex_grouping import TexBuffer
from darwin_spark.levels.l0_acquire.tex_members import PartBuffer, may_be_part
from darwin_spark.levels.l0_acquire.web_pages import open_warc
from darwin_spark.storage.archives import compression, reading, tars, warc, zips
from darwin_spark.storage.archives.budget import peeked
from darwin_spark.storage.archives.members import DAMAGED, BrokenArchiveError, Member, TooManyMembersError
from darwin_spark.storage.archives.reading import TooLargeError

_MIMETYPE_BYTES = 200
MAX_NESTED_ARCHIVES = 2
"""An archive or compressed file that lies within this many others is not opened: it fails, `nested_too_deep`."""


def open_object(file: SourceFile, place: Place, stream: Any) -> Iterator[Row]:
    """Yield at least one L0 row of the object or container in a stream. Of a damaged or too large container the last is failed.

    `place` is the Place of the stream in `file`. Raises ArchiveBombError, OSError, and ObjectError if the storage fails.
    """
    try:
        head, stream = _head(stream)
        yield from _open(file, place, head, stream)
    except BrokenArchiveError:
        yield file.failure("broken_archive", place)
    except TooManyMembersError:
        yield file.failure("too_many_members", place)
    except TooLargeError:
        yield file.failure("object_too_large", place)


def _head(stream: Any) -> tuple[bytes, Any]:
    if not stream.seekable():
        return peeked(stream, HEAD_BYTES)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    return head, stream


def _open(file: SourceFile, place: Place, head: bytes, stream: Any) -> Iterator[Row]:
    kind = media.media_type(head, place.name)
    is_packed = kind in (media.ZIP, media.TAR) or kind in compression.SUFFIXES
    if kind == media.ZIP:
        stream = reading.seekable(stream, file.settings.max_object_bytes)
        document = _zip_type(stream, file.settings.max_archive_members)
        if document != media.ZIP:
            stream.seek(0)
            yield file.take(place, stream, document)
            return
    if is_packed and place.depth >= MAX_NESTED_ARCHIVES:
        yield file.failure("nested_too_deep", place)
    elif kind == media.ZIP:
        yield from _open_members(file, place, zips.zip_members(stream, file.settings.max_archive_members))
    elif kind == media.TAR:
        yield from _open_members(file, place, tars.tar_members(stream), in_place=place.depth == 0)
    elif is_packed:
        yield from _open_compressed(file, place, kind, stream)
    elif kind == media.WARC:
        yield from open_warc(file, place, stream)
    elif kind == media.PARQUET or record_files.is_jsonl(place.name) or xml_records.is_record_file(kind, head):
        yield from _open_records(file, place, kind, stream)
    else:
        yield file.take(place, stream, media.hinted(kind, place.hint))


def _open_records(file: SourceFile, place: Place, kind: str, stream: Any) -> Iterator[Row]:
    """Return the L0 rows of a file of records: Parquet, JSONL or XML."""
    if kind == media.PARQUET:
        return record_files.open_parquet(file, place, reading.seekable(stream, file.settings.max_object_bytes))
    if record_files.is_jsonl(place.name):
        return record_files.open_jsonl(file, place, stream)
    return xml_records.open_xml_records(file, place, kind, stream)


def _zip_type(stream: Any, most: int) -> str:
    """Return the media type of a zip file, by the names of its members and by its member `mimetype`."""
    names = zips.names(stream, most)
    if media.MIMETYPE not in names:
        return media.zip_type(names)
    try:
        with zips.open_member(stream, media.MIMETYPE, 1, most) as member:
            return media.zip_type(names, member.read(_MIMETYPE_BYTES).decode("ascii", "replace"))
    except DAMAGED:
        return media.zip_type(names)


def _open_compressed(file: SourceFile, place: Place, kind: str, stream: Any) -> Iterator[Row]:
    """Yield the L0 rows of what a compressed file holds: the members of a tar, the records of a WARC file, or a single file."""
    inner = place.unpacked(kind)
    if stream.seekable() and warc.is_compressed_by_record(stream):
        yield from open_warc(file, place, stream)
        return
    try:
        head, unpacked = peeked(file.budget.metered(compression.decompressed(stream, kind)), HEAD_BYTES)
        if media.media_type(head, inner.name) == media.TAR:
            yield from _open_members(file, replace(place, is_streamed=True), tars.tar_members(unpacked))
        else:
            yield from open_object(file, inner, unpacked)
    except compression.BROKEN:
        yield file.failure("broken_compression", place)


def _open_members(file: SourceFile, archive: Place, members: Iterator[Member], in_place: bool = False) -> Iterator[Row]:
    """Yield the L0 rows of an archive's members, or an `empty_archive` row. An error comes after the rows of earlier members.

    `in_place`: the archive is the listed file itself, not compressed: a member's bytes lie in that file at `Member.offset`.
    """
    tex_files, parts, count = TexBuffer(file), PartBuffer(file), 0
    try:
        for member in members:
            if count >= file.settings.max_archive_members:
                raise TooManyMembersError
            count += 1
            place = file.member(archive, member.name)
            if in_place and member.offset is not None:
                place = replace(place, span=(archive.uri, member.offset, member.size))
            rows = _open_member(file, place, member, tex_files)
            yield from parts.hold(place, rows) if may_be_part(member.name) else rows
    except Exception:  # any error: keep the files before it
        yield from tex_files.release()
        yield from parts.release(tex_files)
        raise
    yield from tex_files.release()
    yield from parts.release(tex_files)
    if count == 0:
        yield file.failure("empty_archive", archive)


def _open_member(file: SourceFile, place: Place, member: Member, tex_files: TexBuffer) -> Iterator[Row]:
    if member.problem:
        yield file.failure(member.problem, place)
        return
    stream = file.budget.metered(member.stream)
    try:
        yield from tex_files.hold(place, stream) if tex_files.wants(member.name) else open_object(file, place, stream)
    except DAMAGED:
        yield file.failure("broken_member", place)
