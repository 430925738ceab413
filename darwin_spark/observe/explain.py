"""Explain a document: each level's verdict and numbers, the responses of models, and changes of the text."""

import difflib
from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F
from pyspark.sql.types import MapType

from darwin_spark.errors import UserError, did_you_mean
from darwin_spark.inference import response_store
from darwin_spark.inference.task import Task
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import BOOKKEEPING
from darwin_spark.pipeline.level import AnyLevel, ExplainedLevel, ModelLevel, PreparingLevel, key_columns
from darwin_spark.storage.table_reader import TableReader
from darwin_spark.storage.workspace import Workspace
from darwin_spark.verdicts import Tables

_HIDDEN = {"doc_id", "bucket", "verdict", "reason", "content", "text", "pages", *BOOKKEEPING}
_DIFF_CHARS = 400_000  # a longer text is compared by its beginning only
_DIFF_LINES = 60


class NotFoundError(UserError):
    """No document, or more than one, has the given name."""


_FIND = """
    SELECT doc_id, source_id FROM {lowest}
    WHERE doc_id = {name} OR source_id = {name} OR substr(doc_id, 1, length({name})) = {name}
        OR right(source_id, length({end})) = {end}
    ORDER BY CASE WHEN doc_id = {name} OR source_id = {name} THEN 0 ELSE 1 END, source_id LIMIT 6
"""


def find_document(tables: TableReader, name: str) -> str:
    """Return the doc_id for a name: a doc_id or its beginning, a source_id or its end after a `/`. Raises NotFoundError."""
    lowest = registry.levels()[0].name
    if not tables.exists(lowest):
        raise NotFoundError("this workspace has no documents yet: run `darwin run PATH` first")
    found = tables.query(_FIND.replace("{lowest}", f"{{{lowest}}}"), name=name, end=f"/{name}")
    exact = [row for row in found if name in (row["doc_id"], row["source_id"])]
    if len(exact) == 1 or len(found) == 1:
        return str((exact or found)[0]["doc_id"])
    if not found:
        near = did_you_mean(name, [row["source_id"] for row in tables.query(f"SELECT source_id FROM {{{lowest}}} LIMIT 10000")])
        raise NotFoundError(f"no document {name!r}{near or '; `darwin list` lists them'}")
    listed = "\n".join(f"  {row['doc_id']}  {row['source_id']}" for row in found)
    raise NotFoundError(f"{name!r} may be several documents, name one of them:\n{listed}")


def explain(tables: TableReader, document: str) -> Iterator[str]:
    """Yield readable lines about a document, level by level, one variant after the other. `document`: see `find_document`.
    With a Workspace, that is with Spark, also a line for each response of a model."""
    doc_id, text = find_document(tables, document), ""
    yield f"document {doc_id}"
    for level in (level for level in registry.levels() if tables.exists(level.name)):
        rows = _rows(tables, level, doc_id)
        for row in rows:
            yield _headline(level, row)
            yield from (
                f"    {name}: {_value(level, name, value)}"
                for name, value in row.items()
                if name not in _HIDDEN and _is_filled(value)
            )
            if isinstance(tables, Workspace):
                yield from _responses(tables, level, doc_id, row["run_id"])
            if row.get("text"):
                yield from _text_change(text, row["text"])
        text = next((row["text"] for row in rows if row.get("text")), text)


def _rows(tables: TableReader, level: AnyLevel, doc_id: str) -> list[Mapping[str, Any]]:
    """Return the rows of a document at a level, without the columns that may be large and are not told."""
    columns = ", ".join(name for name in tables.columns(level.name) if name not in ("content", "pages"))
    keys = ", ".join(key_columns(level))
    return tables.query(f"SELECT {columns} FROM {{{level.name}}} WHERE doc_id = {{doc_id}} ORDER BY {keys}", doc_id=doc_id)


def _responses(workspace: Workspace, level: AnyLevel, doc_id: str, run_id: str) -> Iterator[str]:
    """Yield a line for each model response about the document, with today's result of the checks. Computes the chunks again."""
    used = run_log.latest(workspace).where(F.col("run_id") == run_id).select("settings").first()
    if not isinstance(level, ModelLevel) or used is None or not workspace.exists(response_store.TABLE):
        return
    settings = level.settings_type.model_validate_json(used.settings)
    tasks = level.tasks(settings)
    if not tasks:
        return
    tables: Tables = {"documents": _documents(workspace, level, doc_id)}
    if isinstance(level, PreparingLevel):
        tables = {**tables, **level.prepare(tables, settings, lambda frame, _name: frame)}
    responses = response_store.read(workspace)
    for task in tasks:
        chunks = response_store.with_attempts(level.requests(tables, settings, task), responses)
        tables = {**tables, task.name: chunks}
        for chunk in chunks.where("attempts IS NOT NULL").orderBy("position").collect():
            yield from _attempts(task, chunk)


def _documents(workspace: Workspace, level: AnyLevel, doc_id: str) -> DataFrame:
    frames = [
        workspace.read(table).where(F.col("doc_id") == doc_id).select("doc_id", "bucket", *columns)
        for table, columns in level.reads.items()
    ]
    return reduce(lambda some, more: some.join(more, on=["doc_id", "bucket"]), frames)


def _attempts(task: Task, chunk: Row) -> Iterator[str]:
    for attempt in sorted(chunk.attempts, key=lambda attempt: int(attempt.attempt)):
        reason = task.choose(chunk.input, [attempt]).reason
        tokens = f"{attempt.prompt_tokens or 0:,} + {attempt.completion_tokens or 0:,} tokens"
        result = "accepted" if reason is None else f"rejected: {reason}"
        yield f"    {task.name}, chunk {chunk.position + 1}, attempt {attempt.attempt} ({tokens}): {result}"


def _headline(level: AnyLevel, row: Mapping[str, object]) -> str:
    reason = f" ({row['reason']})" if row["reason"] else ""
    attempts = row["attempts"]
    tries = f", attempt {attempts}" if isinstance(attempts, int) and attempts > 1 else ""
    return f"{level.name.upper()} {level.title}: {row['verdict']}{reason}{tries}"


def _is_filled(value: object) -> bool:
    return value is not None and value != {} and value != []


def _value(level: AnyLevel, name: str, value: object) -> str:
    if isinstance(value, dict):
        if isinstance(level, ExplainedLevel) and (described := level.describe(name, value)):
            return described
        # The entries of a map have no order of their own: each engine returns another one.
        entries = sorted(value.items()) if _is_map(level, name) else value.items()
        value = {key: part for key, part in entries if part is not None}
    if isinstance(value, bytes | bytearray):
        return f"{len(value):,} bytes"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 400 else f"{text[:400]}... ({len(text):,} characters)"


def _is_map(level: AnyLevel, name: str) -> bool:
    return any(field.name == name and isinstance(field.dataType, MapType) for field in level.schema)


def _text_change(before: str, after: str) -> Iterator[str]:
    """Yield lines about what the level changed in the text: sizes, then the changed lines."""
    if not before:
        yield f"    text: {len(after):,} characters, begins {after[:100]!r}"
        return
    share = len(after) / max(len(before), 1)
    yield f"    text: {len(before):,} -> {len(after):,} characters ({share:.1%})"
    lines = difflib.unified_diff(before[:_DIFF_CHARS].splitlines(), after[:_DIFF_CHARS].splitlines(), lineterm="", n=0)
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---") and line[1:].strip()]
    yield from (f"      {line[:160]}" for line in changed[:_DIFF_LINES])
    if len(changed) > _DIFF_LINES:
        yield f"      ... and {len(changed) - _DIFF_LINES} more changed lines"
