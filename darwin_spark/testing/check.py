"""Run a level through every promise, until one is broken.

The level runs in three workspaces: on all documents in one run, and again; on all in another order and partitioning, in
runs that are killed; on the documents in increments. A fourth, without kills, tells why the second differs, if it does.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyspark.sql import DataFrame

from darwin_spark.config.section import Section
from darwin_spark.config.settings import Settings, TrackingSettings
from darwin_spark.inference import response_store
from darwin_spark.observe.audit import audit
from darwin_spark.pipeline import registry
from darwin_spark.pipeline.contract import ContractError, check_contract
from darwin_spark.pipeline.level import AnyLevel, IndexedLevel, Level, side_tables_of
from darwin_spark.storage.session import spark_session
from darwin_spark.testing.promises import BrokenPromiseError, Promise, Rows, difference, some
from darwin_spark.testing.trial import Documents, Trial, Trials, new_id, with_ids

_MIN_DOCUMENTS = 3
_MAX_ATTEMPTS = 2
"""Attempts at a document with a retryable failure: the second one shows all that a third could."""


def check_level(
    level: object,
    documents: Sequence[Mapping[str, Any]] | DataFrame,
    settings: Section | None = None,
    *,
    folder: str | Path | None = None,
) -> None:
    """Run a level through every promise (`Promise`). Raises BrokenPromiseError for the first one that is broken, and
    ValueError or TypeError for documents or settings that do not fit the level.

    `level`: the object that a package registers; it need not be registered. `documents`: at least 3 rows with the columns that
    the level `reads` (missing columns are null; `doc_id` is made up if it is missing). `settings`: the level's own section, or
    all settings of a climb. The engine that they name must be importable in Spark's Python workers, and must answer the same
    attempt at a request with the same response. `folder`: where the workspaces are left for inspection; they are deleted
    otherwise. Uses the active Spark session, or starts one. The level runs through the real pipeline, on Delta
    tables.
    """
    checked = _check_contract(level)
    with ExitStack() as stack:
        spark = stack.enter_context(spark_session())
        if checked not in registry.levels():
            stack.enter_context(registry.registered(checked))
        place = Path(folder) if folder else Path(stack.enter_context(TemporaryDirectory(prefix="check_level_")))
        rows = _checked_documents(checked, documents)
        trials = Trials(spark, place, checked, _settings(checked, settings))
        once = trials.new("once")
        _check_conservation(once, rows)
        _check_no_op(once)
        _check_order_and_crashes(trials, once, rows)
        _check_increments(trials.new("increments"), once, rows)


def _check_contract(level: object) -> AnyLevel:
    try:
        return check_contract(level, {other.name: other for other in registry.levels() if other is not level})
    except ContractError as error:
        raise BrokenPromiseError(_name(level), Promise.CONTRACT, str(error)) from error


def _name(level: object) -> str:
    return level.name if isinstance(level, Level) else type(level).__name__


def _settings(level: AnyLevel, given: Section | None) -> Settings:
    """Return all settings of a climb, with the given section of the level; without tracking, and with few attempts."""
    settings = given if isinstance(given, Settings) else registry.load_settings()
    pipeline = settings.pipeline.model_copy(update={"max_attempts": _MAX_ATTEMPTS})
    changed: dict[str, Section] = {"tracking": TrackingSettings(enabled=False), "pipeline": pipeline}
    if given is not None and given is not settings:
        if not isinstance(given, level.settings_type):
            raise TypeError(
                f"settings are a {type(given).__name__}; the level {level.name} takes {level.settings_type.__name__}"
            )
        changed[level.name] = given
    return settings.model_copy(update=changed)


def _checked_documents(level: AnyLevel, given: Sequence[Mapping[str, Any]] | DataFrame) -> Documents:
    """Return the documents as rows, with ids. Raises ValueError if they do not fit the level."""
    if level.below is None:
        raise ValueError(f"{level.name} stands on no other level: it reads files, not documents")
    rows = [row.asDict(recursive=True) for row in given.collect()] if isinstance(given, DataFrame) else given
    known = {"doc_id", "bucket", *(column for columns in level.reads.values() for column in columns)}
    unknown = sorted({column for row in rows for column in row} - known)
    if unknown:
        raise ValueError(f"the documents have the column {unknown[0]!r}, which {level.name} does not read: {sorted(known)}")
    documents = with_ids(rows)
    if len({document["doc_id"] for document in documents}) < max(_MIN_DOCUMENTS, len(documents)):
        raise ValueError(f"give at least {_MIN_DOCUMENTS} documents, each with a doc_id of its own or without one")
    return documents


def _check_conservation(once: Trial, documents: Documents) -> None:
    """Run the level over all documents. Raises BrokenPromiseError if the audit finds anything in the level's tables."""
    once.write(documents)
    once.settle()
    tables = [once.level.name, *side_tables_of(once.level), response_store.TABLE]
    for finding in audit(once.workspace):
        if finding.table in tables:
            what = f"in the table {finding.table}, {finding.promise}: broken for {', '.join(finding.ids)}"
            raise BrokenPromiseError(once.level.name, Promise.CONSERVATION, what)


