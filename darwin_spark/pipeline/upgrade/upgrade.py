"""Upgrade a workspace, step by step, to the format version of this code."""

from collections.abc import Callable, Sequence
from typing import Final

from darwin_spark.pipeline.upgrade import format_2
from darwin_spark.pipeline.upgrade.step import Change, Step
from darwin_spark.storage import workspace_metadata
from darwin_spark.storage.workspace import TableError, Workspace

STEPS: Final[Sequence[Step]] = (format_2.STEP,)
"""All migration steps, the oldest first."""


def upgrade(
    workspace: Workspace, *, dry_run: bool = False, report: Callable[[Change], None] = lambda _change: None
) -> Sequence[Change]:
    """Bring the workspace to the format version of this code; return the changes. A second call finds none.

    The version is written after all changes of its step. An upgrade that was killed goes on where it was when it is called
    again. A dry run writes nothing; it finds the changes of the next step only, since later steps need the result. `report` is
    called with each change once it is made (in a dry run: found). Raises TableError if the workspace has no tables or is in
    use, FormatError if it was written by newer code, UpgradeError if it cannot be upgraded as it is.
    """
    known = workspace_metadata.read(workspace)
    if not known and not workspace.exists("l0"):
        raise TableError(f"no tables in the workspace {workspace.location}: nothing to upgrade")
    made: list[Change] = []
    with workspace.lock():
        known = workspace_metadata.read(workspace)
        found = workspace_metadata.format_version(known)
        if found > workspace_metadata.FORMAT_VERSION:
            workspace_metadata.check_format(workspace, known)
        steps = [step for step in STEPS if step.version > found]
        for step in steps[:1] if dry_run else steps:
            step.check(workspace)
            for change in step.changes(workspace):
                if not dry_run:
                    change.apply()
                report(change)
                made.append(change)
            if not dry_run:
                known = workspace_metadata.update(workspace, known, workspace_metadata.with_format(step.version))
    return made
