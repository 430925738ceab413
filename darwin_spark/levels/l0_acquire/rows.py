"""Build the rows of L0: the identity of an object, its place in its file, and its columns."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import xxhash

from darwin_spark.arrow_udf import Row
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire.media import HEAD_BYTES, OCTETS, media_type
from darwin_spark.storage.archives import compression, reading
from darwin_spark.storage.archives.budget import Budget, blocks
from darwin_spark.storage.archives.members import DAMAGED
from darwin_spark.verdicts import FAILED, KEPT


def doc_id(source: str, source_id: str) -> str:
    """Return the permanent identity of an object: the 128-bit xxh3 hash of `source` and `source_id`, in hex."""
    return xxhash.xxh3_128_hexdigest(f"{source}\0{source_id}".encode("utf-8", "surrogatepass"))


def is_sampled(identity: str, share: float) -> bool:
    """Return whether the doc_id `identity` is in the sample of `share` (0 to 1); a larger sample contains every smaller one."""
    return int(identity[-8:], 16) < share * 2**32


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an object in a listed file: the file's path and `inside` are the object's source_id, `uri` is its address.

    `name` and `hint` (an HTTP content type) hint at the media type, `depth` counts the archives and compressed files around
    the object, `damage` is the reason if it cannot be read, `span` is its address, offset and length (bytes) in an uncompressed
    archive. `is_streamed`: all bytes before the object must be read first, so it is stored inline up to `max_record_bytes`.
    """

    inside: str
    uri: str
    name: str
    depth: int = 0
    damage: str = "unreadable"
    hint: str = ""
    span: tuple[str, int, int] | None = None
    is_streamed: bool = False

    def unpacked(self, kind: str) -> "Place":
        """Return the place of the decompressed content, for the compressed file of media type `kind` at this place."""
        name = compression.inner_name(self.name, kind)
        uri = self.uri + reading.step("")
        return replace(self, uri=uri, name=name, depth=self.depth + 1, damage="broken_compression", span=None)

    @property
    def ref(self) -> dict[str, Any]:
        """The content_ref of an object at this place: `span`, or `uri` with null for offset and length."""
        return dict(zip(("uri", "offset", "length"), self.span or (self.uri, None, None), strict=True))


