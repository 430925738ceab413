"""Facts about a workspace as a whole: format version, number of buckets, folder of each source name, manifest, journal."""

from collections.abc import Mapping

from pyspark.sql.types import StringType, StructType

from darwin_spark.columns import column, comment_of
from darwin_spark.storage import delta, delta_files
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.table_reader import TableReader
from darwin_spark.storage.workspace import TableError, Workspace

TABLE = "properties"
SCHEMA = StructType(
    [
        column("key", StringType(), "Name of the fact: format_version, buckets, manifest, journal, or root of a source."),
        column("value", StringType(), "Its value, as text."),
    ]
)

FORMAT_VERSION = 2
"""Raised whenever a table, column or stored word is renamed; `pipeline/upgrade` holds one migration step a version."""
_FORMAT = "format_version"


class FormatError(TableError):
    """The workspace has another format version than this code; the message says how to go on."""


def read(reader: TableReader) -> dict[str, str]:
    """Return all properties of the workspace by key; empty before the first climb."""
    if not reader.exists(TABLE):
        return {}
    return {row["key"]: row["value"] for row in reader.query("SELECT key, value FROM {properties}")}


def update(workspace: Workspace, known: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    """Return `known` with `changed` merged in; write all properties to the workspace if any value changed."""
    merged = {**known, **changed}
    if merged != known:
        rows = [{"key": key, "value": value} for key, value in sorted(merged.items())]
        if workspace.is_local and delta_files.is_installed():
            delta_files.overwrite(workspace.path(TABLE), rows, {field.name: comment_of(field) for field in SCHEMA})
            return merged
        delta.write(frame_of_rows(workspace.spark, rows, SCHEMA), workspace, TABLE, mode="overwrite")
    return merged


def format_version(known: Mapping[str, str]) -> int:
    """Return the recorded format version; 1 for a workspace older than this record, FORMAT_VERSION for a new workspace."""
    return int(known.get(_FORMAT, 1 if known else FORMAT_VERSION))


def with_format(version: int = FORMAT_VERSION) -> dict[str, str]:
    """Return the property (key and value) that records a format version."""
    return {_FORMAT: str(version)}


def check_format(workspace: TableReader, known: Mapping[str, str]) -> None:
    """Raise FormatError if the workspace has another format version than this code."""
    found = format_version(known)
    if found < FORMAT_VERSION:
        raise FormatError(
            f"the workspace {workspace.location} has format version {found}, this code reads version {FORMAT_VERSION}: "
            f"run `darwin upgrade --workspace {workspace.location}` (add --dry-run to see what it changes)"
        )
    if found > FORMAT_VERSION:
        raise FormatError(
            f"the workspace {workspace.location} has format version {found}, written by a newer darwin-spark; this code reads "
            f"version {FORMAT_VERSION} only: upgrade the package"
        )


def check_buckets(known: Mapping[str, str], buckets: int) -> None:
    """Raise TableError if the workspace was created with another number of buckets than `buckets`."""
    fixed = int(known.get("buckets", buckets))
    if fixed != buckets:
        raise TableError(
            f"this workspace was made with {fixed} buckets, the configuration asks for {buckets}: "
            f"set workspace.buckets={fixed}, or choose another workspace"
        )
