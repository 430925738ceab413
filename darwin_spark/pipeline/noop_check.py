"""A level that was left with nothing to do need not be looked at until something moves.

Finding what changed joins whole tables. So the commit that leaves nothing to do carries a note (Delta's `userMetadata`): its
own version, the last commits to the tables that the level read, and what else its work hangs on. While the table's last commit
bears the note, and it is still true, there is nothing to find. Whatever else is committed, a `DELETE` or `OPTIMIZE` by hand
too, hides it or makes it untrue, also in the middle of a run. A look that then finds nothing commits the note alone.
"""

import json
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from darwin_spark.pipeline import changes, registry
from darwin_spark.pipeline.registry import Level
from darwin_spark.pipeline.run_context import Climb, Counts
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Commit
from darwin_spark.verdicts import FAILED


def below(context: Climb, level: Level) -> dict[str, Any]:
    """All that a level's changes hang on beside its own rows, unless it is reprocessed: where it is the same, they are."""
    read = list(dict.fromkeys([registry.LEVELS[level.number - 1].table, *registry.module(level).READS]))
    commits = {table: tables.last_commit(context.spark, context.workspace, table) for table in read}
    return {
        "rules": changes.RULES,
        "commits": [[table, commit.version, commit.at] if commit else [table] for table, commit in commits.items()],
        "variants": [registry.variant(registry.find(table), context.settings) for table in (*read, level.table)],
        "retryable": sorted(registry.module(level).RETRYABLE),
        "max_attempts": context.settings.runner.max_attempts,
    }


def note(known: Mapping[str, Any], own: Commit | None, commits: int) -> str:
    """For the last of so many commits to the level's table, whose last one was `own`."""
    return json.dumps({"version": (own.version if own else -1) + commits, **known})


def leave_note(context: Climb, level: Level, known: Mapping[str, Any], own: Commit) -> None:
    """Commit the note alone, after a look that found nothing. Delta leaves a commit out that is empty but for a note, hence the
    transaction; its name is no run's and no other climb's, which might look at the same time.
    """
    nothing = tables.nothing(context.spark, tables.read(context.spark, context.workspace, level.table).schema)
    transaction = (f"{level.table} at rest, {context.climb_id}", own.version + 1)
    tables.write(
        nothing, context.workspace, level.table, transaction=transaction, partitioned=True, note=note(known, own, commits=1)
    )


def is_left_so(known: Mapping[str, Any], own: Commit | None) -> bool:
    """Whether the last commit to the level's table left nothing to do, and its note is true at present."""
    return own is not None and own.note == note(known, own, commits=0)


def is_through(context: Climb, level: Level, rows: DataFrame, counts: Counts) -> bool:
    """Whether none of these rows, counted by verdict and reason, is to be tried again at the next climb."""
    reasons = [reason for reason in sorted(registry.module(level).RETRYABLE) if f"{FAILED}.{reason}" in counts]
    failed = rows.where((F.col("verdict") == FAILED) & F.col("reason").isin(reasons))
    return not reasons or failed.where(F.col("attempts") < context.settings.runner.max_attempts).isEmpty()
