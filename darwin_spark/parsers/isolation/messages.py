"""Messages between a Spark worker and its parsing child: JSON, and the bytes of a document or of a page image.

The format is JSON instead of pickle because the child reads hostile files: its messages must be data only. A message is two
lengths (8 bytes each, big-endian), the JSON, then the bytes.
"""

import json
import re
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

from darwin_spark.parsers.parsed import Page, Parsed, ParseFailure, UnreadPage

_LENGTHS = struct.Struct(">QQ")
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""Address of an object in an error message of Python: it differs from run to run, and a document's row must not."""


def write(stream: BinaryIO, message: Mapping[str, Any], content: bytes = b"") -> None:
    """Write one message and flush. Raises BrokenPipeError if the other process has closed the pipe."""
    text = json.dumps(message).encode()
    stream.write(_LENGTHS.pack(len(text), len(content)))
    stream.write(text)
    stream.write(content)
    stream.flush()


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Return the next message: its JSON object and its bytes. Raises EOFError if the other process has closed the pipe."""
    lengths = _read_exactly(stream, _LENGTHS.size)
    text, content = _LENGTHS.unpack(lengths)
    return dict(json.loads(_read_exactly(stream, text))), _read_exactly(stream, content)


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def answer(parsed: Parsed) -> dict[str, Any]:
    """Return the message for a parsed document."""
    return {"parsed": {**vars(parsed), "declared": dict(parsed.declared)}}


def failure(reason: str, message: str) -> dict[str, Any]:
    """Return the message for a ParseFailure, without addresses in memory."""
    return {"reason": reason, "message": _ADDRESS.sub("", message)}


def result(message: Mapping[str, Any]) -> Parsed:
    """Return the parsed document of a message from `answer`. Raises ParseFailure for a message from `failure`."""
    raise_failure(message)
    fields = message["parsed"]
    pages = tuple(Page(*page) for page in fields["pages"])
    unread = tuple(UnreadPage(*page) for page in fields["unread"])
    return Parsed(**{**fields, "pages": pages, "warnings": tuple(fields["warnings"]), "unread": unread})


def raise_failure(message: Mapping[str, Any]) -> None:
    """Raise the ParseFailure that a message from `failure` describes. No-op for any other message."""
    if "reason" in message:
        raise ParseFailure(message["reason"], message["message"])
