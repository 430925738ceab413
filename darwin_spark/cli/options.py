"""Options and helpers that several commands share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from darwin_spark.storage import workspace_metadata
from darwin_spark.storage.workspace import TableError, Workspace

START, LOOK, MODELS, WORKSPACES = "Start here", "Look closer", "Models", "Workspaces"
"""Panels of `darwin --help`; the first one holds what a newcomer needs."""

err = Console(stderr=True)

WorkspaceOption = Annotated[str, typer.Option("--workspace", "-w", help="Folder, object-store prefix, or catalog:SCHEMA.")]
ConfigOption = Annotated[list[Path] | None, typer.Option("--config", "-c", help="YAML overlay; repeatable, later ones win.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", "-s", help="One setting: l2.min_bytes=4096; repeatable.")]


@contextmanager
def workspace_at(location: str) -> Iterator[Workspace]:
    """Yield the workspace at a location, with a Spark session; the workspace's format is not checked."""
    with err.status("starting Spark"):
        opened = Workspace.open(location)
        workspace = opened.__enter__()
    try:
        yield workspace
    finally:
        opened.__exit__(None, None, None)


@contextmanager
def existing_workspace(location: str) -> Iterator[Workspace]:
    """Yield a workspace that has been climbed and has this code's format. Raises TableError, FormatError."""
    with workspace_at(location) as workspace:
        if not workspace.exists("l0"):
            raise TableError(
                f"no tables in the workspace {location}: climb first, `darwin run --input PATH --workspace {location}`"
            )
        workspace_metadata.check_format(workspace, workspace_metadata.read(workspace))
        yield workspace