def _check_no_op(once: Trial) -> None:
    """Run the level again, over the same documents. Raises BrokenPromiseError if this run changes or sends anything."""
    sent, before = once.sent, once.tables()
    if counts := once.climb():
        what = f"the second run processed {sum(counts.values())} documents again"
        raise BrokenPromiseError(once.level.name, Promise.NO_OP, what)
    if once.sent > sent:
        raise BrokenPromiseError(once.level.name, Promise.EXACTLY_ONCE, f"the second run sent {once.sent - sent} requests")
    _compare(before, once.tables(), once.level, Promise.NO_OP)


def _check_order_and_crashes(trials: Trials, once: Trial, documents: Documents) -> None:
    """Run the level in another order, killed after each step that leaves something for the next run; compare with `once`."""
    killed = trials.new("killed", other_order=True)
    killed.write(documents)
    for step in (f"staging {killed.level.name}", "staged", "side_tables", "published"):
        if once.steps[step]:
            killed.kill(step)
    killed.settle()
    expected = once.tables()
    if expected != killed.tables():
        ordered = trials.new("other_order", other_order=True)
        ordered.write(documents)
        ordered.settle()
        _compare(expected, ordered.tables(), once.level, Promise.DETERMINISM)
        _compare(expected, killed.tables(), once.level, Promise.RECOVERY)
    _check_exactly_once(once, killed)


def _check_exactly_once(once: Trial, killed: Trial) -> None:
    """Raise BrokenPromiseError unless the killed runs sent just the requests of the other run: none again after a crash."""
    wanted, found = once.responses(), killed.responses()
    again = [key for key in found if found[key] != wanted.get(key)]
    if again or killed.sent != once.sent:
        what = f"{once.sent} requests were sent without a crash, {killed.sent} with crashes; sent again: {some(again)}"
        raise BrokenPromiseError(killed.level.name, Promise.EXACTLY_ONCE, what)


def _check_increments(trial: Trial, once: Trial, documents: Documents) -> None:
    """Run the level on some documents (one with another's content, one that leaves again), then on all; compare with `once`.

    An indexed level gets a run between them that only adds documents.
    """
    changing = {**documents[1], "doc_id": documents[0]["doc_id"]}
    leaving = {**documents[1], "doc_id": new_id("a document that leaves")}
    first = [changing, leaving, *documents[2:-1:2]]
    added = [[*first, *documents[1:-1:2]]] if isinstance(trial.level, IndexedLevel) else []
    for increment in (first, *added, documents):
        trial.write(increment)
        trial.settle()
    _compare(once.tables_without_history(), trial.tables_without_history(), once.level, Promise.INCREMENTS)


def _compare(expected: Mapping[str, Rows], found: Mapping[str, Rows], level: AnyLevel, promise: Promise) -> None:
    for name, rows in expected.items():
        if what := difference(rows, found[name], name):
            raise BrokenPromiseError(level.name, promise, what)
