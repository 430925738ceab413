"""Rebuild a PDF that lost its index: one that was cut off, or whose cross-reference stream is damaged.

pdfium finds objects that stand in the file as such, but not those in object streams (PDF 1.5), where most writers put the pages
and the catalog. These objects are unpacked and appended, with a catalog of all pages if there is none.
Source: ISO 32000-1, §7.5.
"""

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s{1,9}\d{1,5}\s{1,9}obj\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_OBJECT_STREAM = re.compile(rb"/Type\s{0,9}/ObjStm\b")
_FIRST = re.compile(rb"/First\s{1,9}(\d{1,8})\b")
_CATALOG = re.compile(rb"/Type\s{0,9}/Catalog\b")
_PAGES = re.compile(rb"/Pages\s{1,9}(\d{1,8})\s")
_PAGE = re.compile(rb"/Type\s{0,9}/Page(?![A-Za-z])")
_ENCRYPTED = re.compile(rb"/Encrypt\s{0,9}(?:\d|<<)")
_STREAM_START = re.compile(rb"\bstream\r?\n")
_HEADER = b"%PDF-1.7\n"
_MAX_DICTIONARY = 20_000
"""Bytes of an object that are searched for its type."""
_MAX_STREAM_DICTIONARY = 1_000
"""Bytes between an object stream's `obj` and its `stream`; they hold five short entries."""
_MAX_UNPACKED = 100_000_000


def is_encrypted(content: bytes) -> bool:
    """Return whether the PDF says that it is encrypted."""
    return _ENCRYPTED.search(content) is not None


def rebuilt(content: bytes) -> bytes | None:
    """Return the PDF with its packed objects unpacked, a catalog and a trailer; None if no page is found in it."""
    first = _OBJECT.search(content)
    if first is None:
        return None
    content = content[first.start() :]
    objects = dict(_plain(content))
    packed = dict(_packed(content))
    objects |= packed
    root = _root(objects)
    added = [_object(number, body) for number, body in packed.items()]
    if root is None:
        pages = [number for number, body in objects.items() if _PAGE.search(body)]
        if not pages:
            return None
        root = max(objects) + 1
        kids = b" ".join(b"%d 0 R" % number for number in pages)
        added.append(_object(root, b"<< /Type /Catalog /Pages %d 0 R >>" % (root + 1)))
        added.append(_object(root + 1, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(pages), kids)))
    is_cut = content.rfind(b"endstream") < max((match.start() for match in _STREAM_START.finditer(content)), default=-1)
    end = b"\nendstream\nendobj\n" if is_cut else b"\nendobj\n"
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n0\n%%%%EOF\n" % (max(objects) + 3, root)
    return b"".join([_HEADER, content, end, *added, trailer])


def _object(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def _root(objects: dict[int, bytes]) -> int | None:
    """Return the number of the last catalog whose tree of pages is there; None without one."""
    for number, body in reversed(objects.items()):
        if _CATALOG.search(body):
            tree = _PAGES.search(body)
            if tree and int(tree[1]) in objects:
                return number
    return None


def _plain(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the dictionary of every object outside object streams."""
    found = list(_OBJECT.finditer(content))
    ends = [*(match.start() for match in found[1:]), len(content)]
    for match, end in zip(found, ends, strict=True):
        body = content[match.end() : min(end, match.end() + _MAX_DICTIONARY)]
        yield int(match[1]), body[: body.find(b"stream")] if b"stream" in body else body


def _packed(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of every object in object streams, as far as these can be unpacked."""
    left = _MAX_UNPACKED
    for found in _OBJECT_STREAM.finditer(content):
        start = _STREAM.search(content, found.end(), found.end() + _MAX_STREAM_DICTIONARY)
        begin = content.rfind(b"obj", max(found.start() - _MAX_STREAM_DICTIONARY, 0), found.start())
        first = _FIRST.search(content, begin, start.start()) if start and begin >= 0 else None
        if start is None or first is None or left <= 0:
            continue
        unpacked = _inflated(content, start.end(), left)
        left -= len(unpacked)
        yield from _members(unpacked, int(first[1]))


def _inflated(content: bytes, start: int, limit: int) -> bytes:
    """Return what the deflated bytes from `start` hold, up to the end of the file or the first damage, or `limit` bytes."""
    stream, parts, position = zlib.decompressobj(), list[bytes](), start
    try:
        while position < len(content) and not stream.eof and limit > 0:
            parts.append(stream.decompress(content[position : position + 4_096], limit))
            limit -= len(parts[-1])
            position += 4_096
            if stream.unconsumed_tail:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def _members(unpacked: bytes, first: int) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of an object stream: a list of numbers and places comes first, the objects from `first` on."""
    numbers = [int(word) for word in unpacked[:first].split() if word.isdigit() and len(word) < 10]
    places = [first + place for place in numbers[1::2]]
    for number, start, end in zip(numbers[::2], places, [*places[1:], len(unpacked)], strict=False):
        if start >= end:  # the list is damaged from here on
            break
        yield number, unpacked[start:end]
