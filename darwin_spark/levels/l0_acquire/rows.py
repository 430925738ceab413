"""The rows of L0: who an object is, and what is said of it."""

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
    """128 bits in hex: the identity of an object for ever."""
    return xxhash.xxh3_128_hexdigest(f"{source}\0{source_id}".encode("utf-8", "surrogatepass"))


def is_sampled(identity: str, share: float) -> bool:
    """Whether an object belongs to the sample: its identity decides, so a larger sample holds every smaller one."""
    return int(identity[-8:], 16) < share * 2**32


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file an object lies: `inside` goes after the file's path to make its source_id, `uri` leads to it.

    `name` and `hint` (an HTTP content type) hint at its type, `depth` counts the packed files around it, `damage` is the
    reason if it cannot be read. `span` (an address, an offset, a length) leads to it without a way through its archive.
    `is_streamed`: only a way through all that comes before leads to it, so that up to the size of a record it is kept inline.
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
        """What this compressed file holds."""
        name = compression.inner_name(self.name, kind)
        uri = self.uri + reading.step("")
        return replace(self, uri=uri, name=name, depth=self.depth + 1, damage="broken_compression", span=None)

    @property
    def ref(self) -> dict[str, Any]:
        """The content_ref of an object that lies here."""
        return dict(zip(("uri", "offset", "length"), self.span or (self.uri, None, None), strict=True))


@dataclass
class SourceFile:
    """The file at hand, what it may unpack to, and the names given to its objects (an archive may hold one name twice)."""

    row: Row
    settings: L0Settings
    names: dict[int, int] = field(default_factory=dict)
    given: set[int] = field(default_factory=set)
    last_suffix: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.budget = Budget(self.row["bytes"], self.settings.max_archive_bytes, self.settings.max_archive_ratio)

    @property
    def place(self) -> Place:
        """The file as a whole."""
        return Place("", self.row["uri"], self.row["source_file"])

    def kept_inline(self) -> "SourceFile":
        """The same for a file that cannot be opened again: its objects are kept inline whatever their size."""
        most = max(self.settings.max_record_bytes, self.settings.fetch.max_bytes)
        return replace(self, settings=self.settings.model_copy(update={"inline_limit": most, "max_object_bytes": most}))

    def member(self, archive: Place, name: str) -> Place:
        """A member of an archive of this file."""
        inside, nth = self.unique(f"{archive.inside}!{_shortened(name)}")
        uri = archive.uri + reading.step(name, nth)
        is_streamed = archive.is_streamed or archive.depth > 0
        return Place(inside, uri, name, archive.depth + 1, "broken_member", is_streamed=is_streamed)

    def unique(self, inside: str) -> tuple[str, int]:
        """The name, with `~2` for the second that bears it, and how many bore it so far.

        Where something else is called `~2` already, the next number that is free.
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
        """A row of L0, kept unless `columns` say otherwise."""
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
        """Whether the object belongs to the sample; what does not is not read."""
        return is_sampled(doc_id(self.row["source"], self._source_id(place)), self.settings.sample)

    def _source_id(self, place: Place) -> str:
        return _printable(f"{self.row['source_file']}{place.inside}")

    def failure(self, reason: str, place: Place | None = None, **columns: Any) -> Row:
        """A row that says why there is no object at a place (the whole file where none is given)."""
        return self.object(place or self.place, verdict=FAILED, reason=reason, **columns)

    def content(self, place: Place, content: bytes, kind: str, **columns: Any) -> Row:
        """A row that holds its content, whatever its size."""
        digest = hashlib.sha256(content).hexdigest()
        return self.object(place, media_type=kind, content=content, content_sha256=digest, bytes=len(content), **columns)

    def take(
        self,
        place: Place,
        stream: Any,
        kind: str = "",
        ref: Mapping[str, Any] | None = None,
        **columns: Any,
    ) -> Row:
        """Read an object to its end: its hash, its size, and its content where that is small enough to keep inline.

        A larger one is kept by the place's address, with what `ref` says more exactly.
        """
        if not self.wants(place):
            return self.object(place)
        limit = max(self.settings.inline_limit, self.settings.max_record_bytes if place.is_streamed else 0)
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
    """A name in valid Unicode: bytes that were none are spelt out."""
    return name.encode("utf-8", "backslashreplace").decode()


def _shortened(name: str) -> str:
    """A name that fits into a source_id; what is cut off goes on as a digest."""
    if len(name) <= 1_000:
        return name
    return f"{name[:1_000]}...{xxhash.xxh3_64_hexdigest(name.encode('utf-8', 'surrogatepass'))}"
