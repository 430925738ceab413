"""Read XML files that hold one document per element, such as PubMed's citations and dumps of MediaWiki, in bounded memory."""

import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from darwin_spark.arrow_udf import Row
from darwin_spark.levels.l0_acquire.markup_media import MEDIAWIKI, PUBMED
from darwin_spark.levels.l0_acquire.rows import Place, SourceFile
from darwin_spark.storage.archives import compression
from darwin_spark.storage.archives.budget import BLOCK, peeked
from darwin_spark.text.wide_encodings import wide_encoding

_STARTS = {
    PUBMED: re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)(?=[\s>])"),
    MEDIAWIKI: re.compile(rb"<(page)(?=[\s>])"),
}
"""Start tags of the records. Text cannot contain them: XML escapes `<` there."""
_IDS = {PUBMED: re.compile(rb"<PMID[^>]*>\s*(\d+)"), MEDIAWIKI: re.compile(rb"<id>\s*(\d+)")}
_TITLES = {
    PUBMED: re.compile(rb"<(?:ArticleTitle|BookTitle)[^>]*>(.*?)</(?:ArticleTitle|BookTitle)>", re.DOTALL),
    MEDIAWIKI: re.compile(rb"<title>(.*?)</title>", re.DOTALL),
}
_TAG = re.compile(r"<[^>]*>")
_HEAD_BYTES = 65_536  # in which a record has its id and title
_TAG_BYTES = 64  # more than the longest tag


class _Found(NamedTuple):
    """A record: offset in the file, size, and bytes; None if it is too large, or the file ends within it (`is_cut`)."""

    offset: int
    size: int
    content: bytes | None
    is_cut: bool = False


def is_record_file(kind: str, head: bytes) -> bool:
    """Return whether a file of this media type holds records that can be told; in UTF-16 and UTF-32 they cannot."""
    return kind in _STARTS and wide_encoding(head) is None


def open_xml_records(file: SourceFile, place: Place, kind: str, stream: Any) -> Iterator[Row]:
    """Yield one L0 row per record, of the media type `kind` of the file; a failed row follows if the file is damaged or empty.

    A record is named by its PMID or page id, or by its place among the records: `record-17`.
    """
    number = 0
    records = _Splitter(stream, _STARTS[kind], file.settings.max_record_bytes).records()
    try:
        for number, found in enumerate(records, start=1):
            yield _row(file, place, kind, found, f"record-{number}")
    except compression.BROKEN:
        yield file.failure(place.damage, place)
        return
    if number == 0:
        yield file.failure("empty", place)


def _row(file: SourceFile, place: Place, kind: str, found: _Found, name: str) -> Row:
    """Return the L0 row of a record. In an uncompressed file, a large one is given as a reference."""
    head = (found.content or b"")[:_HEAD_BYTES]
    identity, titled = _IDS[kind].search(head), _TITLES[kind].search(head)
    inside, _ = file.unique(f"{place.inside}#{identity[1].decode() if identity else name}")
    here = Place(inside, place.uri + (f"#{quote(identity[1])}" if identity else ""), "")
    if found.content is None:
        return file.failure("malformed_record" if found.is_cut else "object_too_large", here, bytes=found.size)
    title = html.unescape(_TAG.sub("", titled[1].decode("utf-8", "replace"))).strip() if titled else None
    row = file.content(here, found.content, kind, title=title)
    if found.size <= file.settings.max_inline_bytes or place.depth > 0:
        return row
    return {**row, "content": None, "content_ref": {"uri": place.uri, "offset": found.offset, "length": found.size}}


class _Splitter:
    """Splits a stream into records. At most the bytes of a record that is not too large, and a block, are in memory at once."""

    def __init__(self, stream: Any, start_tag: re.Pattern[bytes], most: int) -> None:
        self._read = peeked(stream, 0)[1].read1  # gives the bytes before damage
        self._start_tag, self._most = start_tag, most
        self._buffer, self._offset = bytearray(), 0  # bytes not yet used, and the offset of the first in the stream

    def records(self) -> Iterator[_Found]:
        """Yield the records in order. Raises what the stream raises if it is damaged, after the records before."""
        while True:
            found = self._start_tag.search(self._buffer)
            if found is not None:
                end_tag = b"</" + found[1] + b">"
                self._drop(found.start())
                yield self._record(end_tag)
                continue
            self._drop(max(len(self._buffer) - _TAG_BYTES, 0))
            if not self._fill():
                return

    def _record(self, end_tag: bytes) -> _Found:
        """Return the record at the beginning of the buffer."""
        start, searched = self._offset, 0
        while (at := self._buffer.find(end_tag, searched)) < 0:
            searched = max(len(self._buffer) - len(end_tag), 0)
            if self._offset > start or len(self._buffer) > self._most:
                self._drop(searched)
                searched = 0
            if not self._fill():
                size = self._offset + len(self._buffer) - start
                self._drop(len(self._buffer))
                return _Found(start, size, None, is_cut=True)
        size = self._offset + at + len(end_tag) - start
        content = bytes(self._buffer[:size]) if self._offset == start and size <= self._most else None
        self._drop(at + len(end_tag))
        return _Found(start, size, content)

    def _fill(self) -> bool:
        """Read a block; return False at the end of the stream."""
        block = self._read(BLOCK)
        self._buffer += block
        return bool(block)

    def _drop(self, size: int) -> None:
        del self._buffer[:size]
        self._offset += size
