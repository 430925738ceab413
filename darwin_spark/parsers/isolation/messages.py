"""The messages between a Spark worker and its parsing child: JSON and bytes, of a document or of a page's picture.

JSON and no pickle: the child reads hostile files, and what it says is data only. One frame is two lengths (8 bytes each,
big-endian), the JSON, the bytes.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

from darwin_spark.parsers.parsed import Page, Parsed, ParseFailure, UnreadPage

_LENGTHS = struct.Struct(">QQ")


def write(stream: BinaryIO, message: Mapping[str, Any], content: bytes = b"") -> None:
    """Raises BrokenPipeError if nobody reads any more."""
    text = json.dumps(message).encode()
    stream.write(_LENGTHS.pack(len(text), len(content)))
    stream.write(text)
    stream.write(content)
    stream.flush()


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Raises EOFError if the other side is gone."""
    sizes = _exactly(stream, _LENGTHS.size)
    text, content = _LENGTHS.unpack(sizes)
    return dict(json.loads(_exactly(stream, text))), _exactly(stream, content)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise EOFError
    return found


def answer(parsed: Parsed) -> dict[str, Any]:
    """A parsed document as JSON."""
    return {"parsed": {**vars(parsed), "declared": dict(parsed.declared)}}


def failure(reason: str, message: str) -> dict[str, Any]:
    """A verdict as JSON."""
    return {"reason": reason, "message": message}


def result(message: Mapping[str, Any]) -> Parsed:
    """What an answer holds. Raises the ParseFailure that it holds instead."""
    raise_failure(message)
    fields = message["parsed"]
    pages = tuple(Page(*page) for page in fields["pages"])
    unread = tuple(UnreadPage(*page) for page in fields["unread"])
    return Parsed(**{**fields, "pages": pages, "warnings": tuple(fields["warnings"]), "unread": unread})


def raise_failure(message: Mapping[str, Any]) -> None:
    """Raises the ParseFailure that an answer holds, if it holds one."""
    if "reason" in message:
        raise ParseFailure(message["reason"], message["message"])
