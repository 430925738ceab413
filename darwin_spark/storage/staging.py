"""Staging tables: results that a run stores until they are published; they are deleted then, or by the next climb."""

import shutil
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from darwin_spark.storage import atomic_files, delta
from darwin_spark.storage.frames import escape_glob
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import Stage

STAGING = "staging"
"""All staging tables lie below this name. None outlives the climb, or the start of the next one after a crash."""


def write(frame: DataFrame, workspace: Workspace, table: str, *, mode: str = "overwrite") -> None:
    """Write a staging table: Parquet on a local disk, else Delta.
    On a local disk Parquet is as safe, and faster; object stores without renames and catalogs need Delta."""
    if workspace.is_local:
        frame.write.mode(mode).parquet(workspace.path(table))
    else:
        delta.write(frame, workspace, table, mode=mode)


def read(workspace: Workspace, table: str, schema: StructType | None = None) -> DataFrame:
    """Return a staging table as a DataFrame. Pass `schema` to avoid Spark's schema-inference job on Parquet."""
    if not workspace.is_local:
        return workspace.read(table)
    reader = workspace.spark.read if schema is None else workspace.spark.read.schema(schema)
    return reader.parquet(escape_glob(workspace.path(table)))


def is_complete(workspace: Workspace, table: str) -> bool:
    """Return whether `write` finished. Spark marks a Parquet folder (`_SUCCESS`) when all of its files are in place."""
    if workspace.is_local:
        return (Path(workspace.path(table)) / "_SUCCESS").is_file()
    return workspace.exists(table)


def clean(workspace: Workspace, folder: str) -> None:
    """Delete all staging tables below `folder` (the folder of a run, for example), with their files."""
    if workspace.schema:
        _drop_matching(workspace, f"^{folder.replace('/', '_')}_")
    elif workspace.is_local:
        shutil.rmtree(workspace.path(folder), ignore_errors=True)
    else:
        atomic_files.delete_folder(workspace.path(folder))


def clean_all(workspace: Workspace) -> None:
    """Delete all staging tables of the workspace. In a catalog they are known by the id of a run or climb in the name."""
    if workspace.schema:
        _drop_matching(workspace, f"^{STAGING}_[0-9a-f]{{32}}_")
    else:
        clean(workspace, STAGING)


def _drop_matching(workspace: Workspace, pattern: str) -> None:
    for row in workspace.spark.sql(f"SHOW TABLES IN {workspace.schema}").where(F.col("tableName").rlike(pattern)).collect():
        workspace.spark.sql(f"DROP TABLE IF EXISTS {workspace.name(row.tableName)}")


def stager(workspace: Workspace, folder: str) -> Stage:
    """Return a `Stage`: a function that writes a staging table in `folder`, and returns it read back. The caller cleans up."""

    def stage(frame: DataFrame, name: str) -> DataFrame:
        table = f"{folder}/step_{name}"
        write(frame, workspace, table)
        return read(workspace, table, frame.schema)

    return stage
