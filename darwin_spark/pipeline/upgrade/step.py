"""What a migration step is: from one format version of the workspace to the next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from darwin_spark.storage.workspace import TableError, Workspace


class UpgradeError(TableError):
    """The workspace cannot be upgraded as it is, or another upgrade is at work on it; the message says what to do."""


@dataclass(frozen=True)
class Change:
    """One change that a table needs: `apply` makes the change in one Delta commit."""

    table: str
    what: str
    rows: int
    """Rows that `apply` changes, adds or replaces."""
    apply: Callable[[], None]


@dataclass(frozen=True)
class Step:
    """The migration to format `version`. A released step is frozen: it must not depend on schemas or words of today.

    It may be killed at any moment and repeated: `changes` finds what an earlier attempt has left to do.
    """

    version: int
    check: Callable[[Workspace], None]
    """Raises UpgradeError if the step cannot handle the workspace."""
    changes: Callable[[Workspace], Iterator[Change]]
    """The changes in their order. Each is found after those before it were made."""
