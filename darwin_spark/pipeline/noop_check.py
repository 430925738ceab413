"""Skip change detection while nothing has changed since a run left the level nothing to do.

Change detection joins whole tables. So the commit after which a level has nothing to do carries a note (Delta's
`userMetadata`): its own version, the last commits of the level's input tables, and whatever else decides about changes. While
the note on the last commit of the level's table is true, the level has nothing to do. Any other commit (also a `DELETE` or
`OPTIMIZE` by hand, or amid a run) hides the note or makes it false. A run that finds no change commits just the note.
"""

import json
from collections.abc import Mapping

from pydantic import JsonValue
from pyspark.sql import DataFrame

from darwin_spark.events import Counts
from darwin_spark.pipeline import changes, registry
from darwin_spark.pipeline.level import AnyLevel, variant_of
from darwin_spark.pipeline.run_context import RunContext
from darwin_spark.storage import delta
from darwin_spark.storage.delta import Commit, Transaction
from darwin_spark.storage.frames import empty_frame
from darwin_spark.verdicts import FAILED, is_retryable

Fingerprint = Mapping[str, JsonValue]


def fingerprint(context: RunContext, level: AnyLevel) -> Fingerprint:
    """Return the fingerprint of the level's inputs. While it stays the same, only changes of the level's own rows give work."""
    tables = list(dict.fromkeys([*([level.below] if level.below else []), *level.reads]))
    commits = {table: delta.last_commit(context.workspace, table) for table in tables}
    variants = [registry.find(table) for table in tables] + [level]
    return {
        "algorithm": changes.ALGORITHM,
        "commits": [[table, commit.version, commit.at] if commit else [table] for table, commit in commits.items()],
        "variants": [variant_of(source, context.settings_of(source)) for source in variants],
        "retryable": [*sorted(level.retryable)],
        "max_attempts": context.settings.pipeline.max_attempts,
    }


def note(inputs: Fingerprint, last: Commit | None, commits: int) -> str:
    """Return the note on the last of `commits` new commits to the level's table, whose last commit before them was `last`."""
    return json.dumps({"version": (last.version if last else -1) + commits, **inputs})


def leave_note(context: RunContext, level: AnyLevel, inputs: Fingerprint, last: Commit) -> None:
    """Commit the note alone, after a run that found no change. Delta skips an empty commit without a transaction. The name of
    this transaction contains the climb, so that two climbs that check at the same time do not conflict."""
    workspace = context.workspace
    nothing = empty_frame(workspace.spark, workspace.read(level.name).schema)
    transaction = Transaction(f"{level.name} at rest, {context.climb_id}", last.version + 1)
    text = note(inputs, last, commits=1)
    delta.write_by_bucket(nothing, workspace, level.name, transaction=transaction, metadata=text)


def is_unchanged(inputs: Fingerprint, last: Commit | None) -> bool:
    """Whether the last commit of the level's table left nothing to do, and its note is still true."""
    return last is not None and last.metadata == note(inputs, last, commits=0)


def is_finished(context: RunContext, level: AnyLevel, rows: DataFrame, counts: Counts) -> bool:
    """Whether none of these rows, counted by verdict and reason, is retried at the next climb."""
    reasons = frozenset(reason for reason in level.retryable if f"{FAILED}.{reason}" in counts)
    return not reasons or rows.where(is_retryable(reasons, context.settings.pipeline.max_attempts)).isEmpty()
