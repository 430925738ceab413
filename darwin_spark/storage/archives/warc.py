"""Read the responses of a WARC file (ISO 28500)."""

import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from darwin_spark.storage.archives.budget import BLOCK, skip
from darwin_spark.storage.archives.members import BrokenArchiveError

WARC_RECORD = "@warc"  # URI fragment of a WARC response. The name of a JSONL field in a fragment never has an unquoted `@`.
MAGIC = b"WARC/"

_RECORD_TYPES = ("response", "resource")


@dataclass(frozen=True)
class Response:
    """A response or resource record: WARC-Record-ID, target URI, date, HTTP status, content type, offset in bytes, and payload.
    `status` is None if there are no HTTP headers (a resource, a `dns:` response, an empty one), 0 if it is not a number."""

    id: str
    uri: str
    date: str
    status: int | None
    content_type: str
    offset: int
    stream: Any  # the payload, with transfer and content encoding removed; valid until the next record is requested
    raw: Any

    def is_cut(self) -> bool:
        """Read to the end of the record; return whether the file ended before it (or may have: a record without a length)."""
        skip(self.raw, sys.maxsize)
        return bool(getattr(self.raw, "limit", 1))  # a record without a length has no limit: its end is unknown


def is_compressed_by_record(stream: Any) -> bool:
    """Return whether a gzip stream begins with one WARC record, compressed by itself, of up to 1 MiB; rewind `stream`."""
    decoder = zlib.decompressobj(31)
    try:
        first = decoder.decompress(stream.read(BLOCK), BLOCK)
    except zlib.error:
        first = b""
    stream.seek(0)
    return first.startswith(MAGIC) and decoder.eof and b"\r\n\r\nWARC/1." not in first


def responses(stream: Any) -> Iterator[Response]:
    """Yield each response and resource in order, a last one that is cut off included. Raises BrokenArchiveError if damaged."""
    records = ArchiveIterator(stream)
    try:
        for record in records:
            if record.format != "warc":
                raise BrokenArchiveError("a record is no WARC record")
            if record.rec_type in _RECORD_TYPES:
                yield _response(record, records.offset)
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, zlib.error) as error:
        raise BrokenArchiveError(f"the WARC file is damaged: {error}") from error


def read_response(stream: Any) -> bytes:
    """Return the payload of the first response or resource from the stream's position on. Raises BrokenArchiveError if none."""
    for response in responses(stream):
        return bytes(response.stream.read())
    raise BrokenArchiveError("there is no response at this place (any more)")


def _response(record: ArcWarcRecord, offset: int) -> Response:
    headers, http = record.rec_headers, record.http_headers
    code = http.get_statuscode() if http else ""
    return Response(
        id=(headers.get_header("WARC-Record-ID") or "").strip("<>"),
        uri=headers.get_header("WARC-Target-URI") or "",
        date=headers.get_header("WARC-Date") or "",
        status=int(code) if code.isdigit() else 0 if http else None,
        content_type=(http or headers).get_header("Content-Type") or "",
        offset=offset,
        stream=record.content_stream(),
        raw=record.raw_stream,
    )
