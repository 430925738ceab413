"""Delta commits: write a table in one transaction, and read the last commit of a table."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, DataFrameWriter
from pyspark.sql import functions as F

from darwin_spark.storage.workspace import Workspace, is_missing


class Transaction(NamedTuple):
    """Identity of a commit: Delta skips, *silently*, a write whose version is not above the last one of the application id."""

    app_id: str
    version: int


def write(
    frame: DataFrame,
    workspace: Workspace,
    table: str,
    *,
    mode: str = "append",
    transaction: Transaction | None = None,
    metadata: str | None = None,
) -> None:
    """Write a table (append by default) in one Delta transaction; `metadata` becomes the commit's `userMetadata`, unless a
    table in a catalog is created. With a `transaction`, Delta may skip the write: the caller checks that the rows arrived."""
    _save(frame.write.format("delta").options(**_options(transaction, metadata)).mode(mode), workspace, table)


def write_by_bucket(
    frame: DataFrame,
    workspace: Workspace,
    table: str,
    *,
    mode: str = "append",
    transaction: Transaction | None = None,
    metadata: str | None = None,
) -> None:
    """Write a table that is partitioned by `bucket`, in one Delta transaction; the arguments are those of `write`."""
    writer = frame.write.format("delta").options(**_options(transaction, metadata)).mode(mode)
    _save(writer.partitionBy("bucket"), workspace, table)


def _save(writer: DataFrameWriter, workspace: Workspace, table: str) -> None:
    if workspace.schema:
        writer.saveAsTable(workspace.name(table))
    else:
        writer.save(workspace.path(table))


def replace_where(
    frame: DataFrame,
    workspace: Workspace,
    table: str,
    predicate: str,
    *,
    transaction: Transaction | None = None,
    metadata: str | None = None,
) -> None:
    """Replace the rows of an existing table where `predicate` holds by those of `frame`, which must meet it, in one commit."""
    options = _options(transaction, metadata)
    if workspace.schema:
        # `saveAsTable` would also replace the table in the catalog, which fails from the second time on.
        frame.writeTo(workspace.name(table)).options(**options).overwrite(F.expr(predicate))
    else:
        writer = frame.write.format("delta").options(**options, replaceWhere=predicate).mode("overwrite")
        writer.partitionBy("bucket").save(workspace.path(table))


def _options(transaction: Transaction | None, metadata: str | None) -> dict[str, str]:
    options = {"userMetadata": metadata} if metadata else {}
    if transaction:
        options |= {"txnAppId": transaction.app_id, "txnVersion": str(transaction.version)}
    return options


class Commit(NamedTuple):
    """One commit to a table."""

    version: int
    at: int  # milliseconds since 1970. A table that was deleted and created anew repeats versions, with other times.
    metadata: str | None  # the commit's `userMetadata`


def last_commit(workspace: Workspace, table: str) -> Commit | None:
    """Return the last commit, by anybody, or None if there is no table. Locally, Delta's log is read without Spark."""
    if workspace.is_local:
        return _last_in_log(Path(workspace.path(table)) / "_delta_log")
    try:
        history = workspace.spark.sql(f"DESCRIBE HISTORY {workspace.name(table)} LIMIT 1")
        (row,) = history.select("version", F.unix_millis("timestamp").alias("at"), "userMetadata").collect()
    except AnalysisException as error:
        if is_missing(error) or error.getCondition() == "DELTA_TABLE_ONLY_OPERATION":
            return None
        raise
    return Commit(row.version, row.at, row.userMetadata)


def _last_in_log(folder: Path) -> Commit | None:
    newest = max((path for path in folder.glob("*.json") if path.stem.isdigit()), default=None)
    if newest is None:
        return None
    with newest.open(encoding="utf-8") as lines:
        actions = (json.loads(line) for line in lines)
        info: dict[str, Any] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    return Commit(int(newest.stem), info.get("timestamp", 0), info.get("userMetadata"))
