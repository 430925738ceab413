"""A document's way up the ladder: what each level said of it, with which numbers, and what it changed in the text."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from darwin_spark.config.l3_labels import CODES
from darwin_spark.config.settings import Settings
from darwin_spark.errors import UserError
from darwin_spark.inference import response_store
from darwin_spark.inference.task import Task, choose
from darwin_spark.levels.l3_classify import taxonomy_codes
from darwin_spark.pipeline import registry, run_log
from darwin_spark.pipeline.changes import BOOKKEEPING
from darwin_spark.pipeline.registry import Level
from darwin_spark.storage import tables
from darwin_spark.storage.tables import Workspace

_HIDDEN = {"doc_id", "bucket", "verdict", "reason", "content", "text", "pages", *BOOKKEEPING}
_DIFF_CHARS = 400_000
"""A longer text is compared by its beginning."""
_DIFF_LINES = 60


class NotFoundError(UserError):
    """No document, or more than one, answers to the name given."""


def find_document(spark: SparkSession, workspace: Workspace, name: str) -> str:
    """The doc_id that is meant by an id, the beginning of one, a source_id or the end of one. Raises NotFoundError."""
    if not tables.exists(spark, workspace, "l0"):
        raise NotFoundError("this workspace has no documents yet: run `darwin run --input PATH` first")
    ids = tables.read(spark, workspace, "l0").select("doc_id", "source_id")
    matching = F.col("doc_id").startswith(name) | (F.col("source_id") == name) | F.col("source_id").endswith(f"/{name}")
    found = ids.where(matching).orderBy("source_id").limit(6).collect()
    exact = [row for row in found if name in (row.doc_id, row.source_id)]
    if len(exact) == 1 or len(found) == 1:
        return str((exact or found)[0].doc_id)
    if not found:
        raise NotFoundError(f'no document {name!r}; `darwin sql "SELECT doc_id, source_id FROM l0"` lists them')
    listed = "\n".join(f"  {row.doc_id}  {row.source_id}" for row in found)
    raise NotFoundError(f"{name!r} may be several documents, name one of them:\n{listed}")


def explain(spark: SparkSession, workspace: Workspace, doc_id: str) -> Iterator[str]:
    """Lines for a person: level by level, the variants of a level one after the other."""
    text = ""
    for level in registry.IMPLEMENTED:
        if not tables.exists(spark, workspace, level.table):
            return
        rows = (
            tables.read(spark, workspace, level.table).where(F.col("doc_id") == doc_id).orderBy(*registry.keys(level)).collect()
        )
        for row in rows:
            columns = row.asDict(recursive=True)
            yield _headline(level, columns)
            yield from (
                f"    {name}: {_rule(value) if name == 'rule' else _short(value)}"
                for name, value in columns.items()
                if name not in _HIDDEN and _says(value)
            )
            yield from _answers(spark, workspace, level, doc_id, row.run_id)
            if columns.get("text"):
                yield from _change(text, columns["text"])
        text = next((row.text for row in rows if "text" in row.asDict() and row.text), text)


def _answers(spark: SparkSession, workspace: Workspace, level: Level, doc_id: str, run_id: str) -> Iterator[str]:
    """What a model answered for each piece of the document, and what the checks say of it: cut and checked anew."""
    module = registry.module(level)
    used = run_log.latest(spark, workspace).where(F.col("run_id") == run_id).select("settings").first()
    if not hasattr(module, "requests") or used is None or not tables.exists(spark, workspace, response_store.TABLE):
        return
    settings = type(registry.settings_of(level, Settings())).model_validate_json(used.settings)
    asked = registry.tasks(level, settings)
    if not asked:
        return
    documents = None
    for table, columns in module.READS.items():
        rows = tables.read(spark, workspace, table).where(F.col("doc_id") == doc_id).select("doc_id", "bucket", *columns)
        documents = rows if documents is None else documents.join(rows, on=["doc_id", "bucket"])
    named = {"documents": documents}
    if hasattr(module, "prepare"):
        named |= module.prepare(named, settings, lambda frame, _name: frame)
    for task in asked:
        pieces = response_store.with_attempts(module.requests(named, settings, task), response_store.read(spark, workspace))
        named |= {task.name: pieces}
        for piece in pieces.where("attempts IS NOT NULL").orderBy("position").collect():
            yield from _attempts(task, piece)


def _attempts(task: Task, piece: Row) -> Iterator[str]:
    for attempt in sorted(piece.attempts, key=lambda attempt: int(attempt.attempt)):
        reason = choose(task.check, piece.input, [attempt]).reason
        tokens = f"{attempt.prompt_tokens or 0:,} + {attempt.completion_tokens or 0:,} tokens"
        said = "accepted" if reason is None else f"refused: {reason}"
        yield f"    {task.name}, piece {piece.position + 1}, attempt {attempt.attempt} ({tokens}): {said}"


def _headline(level: Level, row: Mapping[str, Any]) -> str:
    reason = f" ({row['reason']})" if row["reason"] else ""
    tries = f", attempt {row['attempts']}" if row["attempts"] > 1 else ""
    return f"L{level.number} {level.name}: {row['verdict']}{reason}{tries}"


def _says(value: object) -> bool:
    return value is not None and value != {} and value != []


def _short(value: object) -> str:
    if isinstance(value, dict):
        value = {key: part for key, part in value.items() if part is not None}
    if isinstance(value, bytes | bytearray):
        return f"{len(value):,} bytes"
    said = f"{value:.4g}" if isinstance(value, float) else str(value)
    return said if len(said) <= 400 else f"{said[:400]}... ({len(said):,} characters)"


def _rule(rule: Mapping[str, Any]) -> str:
    """Why L2 dropped it, `text_bytes is 812, below 8192`, or L3: `reasoning_depth is 1 (No Reasoning; 0.93 sure), below 3`."""
    if "signal" in rule:
        return f"{rule['signal']} is {_number(rule['value'])}, {rule['when']} {rule['threshold']}"
    if rule["value"] is None:
        return f"{rule['label']} is missing"
    name = taxonomy_codes.table(rule["label"])[int(rule["value"])] if rule["label"] in CODES else ""
    sure = "" if rule["probability"] is None else f"{rule['probability']:.2f} sure"
    about = "; ".join(filter(None, (name, sure)))
    return f"{rule['label']} is {rule['value']}" + (f" ({about})" if about else "") + f", {rule['when']} {rule['threshold']}"


def _number(value: str) -> str:
    try:
        return f"{float(value):,.6g}" if "." in value else value
    except ValueError:
        return value


def _change(before: str, after: str) -> Iterator[str]:
    """How the text came to be from the one below: sizes, then the changed lines."""
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
