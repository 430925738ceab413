"""Options and helpers that several commands share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from darwin_spark.errors import UserError, did_you_mean

if TYPE_CHECKING:
    from darwin_spark.storage.table_reader import TableReader
    from darwin_spark.storage.workspace import Workspace

START, LOOK, MODELS, WORKSPACES = "Start here", "Look closer", "Models", "Workspaces"
"""Panels of `darwin --help`; the first one holds what a newcomer needs."""

err = Console(stderr=True)

WorkspaceOption = Annotated[str, typer.Option("--workspace", "-w", help="Folder, object-store prefix, or catalog:SCHEMA.")]
ConfigOption = Annotated[list[Path] | None, typer.Option("--config", "-c", help="YAML overlay; repeatable, later ones win.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", "-s", help="One setting: l2.min_bytes=4096; repeatable.")]


@contextmanager
def workspace_at(location: str) -> "Iterator[Workspace]":
    """Yield the workspace at a location, with a Spark session; the workspace's format is not checked."""
    from darwin_spark.storage.workspace import Workspace

    with err.status("starting Spark"):
        opened = Workspace.open(location)
        workspace = opened.__enter__()
    try:
        yield workspace
    finally:
        opened.__exit__(None, None, None)


@contextmanager
def existing_workspace(location: str) -> "Iterator[Workspace]":
    """Yield a workspace that has been climbed and has this code's format. Raises TableError, FormatError; for a local workspace
    before Spark starts."""
    check_exists(location)
    if (reader := _reader_without_spark(location)) is not None:
        _check(reader, location)
    with workspace_at(location) as workspace:
        if reader is None:
            _check(workspace, location)
        yield workspace


@contextmanager
def tables_at(location: str) -> "Iterator[TableReader]":
    """Yield the tables of a workspace that has been climbed, without Spark if it is local. Raises TableError, FormatError."""
    check_exists(location)
    reader = _reader_without_spark(location)
    if reader is None:
        with existing_workspace(location) as workspace:
            yield workspace
    else:
        _check(reader, location)
        yield reader


def check_choice(option: str, value: str, choices: Sequence[str]) -> None:
    """Raise UserError if the value of an option is none of the choices."""
    if value not in choices:
        raise UserError(f"{option} {value!r}: choose one of {', '.join(choices)}{did_you_mean(value, choices)}")


def check_exists(location: str) -> None:
    """Raise TableError, without Spark, if there is no table in a workspace that is a folder of this machine."""
    from darwin_spark.storage.workspace import TableError, local_folder

    folder = local_folder(location)
    if folder is None or any(Path(folder).glob("tables/*/_delta_log")):
        return
    near = did_you_mean(Path(folder).name, sorted(found.parent.name for found in Path(folder).parent.glob("*/tables")))
    raise TableError(f"no tables in the workspace {location}: climb first, `darwin run PATH --workspace {location}`{near}")


def _reader_without_spark(location: str) -> "TableReader | None":
    from darwin_spark.storage import delta_files
    from darwin_spark.storage.workspace import local_folder

    folder = local_folder(location)
    return delta_files.DeltaFiles(folder) if folder is not None and delta_files.is_installed() else None


def _check(reader: "TableReader", location: str) -> None:
    from darwin_spark.storage import workspace_metadata
    from darwin_spark.storage.workspace import TableError

    if not reader.exists("l0"):
        raise TableError(f"no documents in the workspace {location}: climb first, `darwin run PATH --workspace {location}`")
    workspace_metadata.check_format(reader, workspace_metadata.read(reader))
