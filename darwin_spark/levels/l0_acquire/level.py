"""L0: the files of the input become rows, one an object, with provenance; nothing is filtered (§2, §3 L0)."""

from collections.abc import Iterator, Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, BinaryType, BooleanType, LongType, MapType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire import web_fetch
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.verdicts import Stage, judged

VERSION = "2"
HASHED = ("content_sha256", "media_type", "declared_type", "title", "license", "metadata")
RETRYABLE = frozenset({"unreadable"}) | web_fetch.TRANSIENT

_TEXT = StringType()
_REF = StructType([StructField("uri", _TEXT), StructField("offset", LongType()), StructField("length", LongType())])
_MAP = MapType(_TEXT, _TEXT)

SCHEMA = judged(
    *(StructField(name, _TEXT) for name in ("source", "source_id", "source_file", "source_version", "uri", "media_type")),
    StructField("content", BinaryType()),
    StructField("content_ref", _REF),
    StructField("content_sha256", _TEXT),
    StructField("bytes", LongType()),
    *(StructField(name, _TEXT) for name in ("declared_type", "title", "license")),
    StructField("metadata", _MAP),
)

FILES = StructType(
    [StructField(name, _TEXT) for name in ("source", "source_file", "uri", "version")]
    + [StructField("bytes", LongType()), StructField("parts", ArrayType(_TEXT)), StructField("is_url", BooleanType())]
)
"""The listing that L0 works from: one row a file or a URL of a list.

`parts` are the other files of a TeX document, whose main file it is.
"""

MANIFEST = StructType(
    [StructField(name, _TEXT) for name in ("source", "source_id", "title", "license", "declared_type")]
    + [StructField("metadata", _MAP)]
)
"""What a sidecar manifest says of objects: all but `source` and `source_id` may be null."""


def judge(tables: Mapping[str, DataFrame], settings: L0Settings, _stage: Stage) -> dict[str, DataFrame]:
    """`files` (FILES) and `manifest` (MANIFEST) in; a row for every object of every file out.

    What the manifest says goes before what a record says of itself.
    """

    def open_file(row: Row) -> Iterator[Row]:
        for found in acquire(row, settings):
            yield {**found, "bucket": ""}

    found = map_rows(tables["files"], open_file, SCHEMA)
    manifest = tables["manifest"].select("source", "source_id", *(F.col(name).alias(f"m_{name}") for name in _DECLARED))
    merged = found.join(F.broadcast(manifest), on=["source", "source_id"], how="left")
    declared = {name: F.coalesce(f"m_{name}", name).alias(name) for name in _DECLARED[:-1]}
    declared["metadata"] = F.map_from_entries(F.array_sort(F.map_entries(_merged_map()))).alias("metadata")
    return {"l0": merged.select(*(declared.get(name, F.col(name)) for name in SCHEMA.fieldNames()))}


_DECLARED = ("title", "license", "declared_type", "metadata")


def _merged_map() -> Column:
    """Both maps as one, the manifest's value winning."""
    empty = F.map_from_arrays(F.array().cast("array<string>"), F.array().cast("array<string>"))
    own, manifest = F.coalesce("metadata", empty), F.coalesce("m_metadata", empty)
    return F.map_concat(F.map_filter(own, lambda key, _: ~F.map_contains_key(manifest, key)), manifest)
