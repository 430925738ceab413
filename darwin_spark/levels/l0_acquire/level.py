"""L0, data acquisition: one row for every object of the input files, with its provenance; filters nothing (§2, §3 L0)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, BinaryType, BooleanType, LongType, MapType, StringType, StructField, StructType

from darwin_spark.arrow_udf import Row, map_rows
from darwin_spark.columns import column
from darwin_spark.config.l0 import L0Settings
from darwin_spark.levels.l0_acquire import web_fetch
from darwin_spark.levels.l0_acquire.acquire import acquire
from darwin_spark.verdicts import Stage, Tables, level_schema

_TEXT = StringType()
_REF = StructType(
    [
        column("uri", _TEXT, "Address of the file that holds the object."),
        column("offset", LongType(), "First byte of the object in that file; null: the whole file."),
        column("length", LongType(), "Length of the object in bytes; null: to the end of the file."),
    ]
)
_MAP = MapType(_TEXT, _TEXT)

SCHEMA = level_schema(
    column("source", _TEXT, "Name of the input that the object comes from (--input NAME=PATH)."),
    column("source_id", _TEXT, "Path of the object below the input, with `!member` in an archive and `#id` of a record."),
    column("source_file", _TEXT, "Path below the input of the file that was opened for the object."),
    column("source_version", _TEXT, "Version of that file: size, time, manifest entries and sample; a new one is read again."),
    column("uri", _TEXT, "Address of the object."),
    column("media_type", _TEXT, "Media type (MIME) found from the content and the name."),
    column("content", BinaryType(), "The bytes of the object, if it is kept inline (l0.max_inline_bytes)."),
    column("content_ref", _REF, "Where the bytes of a larger object are read."),
    column("content_sha256", _TEXT, "SHA-256 of the bytes, in hex."),
    column("bytes", LongType(), "Size of the object in bytes."),
    column("declared_type", _TEXT, "Document type that the manifest or the record declares."),
    column("title", _TEXT, "Title that the manifest or the record declares."),
    column("license", _TEXT, "Licence that the manifest or the record declares."),
    column("metadata", _MAP, "Other declared facts by name, such as url; `error` holds the message of a failure."),
)

FILES = StructType(
    [StructField(name, _TEXT) for name in ("source", "source_file", "uri", "version")]
    + [StructField("bytes", LongType()), StructField("parts", ArrayType(_TEXT)), StructField("is_url", BooleanType())]
)
"""The listing that L0 reads: one row a file, or a URL of a list.

`parts` are the other files of a TeX document, if the file is its main file.
"""

MANIFEST = StructType(
    [StructField(name, _TEXT) for name in ("source", "source_id", "title", "license", "declared_type")]
    + [StructField("metadata", _MAP)]
)
"""What a manifest file says about objects: all columns but `source` and `source_id` may be null."""


_DECLARED = ("title", "license", "declared_type", "metadata")


class AcquisitionLevel:
    """Level L0, data acquisition. `process` reads the tables `files` (FILES) and `manifest` (MANIFEST), and no `documents`."""

    name: Final = "l0"
    title: Final = "Data Acquisition"
    version: Final = "3"
    below: Final = None
    reads: Mapping[str, Sequence[str]] = {}
    schema: Final = SCHEMA
    hashed: Final = ("content_sha256", "media_type", "declared_type", "title", "license", "metadata")
    retryable: Final = frozenset({"unreadable"}) | web_fetch.TRANSIENT
    settings_type: Final = L0Settings
    corpus_columns: Final = ("source", "source_id", "license")

    def process(self, tables: Tables, settings: L0Settings, _stage: Stage) -> Tables:
        """Return a row for every object of every file; a fact in the manifest replaces the same fact in a record."""

        def open_file(row: Row) -> Iterator[Row]:
            for found in acquire(row, settings):
                yield {**found, "bucket": ""}

        found = map_rows(tables["files"], open_file, SCHEMA)
        manifest = tables["manifest"].select("source", "source_id", *(F.col(name).alias(f"m_{name}") for name in _DECLARED))
        merged = found.join(F.broadcast(manifest), on=["source", "source_id"], how="left")
        declared = {name: F.coalesce(f"m_{name}", name).alias(name) for name in _DECLARED[:-1]}
        declared["metadata"] = F.map_from_entries(F.array_sort(F.map_entries(_merged_map()))).alias("metadata")
        return {self.name: merged.select(*(declared.get(name, F.col(name)) for name in SCHEMA.fieldNames()))}


LEVEL = AcquisitionLevel()


def _merged_map() -> Column:
    """Return one map of the columns `metadata` and `m_metadata` (of the manifest); for a key in both, the manifest's value."""
    empty = F.map_from_arrays(F.array().cast("array<string>"), F.array().cast("array<string>"))
    own, manifest = F.coalesce("metadata", empty), F.coalesce("m_metadata", empty)
    return F.map_concat(F.map_filter(own, lambda key, _: ~F.map_contains_key(manifest, key)), manifest)
