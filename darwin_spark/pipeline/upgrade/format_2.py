"""Format 1 to 2: settings, rules and reasons got plainer names; raw responses of judges moved to the response store.

Frozen: the names of tables and columns here are those of formats 1 and 2, whatever later code calls them. Words in the rows of
levels are changed by SQL `UPDATE`: it rewrites only the files that contain old words, in one commit, and finds nothing when it
is repeated. The hashes of rows stay, so no row becomes stale.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import MapType, StringType, StructField, StructType

from darwin_spark.config.renamed import KEYS_2, REASONS_2, RULES_2, rename_keys
from darwin_spark.pipeline.upgrade.step import Change, Step, UpgradeError
from darwin_spark.storage import atomic_files, delta, staging, workspace_metadata
from darwin_spark.storage.delta import Transaction
from darwin_spark.storage.frames import frame_of_rows
from darwin_spark.storage.workspace import Workspace

_L0_REASONS = {"robots": REASONS_2["robots"]}
_L4_REASONS = {"nothing_left": REASONS_2["nothing_left"]}
_ERRORS = {old: REASONS_2[old] for old in ("server_garbage", "page_not_drawn")}
"""Errors of responses."""
_PAGE_REASONS = {**_ERRORS, "not_extractable": "missing_front_matter"}
"""Why olmOCR has no answer for a page, in parentheses in a warning of `l1`."""
_COUNTED = {
    "l0": {f"failed.{old}": f"failed.{new}" for old, new in _L0_REASONS.items()},
    "l2": {f"dropped.{old}": f"dropped.{new}" for old, new in RULES_2.items()},
    "l4": {f"dropped.{old}": f"dropped.{new}" for old, new in _L4_REASONS.items()},
}
"""Keys of `counts` in the table `runs`, by level."""
_KEYS = ["request_id", "attempt"]
_RAW_COLUMNS = ["attempt", "output", "finish_reason", "error"]
"""Columns of `judgements` that format 2 has in `generations`."""


def _check(workspace: Workspace) -> None:
    """Raise UpgradeError if runs are staged or the journal holds responses: only the code of format 1 can finish these."""
    before = "climb once with the darwin-spark that made this workspace, then upgrade it"
    if staged := _staged_runs(workspace):
        raise UpgradeError(f"{workspace.location}: the run {staged[0]} broke off before it was published: {before}")
    if files := _journal_files(workspace):
        raise UpgradeError(f"{workspace.location}: the journal holds responses of a crashed job ({files[0]}): {before}")


def _staged_runs(workspace: Workspace) -> list[str]:
    """Return the ids of the runs that were staged completely and neither published nor abandoned."""
    if not workspace.exists("runs"):
        return []
    newest = Window.partitionBy("sequence").orderBy(F.desc("at"))
    latest = workspace.read("runs").withColumn("rank", F.row_number().over(newest)).where("rank = 1 AND state = 'started'")
    ids = [str(row.run_id) for row in latest.orderBy("sequence").collect()]
    return [run_id for run_id in ids if staging.is_complete(workspace, f"staging/{run_id}/orphans")]


def _journal_files(workspace: Workspace) -> list[str]:
    inside = f"{workspace.folder}/journal" if workspace.folder else ""
    root = (workspace_metadata.read(workspace).get("journal") or inside).rstrip("/")
    queues = [f"{root}/{name}" for name in atomic_files.folders(root) if name != "torn"] if root else []
    return [f"{queue}/{name}" for queue in queues for name in atomic_files.files(queue) if name.endswith(".parquet")]


def _changes(workspace: Workspace) -> Iterator[Change]:
    yield from _renamed_words(workspace, "l0", "reason", _L0_REASONS)
    yield from _renamed_warnings(workspace)
    # A rule of one's own could be called `language` too; it looks at a number.
    yield from _renamed_words(workspace, "l2", "reason", RULES_2, "(reason != 'language' OR rule.signal = 'language')")
    yield from _renamed_words(workspace, "l3", "abstained", _ERRORS)
    yield from _renamed_words(workspace, "l4", "reason", _L4_REASONS)
    yield from _renamed_words(workspace, "generations", "error", _ERRORS)
    yield from _renamed_settings(workspace)
    yield from _moved_responses(workspace)
    yield from _narrowed_judgements(workspace)


def _renamed_words(
    workspace: Workspace, table: str, column: str, words: Mapping[str, str], where: str = "true"
) -> Iterator[Change]:
    cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in words.items())
    old_words = ", ".join(f"'{old}'" for old in words)
    condition = f"{column} IN ({old_words}) AND {where}"
    yield from _updated(workspace, table, f"{column} = CASE {column} {cases} END", condition, f"{column} renamed")


def _renamed_warnings(workspace: Workspace) -> Iterator[Change]:
    said = {f"no usable answer ({old})": f"no usable answer ({new})" for old, new in _PAGE_REASONS.items()}
    replaced = "warning"
    for old, new in said.items():
        replaced = f"replace({replaced}, '{old}', '{new}')"
    is_old = " OR ".join(f"contains(warning, '{old}')" for old in said)
    setting = f"warnings = transform(warnings, warning -> {replaced})"
    yield from _updated(workspace, "l1", setting, f"exists(warnings, warning -> {is_old})", "reasons in warnings renamed")


def _updated(workspace: Workspace, table: str, setting: str, condition: str, what: str) -> Iterator[Change]:
    if not workspace.exists(table):
        return

    def update() -> None:
        workspace.spark.sql(f"UPDATE {workspace.name(table)} SET {setting} WHERE {condition}")

    if rows := workspace.read(table).where(condition).count():
        yield Change(table, what, rows, update)


def _renamed_settings(workspace: Workspace) -> Iterator[Change]:
    """Yield the change of `runs`: new names in `settings` and `counts`. Few settings differ: they are renamed on the driver."""
    if not workspace.exists("runs"):
        return
    runs = workspace.read("runs")
    used = [(str(row.level), row.settings) for row in runs.select("level", "settings").distinct().collect()]
    names = frame_of_rows(workspace.spark, [_new_names(level, settings) for level, settings in used], _NAMES)
    same = (F.col("level") == F.col("of_level")) & F.col("settings").eqNullSafe(F.col("of_settings"))
    joined = runs.join(F.broadcast(names), on=same, how="inner")
    has_old_key = F.exists(F.map_keys("counts"), lambda key: F.map_contains_key("counted", key))
    changed = ~F.col("settings").eqNullSafe(F.col("new_settings")) | F.coalesce(has_old_key, F.lit(False))
    counts = F.transform_keys("counts", lambda key, _rows: F.coalesce(F.try_element_at("counted", key), key))
    new = {"settings": F.col("new_settings"), "counts": counts}
    rewritten = joined.withColumns(new).select(*runs.columns)
    if rows := joined.where(changed).count():
        yield Change("runs", "settings renamed", rows, lambda: delta.write(rewritten, workspace, "runs", mode="overwrite"))


_NAMES = StructType(
    [
        StructField("of_level", StringType()),
        StructField("of_settings", StringType()),
        StructField("new_settings", StringType()),
        StructField("counted", MapType(StringType(), StringType()), False),
    ]
)


def _new_names(level: str, settings: str | None) -> Mapping[str, JsonValue]:
    """Return a row of _NAMES: the renamed settings of a level's runs, and the keys of their counts that have new names."""
    counted: Mapping[str, str] = _COUNTED.get(level, {})
    row: dict[str, JsonValue] = {"of_level": level, "of_settings": settings, "new_settings": settings, "counted": {**counted}}
    try:
        tree: JsonValue = json.loads(settings or "")
    except ValueError:
        return row
    renamed = rename_keys({level: tree}, KEYS_2)[level]
    if level == "l2" and isinstance(renamed, dict) and isinstance(rules := renamed.get("rules"), list):
        own = {f"dropped.{rule['reason']}" for rule in rules if isinstance(rule, dict)}
        row["counted"] = {old: new for old, new in counted.items() if old not in own}
        renamed["rules"] = [RULES_2.get(rule, rule) if isinstance(rule, str) else rule for rule in rules]
    if renamed != tree:
        row["new_settings"] = json.dumps(renamed, ensure_ascii=False, separators=(",", ":"))
    return row


