"""The promises of a level, the error that names a broken one, and the comparison of two results."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from pyspark.sql import DataFrame

_SHOWN = 5
"""Ids that a message names."""

Rows = Mapping[str, Sequence[str]]
"""The rows of a table as JSON, by doc_id (or another key)."""


class Promise(StrEnum):
    """What a level promises; the value completes `the level breaks the promise ...`."""

    CONTRACT = "to have the members and methods of a level"
    CONSERVATION = (
        "to return one row for every document, with a known verdict, a reason unless kept, and the columns of `schema`"
    )
    NO_OP = "to leave nothing to do for a second run"
    DETERMINISM = "to return the same rows for any order and partitioning of the documents"
    INCREMENTS = "to return the same rows for documents that come, change and leave in several runs as for one run"
    RECOVERY = "to return the same rows after a crash as without one"
    EXACTLY_ONCE = "to send every attempt of a request once, also after a crash"


class BrokenPromiseError(AssertionError):
    """A level breaks a promise; the message names the promise, what happened, and the ids concerned."""

    def __init__(self, level: str, promise: Promise, what: str) -> None:
        super().__init__(f"the level {level!r} breaks the promise {promise.value} ({promise.name}): {what}")
        self.promise = promise


def rows_by(frame: DataFrame, key: str = "doc_id") -> Rows:
    """Return the rows of a small DataFrame as JSON, by `key`, without `bucket`, which depends on the workspace."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in frame.drop("bucket").collect():
        found[row[key]].append(json.dumps(row.asDict(recursive=True), sort_keys=True, default=str))
    return {key: sorted(rows) for key, rows in found.items()}


def difference(expected: Rows, found: Rows, name: str) -> str | None:
    """Return in words where two results differ; None if they are equal."""
    wrong = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
    if not wrong:
        return None
    unlike = sorted({column for key in wrong for column in _unlike_columns(expected.get(key, ()), found.get(key, ()))})
    columns = f"in the columns {', '.join(unlike)}" if unlike else "in the number of rows"
    return f"{len(wrong)} of {len(expected.keys() | found.keys())} ids in the table {name} differ {columns}: {some(wrong)}"


def some(ids: Collection[str]) -> str:
    """Return the first five ids as text, for a message."""
    return ", ".join(sorted(ids)[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")


def _unlike_columns(expected: Sequence[str], found: Sequence[str]) -> list[str]:
    if len(expected) != len(found):
        return []
    pairs = [(json.loads(one), json.loads(other)) for one, other in zip(expected, found, strict=True)]
    return [column for one, other in pairs for column in one if one[column] != other.get(column)]
