"""Commands about workspaces: upgrade."""

from typing import TYPE_CHECKING, Annotated

import typer

from darwin_spark.cli.options import WORKSPACES, WorkspaceOption, check_exists, workspace_at
from darwin_spark.cli.output import out

if TYPE_CHECKING:
    from darwin_spark.pipeline.upgrade.step import Change

app = typer.Typer()


@app.command(rich_help_panel=WORKSPACES)
def upgrade(
    workspace: WorkspaceOption = "workspace",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
) -> None:
    """Bring a workspace of an older format version to that of this code. It may be interrupted and repeated.

    Example: `darwin upgrade --workspace workspace --dry-run`
    """
    from darwin_spark.pipeline.upgrade import upgrade as upgrades
    from darwin_spark.storage.workspace_metadata import FORMAT_VERSION

    check_exists(workspace)
    with workspace_at(workspace) as place:
        changes = upgrades.upgrade(place, dry_run=dry_run, report=_show)
    if dry_run:
        out.print("Dry run: nothing was written." if changes else "Nothing to change.", highlight=False)
    else:
        out.print(f"The workspace {workspace} has format version {FORMAT_VERSION}.", highlight=False, soft_wrap=True)


def _show(change: "Change") -> None:
    rows = "row" if change.rows == 1 else "rows"
    out.print(f"{change.table}: {change.what}, {change.rows:,} {rows}", highlight=False)
