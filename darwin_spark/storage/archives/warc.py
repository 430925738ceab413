"""The responses of a WARC file (ISO 28500): what a crawl kept of the web."""

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

WARC_RECORD = "@warc"
"""The fragment of an address that leads to a response; a field of a JSONL record never has an unquoted `@`."""

MAGIC = b"WARC/"

_KINDS = ("response", "resource")


@dataclass(frozen=True)
class Response:
    """A kept page: its WARC-Record-ID, target URI, date, HTTP status (None for a resource), type and where its record is."""

    id: str
    uri: str
    date: str
    status: int | None
    content_type: str
    offset: int
    stream: Any
    """The payload with transfer and content coding undone, until the next response is asked for."""
    raw: Any

    def is_cut(self) -> bool:
        """Whether the file ended before the record did; reads to the record's end."""
        skip(self.raw, sys.maxsize)
        return bool(getattr(self.raw, "limit", 1))  # a record that does not say its length has no limit, and no end


def is_compressed_by_record(stream: Any) -> bool:
    """Whether a gzip file is a WARC file whose records are compressed one by one, as the standard wants; it starts anew."""
    decoder = zlib.decompressobj(31)
    try:
        first = decoder.decompress(stream.read(BLOCK), BLOCK)
    except zlib.error:
        first = b""
    stream.seek(0)
    return first.startswith(MAGIC) and decoder.eof and b"\r\n\r\nWARC/1." not in first


def responses(stream: Any) -> Iterator[Response]:
    """Every response and resource in order. Raises BrokenArchiveError where the file is damaged or cut off."""
    records = ArchiveIterator(stream)
    try:
        for record in records:
            if record.format != "warc":
                raise BrokenArchiveError("a record is no WARC record")
            if record.rec_type in _KINDS:
                yield _response(record, records.offset)
    except (ArchiveLoadFailed, OSError, EOFError, ValueError, AttributeError, zlib.error) as error:
        raise BrokenArchiveError(f"the WARC file is damaged: {error}") from error


def read_response(stream: Any) -> bytes:
    """The payload of the response that begins here. Raises BrokenArchiveError."""
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