def _old_judgements(workspace: Workspace) -> DataFrame | None:
    """Return `judgements` with one row an attempt, each once; None if the table does not exist or was rewritten already."""
    if not workspace.exists("judgements"):
        return None
    rows = workspace.read("judgements")
    if "attempt" not in rows.columns:
        return None
    return rows.groupBy(*_KEYS).agg(F.min_by(F.struct(*rows.columns), "judged_at").alias("row")).select("row.*")


def _moved_responses(workspace: Workspace) -> Iterator[Change]:
    """Yield the change that adds the judges' raw responses to `generations`; their engine and tokens are unknown."""
    judgements = _old_judgements(workspace)
    if judgements is None:
        return
    responses = judgements.select(*_as_responses())

    def missing() -> DataFrame:
        if not workspace.exists("generations"):
            return responses
        return responses.join(workspace.read("generations").select(*_KEYS), on=_KEYS, how="left_anti")

    def append() -> None:
        last = delta.last_commit(workspace, "judgements")
        # Two upgrades at once would append twice: where the workspace has no lock, Delta lets one of them through.
        transaction = Transaction("responses of judgements", last.version if last else 0)
        delta.write(missing().select(*responses.columns), workspace, "generations", transaction=transaction)
        if lost := missing().count():
            raise UpgradeError(f"{lost} responses of judges are not in generations: another upgrade is at work; upgrade again")

    if rows := missing().count():
        yield Change("generations", "responses of judges added", rows, append)