@dataclass
class SourceFile:
    """The listed file that is opened, its unpacking budget, and the names of its objects (an archive may hold one name twice).

    `names` counts each name, `given` are the names in use, `last_suffix` the last numbers after `~`; names are 64-bit hashes.
    """

    row: Row
    settings: L0Settings
    names: dict[int, int] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)
    last_suffix: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.budget = Budget(self.row["bytes"], self.settings.max_archive_bytes, self.settings.max_archive_ratio)

    @property
    def place(self) -> Place:
        """The place of the whole file."""
        return Place("", self.row["uri"], self.row["source_file"])

    def kept_inline(self) -> "SourceFile":
        """Return a copy for a file that cannot be opened again: all its objects are kept inline.

        An object larger than both `max_record_bytes` and `fetch.max_bytes` fails as `object_too_large`.
        """
        most = max(self.settings.max_record_bytes, self.settings.fetch.max_bytes)
        return replace(self, settings=self.settings.model_copy(update={"max_inline_bytes": most, "max_object_bytes": most}))

    def member(self, archive: Place, name: str) -> Place:
        """Return the place of the member `name` of an archive in this file. Call it once a member: it numbers equal names."""
        inside, nth = self.unique(f"{archive.inside}!{_truncated(name)}")
        uri = archive.uri + reading.step(name, nth)
        is_streamed = archive.is_streamed or archive.depth > 0
        return Place(inside, uri, name, archive.depth + 1, "broken_member", is_streamed=is_streamed)

    def unique(self, inside: str) -> tuple[str, int]:
        """Return `inside` made unique in this file, and how many objects have had this name, this one included.

        The second object of a name gets the suffix `~2`; if that name is in use already, the next free number.
        """
        key = xxhash.xxh3_64_intdigest(inside.encode("utf-8", "surrogatepass"))
        nth = self.names[key] = self.names.get(key, 0) + 1
        suffix = max(nth, self.last_suffix.get(key, 0) + 1)
        name = inside if suffix == 1 else f"{inside}~{suffix}"
        while (digest := xxhash.xxh3_64_intdigest(_printable(name).encode())) in self.given:
            suffix += 1
            name = f"{inside}~{suffix}"
        self.given.add(digest)
        if suffix > nth:
            self.last_suffix[key] = suffix
        return name, nth

    def object(self, place: Place, **columns: Any) -> Row:
        """Return the L0 row of the object at `place` with these `columns`; its verdict is `kept` unless they override it."""
        source_id = self._source_id(place)
        return {
            "doc_id": doc_id(self.row["source"], source_id),
            "verdict": KEPT,
            "source": self.row["source"],
            "source_id": source_id,
            "source_file": self.row["source_file"],
            "source_version": self.row["version"],
            "uri": place.uri,
            "media_type": OCTETS,
            "bytes": 0,
            **columns,
        }

    def wants(self, place: Place) -> bool:
        """Return whether the object at `place` is in the sample; the content of other objects is not read."""
        return is_sampled(doc_id(self.row["source"], self._source_id(place)), self.settings.sample)

    def _source_id(self, place: Place) -> str:
        return _printable(f"{self.row['source_file']}{place.inside}")

    def failure(self, reason: str, place: Place | None = None, **columns: Any) -> Row:
        """Return an L0 row with verdict `failed`: `reason` is why there is no object at `place` (default: the whole file)."""
        return self.object(place or self.place, verdict=FAILED, reason=reason, **columns)

    def content(self, place: Place, content: bytes, kind: str, **columns: Any) -> Row:
        """Return an L0 row that holds `content`, of media type `kind`, inline, whatever its size."""
        digest = hashlib.sha256(content).hexdigest()
        return self.object(place, media_type=kind, content=content, content_sha256=digest, bytes=len(content), **columns)

    def take(self, place: Place, stream: Any, kind: str = "", ref: Mapping[str, Any] | None = None, **columns: Any) -> Row:
        """Read an object to its end and return its L0 row: SHA-256, size, media type (`kind` if given), and content if small.

        A larger object has a content_ref: the place's `ref`, updated by the argument `ref`. The row is failed if the object is
        damaged or larger than `max_object_bytes`. An object outside the sample is not read; its row has no content.
        """
        if not self.wants(place):
            return self.object(place)
        limit = max(self.settings.max_inline_bytes, self.settings.max_record_bytes if place.is_streamed else 0)
        digest, size, kept, head = hashlib.sha256(), 0, io.BytesIO(), b""
        try:
            for block in blocks(stream):
                head = head or block[:HEAD_BYTES]
                digest.update(block)
                size += len(block)
                if size > self.settings.max_object_bytes:
                    return self.failure("object_too_large", place, bytes=size, **columns)
                if size <= limit:
                    kept.write(block)
        except DAMAGED:
            return self.failure(place.damage, place, **columns)
        inline = size <= limit
        return self.object(
            place,
            media_type=kind or media_type(head, place.name),
            content=kept.getvalue() if inline else None,
            content_ref=None if inline else {**place.ref, **(ref or {})},
            content_sha256=digest.hexdigest(),
            bytes=size,
            **columns,
        )


def _printable(name: str) -> str:
    """Return a name as valid Unicode: surrogates, which stand for undecodable bytes, are written as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def _truncated(name: str) -> str:
    """Return a name for a source_id: what exceeds 1,000 characters is replaced by `...` and a hash of the whole name."""
    if len(name) <= 1_000:
        return name
    return f"{name[:1_000]}...{xxhash.xxh3_64_hexdigest(name.encode('utf-8', 'surrogatepass'))}"