def _as_responses() -> Sequence[Column]:
    null = F.lit(None)
    return [
        F.col("request_id"),
        F.concat(F.lit("judge_"), "level").alias("task"),
        F.col("attempt"),
        F.col("output"),
        F.col("finish_reason"),
        null.cast("int").alias("prompt_tokens"),
        null.cast("int").alias("completion_tokens"),
        F.lit(0).cast("long").alias("latency_ms"),
        F.lit("unknown").alias("engine"),
        _with_new_word("error"),
        F.col("model"),
        F.col("prompt_version"),
        F.lit("upgrade").alias("run_id"),
        F.col("judged_at").alias("answered_at"),
    ]


def _with_new_word(column: str) -> Column:
    words = F.create_map(*(F.lit(word) for pair in _ERRORS.items() for word in pair))
    return F.coalesce(F.try_element_at(words, F.col(column)), F.col(column)).alias(column)


def _narrowed_judgements(workspace: Workspace) -> Iterator[Change]:
    """Yield the change to one row a request (its last attempt), without the columns that `generations` has."""
    judgements = _old_judgements(workspace)
    if judgements is None:
        return
    last = Window.partitionBy("request_id").orderBy(F.desc("attempt"))
    kept = judgements.withColumn("rank", F.row_number().over(last)).where("rank = 1").drop("rank", *_RAW_COLUMNS)
    rewritten = kept.withColumn("reason", _with_new_word("reason"))

    def overwrite() -> None:
        writer = rewritten.write.format("delta").mode("overwrite").option("overwriteSchema", "true")
        if workspace.schema:
            writer.saveAsTable(workspace.name("judgements"))
        else:
            writer.save(workspace.path("judgements"))

    yield Change("judgements", "rewritten as one row a request", workspace.read("judgements").count(), overwrite)


STEP = Step(2, _check, _changes)
